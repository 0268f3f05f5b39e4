"""C: a large release shares its slot with no other, or on some trains with none that shares a service or table."""

from releasetrain.domain.conflicts.rules.large import large_rides_alone
from releasetrain.domain.conflicts.values import LargeMode, Side
from tests.domain.claims import FIRST, claim, slot

APART = slot(mode=LargeMode.APART)


def test_a_large_release_shares_its_slot_with_no_other():
    """The article: letting out a large task at the same time as others is dangerous."""
    large, small = claim(1, size="L", services="1"), claim(2, size="S", services="2")

    (found,) = large_rides_alone(large, booked=[small])

    assert (found.a, found.b) == (Side.release(1), Side.release(2))
    assert found.basis.facts == {"slot:1"}
    assert found.departs_at == FIRST


def test_the_other_is_told_the_same():
    large, small = claim(1, size="L"), claim(2)

    assert large_rides_alone(small, booked=[large]) == large_rides_alone(large, booked=[small])


def test_each_rider_is_a_conflict_of_its_own():
    aboard = [claim(id) for id in (2, 3, 4)]

    assert len(large_rides_alone(claim(1, size="L"), booked=aboard)) == 3


def test_releases_that_are_not_large_share_a_slot():
    assert large_rides_alone(claim(1, size="M", services="1"), booked=[claim(2, size="M", services="1")]) == []


def test_another_slot_is_another_matter():
    assert large_rides_alone(claim(1, slot(1), size="L"), booked=[claim(2, slot(2), size="L")]) == []


def test_nobody_is_in_conflict_with_itself():
    large = claim(1, size="L")

    assert large_rides_alone(large, booked=[large, claim(1, slot(2), size="L")]) == []


def test_where_large_ones_ride_apart_what_shares_nothing_may_come_along():
    large = claim(1, APART, size="L", services="1", tables="1")

    assert large_rides_alone(large, booked=[claim(2, APART, services="2", tables="2")]) == []


def test_where_large_ones_ride_apart_a_common_service_or_table_is_a_conflict():
    large = claim(1, APART, size="L", services="1", tables="1")

    assert large_rides_alone(large, booked=[claim(2, APART, services="1")])
    assert large_rides_alone(large, booked=[claim(2, APART, tables="1")])
