"""Slots are opened by beat, by a timetable and by hand, whenever and however often at once: each is there once."""

from datetime import date, datetime, time, timedelta

import pytest

from releasetrain.boarding.actions.slots import Wanted, open_slot
from releasetrain.boarding.actions.trains import add_train, open_slots
from releasetrain.domain.errors import Refused
from releasetrain.domain.timetable import Recurring
from releasetrain.trains.fields import TrainFields
from releasetrain.trains.models import Slot
from tests.factories import NOW, clock, create_cast
from tests.support.threads import in_threads

pytestmark = pytest.mark.django_db(transaction=True)
DAILY = Recurring(rule="FREQ=DAILY", at=time(22), minutes=60, first_on=date(2031, 1, 1))


@pytest.fixture
def cast():
    return create_cast()


@pytest.fixture
def train(cast):
    return add_train(fields=TrainFields(name="Main", horizon_days=7), timetable=[DAILY], by=cast.cleo, clock=clock())


def test_two_beats_at_the_horizon_s_edge_open_the_new_day_once(train):
    tomorrow, opened = clock(NOW + timedelta(days=1)), []

    assert in_threads(4, lambda: opened.append(open_slots(clock=tomorrow))) == []

    assert sum(opened) == 1
    assert Slot.objects.filter(train=train).count() == 9
    assert Slot.objects.filter(occurrence="2031-12-02T22:00").count() == 1
    assert open_slots(clock=tomorrow) == 0


def test_beat_and_somebody_s_hand_make_one_departure_of_a_minute(cast, train):
    tomorrow = clock(NOW + timedelta(days=1))
    turns = iter([lambda: open_slots(clock=tomorrow), lambda: by_hand(cast, train)] * 2)

    def work():
        next(turns)()

    errors = in_threads(4, work)

    assert {getattr(one, "code", one) for one in errors} <= {"departs-already"}
    assert all(isinstance(one, Refused) for one in errors)
    assert Slot.objects.filter(occurrence="2031-12-02T22:00").count() == 1


def by_hand(cast, train):
    wanted = Wanted(local=datetime(2031, 12, 2, 22), minutes=30)
    open_slot(train=train.pk, wanted=wanted, by=cast.cleo, clock=clock())
