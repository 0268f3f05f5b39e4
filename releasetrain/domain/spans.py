"""Stretches of local time that come once or again and again: freezes, and windows of low load."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from releasetrain.domain import recurrence
from releasetrain.domain.errors import Refused
from releasetrain.domain.timetable import to_instant
from releasetrain.domain.windows import Window

LONGEST = timedelta(days=366)
SINCE_EVER = date(2001, 1, 1)  # a Monday: weekly windows have no first day
MIDNIGHT = time()
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """From ``first`` to ``last``, naive local times of ``zone``; by ``rule`` (iCalendar; empty: once) again."""

    first: datetime
    last: datetime
    zone: str = "UTC"
    rule: str = ""


def checked(span: Span) -> Span:
    """Return the span with its rule as it is kept, or raise ``Refused`` where it can never be, or has no end."""
    if span.last <= span.first:
        raise Refused("ends-before-it-begins", details={"field": "last_at"})
    if span.last - span.first > LONGEST:
        raise Refused("too-long-a-freeze", details={"field": "last_at", "most": LONGEST.days})
    if not span.rule.strip():
        return span
    rule = recurrence.read(span.rule)
    recurrence.refuse_without_days(rule, first_on=span.first.date())
    return Span(first=span.first, last=span.last, zone=span.zone, rule=recurrence.tidy(span.rule))


def windows(spans: Iterable[Span], *, near: Window) -> tuple[Window, ...]:
    """Return the windows of the spans that meet ``near``, in order of time."""
    years = range(near.start.year - 2, near.end.year + 1)  # one that began before may still go on
    found = {window for span in spans for year in years for window in _of_year(span, year) if window.meets(near)}
    return tuple(sorted(found, key=lambda window: (window.start, window.end)))


@lru_cache(maxsize=4096)
def _of_year(span: Span, year: int) -> tuple[Window, ...]:
    """The windows that begin in a year; kept, since every look at a departure asks for the same."""
    zone = ZoneInfo(span.zone)
    return tuple(_window(span, day, zone) for day in _days(span, year))


def _days(span: Span, year: int) -> Iterator[date]:
    first_on = span.first.date()
    if not span.rule:
        yield from [first_on] if first_on.year == year else []
        return
    rule = recurrence.read(span.rule)
    yield from recurrence.days(rule, first_on=first_on, first=date(year, 1, 1), last=date(year, 12, 31))


def _window(span: Span, day: date, zone: ZoneInfo) -> Window:
    begins = datetime.combine(day, span.first.time())
    start, end = to_instant(begins, zone), to_instant(begins + (span.last - span.first), zone)
    return Window(start, max(start, end))


def weekly(weekdays: Iterable[int], *, since: time, until: time, zone: str) -> Span:
    """Return the span of some weekdays (0 is Monday) from ``since`` to ``until``; into the next day if that is earlier.

    The same time twice: the whole day.
    """
    named = sorted(set(weekdays))
    first = datetime.combine(SINCE_EVER + named[0] * DAY, since)
    last = datetime.combine(first.date() + (DAY if until <= since else timedelta()), until)
    rule = "FREQ=WEEKLY;BYDAY=" + ",".join(recurrence.WEEKDAYS[day] for day in named)
    return Span(first=first, last=last, zone=zone, rule=rule)


def whole_day(day: date, *, zone: str) -> Span:
    """Return the span of one local day."""
    return Span(first=datetime.combine(day, MIDNIGHT), last=datetime.combine(day + DAY, MIDNIGHT), zone=zone)
