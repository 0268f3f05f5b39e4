"""From a weekly timetable in local time to instants (S1)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from releasetrain.domain.windows import Window


@dataclass(frozen=True, slots=True, kw_only=True)
class Weekly:
    """A departure each week: ``weekday`` 0 is Monday, ``at`` local time, ``minutes`` long."""

    weekday: int
    at: time
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CutOff:
    """When the door shuts: ``days_before`` the departure's local date, at local time ``at``."""

    days_before: int
    at: time


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """One departure: ``local`` (naive, the slot's identity within its train), its window and cut-off in UTC."""

    local: datetime
    departs: Window
    cut_off_at: datetime


def occurrences(
    weekly: Iterable[Weekly], *, zone: ZoneInfo, cut_off: CutOff, first: date, last: date
) -> Iterator[Occurrence]:
    """Yield the departures on the local dates ``first`` to ``last``, both included, in order of time."""
    plan = sorted(weekly, key=lambda entry: entry.at)
    for day in _days(first, last):
        for entry in plan:
            if entry.weekday == day.weekday():
                yield _occurrence(entry, day, zone, cut_off)


def _days(first: date, last: date) -> Iterator[date]:
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)


def _occurrence(entry: Weekly, day: date, zone: ZoneInfo, cut_off: CutOff) -> Occurrence:
    local = datetime.combine(day, entry.at)
    start = to_instant(local, zone)
    shut = to_instant(datetime.combine(day - timedelta(days=cut_off.days_before), cut_off.at), zone)
    departs = Window(start, start + timedelta(minutes=entry.minutes))
    return Occurrence(local=local, departs=departs, cut_off_at=min(shut, start))


def to_instant(local: datetime, zone: ZoneInfo) -> datetime:
    """Return the UTC instant of a naive local time: in a gap the first instant after it, in a fold the first (S1)."""
    instant = local.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == local:
        return instant
    return _end_of_gap(local, zone)


def _end_of_gap(local: datetime, zone: ZoneInfo) -> datetime:
    """A time in a gap does not exist; the clock's first reading after the gap is where the two offsets part.

    Read with fold=0 the missing time lies after the gap's end, with fold=1 before it: the end is between, found by
    halving to the second.
    """
    after = local.replace(tzinfo=zone, fold=0).astimezone(UTC)
    before = local.replace(tzinfo=zone, fold=1).astimezone(UTC)
    offset = after.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) // 2
        if middle.astimezone(zone).utcoffset() == offset:
            after = middle
        else:
            before = middle
    return after.replace(microsecond=0)
