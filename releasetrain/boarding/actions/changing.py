"""Write a change of stored data down: which releases carry its stages."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from releasetrain.audit import actions as audit
from releasetrain.audit import queries as log
from releasetrain.boarding import queries
from releasetrain.boarding.actions.drafting import put_release
from releasetrain.boarding.actions.rebooking import Hand, serve
from releasetrain.domain.errors import Refused
from releasetrain.domain.permissions import Permission, require
from releasetrain.domain.stages import Stage
from releasetrain.outbox import actions as outbox
from releasetrain.releases.fields import ReleaseFields
from releasetrain.releases.fields import Step as Said
from releasetrain.releases.models import DataTable
from releasetrain.schema.models import SchemaChange
from releasetrain.teams import checks
from releasetrain.teams.models import User
from releasetrain.teams.queries import person
from releasetrain.trains.lock import locked_calendar, retried

Clock = Callable[[], datetime]
LONGEST, MOST_SOAK = 120, 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """The release that carries a stage, its SQL as written, and whether that takes a heavy lock."""

    release: int
    sql: str = ""
    heavy_lock: bool = False


@retried
def add_change(
    *,
    name: str,
    table: int,
    old_field: str,
    new_field: str,
    stages: Mapping[Stage, Step],
    by: User,
    clock: Clock,
    soak_hours: int = 120,
) -> SchemaChange:
    """Write down a change of a table's stored data with its stages, for whoever may edit every release of it.

    Carrying a stage is what a release says: it is an edit of each of them, and reviewed as such.
    """
    with locked_calendar():
        now = clock()
        for step in stages.values():
            require(person(by), Permission.EDIT, team=queries.release(step.release).team_id)
        if not stages:
            require(person(by), Permission.SET_UP_CATALOGUE)
        name, fields = _checked(name, table, old_field, new_field, soak_hours)
        if SchemaChange.objects.filter(name=name).exists():
            raise Refused("taken", details={"field": "name", "value": name})
        change = SchemaChange.objects.create(name=name, table_id=table, **fields)
        for stage, step in stages.items():
            _carry(change, stage, step, hand=Hand(at=now, by=by.pk, behind=by.behind))
        audit.record("schema.added", subject=f"schema:{change.pk}", by=by.pk, at=now, name=name)
        return change


@retried
def abandon_change(*, change: int, reason: str, by: User, clock: Clock, key: UUID | None = None) -> None:
    """Give a change of stored data up, for whoever may edit the releases that carry it: its table is free again."""
    with locked_calendar():
        if log.result_of(key, by=by.pk) is not None:
            return
        now, given_up = clock(), SchemaChange.objects.filter(pk=change).first()
        if given_up is None:
            raise Refused("no-such-change", details={"change": change})
        for release in sorted({stage.release_id for stage in given_up.stages.all()}):
            require(person(by), Permission.EDIT, team=queries.release(release).team_id)
        if not given_up.stages.exists():
            require(person(by), Permission.SET_UP_CATALOGUE)
        if not reason.strip():
            raise Refused("reason-missing", details={"field": "reason"})
        if given_up.abandoned_at is not None:
            raise Refused("abandoned-already", details={"change": given_up.name})
        given_up.abandoned_at, given_up.abandoned_by, given_up.abandoned_because = now, by, reason.strip()
        given_up.save(update_fields=["abandoned_at", "abandoned_by", "abandoned_because"])
        audit.record("schema.abandoned", subject=f"schema:{change}", by=by.pk, at=now, reason=reason.strip())
        outbox.post("schema.abandoned", change=change, reason=reason.strip(), by=by.pk, at=now.isoformat())
        serve(at=now)
        audit.keep_result(key, by=by.pk, result=True)


def _checked(name: str, table: int, old: str, new: str, soak_hours: int) -> tuple[str, dict[str, Any]]:
    """The name and the other fields as they are kept, or a refusal at the field."""
    if not DataTable.objects.filter(pk=table).exists():
        raise Refused("no-such-table", details={"field": "table"})
    fields = {
        "old_field": checks.text(old, field="old_field", most=LONGEST, needed=False),
        "new_field": checks.text(new, field="new_field", most=LONGEST, needed=False),
        "soak_hours": checks.number(soak_hours, field="soak_hours", least=0, most=MOST_SOAK),
    }
    return checks.text(name, field="name", most=LONGEST), fields


def _carry(change: SchemaChange, stage: Stage, step: Step, *, hand: Hand) -> None:
    release = queries.release(step.release)
    said = ReleaseFields.of(release)
    steps = said.steps | {Said(change.pk, stage.value, step.sql, step.heavy_lock)}
    put_release(release, replace(said, steps=steps), hand=hand)
