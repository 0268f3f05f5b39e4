"""Freezes and hours of low load, as rows and as what their verbs take."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, time, timedelta

from releasetrain.releases.models import DataTable
from releasetrain.schema.models import SchemaChange, SchemaStage
from releasetrain.teams.models import User
from releasetrain.trains.freeze_fields import LOCAL, FreezeFields, LowHours
from releasetrain.trains.models import Database, Freeze, LowLoad, Suspension
from tests.factories import NOW, TUESDAY

YEAR_END = datetime(2031, 12, 20)
NIGHTS = LowHours(weekdays=(0, 1, 2, 3, 4), since=time(23), until=time(5))


def fields(**said) -> FreezeFields:
    """A hard freeze from 20 December to 7 January, unless said otherwise."""
    usual = {"name": "Year-end", "reason": "Everybody shops.", "first_at": YEAR_END, "last_at": datetime(2032, 1, 7)}
    return FreezeFields(**{**usual, **said})


def around(instant: datetime = TUESDAY, **said) -> FreezeFields:
    """A freeze of the local day, in UTC, on which an instant lies."""
    first = datetime.combine(instant.date(), time())
    return fields(first_at=first, last_at=first + timedelta(days=1), **said)


def create_freeze(said: FreezeFields | None = None, *, by: User | None = None, **facts) -> Freeze:
    """A freeze, written whatever the rules of its verb say."""
    says = said or replace(fields(), **facts)
    plain = {"name": says.name, "reason": says.reason, "is_hard": says.is_hard, "zone": says.zone, "rule": says.rule}
    times = {"first_at": f"{says.first_at:{LOCAL}}", "last_at": f"{says.last_at:{LOCAL}}"}
    freeze = Freeze.objects.create(**plain, **times, holidays=says.holidays, at=NOW, by=by)
    for name in ("trains", "services", "teams"):
        getattr(freeze, name).set(getattr(says, name))
    return freeze


def create_suspension(freeze: Freeze, *, by: User, since: datetime, until: datetime) -> Suspension:
    """A time in which a freeze does not count."""
    return Suspension.objects.create(freeze=freeze, since=since, until=until, reason="A repair.", at=NOW, by=by)


def create_low_load(*, database: str = "main", zone: str = "UTC", hours: Iterable[LowHours] = (NIGHTS,)) -> Database:
    """A database with hours of low load."""
    row = Database.objects.create(name=database, zone=zone)
    for one in hours:
        LowLoad.objects.create(database=row, weekdays=list(one.weekdays), since=one.since, until=one.until)
    return row


def locks_heavily(release, table: DataTable) -> SchemaStage:
    """Let a release carry a stage that takes a heavy lock on a table."""
    change = SchemaChange.objects.create(name=f"change of {table.name}", table=table, old_field="a", new_field="b")
    return SchemaStage.objects.create(change=change, stage="expand", release=release, sql="", heavy_lock=True)
