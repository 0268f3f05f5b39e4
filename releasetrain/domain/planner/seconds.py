"""Instants and days of a calendar as the whole numbers of a problem."""

from datetime import UTC, date, datetime, timedelta

from releasetrain.domain.planner.problem import DAY

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)
HOUR = 3600


def since_1970(instant: datetime) -> int:
    """Return the whole seconds until an instant; a second begun is not counted."""
    return (instant - EPOCH) // SECOND


def up_to(instant: datetime) -> int:
    """Return the same for an end: a second begun is counted, so that nothing starts before it is over."""
    return -((EPOCH - instant) // SECOND)


def midnight(on: date) -> int:
    """Return the first second of a day on the wall clock."""
    return (on - EPOCH.date()).days * DAY


def wall_clock(instant: datetime, on: date) -> int:
    """Return a second of the day ``on``, where the instant falls on the wall clock: exact in days, not in hours."""
    return midnight(on) + since_1970(instant) % DAY
