"""Spans in working days of a team."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from releasetrain.domain.timetable import to_instant

DAY = timedelta(days=1)
LONGEST_BREAK = 366  # days: a calendar without a working day in a year is no calendar


def a_working_day_after(now: datetime, *, zone: ZoneInfo, is_working: Callable[[date], bool]) -> datetime:
    """Return the instant a working day after ``now``: the same local time on the next working day (S4)."""
    local = now.astimezone(zone).replace(tzinfo=None)
    ahead = (local + n * DAY for n in range(1, LONGEST_BREAK + 1))
    return to_instant(next((one for one in ahead if is_working(one.date())), local + DAY), zone)
