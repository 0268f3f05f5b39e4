"""Ask for a slot without holding a place."""

import pytest

from releasetrain.boarding.actions.asking import ask
from releasetrain.domain.errors import Refused
from releasetrain.trains.models import Booking
from tests.factories import NOW, create_train
from tests.riding import aboard, clock_at, create_release, days, place_of, report, request_of, slot_on


@pytest.mark.parametrize("who", ["ada", "ben", "cleo"])
def test_the_team_and_release_managers_ask(cast, who):
    train = create_train()
    slot = slot_on(train, day=0)
    release = create_release(team=cast.pay, train=train)

    ask(release=release.pk, slot=slot.pk, by=getattr(cast, who), clock=clock_at())

    assert (request_of(release).slot, request_of(release).wish) == (slot, "this")
    assert place_of(release) is None


@pytest.mark.parametrize("who", ["dov", "ines"])
def test_nobody_else_asks(cast, who):
    train = create_train()
    release = create_release(team=cast.pay, train=train)

    with pytest.raises(Refused) as refused:
        ask(release=release.pk, slot=slot_on(train, day=0).pk, by=getattr(cast, who), clock=clock_at())

    assert refused.value.code == "forbidden"


def test_a_request_holds_no_capacity_so_any_slot_may_be_asked_for(cast):
    slot = slot_on(create_train(), day=0, capacity=0)
    aboard(slot, team=cast.inv, size="L")
    release = create_release(team=cast.pay, train=slot.train)

    ask(release=release.pk, slot=slot.pk, by=cast.ben, clock=clock_at())

    assert request_of(release).slot == slot


def test_since_when_it_waits_is_kept(cast):
    train = create_train()
    release = create_release(team=cast.pay, train=train)

    ask(release=release.pk, slot=slot_on(train, day=0).pk, by=cast.ben, clock=clock_at(NOW + days(0.5)))

    assert request_of(release).asked_at == NOW


def test_a_place_it_holds_is_given_back(cast):
    train = create_train()
    early, late = slot_on(train, day=0), slot_on(train, day=7)
    release = aboard(early, team=cast.pay)

    ask(release=release.pk, slot=late.pk, by=cast.ben, clock=clock_at())

    assert place_of(release) is None
    assert request_of(release).slot == late
    assert Booking.objects.get().left_because == {"code": "asks"}


def test_asking_for_no_slot_waits_in_the_queue(cast):
    slot = slot_on(create_train(), day=0)
    release = create_release(team=cast.pay, slot=slot)

    ask(release=release.pk, slot=None, by=cast.ben, clock=clock_at(), wish="first")

    request = request_of(release)
    assert (request.slot, request.train, request.wish) == (None, slot.train, "first")


def test_a_slot_of_another_train_moves_the_request_there(cast):
    release = create_release(team=cast.pay, train=create_train())
    slot = slot_on(create_train(slug="cash"), day=0)

    ask(release=release.pk, slot=slot.pk, by=cast.ben, clock=clock_at())

    assert request_of(release).train == slot.train


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"submitted": False}, "still-a-draft"),
        ({"withdrawn_at": NOW}, "withdrawn"),
        ({"rolled_back_at": NOW}, "rolled-back"),
    ],
)
def test_only_a_submitted_release_on_its_way_asks(cast, facts, code):
    slot = slot_on(create_train(), day=0)
    release = create_release(team=cast.pay, **facts)

    with pytest.raises(Refused) as refused:
        ask(release=release.pk, slot=slot.pk, by=cast.ben, clock=clock_at())

    assert refused.value.code == code


def test_what_departed_asks_for_nothing(cast):
    train = create_train()
    slot = slot_on(train, day=0)
    release = aboard(slot, team=cast.pay)
    report(Booking.objects.get(), started_at=slot.start_at)

    with pytest.raises(Refused) as refused:
        ask(release=release.pk, slot=slot_on(train, day=7).pk, by=cast.ben, clock=clock_at(slot.end_at))

    assert refused.value.code == "has-departed"


@pytest.mark.parametrize("kind", ["regular", "past"])
def test_a_slot_that_departed_cannot_be_asked_for(cast, kind):
    slot = slot_on(create_train(), day=0, kind=kind)
    release = create_release(team=cast.pay, train=slot.train)

    with pytest.raises(Refused) as refused:
        ask(release=release.pk, slot=slot.pk, by=cast.ben, clock=clock_at(slot.start_at))

    assert refused.value.code == "slot-departed"
