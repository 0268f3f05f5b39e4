"""Whose turn it is, since when, in working days (R8)."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from releasetrain.domain.fingerprints import FieldClass
from releasetrain.domain.turns import Event, Happened, Turn, late_by, turn_now, working_days
from releasetrain.teams.calendars import working_calendar

MONDAY = datetime(2031, 11, 24, 10, tzinfo=UTC)
UTC_ZONE = ZoneInfo("UTC")
DATA = frozenset({FieldClass.DATA})


def day(n: float) -> datetime:
    return MONDAY + timedelta(days=n)


def turn(*happened, is_open=True):
    events = [
        Happened(event=event, at=day(n), classes=DATA if event is Event.CHANGED else frozenset())
        for event, n in happened
    ]
    return turn_now(events, rests_on=DATA, is_open=is_open)


def days(found, now, calendar=""):
    return working_days(found.spans, now=day(now), zone=UTC_ZONE, is_working=working_calendar(calendar))


def test_the_clock_stops_while_the_author_works_and_a_change_begins_a_new_turn():
    works = turn((Event.ASKED, 0), (Event.OBJECTED, 2))
    again = turn((Event.ASKED, 0), (Event.OBJECTED, 2), (Event.CHANGED, 3))

    assert (works.turn, days(works, 4)) == (Turn.AUTHOR, 2)
    assert (again.turn, again.since_at, days(again, 4)) == (Turn.REVIEWER, day(3), 1)


def test_a_question_stops_the_clock_and_its_answer_lets_it_run_on():
    asks = turn((Event.ASKED, 0), (Event.QUESTION, 1))
    answered = turn((Event.ASKED, 0), (Event.QUESTION, 1), (Event.ANSWER, 3))

    assert (asks.turn, days(asks, 3)) == (Turn.AUTHOR, 1)
    assert (answered.turn, days(answered, 4)) == (Turn.REVIEWER, 2)


def test_a_change_of_something_else_is_no_answer():
    happened = [Happened(event=Event.ASKED, at=day(0)), Happened(event=Event.OBJECTED, at=day(1))]
    happened.append(Happened(event=Event.CHANGED, at=day(2), classes=frozenset({FieldClass.CODE})))

    assert turn_now(happened, rests_on=DATA, is_open=True).turn is Turn.AUTHOR


def test_a_gate_that_is_clear_waits_on_nobody():
    assert turn((Event.ASKED, 0), (Event.APPROVED, 1), is_open=False).turn is Turn.NOBODY


def test_a_gate_that_opens_again_begins_a_turn():
    again = turn((Event.ASKED, 0), (Event.APPROVED, 1), (Event.ASKED, 3))

    assert (again.since_at, days(again, 4)) == (day(3), 1)


def test_the_weekend_counts_nothing():
    assert days(turn((Event.ASKED, 4)), 7) == 1  # asked on Friday, now it is Monday


def test_a_public_holiday_of_the_country_counts_nothing():
    christmas = turn((Event.ASKED, 29))  # Tuesday 23 December

    assert days(christmas, 35) == 4
    assert days(christmas, 35, calendar="DE") == 2


def test_a_day_begins_where_the_team_is():
    late = [(datetime(2031, 11, 24, 21, 30, tzinfo=UTC), None)]
    facts = {"now": datetime(2031, 11, 25, 9, tzinfo=UTC), "is_working": working_calendar("")}

    assert working_days(late, zone=ZoneInfo("UTC"), **facts) == 1
    assert working_days(late, zone=ZoneInfo("Europe/Moscow"), **facts) == 0  # there it was Tuesday by then


@given(st.lists(st.floats(0, 30), min_size=1, max_size=4), st.integers(0, 40))
def test_no_day_counts_twice_however_often_it_was_asked(starts, now):
    spans = [(day(start), None) for start in starts]

    counted = working_days(spans, now=day(now), zone=UTC_ZONE, is_working=lambda on: on.weekday() < 5)

    assert counted <= sum((date(2031, 11, 24) + timedelta(days=n)).weekday() < 5 for n in range(1, now + 1))


def test_late_is_what_is_over_the_target():
    assert (late_by(6, target=2), late_by(2, target=2), late_by(0, target=2)) == (4, 0, 0)
