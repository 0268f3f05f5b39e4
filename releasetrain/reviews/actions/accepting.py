"""Accept what the review of the SQL warns of, with the reason, and take that back; what blocks cannot be accepted."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from releasetrain.audit import actions as audit
from releasetrain.audit import queries as log
from releasetrain.domain.errors import Refused
from releasetrain.domain.fingerprints import FieldClass
from releasetrain.domain.permissions import Permission, Person, Role, require
from releasetrain.domain.policies import may_review
from releasetrain.domain.sql.values import Finding, Severity
from releasetrain.reviews.actions.saying import LONGEST_NOTE, case_under_review
from releasetrain.reviews.queries.cases import Case
from releasetrain.schema.findings import acceptances_of, findings_of
from releasetrain.schema.models import Acceptance, SchemaStage
from releasetrain.teams.models import User
from releasetrain.teams.queries import person
from releasetrain.trains.lock import locked_calendar, retried

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Warned:
    """A finding that is accepted: the stage in which it is (its id), its rule and its mark."""

    stage: int
    rule: str
    mark: str


@retried
def accept(
    *, release: int, warned: Collection[Warned], reason: str, by: User, clock: Clock, key: UUID | None = None
) -> None:
    """Accept warnings in the SQL of a release for one reason, all or none, once per ``key``.

    For architects who did not edit that SQL since another approved it (R7). What is accepted already stays so. It
    holds as long as the stage has a finding with the same rule and mark.
    """
    with locked_calendar():
        if log.result_of(key, by=by.pk) is not None:
            return
        now, case = clock(), case_under_review(release)
        _refuse_stranger(person(by), case)
        said = _stated(reason)
        if not warned:
            raise Refused("nothing-accepted", details={"field": "warned"})
        rows = {one.pk: one for one in case.release.schema_stages.all()}
        for one in warned:
            _refuse(one, rows)
        _put(case, [(rows[one.stage], one) for one in dict.fromkeys(warned)], said, by=by, at=now)
        audit.keep_result(key, by=by.pk, result=True)


def _refuse_stranger(who: Person | None, case: Case) -> None:
    _require_architect(who, case.release.team_id)
    if who is not None and who.id in case.barred({FieldClass.DATA}):
        raise Refused("edited-what-it-rests-on", details={"release": case.release.pk, "gate": "architecture"})


def _require_architect(who: Person | None, team: int) -> None:
    require(who, Permission.REVIEW)
    if who is None or not may_review(who, Role.ARCHITECT.value, team=team):
        raise Refused("not-your-gate", details={"gate": "architecture", "role": Role.ARCHITECT.value})


def _stated(reason: str) -> str:
    if not reason.strip():
        raise Refused("reason-missing", details={"field": "reason"})
    if len(reason) > LONGEST_NOTE:
        raise Refused("too-long", details={"field": "reason", "most": LONGEST_NOTE})
    return reason.strip()


def _refuse(one: Warned, rows: dict[int, SchemaStage]) -> None:
    found = [known for known in _findings(rows.get(one.stage)) if (known.rule, known.mark) == (one.rule, one.mark)]
    if not found:
        raise Refused("finding-is-gone", details={"rule": one.rule, "field": "warned"})
    if any(known.severity is not Severity.WARNS for known in found):
        raise Refused("blocks-cannot-be-accepted", details={"rule": one.rule, "field": "warned"})


def _findings(row: SchemaStage | None) -> tuple[Finding, ...]:
    return findings_of(row) if row is not None else ()


def _put(case: Case, warned: Collection[tuple[SchemaStage, Warned]], reason: str, *, by: User, at: datetime) -> None:
    held = acceptances_of([row for row, _one in warned])
    new = [(row, one) for row, one in warned if (row.change_id, row.stage, one.rule, one.mark) not in held]
    Acceptance.objects.bulk_create(
        Acceptance(
            change_id=row.change_id,
            stage=row.stage,
            release=case.release,
            rule=one.rule,
            mark=one.mark,
            reason=reason,
            at=at,
            by=by,
        )
        for row, one in new
    )
    if new:
        rules = sorted({one.rule for _row, one in new})
        facts = {"rules": rules, "reason": reason}
        audit.record("finding.accepted", subject=f"release:{case.release.pk}", by=by.pk, at=at, **facts)


@retried
def take_back(*, acceptance: int, by: User, clock: Clock) -> None:
    """Take an acceptance back, for architects; taking it back twice is once."""
    with locked_calendar():
        found = Acceptance.objects.select_related("release").filter(pk=acceptance).first()
        if found is None:
            raise Refused("no-such-acceptance", details={"acceptance": acceptance})
        _require_architect(person(by), found.release.team_id)
        if found.taken_back_at is not None:
            return
        found.taken_back_at, found.taken_back_by = clock(), by
        found.save(update_fields=["taken_back_at", "taken_back_by"])
        subject = f"release:{_carrier(found)}"
        audit.record("finding.taken-back", subject=subject, by=by.pk, at=found.taken_back_at, rules=[found.rule])


def _carrier(found: Acceptance) -> int:
    """The release that carries the stage by now, else the one that did."""
    now = SchemaStage.objects.filter(change=found.change_id, stage=found.stage)
    return now.values_list("release", flat=True).first() or found.release_id
