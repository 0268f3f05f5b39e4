"""Report that a release did not depart."""

from uuid import uuid4

import pytest

from releasetrain.boarding.actions.riding import book
from releasetrain.domain.errors import Refused
from releasetrain.rollouts.actions import departed, not_departed
from releasetrain.trains.models import Booking, Outcome
from tests.factories import create_train
from tests.riding import aboard, clock_at, place_of, request_of, slot_on


def test_it_loses_its_place_and_waits_for_the_same_train(cast):
    slot = slot_on(create_train(), day=0)
    release = aboard(slot, team=cast.pay)

    not_departed(release=release.pk, reason="The smoke test failed.", by=cast.cleo, clock=clock_at(slot.end_at))

    request = request_of(release)
    assert place_of(release) is None
    assert (request.train, request.slot, request.asked_at) == (slot.train, None, slot.end_at)
    assert request.because == {"code": "not-departed", "reason": "The smoke test failed."}
    assert Booking.objects.get().left_because == request.because
    assert Outcome.objects.get().kind == "not-departed"


def test_it_may_board_again_at_once(cast):
    train = create_train()
    slot, later = slot_on(train, day=0), slot_on(train, day=7)
    release = aboard(slot, team=cast.pay)
    not_departed(release=release.pk, reason="The smoke test failed.", by=cast.cleo, clock=clock_at(slot.end_at))

    book(release=release.pk, slot=later.pk, by=cast.ben, clock=clock_at(slot.end_at))

    assert place_of(release) == later.pk


def test_what_departed_has_departed(cast):
    slot = slot_on(create_train(), day=0)
    release = aboard(slot, team=cast.pay)
    departed(release=release.pk, by=cast.cleo, clock=clock_at(slot.end_at))

    with pytest.raises(Refused) as refused:
        not_departed(release=release.pk, reason="Or did it?", by=cast.cleo, clock=clock_at(slot.end_at))

    assert refused.value.code == "has-departed"


@pytest.mark.parametrize("who", ["ada", "dov", "ines"])
def test_only_a_release_manager_reports(cast, who):
    slot = slot_on(create_train(), day=0)
    release = aboard(slot, team=cast.pay)

    with pytest.raises(Refused) as refused:
        not_departed(release=release.pk, reason="Mine.", by=getattr(cast, who), clock=clock_at(slot.end_at))

    assert refused.value.code == "forbidden"


def test_it_needs_a_reason(cast):
    slot = slot_on(create_train(), day=0)
    release = aboard(slot, team=cast.pay)

    with pytest.raises(Refused) as refused:
        not_departed(release=release.pk, reason=" ", by=cast.cleo, clock=clock_at(slot.end_at))

    assert refused.value.code == "reason-missing"
    assert place_of(release) == slot.pk


def test_a_double_click_reports_once(cast):
    slot = slot_on(create_train(), day=0)
    release, key = aboard(slot, team=cast.pay), uuid4()

    for _ in range(2):
        not_departed(release=release.pk, reason="No.", by=cast.cleo, clock=clock_at(slot.end_at), key=key)

    assert Outcome.objects.count() == 1
    assert request_of(release).asked_at == slot.end_at
