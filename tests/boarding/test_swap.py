"""Let two releases change places."""

import pytest

from releasetrain.boarding.actions.riding import move, swap
from releasetrain.domain.errors import Refused
from releasetrain.trains.models import Booking
from tests.factories import create_service, create_train
from tests.riding import aboard, clock_at, create_release, place_of, slot_on


@pytest.fixture
def crossed(cast):
    """Two large ones with a service in common, a fortnight apart, of PAY and INV."""
    service, train = create_service(), create_train()
    early, late = slot_on(train, day=0), slot_on(train, day=14)
    one = aboard(early, team=cast.pay, size="L", services=[service])
    other = aboard(late, team=cast.inv, size="L", services=[service])
    return one, other, early, late


def test_a_swap_passes_where_two_moves_would_not(cast, crossed):
    one, other, early, late = crossed

    with pytest.raises(Refused) as refused:
        move(release=one.pk, slot=late.pk, by=cast.cleo, clock=clock_at())
    swap(one=one.pk, other=other.pk, by=cast.cleo, clock=clock_at())

    assert refused.value.code == "conflict"
    assert (place_of(one), place_of(other)) == (late.pk, early.pk)


def test_swapping_twice_puts_everything_back(cast, crossed):
    one, other, early, late = crossed

    swap(one=one.pk, other=other.pk, by=cast.cleo, clock=clock_at())
    swap(one=one.pk, other=other.pk, by=cast.cleo, clock=clock_at())

    assert (place_of(one), place_of(other)) == (early.pk, late.pk)
    assert Booking.objects.count() == 6


def test_whoever_may_not_book_both_may_not_swap_them(cast, crossed):
    one, other, early, late = crossed

    with pytest.raises(Refused) as refused:
        swap(one=one.pk, other=other.pk, by=cast.ada, clock=clock_at())

    assert refused.value.code == "forbidden"
    assert (place_of(one), place_of(other)) == (early.pk, late.pk)


def test_both_must_have_a_place(cast, crossed):
    one, _, early, _ = crossed
    waiting = create_release(team=cast.pay, train=early.train)

    with pytest.raises(Refused) as refused:
        swap(one=one.pk, other=waiting.pk, by=cast.cleo, clock=clock_at())

    assert (refused.value.code, refused.value.details) == ("not-booked", {"release": waiting.pk})


def test_a_swap_that_makes_a_conflict_moves_neither(cast):
    """The later slot carries another large one: PAY's medium may not go there, so INV's does not come either."""
    service, train = create_service(), create_train(large_mode="apart")
    early, late = slot_on(train, day=0), slot_on(train, day=14)
    one = aboard(early, team=cast.pay, size="M", services=[service])
    other = aboard(late, team=cast.inv)
    aboard(late, team=cast.inv, size="L", services=[service])

    with pytest.raises(Refused) as refused:
        swap(one=one.pk, other=other.pk, by=cast.cleo, clock=clock_at())

    assert [conflict.code for conflict in refused.value.conflicts] == ["large-rides-alone"]
    assert (place_of(one), place_of(other)) == (early.pk, late.pk)
