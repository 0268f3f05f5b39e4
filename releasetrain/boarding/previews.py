"""What a release would need and meet if it said something: risk, gates, conflicts; nothing is written (R4)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from releasetrain.boarding import queries
from releasetrain.boarding.trying import as_said, with_heavy_locks
from releasetrain.domain.chances import chance
from releasetrain.domain.conflicts.values import Conflict
from releasetrain.domain.picture import Picture, Rider
from releasetrain.domain.policies import Gate, Subject, rule_for
from releasetrain.domain.risk import Facts, Record, Risk, Scale, assess
from releasetrain.domain.sql.values import Finding
from releasetrain.domain.stages import Stage
from releasetrain.releases.fields import ReleaseFields, Step
from releasetrain.releases.models import DataTable, Release
from releasetrain.reviews import queries as reviews
from releasetrain.reviews.models import Review
from releasetrain.reviews.queries.records import record_of
from releasetrain.reviews.queries.scripts import judge_ahead
from releasetrain.schema.findings import Tally, counted, locks_heavily
from releasetrain.teams.models import Team
from releasetrain.trains import queries as trains
from releasetrain.trains.models import Slot

UNWRITTEN = -1  # a release that nobody has written down yet
AHEAD = 12  # departures looked at for the expected one


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """Its risk, the gates it would need, what is found in its SQL, and what would stand against it in ``slot``.

    ``is_expected``: nobody chose that slot, it is the next that would do; without a slot none in sight would.
    """

    risk: Risk
    scale: Scale
    rule: str
    gates: tuple[Gate, ...]
    findings: Mapping[Step, tuple[Finding, ...]] = field(default_factory=dict)
    slot: Slot | None = None
    is_expected: bool = False
    conflicts: tuple[Conflict, ...] = ()
    refusal: str = ""
    picture: Picture | None = None
    release: int = UNWRITTEN


def preview(
    said: ReleaseFields,
    *,
    team: Team,
    now: datetime,
    answers: Mapping[str, str],
    train: int | None = None,
    slot: int | None = None,
    release: Release | None = None,
) -> Preview:
    """Return what ``said`` would mean; a constant number of queries, and nothing is written."""
    review = _review(release)
    scale = reviews.scale_of(review.questionnaire if review else reviews.scale_in_force())
    rules = reviews.rules_of((review and review.policy) or reviews.policy_in_force())
    findings = judge_ahead(said.steps, release=release and release.pk)
    risk = _risk(said, scale, answers, review, team, now, counted(findings.values()))
    stages = frozenset(Stage(step.stage) for step in said.steps)
    rule = rule_for(rules, Subject(size=said.size, stages=stages, risk=risk.level, services=said.services))
    found = Preview(risk=risk, scale=scale, rule=rule.name, gates=rule.gates, findings=findings)
    return _placed(found, said, team=team, now=now, train=train, slot=slot, release=release)


def _review(release: Release | None) -> Review | None:
    known = Review.objects.filter(release=release).select_related("policy", "questionnaire") if release else None
    return known.first() if known is not None else None


def _risk(
    said: ReleaseFields,
    scale: Scale,
    answers: Mapping[str, str],
    review: Review | None,
    team: Team,
    now: datetime,
    sql: Tally,
) -> Risk:
    rows = DataTable.objects.filter(pk__in=said.tables).order_by("-rows").values_list("rows", flat=True).first()
    facts = Facts(
        stages=frozenset(Stage(step.stage) for step in said.steps),
        rows=rows or 0,
        services=len(said.services),
        clients=len(said.clients),
        blocked=sql.blocked,
        warned=sql.warned,
    )
    is_fixed = review is not None and review.record is not None
    record = Record(**review.record) if review and is_fixed else record_of(team.pk, now=now)
    return assess(scale, facts=facts, answers=review.answers if review and is_fixed else answers, record=record)


def _placed(
    found: Preview,
    said: ReleaseFields,
    *,
    team: Team,
    now: datetime,
    train: int | None,
    slot: int | None,
    release: Release | None,
) -> Preview:
    slots = list(_slots(slot, train, team, now))
    if not slots:
        return found
    id = release.pk if release else UNWRITTEN
    picture = trains.picture(releases={id} if release else (), slots=slots, now=now, tables=said.tables)
    picture = replace(picture, riders={**picture.riders, id: _rider(id, said, team)})
    picture = with_heavy_locks(as_said(picture, id, said), id, _locking(said, found))
    ahead = [one.pk for one in slots]
    chances = [chance(picture, id, one, said.due, ahead=ahead) for one in ahead]
    which = 0 if slot else next((place for place, one in enumerate(chances) if one.would_do_unasked), None)
    if which is None:
        return replace(found, is_expected=True)
    facts = {"conflicts": chances[which].standing, "refusal": chances[which].refusal, "picture": picture}
    return replace(found, slot=slots[which], is_expected=not slot, release=id, **facts)


def _locking(said: ReleaseFields, found: Preview) -> set[int]:
    """The changes whose stages take a heavy lock: ticked by the author, or found in the SQL."""
    return {one.change for one in said.steps if one.heavy_lock or locks_heavily(found.findings.get(one, ()))}


def _slots(slot: int | None, train: int | None, team: Team, now: datetime) -> Iterable[Slot]:
    if slot is not None:
        return Slot.objects.filter(pk=slot).select_related("train")
    on = train or getattr(queries.default_train(team.pk), "pk", None)
    return trains.coming(on, now=now).filter(kind=Slot.Kind.REGULAR)[:AHEAD] if on else ()


def _rider(id: int, said: ReleaseFields, team: Team) -> Rider:
    facts = {"size": said.size, "services": said.services, "tables": said.tables, "earliest": said.earliest}
    return Rider(release=id, team=team.pk, team_limit=team.slot_limit, **facts)
