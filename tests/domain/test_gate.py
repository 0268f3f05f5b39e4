"""May it depart? Condition by condition."""

from datetime import timedelta

import pytest

from releasetrain.domain.conflicts.values import Basis, Conflict, Severity, Side
from releasetrain.domain.gate import Case, against_boarding, against_departing
from releasetrain.domain.windows import Window
from tests.factories import NOW

HOUR = timedelta(hours=1)
NOW_DEPARTING = Window(NOW - HOUR, NOW + HOUR)


def conflict(severity=Severity.BLOCKS):
    return Conflict("capacity", Side.release(1), Side.slot(2), Basis(), NOW, severity)


def codes(**facts):
    case = Case(**{"submitted": True, "departs": NOW_DEPARTING, **facts})
    return [one.code for one in against_departing(case, now=NOW)]


def test_a_release_in_its_departure_with_nothing_against_it_may():
    assert codes() == []


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"submitted": False}, "still-a-draft"),
        ({"withdrawn": True}, "withdrawn"),
        ({"rolled_back": True}, "rolled-back"),
        ({"departs": None}, "not-booked"),
        ({"departs": Window(NOW + HOUR, NOW + 2 * HOUR)}, "departs-later"),
        ({"departs": Window(NOW - HOUR, NOW)}, "window-over"),
        ({"departed": True, "finished": True}, "has-departed"),
        ({"standing": (conflict(),)}, "capacity"),
    ],
)
def test_each_condition_speaks_against_it(facts, code):
    assert codes(**facts) == [code]


def test_it_may_from_the_first_instant_of_its_departure():
    assert codes(departs=Window(NOW, NOW + HOUR)) == []


def test_what_has_begun_goes_on_until_it_is_reported_over():
    assert codes(departed=True, departs=Window(NOW - 3 * HOUR, NOW - HOUR)) == []


def test_a_conflict_that_only_warns_does_not_hold_it_back():
    assert codes(standing=(conflict(Severity.WARNS),)) == []


def test_boarding_asks_the_time_and_the_rules():
    found = against_boarding(Case(submitted=True), refusal="slot-departed", standing=[conflict()])

    assert [one.code for one in found] == ["slot-departed", "capacity"]
