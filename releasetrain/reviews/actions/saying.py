"""What people say on a gate: a verdict, a question, an answer, a reminder; and a condition that is seen to.

Each takes effect once per ``key``, the one-time key that a form carries.
"""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from releasetrain.audit import actions as audit
from releasetrain.audit import queries as log
from releasetrain.domain.errors import Refused
from releasetrain.domain.permissions import Permission, Person, Role, may, require
from releasetrain.domain.policies import may_review
from releasetrain.domain.verdicts import Kind, Standing
from releasetrain.outbox import actions as outbox
from releasetrain.releases.models import Release, Revision
from releasetrain.reviews.actions.refreshing import refresh
from releasetrain.reviews.models import Condition, Gate, Remark, Verdict
from releasetrain.reviews.queries.cases import Case, cases, promise_json
from releasetrain.reviews.queries.versions import policy_in_force
from releasetrain.teams.models import User
from releasetrain.teams.queries import person
from releasetrain.trains.lock import locked_calendar, retried
from releasetrain.trains.models import Outcome

Clock = Callable[[], datetime]
LONGEST_NOTE, LONGEST_CONDITION, MOST_CONDITIONS = 5000, 300, 20


@retried
def give_verdict(
    *,
    release: int,
    gate: str,
    kind: Kind,
    revision: int,
    by: User,
    clock: Clock,
    note: str = "",
    conditions: Collection[str] = (),
    key: UUID | None = None,
) -> int:
    """Give a verdict on a gate about the ``revision`` that was read, and return its number (R5 to R7).

    Refused: to whom does not hold the gate's role, where the release was changed since (with what changed), and to
    whom approves what they edited. Of ``conditions`` each must be ticked before departure.
    """
    with locked_calendar():
        if (done := log.result_of(key, by=by.pk)) is not None:
            return int(done)
        now = clock()
        case = case_under_review(release)
        standing = _gate(case, gate)
        _refuse_stranger(person(by), standing, case)
        _refuse_changed(case.release, revision)
        wanted = _wanted(Kind(kind), note, conditions)
        note = note.strip() or "; ".join(wanted)
        if Kind(kind).approves and by.pk in case.barred(standing.gate.rests_on):
            raise Refused("edited-what-it-rests-on", details={"release": release, "gate": gate})
        if Kind(kind).approves:
            _refuse_over_blocked_sql(case, standing)
        given = _put(case, standing, Kind(kind), note, by=by.pk, at=now)
        _put_conditions(given, wanted)
        _tell_verdict(given, wanted, at=now)
        refresh([release], at=now, by=by.pk, code="verdict")
        audit.keep_result(key, by=by.pk, result=given.pk)
        return given.pk


def _case(release: int) -> Case:
    found = cases([release])
    if not found:
        raise Refused("no-such-release", details={"release": release})
    return found[0]


def case_under_review(release: int) -> Case:
    """Return the case of a release that is on its way and has not departed, or raise ``Refused``."""
    case = _case(release)
    of = case.release
    is_back = of.withdrawn_at is not None or of.rolled_back_at is not None
    departed = Outcome.objects.filter(booking__release=of, booking__left_at=None, kind=Outcome.Kind.DEPARTED)
    if of.submitted_at is None or is_back or departed.exists():
        raise Refused("not-under-review", details={"release": release})
    return case


def _gate(case: Case, gate: str) -> Standing:
    """The gate that somebody speaks on."""
    release = case.release
    found = next((one for one in case.standings if one.gate.code == gate and one.gate.role), None)
    if found is None:
        raise Refused("no-such-gate", details={"release": release.pk, "gate": gate})
    return found


def _refuse_stranger(who: Person | None, standing: Standing, case: Case) -> None:
    require(who, Permission.REVIEW)
    if who is None or not may_review(who, standing.gate.role, team=case.release.team_id):
        raise Refused("not-your-gate", details={"gate": standing.gate.code, "role": standing.gate.role})


def _refuse_over_blocked_sql(case: Case, standing: Standing) -> None:
    """Nobody approves as an architect what the review of the SQL blocks (M2)."""
    if standing.gate.role == Role.ARCHITECT.value and case.sql.blocked:
        raise Refused("sql-blocked", details={"release": case.release.pk, "blocked": case.sql.blocked})


def _refuse_changed(release: Release, revision: int) -> None:
    if release.revision == revision:
        return
    later = list(Revision.objects.filter(release=release, number__gt=revision))
    changed = sorted({name for one in later for name in one.changed})
    facts = {"revision": release.revision, "seen": revision, "by": later[0].by_id if later else None}
    raise Refused("changed-meanwhile", details={"release": release.pk, "changed": changed, **facts})


def _wanted(kind: Kind, note: str, conditions: Collection[str]) -> list[str]:
    """The conditions, one each; whoever does not simply approve says why."""
    wanted = [one.strip() for one in conditions if one.strip()] if kind is Kind.CONDITIONS else []
    if kind is Kind.CONDITIONS and not wanted:
        raise Refused("condition-missing", details={"field": "conditions"})
    if len(wanted) > MOST_CONDITIONS or any(len(one) > LONGEST_CONDITION for one in wanted):
        raise Refused("too-long", details={"field": "conditions", "most": LONGEST_CONDITION})
    if kind in (Kind.NEEDS_WORK, Kind.REJECT):
        _stated(note)
    if len(note) > LONGEST_NOTE:
        raise Refused("too-long", details={"field": "note", "most": LONGEST_NOTE})
    return wanted


def _stated(note: str) -> str:
    if not note.strip():
        raise Refused("note-missing", details={"field": "note"})
    if len(note) > LONGEST_NOTE:
        raise Refused("too-long", details={"field": "note", "most": LONGEST_NOTE})
    return note.strip()


def _put(case: Case, standing: Standing, kind: Kind, note: str, *, by: int, at: datetime) -> Verdict:
    gate, prints = standing.gate, case.content.fingerprints
    return Verdict.objects.create(
        release=case.release,
        gate=gate.code,
        role=gate.role,
        kind=kind.value,
        note=note,
        revision=case.release.revision,
        policy=case.review.policy or policy_in_force(),
        rests_on={one.value: prints[one] for one in sorted(gate.rests_on)},
        promise=promise_json(case.promise),
        at=at,
        by_id=by,
    )


def _put_conditions(verdict: Verdict, wanted: list[str]) -> None:
    Condition.objects.bulk_create(
        Condition(verdict=verdict, place=place, words=words) for place, words in enumerate(wanted)
    )


def _tell_verdict(verdict: Verdict, conditions: list[str], *, at: datetime) -> None:
    facts = {"gate": verdict.gate, "kind": verdict.kind, "note": verdict.note, "conditions": conditions}
    audit.record("verdict.given", subject=f"release:{verdict.release_id}", by=verdict.by_id, at=at, **facts)
    _post("verdict.given", verdict.release_id, by=verdict.by_id, at=at, verdict=verdict.pk, **facts)


def _post(event: str, release: int, *, by: int, at: datetime, **facts: Any) -> None:
    outbox.post(event, release=release, by=by, at=at.isoformat(), because=None, by_itself=False, **facts)


@retried
def ask(*, release: int, gate: str, note: str, by: User, clock: Clock, key: UUID | None = None) -> None:
    """Ask the author something before a verdict: the reviewers' clock stops until there is an answer."""
    with locked_calendar():
        if log.result_of(key, by=by.pk) is not None:
            return
        case = case_under_review(release)
        standing = _gate(case, gate)
        _refuse_stranger(person(by), standing, case)
        _remark(case, gate, Remark.Kind.QUESTION, _stated(note), by=by, at=clock(), key=key)


@retried
def answer(*, release: int, gate: str, note: str, by: User, clock: Clock, key: UUID | None = None) -> None:
    """Answer the reviewers, or tell them that the work is done: it is their turn again."""
    with locked_calendar():
        if log.result_of(key, by=by.pk) is not None:
            return
        case = case_under_review(release)
        _gate(case, gate)
        require(person(by), Permission.EDIT, team=case.release.team_id)
        _remark(case, gate, Remark.Kind.ANSWER, _stated(note), by=by, at=clock(), key=key)


@retried
def remind(*, release: int, gate: str, by: User, clock: Clock, key: UUID | None = None) -> None:
    """Remind the reviewers that it is their turn; once a day for a gate, whoever does it."""
    with locked_calendar():
        if log.result_of(key, by=by.pk) is not None:
            return
        now, case = clock(), case_under_review(release)
        _gate(case, gate)
        require(person(by), Permission.EDIT, team=case.release.team_id)
        row = Gate.objects.filter(release=release, code=gate).first()
        if row is None or row.turn != Gate.Turn.REVIEWER:
            raise Refused("not-their-turn", details={"release": release, "gate": gate})
        if any(_is_today(one, gate, now) for one in case.remarks):
            raise Refused("reminded-today", details={"release": release, "gate": gate})
        _remark(case, gate, Remark.Kind.REMINDER, "", by=by, at=now, key=key)


def _is_today(remark: Remark, gate: str, now: datetime) -> bool:
    return remark.kind == Remark.Kind.REMINDER and remark.gate == gate and (now - remark.at).days < 1


def _remark(case: Case, gate: str, kind: Remark.Kind, note: str, *, by: User, at: datetime, key: UUID | None) -> None:
    release = case.release.pk
    Remark.objects.create(release=case.release, gate=gate, kind=kind.value, note=note, at=at, by=by)
    event = f"review.{kind.value}"
    audit.record(event, subject=f"release:{release}", by=by.pk, at=at, gate=gate, note=note)
    _post(event, release, by=by.pk, at=at, gate=gate, note=note)
    refresh([release], at=at, by=by.pk, code=kind.value)
    audit.keep_result(key, by=by.pk, result=True)


@retried
def tick(*, condition: int, by: User, clock: Clock) -> None:
    """Say that a condition of an approval was seen to; ticking it twice is once.

    The team may, and who may review the gate; nothing departs before every condition is ticked.
    """
    with locked_calendar():
        found = Condition.objects.select_related("verdict__release").filter(pk=condition).first()
        if found is None:
            raise Refused("no-such-condition", details={"condition": condition})
        who, verdict = person(by), found.verdict
        team = verdict.release.team_id
        if not may(who, Permission.EDIT, team=team) and not (who and may_review(who, verdict.role, team=team)):
            raise Refused("forbidden", details={"permission": str(Permission.EDIT)})
        if found.ticked_at is not None:
            return
        found.ticked_at, found.ticked_by = clock(), by
        found.save(update_fields=["ticked_at", "ticked_by"])
        facts = {"gate": verdict.gate, "words": found.words}
        audit.record("condition.ticked", subject=f"release:{verdict.release_id}", by=by.pk, at=found.ticked_at, **facts)
        _post("condition.ticked", verdict.release_id, by=by.pk, at=found.ticked_at, **facts)
