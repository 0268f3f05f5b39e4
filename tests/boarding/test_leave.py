"""Give a place back."""

from uuid import uuid4

import pytest

from releasetrain.audit.models import Entry
from releasetrain.boarding.actions.riding import leave
from releasetrain.domain.errors import Refused
from releasetrain.trains.models import Booking
from tests.factories import NOW, create_train
from tests.riding import aboard, clock_at, create_release, place_of, report, request_of, slot_on


def test_who_leaves_waits_for_the_same_train(cast):
    slot = slot_on(create_train(), day=0)
    release = aboard(slot, team=cast.pay)

    leave(release=release.pk, reason="The tests are red.", by=cast.ben, clock=clock_at())

    request = request_of(release)
    assert place_of(release) is None
    assert (request.train, request.slot, request.asked_at) == (slot.train, None, NOW)


def test_the_reason_is_kept_with_who_left(cast):
    release = aboard(slot_on(create_train(), day=0), team=cast.pay)

    leave(release=release.pk, reason=" The tests are red. ", by=cast.ben, clock=clock_at())

    booking = Booking.objects.get(release=release)
    assert (booking.left_at, booking.left_by) == (NOW, cast.ben)
    assert booking.left_because == {"code": "left", "reason": "The tests are red."}


def test_leaving_is_allowed_after_the_cut_off(cast):
    slot = slot_on(create_train(), day=0)
    release = aboard(slot, team=cast.pay)

    leave(release=release.pk, reason="The tests are red.", by=cast.ben, clock=clock_at(slot.cut_off_at))

    assert place_of(release) is None


def test_leaving_is_allowed_whatever_stands_against_those_who_stay(cast):
    slot = slot_on(create_train(), day=0, capacity=1)
    release, _, _ = (aboard(slot, team=team) for team in (cast.pay, cast.pay, cast.inv))

    leave(release=release.pk, reason="There is no room.", by=cast.ben, clock=clock_at())

    assert place_of(release) is None


@pytest.mark.parametrize("reason", ["", "  "])
def test_without_a_reason_it_stays(cast, reason):
    slot = slot_on(create_train(), day=0)
    release = aboard(slot, team=cast.pay)

    with pytest.raises(Refused) as refused:
        leave(release=release.pk, reason=reason, by=cast.ben, clock=clock_at())

    assert refused.value.code == "reason-missing"
    assert place_of(release) == slot.pk


def test_another_team_may_not_take_it_off(cast):
    release = aboard(slot_on(create_train(), day=0), team=cast.pay)

    with pytest.raises(Refused) as refused:
        leave(release=release.pk, reason="We need the room.", by=cast.dov, clock=clock_at())

    assert refused.value.code == "forbidden"


def test_who_has_no_place_cannot_leave(cast):
    release = create_release(team=cast.pay, train=create_train())

    with pytest.raises(Refused) as refused:
        leave(release=release.pk, reason="The tests are red.", by=cast.ben, clock=clock_at())

    assert refused.value.code == "not-booked"


def test_what_departed_cannot_leave(cast):
    slot = slot_on(create_train(), day=0)
    release = aboard(slot, team=cast.pay)
    report(Booking.objects.get(), started_at=slot.start_at)

    with pytest.raises(Refused) as refused:
        leave(release=release.pk, reason="Too late.", by=cast.ben, clock=clock_at(slot.end_at))

    assert refused.value.code == "has-departed"


def test_a_double_click_leaves_once(cast):
    release, key = aboard(slot_on(create_train(), day=0), team=cast.pay), uuid4()

    for _ in range(2):
        leave(release=release.pk, reason="The tests are red.", by=cast.ben, clock=clock_at(), key=key)

    assert place_of(release) is None
    assert Entry.objects.filter(subject=f"release:{release.pk}").count() == 1
