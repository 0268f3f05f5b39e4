"""From local time to instants, across every kind of clock change (S1)."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from releasetrain.domain.timetable import CutOff, Recurring, occurrences, to_instant, weekly

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = (
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Pacific/Apia",
    "Asia/Tokyo",
)
EVENING = CutOff(days_before=1, at=time(18))
TUESDAY = weekly(weekday=1, at=time(22), minutes=60)


def departures(*timetable, zone=BERLIN, cut_off=EVENING, first, last):
    return list(occurrences(timetable, zone=zone, cut_off=cut_off, first=first, last=last))


def test_a_departure_keeps_its_local_time_when_summer_ends():
    found = departures(TUESDAY, first=date(2025, 10, 20), last=date(2025, 11, 2))

    assert [one.departs.start for one in found] == [
        datetime(2025, 10, 21, 20, tzinfo=UTC),
        datetime(2025, 10, 28, 21, tzinfo=UTC),
    ]


def test_a_time_in_the_gap_becomes_the_first_instant_after_it():
    assert to_instant(datetime(2025, 3, 30, 2, 30), BERLIN) == datetime(2025, 3, 30, 1, 0, tzinfo=UTC)


def test_a_gap_of_half_an_hour_ends_where_it_ends():
    lord_howe = ZoneInfo("Australia/Lord_Howe")

    found = to_instant(datetime(2025, 10, 5, 2, 10), lord_howe)

    assert found.astimezone(lord_howe).replace(tzinfo=None) == datetime(2025, 10, 5, 2, 30)


def test_a_day_that_a_zone_skipped_begins_with_the_next():
    apia = ZoneInfo("Pacific/Apia")

    found = to_instant(datetime(2011, 12, 30, 12), apia)

    assert found.astimezone(apia).replace(tzinfo=None) == datetime(2011, 12, 31)


def test_a_time_in_the_fold_is_its_first_instant():
    assert to_instant(datetime(2025, 10, 26, 2, 30), BERLIN) == datetime(2025, 10, 26, 0, 30, tzinfo=UTC)


def test_the_door_shuts_at_local_time_days_before():
    (found,) = departures(TUESDAY, first=date(2025, 10, 28), last=date(2025, 10, 28))

    assert found.cut_off_at == datetime(2025, 10, 27, 17, tzinfo=UTC)


def test_the_door_never_shuts_after_the_departure():
    late = CutOff(days_before=0, at=time(23))

    (found,) = departures(TUESDAY, cut_off=late, first=date(2025, 10, 28), last=date(2025, 10, 28))

    assert found.cut_off_at == found.departs.start


def test_departures_of_a_day_come_in_order_of_time():
    noon = weekly(weekday=1, at=time(12), minutes=30)

    found = departures(TUESDAY, noon, first=date(2025, 10, 28), last=date(2025, 10, 28))

    assert [one.local.hour for one in found] == [12, 22]


@pytest.mark.parametrize(("first", "last", "count"), [(1, 7, 1), (1, 14, 2), (4, 4, 1), (5, 10, 0)])
def test_both_ends_of_the_span_are_included(first, last, count):
    found = departures(TUESDAY, first=date(2031, 11, first), last=date(2031, 11, last))

    assert len(found) == count


def test_a_rule_departs_in_local_time_on_both_sides_of_a_clock_change():
    second = Recurring(rule="FREQ=MONTHLY;BYDAY=-1SU", at=time(12), minutes=30, first_on=date(2025, 1, 1))

    found = departures(second, first=date(2025, 2, 1), last=date(2025, 4, 30))

    assert [one.departs.start for one in found] == [
        datetime(2025, 2, 23, 11, tzinfo=UTC),
        datetime(2025, 3, 30, 10, tzinfo=UTC),
        datetime(2025, 4, 27, 10, tzinfo=UTC),
    ]


def test_two_that_say_the_same_departure_make_one():
    fortnight = Recurring(rule="FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", at=time(22), minutes=90, first_on=date(2031, 11, 4))

    found = departures(TUESDAY, fortnight, first=date(2031, 11, 3), last=date(2031, 11, 16))

    assert [(one.local.day, one.departs.end - one.departs.start) for one in found] == [
        (4, timedelta(hours=1)),
        (11, timedelta(hours=1)),
    ]


def test_a_plain_week_is_known_as_its_day():
    later = Recurring(rule=TUESDAY.rule, at=time(22), minutes=60, first_on=date(2031, 11, 4))
    assert (TUESDAY.rule, TUESDAY.weekday, later.weekday) == ("FREQ=WEEKLY;BYDAY=TU", 1, None)


@given(
    zone=st.sampled_from(ZONES),
    local=st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2037, 12, 31)),
)
def test_an_instant_shows_its_local_time_or_the_end_of_the_gap_it_fell_into(zone, local):
    local, zone = local.replace(second=0, microsecond=0), ZoneInfo(zone)

    instant = to_instant(local, zone)

    shown = instant.astimezone(zone).replace(tzinfo=None)
    if shown == local:
        assert not _earlier_reading(instant, zone, local)
    else:
        just_before = (instant - timedelta(seconds=1)).astimezone(zone).replace(tzinfo=None)
        assert just_before < local < shown


def _earlier_reading(instant, zone, local):
    """Whether the clock showed ``local`` before ``instant`` already, at the largest fold there is: a day."""
    steps = range(1, 24 * 4 + 1)
    return any((instant - timedelta(minutes=15 * n)).astimezone(zone).replace(tzinfo=None) == local for n in steps)


@given(
    zone=st.sampled_from(ZONES),
    first=st.dates(min_value=date(2000, 1, 1), max_value=date(2037, 1, 1)),
    timetable=st.lists(
        st.builds(
            weekly,
            weekday=st.integers(0, 6),
            at=st.times().map(lambda at: at.replace(second=0, microsecond=0)),
            minutes=st.integers(1, 240),
        ),
        max_size=3,
        unique_by=lambda one: (one.weekday, one.at),
    ),
)
def test_every_week_has_each_departure_once_with_its_length_and_a_door_before_it(zone, first, timetable):
    found = departures(*timetable, zone=ZoneInfo(zone), first=first, last=first + timedelta(days=27))

    assert len(found) == 4 * len(timetable)
    assert len({one.local for one in found}) == len(found)
    for one in found:
        assert one.cut_off_at <= one.departs.start < one.departs.end
        assert first <= one.local.date() <= first + timedelta(days=27)
