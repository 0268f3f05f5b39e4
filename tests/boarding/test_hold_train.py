"""Somebody stops a train: nothing departs and no cut-off strikes, but hotfix departures go."""

from datetime import timedelta
from uuid import uuid4

import pytest

from releasetrain.audit.models import Entry
from releasetrain.boarding.actions.closing import close_due
from releasetrain.boarding.actions.holding import hold_train
from releasetrain.boarding.actions.riding import book
from releasetrain.domain.conflicts.values import Severity
from releasetrain.domain.errors import Refused
from releasetrain.outbox.models import Message
from releasetrain.trains import queries as trains
from releasetrain.trains.models import Slot, Train
from tests.factories import NOW, TUESDAY, clock, create_train
from tests.riding import aboard, create_release, days, place_of, slot_on

WHY = "The payment provider is down."


@pytest.fixture
def train(cast) -> Train:
    return create_train(name="Main service")


def hold(train, *, by, reason=WHY, at=NOW, **facts):
    hold_train(train=train.pk, reason=reason, by=by, clock=clock(at), **facts)
    train.refresh_from_db()


def found_for(release, *, now):
    """What the rule `held` finds for a rider."""
    picture = trains.picture(releases=[release.pk], slots=[], now=now)
    return [one for one in picture.conflicts_of([release.pk]) if one.code == "held"]


def test_it_is_held_with_who_since_when_and_why(cast, train):
    hold(train, by=cast.cleo, reason=f"  {WHY} ")

    assert (train.held_at, train.held_by, train.held_because) == (NOW, cast.cleo, WHY)
    entry = Entry.objects.get(verb="train.held")
    assert (entry.subject, entry.by_id, entry.facts) == (f"train:{train.pk}", cast.cleo.pk, {"reason": WHY})
    assert Message.objects.filter(event="train.held").exists()


def test_a_hold_needs_a_reason(cast, train):
    with pytest.raises(Refused) as refused:
        hold(train, by=cast.cleo, reason="  ")

    assert (refused.value.code, refused.value.details) == ("reason-missing", {"field": "reason"})
    train.refresh_from_db()
    assert train.held_at is None


@pytest.mark.parametrize("who", ["ada", "ben", "dov", "ines"])
def test_only_release_managers_hold_a_train(cast, train, who):
    with pytest.raises(Refused) as refused:
        hold(train, by=getattr(cast, who))

    assert refused.value.code == "forbidden"


def test_a_train_that_is_held_is_not_held_again(cast, train):
    hold(train, by=cast.cleo)

    with pytest.raises(Refused) as refused:
        hold(train, by=cast.cleo, reason="Another reason.")

    assert refused.value.code == "held-already"
    train.refresh_from_db()
    assert train.held_because == WHY


def test_a_second_click_with_the_same_key_does_nothing(cast, train):
    key = uuid4()
    hold(train, by=cast.cleo, key=key)

    hold(train, by=cast.cleo, key=key)

    assert Entry.objects.filter(verb="train.held").count() == 1


def test_a_train_that_does_not_exist_is_not_held(cast):
    with pytest.raises(Refused) as refused:
        hold_train(train=999, reason=WHY, by=cast.cleo, clock=clock())

    assert refused.value.code == "no-such-train"


def test_while_it_is_planned_the_rule_only_warns_and_one_may_board(cast, train):
    slot = slot_on(train, day=0)
    rides = aboard(slot, team=cast.pay)
    hold(train, by=cast.cleo)
    other = create_release(team=cast.pay, train=train)

    book(release=other.pk, slot=slot.pk, by=cast.ada, clock=clock())

    assert place_of(other) == slot.pk
    (found,) = found_for(rides, now=NOW)
    assert found.severity is Severity.WARNS


def test_once_its_departure_has_begun_the_rule_blocks(cast, train):
    rides = aboard(slot_on(train, day=0), team=cast.pay)
    hold(train, by=cast.cleo)

    (found,) = found_for(rides, now=TUESDAY)

    assert found.severity is Severity.BLOCKS


def test_a_hotfix_departure_goes_all_the_same(cast, train):
    rides = aboard(slot_on(train, day=0, kind=Slot.Kind.HOTFIX), team=cast.pay)
    hold(train, by=cast.cleo)

    assert found_for(rides, now=TUESDAY) == []


def test_no_cut_off_strikes_while_it_is_held(cast, train):
    slot = slot_on(train, day=0)
    rides = aboard(slot, team=cast.pay, open_gates=["team"])
    hold(train, by=cast.cleo)

    assert close_due(clock=clock(slot.cut_off_at + timedelta(minutes=1))) == 0

    slot.refresh_from_db()
    assert slot.closed_at is None
    assert place_of(rides) == slot.pk


def test_while_the_cut_off_waits_one_still_boards_after_its_hour(cast, train):
    slot = slot_on(train, day=0)
    late = create_release(team=cast.pay, train=train)
    hold(train, by=cast.cleo)

    book(release=late.pk, slot=slot.pk, by=cast.ada, clock=clock(slot.cut_off_at + timedelta(minutes=1)))

    assert place_of(late) == slot.pk


def test_a_train_beside_it_is_not_held(cast, train):
    other = slot_on(create_train(slug="register"), day=0)
    hold(train, by=cast.cleo)

    assert close_due(clock=clock(TUESDAY - timedelta(hours=1))) == 1

    other.refresh_from_db()
    assert other.closed_because == Slot.Closing.CUT_OFF


def test_a_departure_that_goes_by_while_it_is_held_is_closed_as_missed(cast, train):
    slot = slot_on(train, day=0)
    rides = aboard(slot, team=cast.pay)
    hold(train, by=cast.cleo)

    assert close_due(clock=clock(TUESDAY + days(1))) == 1

    slot.refresh_from_db()
    assert slot.closed_because == Slot.Closing.MISSED
    assert place_of(rides) is None
