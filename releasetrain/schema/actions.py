"""Say which releases carry the stages of a schema change."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from releasetrain.audit import actions as audit
from releasetrain.domain.errors import Refused
from releasetrain.domain.permissions import Permission, require
from releasetrain.domain.stages import Stage
from releasetrain.releases.models import Release
from releasetrain.schema.models import SchemaChange, SchemaStage
from releasetrain.teams.models import User
from releasetrain.teams.queries import person

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """The release that carries a stage, and its SQL as written."""

    release: int
    sql: str = ""


@transaction.atomic
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
    """Write down a change of a table's stored data with its stages, for whoever may edit every release of it."""
    releases = Release.objects.in_bulk([step.release for step in stages.values()])
    for step in stages.values():
        if step.release not in releases:
            raise Refused("no-such-release", details={"release": step.release})
        require(person(by), Permission.EDIT, team=releases[step.release].team_id)
    if SchemaChange.objects.filter(name=name).exists():
        raise Refused("taken", details={"field": "name", "value": name})
    change = SchemaChange.objects.create(
        name=name, table_id=table, old_field=old_field, new_field=new_field, soak_hours=soak_hours
    )
    SchemaStage.objects.bulk_create(
        SchemaStage(change=change, stage=stage.value, release_id=step.release, sql=step.sql)
        for stage, step in stages.items()
    )
    audit.record("schema.added", subject=f"schema:{change.pk}", by=by.pk, at=clock(), name=name)
    return change
