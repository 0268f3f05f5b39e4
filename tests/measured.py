"""Tables as they were measured, schema changes with a backfill, and plans: what tests of the forecast arrange."""

from dataclasses import replace

from releasetrain.domain.forecast import Index, Plan, usual
from releasetrain.domain.forecast.measured import Facts
from releasetrain.domain.forecast.values import PlanKind
from releasetrain.releases.models import DataTable, Release
from releasetrain.schema.models import ChosenPlan, Measurement, SchemaChange, SchemaStage
from releasetrain.teams.models import User
from tests.factories import NOW, create_table

GB = 10**9
# A billion rows of 220 B, the primary key, two indexes in order and six at random; 200 MB of log a second.
FACTS = Facts(
    rows=10**9,
    heap_bytes=220 * GB,
    indexes=tuple(Index(bytes=24 * GB, is_ordered=n < 3) for n in range(9)),
    wal_bytes_s=200 * 10**6,
    free_disk_bytes=310 * GB,
)
BACKFILL = "UPDATE payment SET new = old WHERE id > :after AND id <= :until AND new IS NULL;"


def facts(**said) -> Facts:
    """The facts of the large table, but for what is said."""
    return replace(FACTS, **said)


def create_change(
    *, expand: Release | None = None, backfill: Release | None = None, table: DataTable | None = None, **said
) -> SchemaChange:
    """A change whose backfill has SQL."""
    facts = {"name": "Purpose", "old_field": "old", "new_field": "new", "soak_hours": 48, **said}
    change = SchemaChange.objects.create(table=table or create_table(name="payment", rows=0), **facts)
    if expand:
        SchemaStage.objects.create(change=change, stage="expand", release=expand, sql="SELECT 1;")
    if backfill:
        SchemaStage.objects.create(change=change, stage="backfill", release=backfill, sql=BACKFILL)
    return change


def create_measurement(table: DataTable, *, by: User, said: Facts = FACTS) -> Measurement:
    """What was measured of a table, with its sizes."""
    sizes = {"rows": said.rows, "row_bytes": said.heap_bytes // said.rows, "free_disk_bytes": said.free_disk_bytes}
    counts = {"indexes": len(said.indexes), "random_indexes": sum(not one.is_ordered for one in said.indexes)}
    DataTable.objects.filter(pk=table.pk).update(**sizes, **counts)
    indexes = [{"name": "", "bytes": one.bytes, "ordered": one.is_ordered, "columns": []} for one in said.indexes]
    plain = {name: getattr(said, name) for name in ("heap_bytes", "fillfactor", "wal_bytes_s", "old_snapshot")}
    return Measurement.objects.create(table=table, indexes=indexes, at=NOW, by=by, **plain)


def create_plan(change: SchemaChange, kind: str = "passes", *, by: User, rows: int = 10**9, **said) -> ChosenPlan:
    """How a backfill runs: as usual, but for what is said."""
    plan: Plan = replace(usual(PlanKind(kind), rows=rows), **said)
    known = {name: getattr(plan, name) for name in ("batch_rows", "vacuum_every", "passes", "fillfactor", "pause_ms")}
    return ChosenPlan.objects.create(change=change, kind=kind, at_any_hour=plan.at_any_hour, at=NOW, by=by, **known)
