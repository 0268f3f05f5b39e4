"""Questions about freezes and hours of low load, for whoever sets them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Prefetch, QuerySet

from releasetrain.domain.errors import Refused
from releasetrain.domain.windows import Window
from releasetrain.releases.models import DataTable
from releasetrain.trains.freeze_fields import SCOPE, LowHours, hours_of
from releasetrain.trains.freezing import freeze_facts
from releasetrain.trains.models import Database, Freeze, Suspension
from releasetrain.trains.worlds import freeze_rows

LOOKED_AHEAD = timedelta(days=800)  # a yearly freeze that has just been comes again within


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A freeze with what is to come of it.

    ``next``: the time that is frozen next, or is now, as far as it is not suspended; ``paused``: the suspensions that
    are not over.
    """

    freeze: Freeze
    next: Window | None
    paused: tuple[Suspension, ...]


def freezes() -> QuerySet[Freeze]:
    """Return all freezes with whom they concern, in the order of their first times; ended ones too."""
    off = Suspension.objects.select_related("by")
    found = freeze_rows().select_related("by").prefetch_related(*SCOPE, Prefetch("suspensions", queryset=off))
    return found.order_by("first_at", "pk")


def freeze(id: int) -> Freeze:
    """Return a freeze that has not ended, or raise ``Refused("no-such-freeze")``."""
    found = freezes().filter(pk=id, ended_at__isnull=True).first()
    if found is None:
        raise Refused("no-such-freeze", details={"freeze": id})
    return found


def listed(rows: Iterable[Freeze], *, now: datetime) -> list[Listed]:
    """Return freezes that were read with ``freezes`` with what is to come of them."""
    return [_listed(row, now) for row in rows]


def _listed(row: Any, now: datetime) -> Listed:
    paused = tuple(one for one in row.suspensions.all() if one.until > now)
    return Listed(freeze=row, next=_next(row.row, now), paused=paused)


def _next(row: Mapping[str, Any], now: datetime) -> Window | None:
    pairs = [(pair["since"], pair["until"]) for pair in row["suspensions"]]
    begins = datetime.fromisoformat(row["first_at"]).replace(tzinfo=now.tzinfo)
    facts = freeze_facts({**row, "suspensions": pairs}, near=Window(now, max(now, begins) + LOOKED_AHEAD))
    return next((one for one in facts.windows if one.end > now), None) if facts else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """A database that data tables name, with its hours of low load; without any it is never at its peak."""

    database: str
    zone: str
    hours: tuple[LowHours, ...] = ()
    tables: int = 0


def databases() -> list[Loaded]:
    """Return every database that a data table names, by name; a constant number of queries."""
    named: dict[str, int] = {}
    for name in DataTable.objects.exclude(database="").values_list("database", flat=True):
        named[name] = named.get(name, 0) + 1
    rows = {row.name: row for row in Database.objects.filter(name__in=named).prefetch_related("low_load")}
    return [_loaded(name, rows.get(name), tables) for name, tables in sorted(named.items())]


def database(name: str) -> Loaded:
    """Return one by its name, or raise ``Refused("no-such-database")``."""
    found = next((one for one in databases() if one.database == name), None)
    if found is None:
        raise Refused("no-such-database", details={"database": name})
    return found


def _loaded(name: str, row: Database | None, tables: int) -> Loaded:
    if row is None:
        return Loaded(database=name, zone="UTC", tables=tables)
    return Loaded(database=name, zone=row.zone, hours=tuple(hours_of(row)), tables=tables)
