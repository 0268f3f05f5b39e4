"""What the rules read of freezes and of low load: rows become windows near some departures."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from releasetrain.domain.spans import Span, weekly, whole_day, windows
from releasetrain.domain.windows import Window
from releasetrain.domain.world import Freeze as FreezeFacts
from releasetrain.domain.world import without
from releasetrain.teams.calendars import public_holidays

A_YEAR = timedelta(days=366)


def freeze_facts(row: Mapping[str, Any], *, near: Window) -> FreezeFacts | None:
    """Return what a freeze means near some departures; None: nothing.

    ``row``: its fields, ``trains``, ``services`` and ``teams`` as ids, ``suspensions`` as pairs of instants.
    """
    found = windows(spans_of(row, near=near), near=near)
    left = tuple(without(found, [Window(_instant(since), _instant(until)) for since, until in row["suspensions"]]))
    if not left:
        return None
    return FreezeFacts(
        id=row["id"],
        is_hard=row["is_hard"],
        windows=left,
        trains=frozenset(row["trains"]),
        services=frozenset(row["services"]),
        teams=frozenset(row["teams"]),
    )


def _instant(said: str | datetime) -> datetime:
    return said if isinstance(said, datetime) else datetime.fromisoformat(said)


def spans_of(row: Mapping[str, Any], *, near: Window) -> list[Span]:
    """Return the local stretches of a freeze; one of public holidays has those of the years near."""
    if row["holidays"]:
        days = _holidays(row["holidays"], near)
        return [whole_day(day, zone=row["zone"]) for day in days if day.isoformat() >= row["first_at"][:10]]
    first, last = (datetime.fromisoformat(row[name]) for name in ("first_at", "last_at"))
    return [Span(first=first, last=last, zone=row["zone"], rule=row["rule"])]


def _holidays(calendar: str, near: Window) -> Iterable[date]:
    years = range((near.start - A_YEAR).year, (near.end + A_YEAR).year + 1)
    return (day for year in years for day in public_holidays(calendar, year))


def low_load_of(rows: Iterable[Mapping[str, Any]], *, near: Window) -> dict[int, tuple[Window, ...]]:
    """Return the windows of low load near, by database; ``rows``: database, zone, weekdays, since, until."""
    return {database: windows(every, near=near) for database, every in spans_of_load(rows).items()}


def spans_of_load(rows: Iterable[Mapping[str, Any]]) -> dict[int, tuple[Span, ...]]:
    """Return how the windows of low load recur, by database; rows as ``low_load_of`` takes them."""
    spans: dict[int, tuple[Span, ...]] = {}
    for row in rows:
        span = weekly(row["weekdays"], since=row["since"], until=row["until"], zone=row["zone"])
        spans[row["database"]] = (*spans.get(row["database"], ()), span)
    return spans
