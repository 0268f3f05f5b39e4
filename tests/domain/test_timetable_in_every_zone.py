"""Departures at every half hour of every day on which a clock changes, 2020 to 2035, in every zone there is (S1).

The suite takes some of the zones; ALL_ZONES=1 takes all of them. What is expected is worked out from the instants of
the changes and the offsets around them alone.
"""

import os
import random
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest

from releasetrain.domain.timetable import CutOff, Recurring, occurrences, to_instant

SAMPLE = 40
WANTED = (
    "Africa/Casablanca",
    "Australia/Lord_Howe",
    "Europe/Dublin",
    "Pacific/Apia",
    "America/St_Johns",
    "Africa/Cairo",
)
EVERY = sorted(available_timezones())
ALL = "ALL_ZONES" in os.environ
ZONES = EVERY if ALL else sorted({*WANTED, *random.Random(2031).sample(EVERY, SAMPLE)})
FIRST, LAST = datetime(2020, 1, 1, tzinfo=UTC), datetime(2036, 1, 1, tzinfo=UTC)
HALF_HOURS = [time(minutes // 60, minutes % 60) for minutes in range(0, 24 * 60, 30)]
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
THREE_DAYS_BEFORE = CutOff(days_before=3, at=time(18))


@cache
def changes(name):
    """Every (instant, offset before, offset from then on), found by looking at each day and halving to the minute."""
    zone, found = ZoneInfo(name), []
    days = [FIRST + n * DAY for n in range((LAST - FIRST).days + 1)]
    offsets = [day.astimezone(zone).utcoffset() for day in days]
    for (day, old), (_next_day, new) in pairwise(zip(days, offsets, strict=True)):
        if old != new:
            low, high = 0, 24 * 60
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (
                    (middle, high) if (day + middle * MINUTE).astimezone(zone).utcoffset() == old else (low, middle)
                )
            found.append((day + high * MINUTE, old, new))
    return found


def expected(local, change):
    """The first reading of a local time near a change; where there is none, the instant of the change."""
    at, old, new = change
    before, after = (local - old).replace(tzinfo=UTC), (local - new).replace(tzinfo=UTC)
    return before if before < at else max(after, at)


def days_of(change):
    """The local days that a change touches: those of the clock just before and just after it."""
    at, old, new = (change[0].replace(tzinfo=None), *change[1:])
    return sorted({(at - MINUTE + old).date(), (at + new).date()})


@pytest.mark.parametrize("name", ZONES)
def test_every_half_hour_of_a_day_on_which_the_clock_changes_is_its_first_reading_or_the_end_of_the_gap(name):
    zone = ZoneInfo(name)
    wrong = [
        (local, change)
        for change in changes(name)
        for day in days_of(change)
        for local in (datetime.combine(day, at) for at in HALF_HOURS)
        if to_instant(local, zone) != expected(local, change)
    ]
    assert wrong == []


@pytest.mark.parametrize("name", ZONES)
def test_departures_around_a_change_are_in_order_and_each_is_there_once(name):
    found = changes(name)
    chosen = found if ALL else random.Random(name).sample(found, min(1, len(found)))
    daily = [Recurring(rule="FREQ=DAILY", at=at, minutes=30, first_on=date(2020, 1, 1)) for at in HALF_HOURS]
    for change in chosen:
        first, last = days_of(change)[0] - DAY, days_of(change)[-1] + DAY

        seen = list(occurrences(daily, zone=ZoneInfo(name), cut_off=THREE_DAYS_BEFORE, first=first, last=last))

        assert len(seen) == 48 * ((last - first).days + 1)
        assert all(one.local < other.local for one, other in pairwise(seen))
        assert all(one.departs.start <= other.departs.start for one, other in pairwise(seen))
        assert all(one.departs.start == expected(one.local, change) for one in seen)


def test_the_changes_are_found():
    assert changes("Europe/Berlin")[:2] == [
        (datetime(2020, 3, 29, 1, tzinfo=UTC), timedelta(hours=1), timedelta(hours=2)),
        (datetime(2020, 10, 25, 1, tzinfo=UTC), timedelta(hours=2), timedelta(hours=1)),
    ]
    assert sum(len(changes(name)) for name in ZONES) > 300
