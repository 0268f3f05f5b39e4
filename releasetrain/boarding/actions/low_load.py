"""Say when a database has low load: heavy locks and backfills run then. A fact of the world: it moves nobody (C5)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from releasetrain.audit import actions as audit
from releasetrain.boarding.actions.rebooking import Hand, serve
from releasetrain.domain.errors import Refused
from releasetrain.domain.permissions import Permission, require
from releasetrain.outbox import actions as outbox
from releasetrain.releases.models import DataTable
from releasetrain.teams import checks
from releasetrain.teams.models import User
from releasetrain.teams.queries import person
from releasetrain.trains.freeze_fields import LowHours, hours_of
from releasetrain.trains.lock import locked_calendar, retried
from releasetrain.trains.models import Database, LowLoad

Clock = Callable[[], datetime]
MOST_HOURS = 20


@retried
def set_low_load(
    *,
    database: str,
    zone: str,
    hours: Sequence[LowHours],
    by: User,
    clock: Clock,
    seen: Mapping[str, str] | None = None,
) -> Database:
    """Set the hours of low load of a database that data tables name; without any it is never at its peak.

    ``seen``: what ``low_load_seen`` said when the form was shown; what was saved since is not undone unasked.
    """
    with locked_calendar():
        require(person(by), Permission.SET_UP_CATALOGUE)
        name, hand = named_by_tables(database), Hand(at=clock(), by=by.pk)
        there, wanted = checks.zone(zone), checked_hours(hours)
        row = Database.objects.prefetch_related("low_load").filter(name=name).first() or Database(name=name)
        was = low_load_seen(row.zone, hours_of(row) if row.pk else ())
        said = low_load_seen(there, wanted)
        checks.refuse_undoing(was, said, seen)
        if row.pk and was == said:
            return row
        _write(row, there, wanted)
        facts = {"database": name, "was": was, "now": said}
        audit.record("low-load.set", subject=f"database:{row.pk}", by=by.pk, at=hand.at, **facts)
        outbox.post("low-load.set", **facts, **hand.deed)
        serve(at=hand.at)
        return row


def named_by_tables(database: str) -> str:
    """Return the name of a database, or raise ``Refused("no-such-database")`` where no table names it."""
    name = database.strip()
    if not DataTable.objects.filter(database=name).exists():
        raise Refused("no-such-database", details={"database": name})
    return name


def checked_hours(hours: Iterable[LowHours]) -> list[LowHours]:
    """Return the hours as they are kept: weekdays in order, each once."""
    kept = [replace(one, weekdays=tuple(sorted(set(one.weekdays)))) for one in hours]
    checks.number(len(kept), field="hours", least=0, most=MOST_HOURS)
    for one in kept:
        if not one.weekdays:
            raise Refused("weekday-missing", details={"field": "weekdays"})
        for day in one.weekdays:
            checks.number(day, field="weekdays", least=0, most=6)
    return kept


def low_load_seen(zone: str, hours: Iterable[LowHours]) -> dict[str, str]:
    """Return zone and hours as their form carries them, to tell whether they are still what was shown."""
    rows = (f"{','.join(map(str, one.weekdays))} {one.since:%H:%M}-{one.until:%H:%M}" for one in hours)
    return {"zone": zone, "hours": "; ".join(sorted(rows))}


def _write(row: Database, zone: str, hours: Iterable[LowHours]) -> None:
    row.zone = zone
    row.save()
    row.low_load.all().delete()
    rows = (LowLoad(database=row, weekdays=list(one.weekdays), since=one.since, until=one.until) for one in hours)
    LowLoad.objects.bulk_create(rows)
