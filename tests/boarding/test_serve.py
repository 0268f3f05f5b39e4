"""A request becomes a booking when what is in its way is moved or shrunk away."""

from datetime import timedelta

import pytest

from releasetrain.boarding.actions.asking import ask
from releasetrain.boarding.actions.drafting import edit
from releasetrain.boarding.actions.riding import book, leave, move
from releasetrain.boarding.queries import ways_out
from releasetrain.domain.errors import Refused
from releasetrain.domain.sizes import Size
from releasetrain.trains.models import Booking
from tests.factories import NOW, TUESDAY, create_train
from tests.riding import aboard, clock_at, create_release, place_of, request_of, said, slot_on


@pytest.fixture
def two(cast):
    """A large release rides; another asks beside it."""
    train = create_train()
    slot, later = slot_on(train, day=0), slot_on(train, day=7)
    rides = aboard(slot, team=cast.pay, size="L")
    asks = create_release(team=cast.inv, size="L", slot=slot)
    return rides, asks, slot, later


def test_it_boards_when_what_was_in_its_way_is_moved(cast, two):
    rides, asks, slot, later = two

    move(release=rides.pk, slot=later.pk, by=cast.cleo, clock=clock_at())

    assert (place_of(rides), place_of(asks)) == (later.pk, slot.pk)
    assert Booking.objects.get(release=asks).by_itself
    assert request_of(asks) is None


def test_it_boards_when_what_was_in_its_way_leaves(cast, two):
    rides, asks, slot, _ = two

    leave(release=rides.pk, reason="Not ready.", by=cast.ada, clock=clock_at())

    assert place_of(asks) == slot.pk


def test_it_boards_when_it_is_shrunk_itself(cast):
    slot = slot_on(create_train(), day=0)
    aboard(slot, team=cast.pay, size="M")
    asks = create_release(team=cast.inv, size="L", slot=slot)

    edit(release=asks.pk, fields=said(asks, size=Size.SMALL), revision=1, by=cast.dov, clock=clock_at())

    assert place_of(asks) == slot.pk


def test_of_two_that_ask_the_one_that_is_due_first_boards(cast, two):
    rides, asks, slot, later = two
    urgent = create_release(team=cast.inv, size="L", slot=slot, due=TUESDAY.date())

    move(release=rides.pk, slot=later.pk, by=cast.cleo, clock=clock_at())

    assert (place_of(urgent), place_of(asks)) == (slot.pk, None)


def test_it_keeps_asking_while_something_else_is_in_its_way(cast, two):
    rides, asks, slot, later = two
    aboard(slot, team=cast.inv, size="S")

    move(release=rides.pk, slot=later.pk, by=cast.cleo, clock=clock_at())

    assert place_of(asks) is None
    assert request_of(asks).slot == slot


def test_after_its_departure_began_nobody_moves_it_before_somebody_said_what_happened(cast, two):
    """Else its hold would vanish, and another large one could ride over a rollout that really happened."""
    rides, _, slot, later = two
    clock = clock_at(slot.start_at)

    for attempt in (
        lambda: book(release=rides.pk, slot=later.pk, by=cast.ada, clock=clock),
        lambda: leave(release=rides.pk, reason="Oops.", by=cast.ada, clock=clock),
        lambda: edit(release=rides.pk, fields=said(rides, size=Size.SMALL), revision=1, by=cast.ada, clock=clock),
    ):
        with pytest.raises(Refused) as refused:
            attempt()
        assert refused.value.code == "needs-a-word"
    assert place_of(rides) == slot.pk


def test_giving_a_place_back_without_asking_for_another_needs_a_reason(cast, two):
    rides, *_ = two

    with pytest.raises(Refused) as refused:
        ask(release=rides.pk, slot=None, by=cast.ada, clock=clock_at())

    assert refused.value.code == "reason-missing"


def test_what_rides_is_not_made_ready_only_after_its_departure(cast, two):
    rides, _, slot, _ = two
    late = (slot.start_at + timedelta(days=3)).date()

    with pytest.raises(Refused) as refused:
        edit(release=rides.pk, fields=said(rides, earliest=late), revision=1, by=cast.ada, clock=clock_at())

    assert refused.value.code == "before-earliest"


def test_the_next_slots_that_would_do_start_where_it_is_ready(cast):
    train = create_train()
    far = [slot_on(train, day=day) for day in range(70)][-1]
    release = create_release(team=cast.pay, train=train, earliest=far.start_at.date())

    assert [way.slot for way in ways_out(release.pk, train=train.pk, now=NOW)] == [far.pk]
