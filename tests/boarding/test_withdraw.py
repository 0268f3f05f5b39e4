"""Take a release back."""

from uuid import uuid4

import pytest

from releasetrain.audit.models import Entry
from releasetrain.boarding.actions.submitting import withdraw
from releasetrain.domain.errors import Refused
from releasetrain.releases.models import Release
from releasetrain.trains.models import Booking
from tests.factories import NOW, create_train
from tests.riding import aboard, clock_at, create_release, place_of, report, request_of, slot_on


@pytest.mark.parametrize("who", ["ada", "ben", "cleo"])
def test_the_team_and_release_managers_take_it_off_the_train_and_out_of_the_queue(cast, who):
    release = aboard(slot_on(create_train(), day=0), team=cast.pay)

    withdraw(release=release.pk, reason="Not this month.", by=getattr(cast, who), clock=clock_at())

    assert place_of(release) is None
    assert Release.objects.get().withdrawn_at == NOW
    assert request_of(release).asked_at is None
    assert Booking.objects.get().left_because == {"code": "withdrawn", "reason": "Not this month."}


@pytest.mark.parametrize("who", ["dov", "ines"])
def test_nobody_else_does(cast, who):
    release = create_release(team=cast.pay, train=create_train())

    with pytest.raises(Refused) as refused:
        withdraw(release=release.pk, reason="Not mine.", by=getattr(cast, who), clock=clock_at())

    assert refused.value.code == "forbidden"


def test_its_wish_stays_for_the_next_time_but_asks_for_nothing(cast):
    slot = slot_on(create_train(), day=0)
    release = create_release(team=cast.pay, slot=slot)

    withdraw(release=release.pk, reason="Not this month.", by=cast.ben, clock=clock_at())

    wish = request_of(release)
    assert (wish.train, wish.slot, wish.asked_at) == (slot.train, None, None)


def test_a_draft_may_be_withdrawn_too(cast):
    release = create_release(team=cast.pay, submitted=False, train=create_train())

    withdraw(release=release.pk, reason="A duplicate.", by=cast.ben, clock=clock_at())

    assert Release.objects.get().withdrawn_at == NOW


def test_without_a_reason_it_stays(cast):
    release = create_release(team=cast.pay, train=create_train())

    with pytest.raises(Refused) as refused:
        withdraw(release=release.pk, reason=" ", by=cast.ben, clock=clock_at())

    assert refused.value.code == "reason-missing"


def test_it_is_withdrawn_once(cast):
    release = create_release(team=cast.pay, train=create_train())
    withdraw(release=release.pk, reason="Not this month.", by=cast.ben, clock=clock_at())

    with pytest.raises(Refused) as refused:
        withdraw(release=release.pk, reason="Not this month.", by=cast.ben, clock=clock_at())

    assert refused.value.code == "withdrawn"


def test_what_departed_is_not_withdrawn(cast):
    slot = slot_on(create_train(), day=0)
    release = aboard(slot, team=cast.pay)
    report(Booking.objects.get(), started_at=slot.start_at)

    with pytest.raises(Refused) as refused:
        withdraw(release=release.pk, reason="Too late.", by=cast.ben, clock=clock_at(slot.end_at))

    assert refused.value.code == "has-departed"


def test_a_double_click_withdraws_once(cast):
    release, key = create_release(team=cast.pay, train=create_train()), uuid4()

    for _ in range(2):
        withdraw(release=release.pk, reason="Not this month.", by=cast.ben, clock=clock_at(), key=key)

    assert Release.objects.get().withdrawn_at == NOW
    assert Entry.objects.filter(verb="release.withdrawn").count() == 1
