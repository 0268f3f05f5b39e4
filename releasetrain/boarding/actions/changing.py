"""Write a change of stored data down: which releases carry its stages."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from releasetrain.audit import actions as audit
from releasetrain.boarding import queries
from releasetrain.boarding.actions.drafting import put_release
from releasetrain.boarding.actions.rebooking import Hand
from releasetrain.domain.errors import Refused
from releasetrain.domain.permissions import Permission, require
from releasetrain.domain.stages import Stage
from releasetrain.releases.fields import ReleaseFields
from releasetrain.releases.fields import Step as Said
from releasetrain.schema.models import SchemaChange
from releasetrain.teams.models import User
from releasetrain.teams.queries import person
from releasetrain.trains.lock import locked_calendar, retried

Clock = Callable[[], datetime]


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
        if SchemaChange.objects.filter(name=name).exists():
            raise Refused("taken", details={"field": "name", "value": name})
        change = SchemaChange.objects.create(
            name=name, table_id=table, old_field=old_field, new_field=new_field, soak_hours=soak_hours
        )
        for stage, step in stages.items():
            _carry(change, stage, step, hand=Hand(at=now, by=by.pk, behind=by.behind))
        audit.record("schema.added", subject=f"schema:{change.pk}", by=by.pk, at=now, name=name)
        return change


def _carry(change: SchemaChange, stage: Stage, step: Step, *, hand: Hand) -> None:
    release = queries.release(step.release)
    said = ReleaseFields.of(release)
    steps = said.steps | {Said(change.pk, stage.value, step.sql, step.heavy_lock)}
    put_release(release, replace(said, steps=steps), hand=hand)
