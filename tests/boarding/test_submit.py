"""Hand a release in."""

from uuid import uuid4

import pytest

from releasetrain.boarding.actions.riding import leave
from releasetrain.boarding.actions.submitting import submit, withdraw
from releasetrain.domain.errors import Refused
from releasetrain.releases.models import Release
from releasetrain.trains.models import Booking, Request, Slot
from tests.factories import NOW, create_service, create_train
from tests.riding import aboard, ask_for, clock_at, create_release, place_of, request_of, slot_on


def drafted(cast, *, train=None, slot=None, wish=Request.Wish.FIRST, **facts):
    release = create_release(team=cast.pay, submitted=False, **facts)
    ask_for(release, train=train, slot=slot, wish=wish)
    return release


@pytest.mark.parametrize("who", ["ada", "ben", "cleo"])
def test_the_team_and_release_managers_submit(cast, who):
    release = drafted(cast, train=create_train())

    submit(release=release.pk, by=getattr(cast, who), clock=clock_at())

    submitted = Release.objects.get()
    assert (submitted.submitted_at, submitted.submitted_by) == (NOW, getattr(cast, who))


@pytest.mark.parametrize("who", ["dov", "ines"])
def test_nobody_else_submits(cast, who):
    release = drafted(cast, train=create_train())

    with pytest.raises(Refused) as refused:
        submit(release=release.pk, by=getattr(cast, who), clock=clock_at())

    assert refused.value.code == "forbidden"


def test_a_small_release_boards_the_next_slot_with_room_by_itself(cast):
    """S2: nobody fills in a booking form."""
    train = create_train()
    full, free = slot_on(train, day=0, capacity=0), slot_on(train, day=7)
    release = drafted(cast, train=full.train)

    outcome = submit(release=release.pk, by=cast.ben, clock=clock_at())

    assert outcome.slot == free.pk
    assert place_of(release) == free.pk
    assert Booking.objects.get().by_itself
    assert request_of(release) is None


def test_nothing_enters_a_hotfix_slot_by_itself(cast):
    train = create_train()
    slot_on(train, day=0, kind=Slot.Kind.HOTFIX)
    regular = slot_on(train, day=7)
    release = drafted(cast, train=train)

    assert submit(release=release.pk, by=cast.ben, clock=clock_at()).slot == regular.pk


def test_nothing_boards_by_itself_after_the_cut_off_or_before_its_earliest_date(cast):
    train = create_train()
    slots = [slot_on(train, day=day) for day in (0, 7, 14)]
    release = drafted(cast, train=train, earliest=slots[2].start_at.date())

    assert submit(release=release.pk, by=cast.ben, clock=clock_at(slots[0].cut_off_at)).slot == slots[2].pk


def test_it_takes_the_slot_it_wishes(cast):
    train = create_train()
    slot_on(train, day=0)
    wished = slot_on(train, day=7)
    release = drafted(cast, slot=wished, wish=Request.Wish.THIS, size="L")

    outcome = submit(release=release.pk, by=cast.ben, clock=clock_at())

    assert (outcome.slot, place_of(release)) == (wished.pk, wished.pk)
    assert not Booking.objects.get().by_itself


def test_a_conflict_leaves_it_asking_and_is_told(cast):
    slot = slot_on(create_train(), day=0)
    aboard(slot, team=cast.inv, size="L")
    release = drafted(cast, slot=slot, wish=Request.Wish.THIS)

    outcome = submit(release=release.pk, by=cast.ben, clock=clock_at())

    assert (outcome.slot, outcome.refusal) == (None, "conflict")
    assert [conflict.code for conflict in outcome.conflicts] == ["large-rides-alone"]
    assert (request_of(release).slot, request_of(release).asked_at) == (slot, NOW)


def test_with_nothing_to_wish_it_waits(cast):
    release = drafted(cast, train=create_train(), wish=Request.Wish.THIS)

    outcome = submit(release=release.pk, by=cast.ben, clock=clock_at())

    assert (outcome.slot, outcome.conflicts) == (None, ())
    assert (request_of(release).slot, request_of(release).asked_at) == (None, NOW)


def test_where_no_slot_would_do_it_waits(cast):
    release = drafted(cast, train=slot_on(create_train(), day=0, capacity=0).train)

    assert submit(release=release.pk, by=cast.ben, clock=clock_at()).slot is None
    assert request_of(release).asked_at == NOW


def test_a_wished_slot_that_departed_meanwhile_is_wished_no_more(cast):
    train = create_train()
    gone, next_one = slot_on(train, day=0), slot_on(train, day=7)
    release = drafted(cast, slot=gone)

    assert submit(release=release.pk, by=cast.ben, clock=clock_at(gone.start_at)).slot == next_one.pk


def test_a_large_one_finds_its_way_past_another(cast):
    """The article's QR payments: its checkout part waits until the main part has soaked."""
    service, train = create_service(), create_train()
    slots = [slot_on(train, day=day) for day in (0, 2, 4, 7)]
    aboard(slots[0], team=cast.inv, size="L", services=[service])
    release = drafted(cast, train=train, size="L", services=[service])

    assert submit(release=release.pk, by=cast.ben, clock=clock_at()).slot == slots[3].pk


def test_it_is_submitted_once(cast):
    release = drafted(cast, train=create_train())
    submit(release=release.pk, by=cast.ben, clock=clock_at())

    with pytest.raises(Refused) as refused:
        submit(release=release.pk, by=cast.ben, clock=clock_at())

    assert refused.value.code == "already-submitted"


def test_a_withdrawn_release_may_be_submitted_again(cast):
    slot = slot_on(create_train(), day=0)
    release = aboard(slot, team=cast.pay)
    withdraw(release=release.pk, reason="Not this month.", by=cast.ben, clock=clock_at())

    submit(release=release.pk, by=cast.ben, clock=clock_at())

    assert Release.objects.get().withdrawn_at is None
    assert place_of(release) or request_of(release).asked_at


def test_one_that_was_rolled_back_may_be_submitted_again(cast):
    train = create_train(default_of=[cast.pay])
    release = create_release(team=cast.pay, rolled_back_at=NOW)
    slot = slot_on(train, day=0)

    assert submit(release=release.pk, by=cast.ben, clock=clock_at()).slot == slot.pk
    assert Release.objects.get().rolled_back_at is None


def test_who_left_and_waits_is_not_submitted_again(cast):
    release = aboard(slot_on(create_train(), day=0), team=cast.pay)
    leave(release=release.pk, reason="The tests are red.", by=cast.ben, clock=clock_at())

    with pytest.raises(Refused) as refused:
        submit(release=release.pk, by=cast.ben, clock=clock_at())

    assert refused.value.code == "already-submitted"


def test_a_double_click_submits_once_and_says_the_same(cast):
    release, key = drafted(cast, train=slot_on(create_train(), day=0).train), uuid4()

    first = submit(release=release.pk, by=cast.ben, clock=clock_at(), key=key)
    second = submit(release=release.pk, by=cast.ben, clock=clock_at(), key=key)

    assert second == first
    assert second.slot == place_of(release)
    assert Booking.objects.count() == 1


def test_a_double_click_says_again_why_it_asks(cast):
    slot = slot_on(create_train(), day=0)
    aboard(slot, team=cast.inv, size="L")
    release, key = drafted(cast, slot=slot, wish=Request.Wish.THIS), uuid4()

    answers = [submit(release=release.pk, by=cast.ben, clock=clock_at(), key=key) for _ in range(2)]

    assert [(one.slot, one.refusal) for one in answers] == [(None, "conflict")] * 2


def test_what_was_refused_uses_no_key_up(cast):
    release, key = drafted(cast, train=create_train()), uuid4()
    with pytest.raises(Refused):
        submit(release=release.pk, by=cast.dov, clock=clock_at(), key=key)

    submit(release=release.pk, by=cast.ben, clock=clock_at(), key=key)

    assert Release.objects.get().submitted_by == cast.ben
