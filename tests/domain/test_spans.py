"""Stretches of local time, once or again and again: what they are in instants, across every change of the clock."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from releasetrain.domain.errors import Refused
from releasetrain.domain.spans import Span, checked, weekly, whole_day, windows
from releasetrain.domain.windows import Window
from releasetrain.trains.freezing import freeze_facts, low_load_of, spans_of

BERLIN = "Europe/Berlin"
HOUR = timedelta(hours=1)


def year(number: int) -> Window:
    return Window(datetime(number, 1, 1, tzinfo=UTC), datetime(number + 1, 1, 1, tzinfo=UTC))


def of(span: Span, *, near: Window) -> list[Window]:
    return list(windows([span], near=near))


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "hours"),
    [
        (date(2031, 10, 26), 25),  # the clock is put back: an hour comes twice
        (date(2031, 3, 30), 23),  # it is put forward: an hour is not there
        (date(2031, 6, 1), 24),
    ],
)
def test_a_whole_local_day_is_as_long_as_the_day_is(day, hours):
    (found,) = of(whole_day(day, zone=BERLIN), near=year(2031))

    assert found.end - found.start == hours * HOUR


def test_the_day_of_the_fold_begins_and_ends_at_local_midnight():
    assert of(whole_day(date(2031, 10, 26), zone=BERLIN), near=year(2031)) == [
        Window(utc(2031, 10, 25, 22), utc(2031, 10, 26, 23))
    ]


def test_a_time_in_the_gap_is_the_first_instant_after_it_and_one_in_the_fold_the_first():
    gap = Span(first=datetime(2031, 3, 30, 2, 30), last=datetime(2031, 3, 30, 4), zone=BERLIN)
    fold = Span(first=datetime(2031, 10, 26, 2, 30), last=datetime(2031, 10, 26, 4), zone=BERLIN)

    assert of(gap, near=year(2031)) == [Window(utc(2031, 3, 30, 1), utc(2031, 3, 30, 2))]
    assert of(fold, near=year(2031)) == [Window(utc(2031, 10, 26, 0, 30), utc(2031, 10, 26, 3))]


def test_one_that_lies_in_the_gap_altogether_is_empty_and_freezes_nothing():
    span = Span(first=datetime(2031, 3, 30, 2, 10), last=datetime(2031, 3, 30, 2, 50), zone=BERLIN)

    assert of(span, near=year(2031)) == []


def test_the_same_local_time_of_another_zone_is_another_instant():
    said = {"first": datetime(2031, 12, 24, 18), "last": datetime(2031, 12, 27)}

    assert of(Span(**said, zone="Asia/Tokyo"), near=year(2031))[0].start == utc(2031, 12, 24, 9)
    assert of(Span(**said, zone="America/New_York"), near=year(2031))[0].start == utc(2031, 12, 24, 23)


def test_a_yearly_one_that_goes_over_new_year_is_met_on_both_sides_of_it():
    span = Span(first=datetime(2031, 12, 20), last=datetime(2032, 1, 7), rule="FREQ=YEARLY")

    january = Window(utc(2035, 1, 2), utc(2035, 1, 3))
    assert of(span, near=january) == [Window(utc(2034, 12, 20), utc(2035, 1, 7))]
    assert of(span, near=Window(utc(2031, 1, 2), utc(2031, 1, 3))) == []  # it had not begun then


@pytest.mark.parametrize(
    ("rule", "days"),
    [
        ("FREQ=WEEKLY", [5, 12, 19, 26]),
        ("FREQ=WEEKLY;INTERVAL=2", [5, 19]),
        ("FREQ=WEEKLY;COUNT=3", [5, 12, 19]),
        ("FREQ=WEEKLY;UNTIL=20311212", [5, 12]),
        ("FREQ=MONTHLY;BYDAY=-1FR", [26]),
    ],
)
def test_it_recurs_as_its_rule_says(rule, days):
    span = Span(first=datetime(2031, 12, 5, 12), last=datetime(2031, 12, 8, 6), zone=BERLIN, rule=rule)

    found = of(span, near=Window(utc(2031, 12, 1), utc(2032, 1, 1)))

    assert [one.start.day for one in found] == days
    assert all(one.end - one.start == timedelta(days=2, hours=18) for one in found)


def test_only_what_meets_is_told_and_its_edges_are_half_open():
    span = Span(first=datetime(2031, 12, 5), last=datetime(2031, 12, 6), rule="FREQ=DAILY")

    found = of(span, near=Window(utc(2031, 12, 8), utc(2031, 12, 10)))

    assert [one.start.day for one in found] == [8, 9]


@pytest.mark.parametrize(
    ("since", "until", "hours"),
    [
        (time(23), time(5), 6),  # into the next day
        (time(1), time(5), 4),
        (time(0), time(0), 24),  # the same time twice: the whole day
        (time(22), time(22), 24),
    ],
)
def test_hours_of_the_week(since, until, hours):
    span = weekly([1], since=since, until=until, zone="UTC")  # Tuesdays

    (found,) = of(span, near=Window(utc(2031, 11, 25), utc(2031, 11, 26)))

    assert found.end - found.start == hours * HOUR
    assert found.start.weekday() == 1


def test_hours_of_low_load_are_told_by_database_and_one_without_near_is_told_as_having_none():
    rows = [
        {"database": 5, "zone": BERLIN, "weekdays": [0, 1], "since": time(23), "until": time(5)},
        {"database": 6, "zone": "UTC", "weekdays": [6], "since": time(1), "until": time(2)},
    ]

    found = low_load_of(rows, near=Window(utc(2031, 11, 25, 22), utc(2031, 11, 25, 23)))

    assert found == {5: (Window(utc(2031, 11, 25, 22), utc(2031, 11, 26, 4)),), 6: ()}


def row(**said):
    """A freeze as it is stored: Christmas Day of 2031 in Berlin, unless said otherwise."""
    usual = {"id": 7, "is_hard": True, "zone": BERLIN, "rule": "", "holidays": "", "suspensions": []}
    times = {"first_at": "2031-12-25T00:00", "last_at": "2031-12-26T00:00"}
    return {**usual, **times, "trains": [], "services": [], "teams": [], **said}


def test_a_calendar_of_public_holidays_is_its_days_from_the_first_on():
    near = Window(utc(2031, 12, 1), utc(2032, 1, 3))

    days = [span.first.date() for span in spans_of(row(holidays="DE", first_at="2031-12-26T00:00"), near=near)]

    assert date(2031, 12, 25) not in days
    assert {date(2031, 12, 26), date(2032, 1, 1)} <= set(days)


def test_a_part_of_a_country_has_days_of_its_own():
    epiphany = Window(utc(2032, 1, 6, 10), utc(2032, 1, 6, 11))  # kept in Bavaria, not in Berlin

    assert freeze_facts(row(holidays="DE-BY"), near=epiphany).windows == (
        Window(utc(2032, 1, 5, 23), utc(2032, 1, 6, 23)),
    )
    assert freeze_facts(row(holidays="DE-BE"), near=epiphany) is None


def test_what_is_suspended_is_cut_out():
    day = Window(utc(2031, 12, 24, 23), utc(2031, 12, 25, 23))
    noon = (utc(2031, 12, 25, 11), utc(2031, 12, 25, 13))

    assert freeze_facts(row(suspensions=[noon]), near=day).windows == (
        Window(day.start, noon[0]),
        Window(noon[1], day.end),
    )
    assert freeze_facts(row(suspensions=[(day.start, day.end)]), near=day) is None


@pytest.mark.parametrize(
    ("span", "code"),
    [
        (Span(first=datetime(2031, 1, 1), last=datetime(2031, 1, 1)), "ends-before-it-begins"),
        (Span(first=datetime(2031, 1, 1), last=datetime(2032, 1, 3)), "too-long-a-freeze"),
        (Span(first=datetime(2031, 1, 1), last=datetime(2031, 1, 2), rule="FREQ=HOURLY"), "rule-too-fine"),
        (
            Span(first=datetime(2031, 1, 1), last=datetime(2031, 1, 2), rule="FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"),
            "rule-never-departs",
        ),
    ],
)
def test_what_can_never_be_is_refused(span, code):
    with pytest.raises(Refused, match=code):
        checked(span)


def test_a_rule_is_kept_tidily():
    span = Span(first=datetime(2031, 1, 1), last=datetime(2031, 1, 2), rule=" rrule:freq=yearly; ")

    assert checked(span).rule == "FREQ=YEARLY"
