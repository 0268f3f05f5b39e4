"""C3: a refusal's next three slots would really do."""

from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from releasetrain.boarding import queries
from releasetrain.boarding.actions.riding import book
from releasetrain.domain.errors import Refused
from releasetrain.trains.models import Booking, Slot
from tests.factories import NOW, TUESDAY, create_service, create_train
from tests.riding import aboard, board, clock_at, create_release, place_of, slot_on


def test_the_next_three_that_would_do_are_named_soonest_first(cast):
    train = create_train()
    slots = [slot_on(train, day=day) for day in range(6)]
    aboard(slots[0], team=cast.inv, size="L"), aboard(slots[2], team=cast.inv, size="L")
    release = create_release(team=cast.pay, slot=slots[0])

    ways = queries.ways_out(release.pk, train=train.pk, now=NOW)

    assert [way.slot for way in ways] == [slots[1].pk, slots[3].pk, slots[4].pk]


def test_each_says_what_it_would_cost(cast):
    train = create_train()
    slot_on(train, day=0, capacity=0), slot_on(train, day=3)
    release = create_release(team=cast.pay, train=train, due=TUESDAY.date())

    (way,) = queries.ways_out(release.pk, train=train.pk, now=NOW)

    assert (way.departs_at, way.days_late) == (TUESDAY + timedelta(days=3), 3)


@pytest.mark.parametrize("kind", [Slot.Kind.HOTFIX, Slot.Kind.PAST])
def test_nothing_but_a_regular_departure_is_named(cast, kind):
    train = create_train()
    slot_on(train, day=0, kind=kind)
    release = create_release(team=cast.pay, train=train)

    assert queries.ways_out(release.pk, train=train.pk, now=NOW) == []


def test_where_nothing_would_do_nothing_is_named(cast):
    train = create_train()
    slot_on(train, day=0, capacity=0)
    release = create_release(team=cast.pay, train=train)

    assert queries.ways_out(release.pk, train=train.pk, now=NOW) == []


days = st.integers(0, 9)
riders = st.lists(st.tuples(st.integers(0, 5), st.sampled_from("SML"), st.sets(st.integers(0, 1))), max_size=6)
wanted = st.tuples(st.sampled_from("SML"), st.sets(st.integers(0, 1)), st.none() | days, st.none() | st.integers(0, 5))


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(riders=riders, wanted=wanted, mode=st.sampled_from(["alone", "apart"]), hour=st.integers(0, 120))
def test_booking_each_of_them_succeeds_and_no_other(cast, riders, wanted, mode, hour):
    """The question and the verb have one answer."""
    clock = clock_at(TUESDAY + timedelta(hours=hour - 12))
    with undone():
        release, train = crowd(cast, riders, wanted, mode)
        slots = list(Slot.objects.filter(start_at__gt=clock()).values_list("pk", flat=True))
        named = {way.slot for way in queries.ways_out(release.pk, train=train.pk, now=clock(), count=6)}
        assert {slot for slot in slots if boards(release, slot, by=cast.cleo, clock=clock)} == named


@contextmanager
def undone():
    """Keep nothing. A verb's own transaction cannot be inside another, but inside a savepoint of the test's it can."""
    point = transaction.savepoint()
    try:
        yield
    finally:
        transaction.savepoint_rollback(point)


def boards(release, slot, *, by, clock):
    with undone():
        try:
            book(release=release.pk, slot=slot, by=by, clock=clock)
        except Refused:
            return False
        return place_of(release) == slot


def crowd(cast, riders, wanted, mode):
    """A train with a departure a day and some aboard, whatever the rules say, and a release that wants to ride."""
    services = [create_service(team=cast.pay) for _ in range(2)]
    train = create_train(large_mode=mode, soak_large_hours=30)
    slots = [slot_on(train, day=day, capacity=7) for day in range(6)]
    size, changes, earliest, rides = wanted
    facts = {"earliest": None if earliest is None else TUESDAY.date() + timedelta(days=earliest)}
    release = create_release(team=cast.pay, size=size, services=[services[one] for one in changes], **facts)
    if rides is not None:
        board(release, slots[rides])
    for there, big, touches in riders:
        other = create_release(team=cast.inv, size=big, services=[services[one] for one in touches])
        if not crowded(other, slots[there]):
            board(other, slots[there])
    return release, train


def crowded(release, slot):
    """Whether the wall would not let this release in."""
    return any(
        one.code.startswith("large") for one in queries.standing_conflicts(release.pk, slot=slot.pk, now=NOW)
    ) or (Booking.objects.filter(slot=slot, left_at=None).count() > 3)
