"""Report that a release was rolled back."""

from uuid import uuid4

import pytest

from releasetrain.boarding.actions.riding import book
from releasetrain.boarding.actions.submitting import submit
from releasetrain.domain.errors import Refused
from releasetrain.releases.models import Release
from releasetrain.rollouts.actions import departed, rolled_back
from releasetrain.trains.models import Booking, Outcome
from tests.factories import create_train
from tests.riding import aboard, clock_at, days, place_of, request_of, slot_on


@pytest.fixture
def soaking(cast):
    """A release that departed, and the slot a week later."""
    train = create_train()
    slot, later = slot_on(train, day=0), slot_on(train, day=7)
    release = aboard(slot, team=cast.pay)
    departed(release=release.pk, by=cast.cleo, clock=clock_at(slot.end_at), finished_at=slot.end_at)
    return release, slot, later


def test_it_loses_its_place_and_waits_for_nothing(cast, soaking):
    release, slot, _ = soaking
    now = slot.end_at + days(1)

    rolled_back(release=release.pk, reason="Receipts were doubled.", by=cast.cleo, clock=clock_at(now))

    assert place_of(release) is None
    assert request_of(release) is None
    assert Release.objects.get().rolled_back_at == now
    assert Booking.objects.get().left_because == {"code": "rolled-back", "reason": "Receipts were doubled."}
    assert [outcome.kind for outcome in Outcome.objects.all()] == ["rolled-back", "departed"]


def test_it_cannot_board_until_it_is_submitted_again(cast, soaking):
    release, slot, later = soaking
    clock = clock_at(slot.end_at + days(1))
    rolled_back(release=release.pk, reason="Receipts were doubled.", by=cast.cleo, clock=clock)

    with pytest.raises(Refused) as refused:
        book(release=release.pk, slot=later.pk, by=cast.ben, clock=clock)
    outcome = submit(release=release.pk, by=cast.ben, clock=clock)

    assert refused.value.code == "rolled-back"
    assert outcome.slot == later.pk


@pytest.mark.parametrize("who", ["ada", "dov", "ines"])
def test_only_a_release_manager_reports(cast, soaking, who):
    release, slot, _ = soaking

    with pytest.raises(Refused) as refused:
        rolled_back(release=release.pk, reason="Mine.", by=getattr(cast, who), clock=clock_at(slot.end_at))

    assert refused.value.code == "forbidden"


def test_it_needs_a_reason(cast, soaking):
    release, slot, _ = soaking

    with pytest.raises(Refused) as refused:
        rolled_back(release=release.pk, reason="", by=cast.cleo, clock=clock_at(slot.end_at))

    assert refused.value.code == "reason-missing"
    assert place_of(release) == slot.pk


def test_a_double_click_reports_once(cast, soaking):
    release, slot, _ = soaking
    key = uuid4()

    for _ in range(2):
        rolled_back(release=release.pk, reason="Doubled.", by=cast.cleo, clock=clock_at(slot.end_at), key=key)

    assert [outcome.kind for outcome in Outcome.objects.all()] == ["rolled-back", "departed"]
