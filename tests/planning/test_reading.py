"""What a plan reads of the calendar: the trains it is for, whoever asks, and whoever matters elsewhere (P1)."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from releasetrain.planning import reading
from releasetrain.releases.models import Dependency
from releasetrain.trains.models import Train
from tests.factories import NOW, create_cast, create_service, create_train
from tests.riding import aboard, create_release, days, slot_on


@pytest.fixture
def cast(db):
    return create_cast()


@pytest.fixture
def main(cast):
    return create_train(slug="main")


@pytest.fixture
def side(cast):
    return create_train(slug="side")


def test_whoever_rides_and_whoever_asks_is_in_the_picture(cast, main):
    rides = aboard(slot_on(main, day=0), team=cast.pay)
    asks = create_release(team=cast.pay, train=main)
    draft = create_release(team=cast.pay, train=main, submitted=False)

    picture, wanted, _ = reading.calendar(NOW, [main.pk])

    assert wanted == {asks.pk: main.pk}
    assert picture.places.keys() == {rides.pk}
    assert picture.riders.keys() >= {rides.pk, asks.pk}
    assert draft.pk not in picture.riders


def test_only_the_trains_that_are_planned_are_read(cast, main, side):
    theirs = slot_on(side, day=1)
    aboard(theirs, team=cast.pay)
    create_release(team=cast.pay, train=side)

    picture, wanted, _ = reading.calendar(NOW, [main.pk])

    assert theirs.pk not in picture.departures
    assert wanted == {}


def test_without_any_train_all_are_read(cast, main, side):
    slots = [slot_on(main, day=0), slot_on(side, day=1)]

    assert reading.calendar(NOW).picture.departures.keys() == {slot.pk for slot in slots}


def test_a_large_one_elsewhere_whose_hold_meets_is_read_too(cast, main, side):
    service = create_service()
    large = aboard(slot_on(side, day=1), team=cast.inv, size="L", services=[service])
    slot_on(main, day=2)

    assert large.pk in reading.calendar(NOW, [main.pk]).picture.places


def test_whoever_is_needed_elsewhere_by_one_who_asks_is_read_too(cast, main, side):
    needed = aboard(slot_on(side, day=20), team=cast.inv)
    asks = create_release(team=cast.pay, train=main)
    Dependency.objects.create(release=asks, on=needed)
    slot_on(main, day=2)

    picture = reading.calendar(NOW, [main.pk]).picture

    assert needed.pk in picture.places
    assert [need.on for need in picture.world.needs_of[asks.pk]] == [needed.pk]


def test_what_has_ended_is_no_longer_read(cast, main):
    gone = slot_on(main, day=0)

    assert gone.pk not in reading.calendar(NOW + days(30), [main.pk]).picture.departures


def test_each_train_says_what_its_plans_keep_free(cast, main, side):
    Train.objects.filter(pk=main.pk).update(reserve=2)

    assert reading.calendar(NOW).reserve == {main.pk: 2, side.pk: 0}


def test_a_full_calendar_asks_as_much_as_an_empty_one(cast, main):
    aboard(slot_on(main, day=0), team=cast.pay)
    create_release(team=cast.pay, train=main)
    with CaptureQueriesContext(
        connection,
    ) as few:
        reading.calendar(NOW, [main.pk])
    for day in range(1, 9):
        aboard(slot_on(main, day=day), team=cast.pay)
        create_release(team=cast.inv, train=main)

    with CaptureQueriesContext(connection) as many:
        reading.calendar(NOW, [main.pk])

    assert len(many) == len(few) <= 9
