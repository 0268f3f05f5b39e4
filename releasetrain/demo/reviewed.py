"""What the people of the story said about its releases, through the verbs that people use."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from releasetrain.boarding import queries
from releasetrain.boarding.actions.drafting import edit
from releasetrain.demo.company import person_called
from releasetrain.demo.data import company
from releasetrain.demo.data import story as told
from releasetrain.domain.sql.values import Severity
from releasetrain.domain.stages import Stage
from releasetrain.domain.verdicts import Kind
from releasetrain.releases.fields import ReleaseFields
from releasetrain.releases.models import Release, Service
from releasetrain.reviews.actions.accepting import Warned, accept
from releasetrain.reviews.actions.results import Tried, record_results
from releasetrain.reviews.actions.saying import give_verdict
from releasetrain.reviews.models import Gate, Verdict
from releasetrain.schema.findings import findings_of
from releasetrain.schema.models import SchemaStage
from releasetrain.teams.models import User

SOON = timedelta(hours=7)  # how long after it was handed in its team has looked at it


def tell(*, now: datetime, releases: Mapping[str, int], leads: Mapping[str, User]) -> None:
    """Say every verdict of the story, edit what was edited in between; what was said before stays said."""
    if Verdict.objects.exists():
        return
    for said in told.VERDICTS:
        _say(releases[said.release], said, now)
    _ordinary(releases.values(), now)
    _accept(releases[told.STAGES[Stage.BACKFILL]], now)
    _edit_sql(releases[told.STAGES[Stage.BACKFILL]], now)
    _try_clients(releases[told.BACKFILL.key], now)


def _clock(instant: datetime) -> Callable[[], datetime]:
    return lambda: instant


def _say(release: int, said: told.Verdict, now: datetime) -> None:
    give_verdict(
        release=release,
        gate=said.gate,
        kind=Kind(said.kind),
        revision=Release.objects.get(pk=release).revision,
        note=said.note,
        conditions=said.conditions,
        by=person_called(said.by),
        clock=_clock(now - timedelta(days=said.days)),
    )


def _ordinary(releases: Iterable[int], now: datetime) -> None:
    """Where only the team looks, and it rides: somebody who did not write it said yes the same day."""
    rides = Release.objects.filter(pk__in=list(releases), bookings__left_at=None, bookings__outcomes=None)
    for release in rides.exclude(bookings=None).select_related("team").distinct():
        gates = Gate.objects.filter(release=release, code="team", turn=Gate.Turn.REVIEWER)
        if gates.exists():
            by = person_called(company.MEMBERS[release.team.code][0])
            at = min(now, _seen_at(release))
            facts = {"gate": "team", "kind": Kind.APPROVE, "revision": release.revision}
            give_verdict(release=release.pk, by=by, clock=_clock(at), **facts)


def _seen_at(release: Release) -> datetime:
    """When its team has looked at it; of what was bumped, only after that."""
    bumped = release.bookings.filter(left_because__code="bumped").first()
    return (bumped.left_at if bumped else release.submitted_at) + SOON


def _accept(release: int, now: datetime) -> None:
    """The architect accepts what the review warns of, and says why."""
    warned = [
        Warned(stage=stage.pk, rule=one.rule, mark=one.mark)
        for stage in SchemaStage.objects.filter(release=release)
        for one in findings_of(stage)
        if one.severity is Severity.WARNS
    ]
    if warned:
        facts = {"reason": told.ACCEPTED, "clock": _clock(now - timedelta(days=told.ACCEPTED_DAYS))}
        accept(release=release, warned=warned, by=person_called("Ines"), **facts)


def _edit_sql(release: int, now: datetime) -> None:
    """After the architect approved it, somebody of the team adds to the SQL."""
    said = queries.release(release)
    fields = ReleaseFields.of(said)
    steps = frozenset(replace(step, sql=step.sql + told.MORE_SQL) for step in fields.steps)
    at = now - timedelta(days=told.EDITED_DAYS)
    by = person_called(told.EDITED_BY)
    edit(release=release, fields=replace(fields, steps=steps), revision=said.revision, by=by, clock=_clock(at))


def _try_clients(release: int, now: datetime) -> None:
    clients = dict(Service.objects.filter(kind=Service.Kind.CLIENT).values_list("name", "pk"))
    kinds = Release.objects.get(pk=release).services.filter(kind=Service.Kind.SERVER)
    results = [
        Tried(service=server, client=clients[client], kind=kind, link=link, note=note, version=version)
        for server in kinds.values_list("pk", flat=True)
        for client, kind, link, note, version in told.RESULTS
    ]
    by, at = person_called("Dov"), now - timedelta(days=2)
    record_results(release=release, results=results, by=by, clock=_clock(at))
