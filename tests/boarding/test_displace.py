"""A large release may claim a slot from small ones that boarded by themselves (S2): they move on in the same action."""

from datetime import date

import pytest

from releasetrain.boarding.actions.riding import book, move
from releasetrain.boarding.actions.submitting import submit
from releasetrain.boarding.queries import chances, ways_out
from releasetrain.domain.errors import Refused
from releasetrain.trains.models import Booking, Freeze, Request
from tests.factories import NOW, create_train
from tests.riding import ask_for, board, clock_at, create_release, place_of, request_of, slot_on


@pytest.fixture
def train(cast):
    return create_train()


@pytest.fixture
def slots(train):
    return [slot_on(train, day=day) for day in (0, 2, 7)]


def by_itself(slot, *, team, **facts):
    """A small release that boarded by itself and waits for its review."""
    release = create_release(team=team, **{"open_gates": ["team"], **facts})
    board(release, slot, by_itself=True)
    return release


def large(cast, train):
    return create_release(team=cast.pay, size="L", train=train)


def claims(release, slot, cast):
    return book(release=release.pk, slot=slot.pk, by=cast.ada, clock=clock_at())


def test_a_large_one_takes_the_slot_and_the_small_ones_move_on(cast, train, slots):
    small, other = by_itself(slots[0], team=cast.inv), by_itself(slots[0], team=cast.inv)
    big = large(cast, train)

    claims(big, slots[0], cast)

    assert place_of(big) == slots[0].pk
    assert {place_of(small), place_of(other)} == {slots[1].pk}
    left = Booking.objects.get(release=small, left_at=NOW)
    assert left.left_because == {"code": "displaced", "for": big.pk}
    assert Booking.objects.get(release=small, left_at=None).by_itself


def test_who_is_due_first_gets_the_earlier_place(cast, train, slots):
    slots[1].capacity = 1
    slots[1].save()
    late = by_itself(slots[0], team=cast.inv, due=date(2031, 12, 24))
    soon = by_itself(slots[0], team=cast.inv, due=date(2031, 12, 1))

    claims(large(cast, train), slots[0], cast)

    assert (place_of(soon), place_of(late)) == (slots[1].pk, slots[2].pk)


def test_where_no_slot_would_do_they_wait_for_the_first_that_would(cast, train):
    only = slot_on(train, day=0)
    small = create_release(team=cast.inv, open_gates=["team"])
    ask_for(small, train=train, wish=Request.Wish.FIRST)
    board(small, only, by_itself=True)

    claims(large(cast, train), only, cast)

    assert place_of(small) is None
    assert (request_of(small).because["code"], request_of(small).wish) == ("displaced", "first")


def test_a_soft_freeze_is_passed_over(cast, train, slots):
    Freeze.objects.create(
        name="fair", reason="The fair.", is_hard=False, first_at="2031-11-27T00:00", last_at="2031-11-28T00:00", at=NOW
    )
    small = by_itself(slots[0], team=cast.inv)

    claims(large(cast, train), slots[0], cast)

    assert place_of(small) == slots[2].pk


@pytest.mark.parametrize(
    ("why", "facts", "placed_by_hand"),
    [
        ("it is cleared", {"open_gates": []}, False),
        ("somebody placed it", {}, True),
        ("it is not small", {"size": "M"}, False),
    ],
)
def test_nobody_else_gives_way(cast, train, slots, why, facts, placed_by_hand):
    stays = create_release(team=cast.inv, **{"open_gates": ["team"], **facts})
    board(stays, slots[0], by_itself=not placed_by_hand)
    small = by_itself(slots[0], team=cast.inv)

    with pytest.raises(Refused) as refused:
        claims(large(cast, train), slots[0], cast)

    assert "large-rides-alone" in {one.code for one in refused.value.conflicts}
    assert (place_of(stays), place_of(small)) == (slots[0].pk, slots[0].pk)


def test_a_medium_one_displaces_nobody(cast, train, slots):
    slots[0].capacity = 3
    slots[0].save()
    small = by_itself(slots[0], team=cast.inv)
    medium = create_release(team=cast.pay, size="M", train=train)

    with pytest.raises(Refused) as refused:
        claims(medium, slots[0], cast)

    assert [one.code for one in refused.value.conflicts] == ["capacity"]
    assert place_of(small) == slots[0].pk


def test_nobody_moves_where_giving_way_would_not_be_enough(cast, train, slots):
    slots[0].capacity = 5  # a large one has six points
    slots[0].save()
    small = by_itself(slots[0], team=cast.inv)

    with pytest.raises(Refused):
        claims(large(cast, train), slots[0], cast)

    assert place_of(small) == slots[0].pk


def test_moving_and_submitting_claim_as_booking_does(cast, train, slots):
    first, second = by_itself(slots[0], team=cast.inv), by_itself(slots[1], team=cast.inv)
    drafted = create_release(team=cast.pay, size="L", submitted=False)
    ask_for(drafted, slot=slots[0], wish=Request.Wish.THIS)

    assert submit(release=drafted.pk, by=cast.ada, clock=clock_at()).slot == slots[0].pk
    assert place_of(first) == slots[1].pk

    move(release=drafted.pk, slot=slots[1].pk, by=cast.ada, clock=clock_at())
    assert (place_of(drafted), place_of(first), place_of(second)) == (slots[1].pk, slots[2].pk, slots[2].pk)


def test_what_it_would_cost_is_said_before(cast, train, slots):
    small = by_itself(slots[0], team=cast.inv, due=date(2031, 11, 26))
    big = large(cast, train)

    found = chances(big.pk, slots, now=NOW)[slots[0].pk]

    assert found.would_do
    (moves,) = found.displaces
    assert (moves.release, moves.slot, moves.days_late) == (small.pk, slots[1].pk, 1)
    assert found.others_late == 1
    assert [way.slot for way in ways_out(big.pk, train=train.pk, now=NOW)] == [slot.pk for slot in slots]
