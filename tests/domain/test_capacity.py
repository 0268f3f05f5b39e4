"""C: a slot takes so many points."""

import pytest

from releasetrain.domain.conflicts.rules.room import over_capacity
from releasetrain.domain.conflicts.values import Side
from tests.domain.claims import claim, slot

SMALL_SLOT = slot(capacity=4)


def test_a_slot_takes_as_many_points_as_it_has():
    assert over_capacity(claim(1, SMALL_SLOT, size="M"), booked=[claim(2, SMALL_SLOT)]) == []


def test_one_point_more_is_a_conflict_with_the_slot():
    aboard = [claim(2, SMALL_SLOT), claim(3, SMALL_SLOT)]

    (found,) = over_capacity(claim(1, SMALL_SLOT, size="M"), booked=aboard)

    assert (found.a, found.b) == (Side.release(1), Side.slot(1))
    assert found.basis.facts == {"release:1", "release:2", "release:3"}
    assert found.basis.amounts == {"points": 1}


@pytest.mark.parametrize(("size", "excess"), [("S", 1), ("M", 3), ("L", 6)])
def test_points_are_the_sizes(size, excess):
    (found,) = over_capacity(claim(1, slot(capacity=0), size=size), booked=[])

    assert found.basis.amounts == {"points": excess}


def test_who_rides_elsewhere_takes_no_room():
    assert over_capacity(claim(1, SMALL_SLOT, size="M"), booked=[claim(2, slot(2), size="L")]) == []


def test_whoever_is_aboard_already_counts_once():
    """A release is judged in its slot whether or not it rides there: trying must not count it twice."""
    here = claim(1, SMALL_SLOT, size="M")

    assert over_capacity(here, booked=[here, claim(2, SMALL_SLOT)]) == []
