"""Two who apply at once, and whoever throws the plan away meanwhile: each move is made once, or not at all."""

from threading import Lock
from uuid import uuid4

import pytest

from releasetrain.domain.errors import Refused
from releasetrain.planning.actions import apply, throw_away
from releasetrain.trains.models import Booking
from tests.factories import clock, create_cast, create_train
from tests.planning_rows import propose
from tests.riding import aboard, place_of, slot_on
from tests.support.threads import in_threads


@pytest.fixture
def cast(transactional_db):
    return create_cast()


@pytest.fixture
def slots(cast):
    train = create_train(capacity=1)
    return [slot_on(train, day=day) for day in (0, 7)]


@pytest.fixture
def swap(cast, slots):
    one, other = aboard(slots[0], team=cast.pay), aboard(slots[1], team=cast.inv)
    return one, other, propose({one: slots[1], other: slots[0]}, by=cast.cleo)


def codes(errors):
    return [error.code if isinstance(error, Refused) else repr(error) for error in errors]


def test_of_two_who_apply_at_once_one_does(cast, slots, swap):
    one, other, proposal = swap

    errors = in_threads(2, lambda: apply(proposal=proposal.pk, by=cast.cleo, clock=clock()))

    assert codes(errors) == ["plan-nothing-to-apply"]
    assert (place_of(one), place_of(other)) == (slots[1].pk, slots[0].pk)
    assert Booking.objects.count() == 4


def test_both_clicks_of_a_double_click_are_told_the_same(cast, slots, swap):
    one, other, proposal = swap
    key, told = uuid4(), []

    errors = in_threads(2, lambda: told.append(apply(proposal=proposal.pk, by=cast.cleo, clock=clock(), key=key)))

    assert (errors, told) == ([], [{one.pk, other.pk}] * 2)
    assert Booking.objects.count() == 4


def test_two_plans_for_one_place_give_it_once(cast, slots):
    """Both held when they were made."""
    free = slot_on(slots[0].train, day=14)
    one, other = aboard(slots[0], team=cast.pay), aboard(slots[1], team=cast.inv)
    plans = [propose({release: free}, by=cast.cleo).pk for release in (one, other)]
    turn = Lock()

    def take():
        with turn:
            plan = plans.pop()
        apply(proposal=plan, by=cast.cleo, clock=clock())

    errors = in_threads(2, take)

    assert codes(errors) == ["plan-no-longer-holds"]
    assert [place_of(one), place_of(other)].count(free.pk) == 1


def test_a_plan_that_is_thrown_away_meanwhile_is_applied_whole_or_not_at_all(cast, slots, swap):
    one, other, proposal = swap
    deeds = [
        lambda: apply(proposal=proposal.pk, by=cast.cleo, clock=clock()),
        lambda: throw_away(run=proposal.run_id, by=cast.cleo, clock=clock()),
    ]

    def do_one() -> None:
        deeds.pop()()

    errors = in_threads(2, do_one)

    moved = (place_of(one), place_of(other)) == (slots[1].pk, slots[0].pk)
    assert codes(errors) == ([] if moved else ["no-such-plan"])
    assert moved or (place_of(one), place_of(other)) == (slots[0].pk, slots[1].pk)
