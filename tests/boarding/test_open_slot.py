"""Open one departure beside the timetable: a one-off, or one for a hotfix (S1)."""

import uuid
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from releasetrain.audit.models import Entry
from releasetrain.boarding.actions.asking import ask
from releasetrain.boarding.actions.rebooking import serve
from releasetrain.boarding.actions.slots import Wanted, open_slot
from releasetrain.boarding.actions.trains import add_train, edit_train, open_slots, set_timetable
from releasetrain.domain.errors import Refused
from releasetrain.domain.timetable import weekly
from releasetrain.outbox import subscriptions
from releasetrain.outbox.models import Message
from releasetrain.trains.fields import TrainFields
from releasetrain.trains.lock import locked_calendar
from releasetrain.trains.models import Slot, Train
from tests.factories import NOW, clock
from tests.riding import create_release

TUE = weekly(weekday=1, at=time(22), minutes=60)
FRIDAY = Wanted(local=datetime(2031, 11, 28, 14), minutes=30)
HOTFIX = replace(FRIDAY, is_hotfix=True, reason="Payments are down.")


@pytest.fixture
def train(cast) -> Train:
    """A train of Berlin, Tuesdays at 22:00, four weeks ahead; today is Monday 24 Nov 2031."""
    fields = TrainFields(name="Main service", zone="Europe/Berlin", horizon_days=27)
    return add_train(fields=fields, timetable=[TUE], by=cast.cleo, clock=clock())


def opened(train, cast, wanted=FRIDAY, **facts):
    return Slot.objects.get(pk=open_slot(train=train.pk, wanted=wanted, by=cast.cleo, clock=clock(), **facts))


def refusal_of(train, by, wanted):
    with pytest.raises(Refused) as refused:
        open_slot(train=train.pk, wanted=wanted, by=by, clock=clock())
    return refused.value.code, refused.value.details.get("field")


def test_a_one_off_has_local_start_length_and_the_train_s_door_and_capacity(cast, train):
    slot = opened(train, cast)

    assert (slot.kind, slot.occurrence) == (Slot.Kind.REGULAR, "2031-11-28T14:00")
    assert slot.start_at == datetime(2031, 11, 28, 13, tzinfo=UTC)
    assert slot.end_at - slot.start_at == timedelta(minutes=30)
    assert slot.cut_off_at == datetime(2031, 11, 27, 17, tzinfo=UTC)
    assert (slot.capacity, slot.own_capacity) == (10, False)
    assert (slot.is_extra, slot.opened_by, slot.opened_because) == (True, cast.cleo, "")


def test_a_hotfix_shuts_its_door_when_it_starts_and_says_why_it_goes(cast, train):
    slot = opened(train, cast, HOTFIX)

    assert (slot.kind, slot.cut_off_at) == (Slot.Kind.HOTFIX, slot.start_at)
    assert slot.opened_because == "Payments are down."


def test_a_hotfix_departs_beside_a_regular_departure_of_that_minute(cast, train):
    beside = replace(HOTFIX, local=datetime(2031, 11, 25, 22))

    assert (
        opened(train, cast, beside).start_at == Slot.objects.get(kind="regular", occurrence="2031-11-25T22:00").start_at
    )


def test_the_door_and_the_capacity_can_be_its_own(cast, train):
    slot = opened(train, cast, replace(FRIDAY, cut_off=datetime(2031, 11, 28, 12), capacity=3))

    assert slot.cut_off_at == datetime(2031, 11, 28, 11, tzinfo=UTC)
    assert (slot.capacity, slot.own_capacity) == (3, True)


def test_in_a_gap_it_starts_at_the_first_instant_after_it(cast, train):
    slot = opened(train, cast, replace(FRIDAY, local=datetime(2032, 3, 28, 2, 30)))

    assert slot.start_at == datetime(2032, 3, 28, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("changed", "refused"),
    [
        ({"local": datetime(2031, 11, 24, 10)}, ("departs-in-the-past", "at")),
        ({"local": datetime(2031, 11, 23, 10)}, ("out-of-range", "on")),
        ({"local": datetime(2034, 11, 23, 10)}, ("out-of-range", "on")),
        ({"local": datetime(2031, 11, 25, 22)}, ("departs-already", "at")),
        ({"minutes": 0}, ("out-of-range", "minutes")),
        ({"minutes": 1441}, ("out-of-range", "minutes")),
        ({"capacity": 0}, ("out-of-range", "capacity")),
        ({"cut_off": datetime(2031, 11, 28, 15)}, ("shuts-after-it-starts", "cut_off")),
        ({"cut_off": datetime(2031, 11, 24, 10)}, ("door-is-shut-already", "cut_off")),
        ({"local": datetime(2031, 11, 24, 20)}, ("door-is-shut-already", "cut_off")),
        ({"is_hotfix": True}, ("reason-missing", "reason")),
        ({"is_hotfix": True, "reason": "  "}, ("reason-missing", "reason")),
        ({"reason": "a" * 2001}, ("too-long", "reason")),
    ],
)
def test_what_cannot_depart_is_refused_at_its_field(cast, train, changed, refused):
    before = Slot.objects.count()

    assert refusal_of(train, cast.cleo, replace(FRIDAY, **changed)) == refused
    assert Slot.objects.count() == before


def test_a_hotfix_departs_within_the_hour(cast, train):
    soon = replace(HOTFIX, local=datetime(2031, 11, 24, 11, 1))  # NOW is 11:00 in Berlin

    assert opened(train, cast, soon).start_at == NOW + timedelta(minutes=1)


@pytest.mark.parametrize("who", ["ada", "ben", "ines", "dov"])
def test_only_release_managers_open_departures(cast, train, who):
    assert refusal_of(train, getattr(cast, who), FRIDAY) == ("forbidden", None)


def test_a_train_that_is_not_there_is_refused(cast, db):
    with pytest.raises(Refused) as refused:
        open_slot(train=999, wanted=FRIDAY, by=cast.cleo, clock=clock())

    assert refused.value.code == "no-such-train"


def test_a_double_click_opens_one(cast, train):
    key = uuid.uuid4()

    assert opened(train, cast, key=key) == opened(train, cast, key=key)


def test_no_timetable_and_no_edit_of_the_train_takes_it_away_or_changes_it(cast, train):
    slot = opened(train, cast)
    tokyo = TrainFields(name="Main service", zone="Asia/Tokyo", capacity=4, horizon_days=1, cut_off_time=time(9))

    set_timetable(train=train.pk, timetable=[], by=cast.cleo, clock=clock())
    edit_train(train=train.pk, fields=tokyo, by=cast.cleo, clock=clock())

    kept = Slot.objects.get()
    facts = ("pk", "start_at", "end_at", "cut_off_at", "capacity", "closed_at", "occurrence")
    assert [getattr(kept, name) for name in facts] == [getattr(slot, name) for name in facts]


def test_a_timetable_that_has_its_time_opens_no_twin(cast, train):
    slot = opened(train, cast)
    fridays = weekly(weekday=4, at=time(14), minutes=60)

    set_timetable(train=train.pk, timetable=[fridays], by=cast.cleo, clock=clock())
    open_slots(clock=clock())

    assert Slot.objects.filter(occurrence=slot.occurrence).count() == 1
    assert Slot.objects.get(pk=slot.pk).end_at == slot.end_at


def test_nothing_enters_a_hotfix_departure_by_itself(cast, train):
    slot = opened(train, cast, HOTFIX)
    waits = create_release(team=cast.pay, train=train)
    ask(release=waits.pk, slot=slot.pk, by=cast.ada, clock=clock())

    with locked_calendar():
        serve(at=NOW)

    assert not waits.bookings.exists()


def test_it_is_written_in_the_log_and_told(cast, train, monkeypatch):
    known = subscriptions.Subscription(event="slot.opened", name="", handler=print, outside=False, lease=timedelta(1))
    monkeypatch.setitem(subscriptions._known, "slot.opened", {"": known})

    slot = opened(train, cast, HOTFIX)

    entry = Entry.objects.get(verb="slot.opened")
    assert (entry.subject, entry.by, entry.facts["reason"]) == (f"slot:{slot.pk}", cast.cleo, "Payments are down.")
    payload = Message.objects.get(event="slot.opened").payload
    assert (payload["slot"], payload["train"], payload["kind"]) == (slot.pk, train.pk, "hotfix")
