"""Rules of iCalendar, by the day: read, refused in words, and evaluated as dateutil would from their first day on."""

from datetime import date, datetime, time
from itertools import takewhile
from time import perf_counter

import pytest
from dateutil import rrule
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from releasetrain.domain.errors import Refused
from releasetrain.domain.recurrence import days, next_days, read, refuse_without_days, tidy

FIRST = date(2031, 1, 1)


def found(rule, *, first_on=FIRST, first=None, last=date(2031, 12, 31)):
    return list(days(read(rule), first_on=first_on, first=first or first_on, last=last))


def code_of(rule):
    with pytest.raises(Refused) as refused:
        read(rule)
    return refused.value.code


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH", ["01-09", "01-21", "01-23"]),
        ("FREQ=MONTHLY;BYDAY=2TU", ["01-14"]),
        ("FREQ=MONTHLY;BYDAY=-1FR", ["01-31"]),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", ["01-31"]),
        ("FREQ=MONTHLY;BYMONTHDAY=15,-1", ["01-15", "01-31"]),
        ("FREQ=DAILY;INTERVAL=10", ["01-08", "01-18", "01-28"]),
        ("FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=20", ["01-20"]),
        ("FREQ=YEARLY;BYWEEKNO=3;BYDAY=MO", ["01-13"]),
        ("FREQ=YEARLY;BYYEARDAY=31", ["01-31"]),
        ("FREQ=WEEKLY;BYDAY=TU;COUNT=2", ["01-14", "01-21"]),
        ("FREQ=WEEKLY;BYDAY=TU;UNTIL=20310121", ["01-14", "01-21"]),
        ("FREQ=WEEKLY;WKST=SU;INTERVAL=2;BYDAY=SU", ["01-19"]),
        ("FREQ=WEEKLY", ["01-08", "01-15", "01-22", "01-29"]),
    ],
)
def test_a_rule_gives_its_days_from_its_first_day_on(rule, expected):
    first_on = date(2031, 1, 8)

    seen = found(rule, first_on=first_on, last=date(2031, 1, 31))

    assert [f"{day:%m-%d}" for day in seen] == expected


def test_a_month_without_the_day_is_passed_over():
    assert found("FREQ=MONTHLY", first_on=date(2031, 1, 31), last=date(2031, 5, 31)) == [
        date(2031, 1, 31),
        date(2031, 3, 31),
        date(2031, 5, 31),
    ]


def test_a_count_is_counted_from_the_first_day_wherever_one_looks():
    assert found("FREQ=DAILY;COUNT=5", first=date(2031, 1, 4)) == [date(2031, 1, 4), date(2031, 1, 5)]


@pytest.mark.parametrize(
    "rule", ["rrule: freq=weekly; byday=tu", "RRULE:FREQ=WEEKLY;BYDAY=TU;", "FREQ=WEEKLY;BYDAY=TU"]
)
def test_a_rule_is_kept_in_one_way_of_writing(rule):
    assert tidy(rule) == "FREQ=WEEKLY;BYDAY=TU"


@pytest.mark.parametrize(
    "rule",
    [
        "",
        "tue",
        "FREQ=",
        "FREQ=OFTEN",
        "BYDAY=TU",
        "FREQ=WEEKLY;FREQ=DAILY",
        "FREQ=WEEKLY;BYDAY=XX",
        "FREQ=WEEKLY;BYDAY=1TU",
        "FREQ=MONTHLY;BYDAY=6TU",
        "FREQ=MONTHLY;BYDAY=0TU",
        "FREQ=YEARLY;BYMONTH=12;BYDAY=6TU",
        "FREQ=YEARLY;BYWEEKNO=3;BYDAY=1TU",
        "FREQ=MONTHLY;BYMONTHDAY=32",
        "FREQ=MONTHLY;BYMONTHDAY=0",
        "FREQ=YEARLY;BYMONTH=-1",
        "FREQ=WEEKLY;INTERVAL=0",
        "FREQ=WEEKLY;INTERVAL=99999999999999999999",
        "FREQ=WEEKLY;COUNT=0",
        "FREQ=WEEKLY;COUNT=1001",
        "FREQ=WEEKLY;UNTIL=20311332",
        "FREQ=WEEKLY;UNTIL=20311231T220000Z",
        "FREQ=WEEKLY;BYEASTER=1",
        "FREQ=MONTHLY;BYSETPOS=1",
        "FREQ=WEEKLY;BYDAY=TU;" + "BYMONTH=" + ",".join(["1"] * 200),
        "FREQ=MONTHLY;BYMONTHDAY=١",
    ],
)
def test_what_is_no_rule_is_refused(rule):
    assert code_of(rule) == "rule-unreadable"


@pytest.mark.parametrize("rule", ["FREQ=HOURLY", "FREQ=MINUTELY", "FREQ=DAILY;BYHOUR=3", "FREQ=WEEKLY;BYSECOND=1"])
def test_a_rule_says_days_and_nothing_finer(rule):
    assert code_of(rule) == "rule-too-fine"


@pytest.mark.parametrize(
    "rule", ["FREQ=WEEKLY;BYMONTHDAY=3", "FREQ=DAILY;BYYEARDAY=3", "FREQ=WEEKLY;BYDAY=TU;BYSETPOS=1"]
)
def test_parts_that_do_not_go_together_are_refused(rule):
    assert code_of(rule) == "rule-part-unfit"


def test_a_rule_has_one_end():
    assert code_of("FREQ=DAILY;COUNT=3;UNTIL=20310101") == "rule-part-unfit"


EMPTY = (
    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
    "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
    "FREQ=DAILY;INTERVAL=7;BYDAY=TU",
    "FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=1;BYMONTH=2",
    "FREQ=YEARLY;BYMONTHDAY=1;BYSETPOS=366",
    "FREQ=WEEKLY;UNTIL=20301231",
)


@pytest.mark.parametrize("rule", EMPTY)
def test_a_rule_that_never_comes_true_is_refused_at_once(rule):
    began = perf_counter()

    with pytest.raises(Refused) as refused:
        refuse_without_days(read(rule), first_on=FIRST)

    assert refused.value.code == "rule-never-departs"
    assert perf_counter() - began < 0.5  # dateutil itself looks through eight thousand years


def test_a_day_that_comes_every_eight_years_is_a_day():
    refuse_without_days(read("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29"), first_on=date(2097, 1, 1))


def test_looking_far_ahead_of_the_first_day_costs_no_more():
    began = perf_counter()

    seen = found("FREQ=DAILY", first_on=date(2000, 1, 1), first=date(2190, 1, 1), last=date(2190, 1, 2))

    assert len(seen) == 2
    assert perf_counter() - began < 0.1


def test_the_next_days_of_a_rule_are_its_next():
    assert next_days(read("FREQ=MONTHLY;BYDAY=1TU"), first_on=FIRST, after=date(2031, 1, 8), count=2) == [
        date(2031, 2, 4),
        date(2031, 3, 4),
    ]


NAMES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
lists = lambda values, most=3: st.lists(values, min_size=1, max_size=most, unique=True)  # noqa: E731


@st.composite
def rules(draw):
    freq = draw(st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]))
    parts = {"FREQ": freq, "INTERVAL": str(draw(st.integers(1, 5))), "WKST": draw(st.sampled_from(NAMES))}
    if draw(st.booleans()):
        parts["BYMONTH"] = joined(draw(lists(st.integers(1, 12), 6)))
    if draw(st.booleans()) and freq != "WEEKLY":
        parts["BYMONTHDAY"] = joined(draw(lists(st.integers(-31, 31).filter(bool), 6)))
    if draw(st.booleans()):
        most = {"MONTHLY": 5, "YEARLY": 5 if "BYMONTH" in parts else 53}.get(freq, 0)
        which = st.integers(-most, most)
        parts["BYDAY"] = joined(f"{n or ''}{day}" for n, day in draw(lists(st.tuples(which, st.sampled_from(NAMES)))))
    if freq == "YEARLY" and draw(st.booleans()):
        parts["BYYEARDAY"] = joined(draw(lists(st.integers(-366, 366).filter(bool), 20)))
    if freq in ("MONTHLY", "YEARLY") and {"BYDAY", "BYMONTHDAY"} & parts.keys() and draw(st.booleans()):
        parts["BYSETPOS"] = joined(draw(lists(st.integers(-4, 4).filter(bool))))
    if draw(st.booleans()):
        parts["COUNT"] = str(draw(st.integers(1, 30)))
    return ";".join(f"{name}={value}" for name, value in parts.items())


def joined(values):
    return ",".join(map(str, values))


@settings(deadline=None)
@given(rule=rules(), first_on=st.dates(date(2024, 1, 1), date(2032, 1, 1)), ahead=st.integers(0, 900))
def test_a_rule_gives_the_days_that_dateutil_gives(rule, first_on, ahead):
    first = date.fromordinal(first_on.toordinal() + ahead)
    last = date(first.year + 2, 12, 31)
    seen = found(rule, first_on=first_on, first=first, last=last)
    whole = found(rule, first_on=first_on, last=date(first_on.year + 40, 12, 31))
    assume(whole and (whole[-1] > last or "COUNT" in rule))  # else dateutil looks on to the year 9999

    every = rrule.rrulestr(rule, dtstart=datetime.combine(first_on, time.min))
    expected = [one.date() for one in takewhile(lambda one: one.date() <= last, every)]

    assert seen == [day for day in expected if day >= first]
