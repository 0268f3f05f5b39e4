"""What came of a release after somebody waived for it."""

from datetime import UTC, datetime, timedelta

import pytest

from releasetrain.domain.fates import Fate, Ride, fate

NOW = datetime(2031, 11, 24, 10, tzinfo=UTC)
DAY = timedelta(days=1)
WAIVED = NOW - 9 * DAY


def ride(slot=1, **facts) -> Ride:
    return Ride(**{"slot": slot, "ends_at": NOW - DAY, **facts})


@pytest.mark.parametrize("said", ["departed", "rolled-back", "not-departed"])
def test_what_was_said_of_its_departure_is_what_came_of_it(said):
    assert fate([ride(said=said)], since=WAIVED, slot=1, now=NOW) == Fate(said)


def test_a_place_whose_departure_is_ahead_is_still_to_come():
    assert fate([ride(ends_at=NOW + DAY)], since=WAIVED, slot=1, now=NOW) is Fate.COMING


def test_a_departure_that_is_over_without_a_word_is_no_departure():
    assert fate([ride()], since=WAIVED, slot=1, now=NOW) is Fate.SILENT


def test_who_took_another_place_moved_away():
    left = ride(left_at=NOW - 2 * DAY)

    assert fate([left, ride(slot=2, said="departed")], since=WAIVED, slot=1, now=NOW) is Fate.AWAY
    assert fate([left], since=WAIVED, slot=1, now=NOW) is Fate.AWAY


def test_a_waiver_that_names_no_slot_goes_along_to_the_next_one():
    moved = [ride(left_at=NOW - 2 * DAY), ride(slot=2, said="rolled-back")]

    assert fate(moved, since=WAIVED, slot=None, now=NOW) is Fate.ROLLED_BACK


def test_a_place_that_was_lost_before_the_waiver_is_none_of_its_business():
    before = ride(left_at=WAIVED - DAY, said="rolled-back")

    assert fate([before], since=WAIVED, slot=1, now=NOW) is Fate.NEVER
