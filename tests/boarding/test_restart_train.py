"""A held train goes again: what waited strikes now, what went by is not made up for."""

from datetime import timedelta
from uuid import uuid4

import pytest

from releasetrain.audit.models import Entry
from releasetrain.boarding.actions.closing import close_due
from releasetrain.boarding.actions.holding import hold_train, restart_train
from releasetrain.domain.errors import Refused
from releasetrain.trains.models import Slot, Train
from tests.factories import NOW, TUESDAY, clock, create_train
from tests.riding import aboard, days, place_of, slot_on

AFTER_CUT_OFF = TUESDAY - timedelta(hours=1)


@pytest.fixture
def train(cast) -> Train:
    found = create_train(name="Main service")
    hold_train(train=found.pk, reason="The payment provider is down.", by=cast.cleo, clock=clock())
    return found


def restart(train, *, by, reason="It is up again.", at=NOW + timedelta(hours=1), **facts):
    restart_train(train=train.pk, reason=reason, by=by, clock=clock(at), **facts)
    train.refresh_from_db()


def test_it_goes_again_and_the_log_says_why_and_since_when_it_stood(cast, train):
    restart(train, by=cast.cleo)

    assert (train.held_at, train.held_by, train.held_because) == (None, None, "")
    entry = Entry.objects.get(verb="train.restarted")
    assert entry.facts == {"reason": "It is up again.", "since": NOW.isoformat()}


def test_restarting_needs_a_reason(cast, train):
    with pytest.raises(Refused) as refused:
        restart(train, by=cast.cleo, reason="")

    assert refused.value.code == "reason-missing"
    train.refresh_from_db()
    assert train.held_at == NOW


@pytest.mark.parametrize("who", ["ada", "ben", "dov", "ines"])
def test_only_release_managers_restart_a_train(cast, train, who):
    with pytest.raises(Refused) as refused:
        restart(train, by=getattr(cast, who))

    assert refused.value.code == "forbidden"


def test_a_train_that_is_not_held_is_not_restarted(cast, train):
    restart(train, by=cast.cleo)

    with pytest.raises(Refused) as refused:
        restart(train, by=cast.cleo)

    assert refused.value.code == "not-held"


def test_a_second_click_with_the_same_key_is_no_refusal(cast, train):
    key = uuid4()
    restart(train, by=cast.cleo, key=key)

    restart(train, by=cast.cleo, key=key)

    assert Entry.objects.filter(verb="train.restarted").count() == 1


def test_a_cut_off_that_waited_strikes_at_the_restart(cast, train):
    slot = slot_on(train, day=0)
    rides = aboard(slot, team=cast.pay, open_gates=["team"])
    restart(train, by=cast.cleo, at=AFTER_CUT_OFF)

    assert close_due(clock=clock(AFTER_CUT_OFF)) == 1

    slot.refresh_from_db()
    assert (slot.cut_off_at, slot.closed_because) == (AFTER_CUT_OFF, Slot.Closing.CUT_OFF)
    assert place_of(rides) is None


def test_a_cut_off_still_to_come_stays_where_it_was(cast, train):
    slot = slot_on(train, day=0)
    planned = slot.cut_off_at

    restart(train, by=cast.cleo)

    slot.refresh_from_db()
    assert slot.cut_off_at == planned
    assert close_due(clock=clock(NOW + timedelta(hours=1))) == 0


def test_a_departure_that_has_begun_meanwhile_is_cut_off_at_its_start(cast, train):
    slot = slot_on(train, day=0)
    during = slot.start_at + timedelta(minutes=10)

    restart(train, by=cast.cleo, at=during)

    slot.refresh_from_db()
    assert slot.cut_off_at == slot.start_at


def test_a_departure_that_went_by_is_closed_as_missed_and_its_riders_wait(cast, train):
    slot, later = slot_on(train, day=0), slot_on(train, day=7)
    rides = aboard(slot, team=cast.pay)
    restart(train, by=cast.cleo, at=TUESDAY + days(1))

    close_due(clock=clock(TUESDAY + days(1)))

    slot.refresh_from_db()
    later.refresh_from_db()
    assert (slot.closed_because, later.closed_at) == (Slot.Closing.MISSED, None)
    assert rides.bookings.get(slot=slot).left_because["code"] == "missed"


def test_the_cut_off_of_a_hotfix_departure_never_waited(cast, train):
    hotfix = slot_on(train, day=0, kind=Slot.Kind.HOTFIX)
    planned = hotfix.cut_off_at

    restart(train, by=cast.cleo, at=AFTER_CUT_OFF)

    hotfix.refresh_from_db()
    assert hotfix.cut_off_at == planned
