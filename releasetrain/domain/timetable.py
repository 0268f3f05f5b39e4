"""From a timetable in local time to instants (S1)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from releasetrain.domain import recurrence
from releasetrain.domain.recurrence import EVER, WEEKDAYS
from releasetrain.domain.windows import Window


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurring:
    """Departures on the days of ``rule`` (iCalendar, since ``first_on``), ``at`` local time, ``minutes`` long."""

    rule: str
    at: time
    minutes: int
    first_on: date = EVER

    @property
    def weekday(self) -> int | None:
        """The day (0 is Monday) if it departs on that day of every week since ever; else None."""
        plain = {f"FREQ=WEEKLY;BYDAY={name}": number for number, name in enumerate(WEEKDAYS)}
        return plain.get(self.rule) if self.first_on == EVER else None

    @property
    def order(self) -> tuple[int, str, date, time, int]:
        """What a timetable is sorted by: the plain weeks first, day by day."""
        weekday = self.weekday
        plain = (weekday, "") if weekday is not None else (len(WEEKDAYS), self.rule)
        return (*plain, self.first_on, self.at, self.minutes)


def weekly(*, weekday: int, at: time, minutes: int) -> Recurring:
    """Return a departure each week; 0 is Monday."""
    return Recurring(rule=f"FREQ=WEEKLY;BYDAY={WEEKDAYS[weekday]}", at=at, minutes=minutes)


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
    timetable: Iterable[Recurring], *, zone: ZoneInfo, cut_off: CutOff, first: date, last: date
) -> Iterator[Occurrence]:
    """Yield the departures on the local dates ``first`` to ``last``, both included, in order of local time.

    Where two say the same local time, the first of them counts.
    """
    lengths: dict[datetime, int] = {}
    for entry in timetable:
        for local in locals_of(entry, first=first, last=last):
            lengths.setdefault(local, entry.minutes)
    for local in sorted(lengths):
        yield occurrence(local, lengths[local], zone=zone, cut_off=cut_off)


def locals_of(entry: Recurring, *, first: date, last: date) -> list[datetime]:
    """Return the local times at which an entry departs between two dates, both included."""
    found = recurrence.days(recurrence.read(entry.rule), first_on=entry.first_on, first=first, last=last)
    return [datetime.combine(day, entry.at) for day in found]


def occurrence(local: datetime, minutes: int, *, zone: ZoneInfo, cut_off: CutOff) -> Occurrence:
    """Return the departure at a naive local time; the door shuts no later than it starts."""
    start = to_instant(local, zone)
    shut = to_instant(datetime.combine(local.date() - timedelta(days=cut_off.days_before), cut_off.at), zone)
    departs = Window(start, start + timedelta(minutes=minutes))
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
