"""Move a release from one slot to another."""

import pytest

from releasetrain.boarding.actions.riding import move
from releasetrain.domain.errors import Refused
from releasetrain.trains.models import Booking
from tests.factories import NOW, create_service, create_train
from tests.riding import aboard, clock_at, create_release, days, place_of, report, request_of, slot_on


def test_a_release_moves_and_its_old_booking_says_so(cast):
    train = create_train()
    early, late = slot_on(train, day=0), slot_on(train, day=7)
    release = aboard(early, team=cast.pay)

    move(release=release.pk, slot=late.pk, by=cast.ben, clock=clock_at())

    old = Booking.objects.get(slot=early)
    assert place_of(release) == late.pk
    assert (old.left_at, old.left_by, old.left_because) == (NOW, cast.ben, {"code": "moved"})
    assert request_of(release) is None


def test_it_moves_to_another_train(cast):
    here, there = slot_on(create_train(), day=0), slot_on(create_train(slug="cash"), day=0)
    release = aboard(here, team=cast.pay)

    move(release=release.pk, slot=there.pk, by=cast.ben, clock=clock_at())

    assert place_of(release) == there.pk


def test_who_has_no_place_cannot_move(cast):
    slot = slot_on(create_train(), day=0)
    release = create_release(team=cast.pay, slot=slot)

    with pytest.raises(Refused) as refused:
        move(release=release.pk, slot=slot.pk, by=cast.ben, clock=clock_at())

    assert refused.value.code == "not-booked"


def test_another_team_may_not_move_it(cast):
    train = create_train()
    release = aboard(slot_on(train, day=0), team=cast.pay)

    with pytest.raises(Refused) as refused:
        move(release=release.pk, slot=slot_on(train, day=7).pk, by=cast.dov, clock=clock_at())

    assert refused.value.code == "forbidden"


def test_a_departed_release_does_not_move(cast):
    train = create_train()
    early, late = slot_on(train, day=0), slot_on(train, day=7)
    release = aboard(early, team=cast.pay)
    report(Booking.objects.get(), started_at=early.start_at)

    with pytest.raises(Refused) as refused:
        move(release=release.pk, slot=late.pk, by=cast.cleo, clock=clock_at(early.end_at))

    assert refused.value.code == "has-departed"
    assert place_of(release) == early.pk


def test_an_old_conflict_over_somebody_else_does_not_refuse_an_unrelated_move(cast):
    """Two of INV overfill a slot since its capacity was cut; PAY comes and goes elsewhere."""
    train = create_train()
    full, early, late = slot_on(train, day=0, capacity=1), slot_on(train, day=7), slot_on(train, day=14)
    aboard(full, team=cast.inv), aboard(full, team=cast.inv)
    release = aboard(early, team=cast.pay)

    move(release=release.pk, slot=late.pk, by=cast.ben, clock=clock_at())

    assert place_of(release) == late.pk


def test_leaving_an_overfull_slot_is_not_refused_for_those_who_stay(cast):
    train = create_train()
    full, late = slot_on(train, day=0, capacity=1), slot_on(train, day=7)
    release, _, _ = (aboard(full, team=team) for team in (cast.pay, cast.inv, cast.inv))

    move(release=release.pk, slot=late.pk, by=cast.ben, clock=clock_at())

    assert place_of(release) == late.pk


def test_a_move_next_to_a_large_release_with_the_same_service_is_refused(cast):
    """Letting out a large task at the same time as others is dangerous: its soak counts."""
    service, train = create_service(), create_train()
    first, second, far = (slot_on(train, day=day) for day in (0, 4, 14))
    aboard(first, team=cast.inv, size="L", services=[service])
    release = aboard(far, team=cast.pay, size="L", services=[service])

    with pytest.raises(Refused) as refused:
        move(release=release.pk, slot=second.pk, by=cast.ben, clock=clock_at())

    assert [conflict.code for conflict in refused.value.conflicts] == ["large-overlap"]
    assert place_of(release) == far.pk


def test_a_rollout_that_takes_longer_blocks_the_later_one(cast):
    """Planned apart, but the first one started late and still runs: its hold reaches the slot of the second."""
    service, train = create_service(), create_train(soak_large_hours=24)
    first, second, far = (slot_on(train, day=day) for day in (0, 2, 14))
    running = aboard(first, team=cast.inv, size="L", services=[service])
    report(Booking.objects.get(release=running), started_at=first.start_at)
    release = aboard(far, team=cast.pay, size="L", services=[service])

    with pytest.raises(Refused) as refused:
        move(release=release.pk, slot=second.pk, by=cast.ben, clock=clock_at(first.end_at + days(1)))

    assert [conflict.code for conflict in refused.value.conflicts] == ["large-overlap"]
