"""The queue of a train: its order, and the slot that each may expect."""

import time
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from releasetrain.boarding.expecting import expected, queue
from releasetrain.domain.conflicts.values import SlotKind
from releasetrain.releases.models import Dependency, Release, ReleaseService
from releasetrain.trains.models import Booking, Freeze, Request, Slot, Train
from tests.factories import NOW, TUESDAY, create_service, create_slot, create_train
from tests.riding import aboard, ask_for, create_release, slot_on

MANY, WAITING, AHEAD = 10_000, 150, 60


@pytest.fixture
def train(cast) -> Train:
    return create_train(default_of=[cast.pay, cast.inv])


@pytest.fixture
def slots(train) -> list[Slot]:
    return [slot_on(train, day=day) for day in (0, 7, 14)]


def freeze(slot, *, by, is_hard):
    day = slot.start_at.date()
    facts = {"first_at": f"{day}T00:00", "last_at": f"{day + timedelta(days=1)}T00:00", "at": NOW, "by": by}
    return Freeze.objects.create(name=f"Stocktaking {slot.pk}", reason="Counting.", is_hard=is_hard, **facts)


def test_the_order_is_due_weight_submitted(cast, train):
    said = {
        "late": {"submitted_at": NOW + timedelta(hours=1)},
        "early": {},
        "heavy": {"weight": 5, "submitted_at": NOW + timedelta(hours=2)},
        "due": {"due": date(2031, 12, 24), "submitted_at": NOW + timedelta(hours=3)},
        "due first": {"due": date(2031, 12, 1), "submitted_at": NOW + timedelta(hours=4)},
    }
    for title, facts in said.items():
        create_release(team=cast.pay, train=train, title=title, **facts)

    assert [one.release.title for one in queue(train)] == ["due first", "due", "heavy", "early", "late"]


def test_each_sees_those_before_it_seated(cast, train, slots):
    service = create_service(team=cast.pay)
    rides = aboard(slots[0], team=cast.pay, size="L", services=[service])
    large = create_release(team=cast.inv, size="L", services=[service], train=train, due=date(2031, 12, 2))
    small = create_release(team=cast.inv, train=train, due=date(2031, 12, 3))
    nowhere = create_release(team=cast.inv, train=train, earliest=date(2032, 6, 1))

    assert expected(train, NOW) == {large.pk: slots[1].pk, small.pk: slots[2].pk, nowhere.pk: None}
    assert rides.pk not in expected(train, NOW)


@pytest.mark.parametrize("is_hard", [True, False])
def test_a_frozen_departure_is_expected_by_nobody(cast, train, slots, is_hard):
    freeze(slots[0], by=cast.cleo, is_hard=is_hard)
    waits = create_release(team=cast.pay, train=train)

    assert expected(train, NOW) == {waits.pk: slots[1].pk}


def test_hotfix_departures_and_other_trains_are_expected_by_nobody(cast, train, slots):
    Slot.objects.filter(pk=slots[0].pk).update(kind=SlotKind.HOTFIX)
    other = create_train(slug="other")
    create_slot(train=other, start_at=TUESDAY)
    waits, elsewhere = create_release(team=cast.pay, train=train), create_release(team=cast.pay, train=other)

    assert expected(train, NOW) == {waits.pk: slots[1].pk}
    assert elsewhere.pk in expected(other, NOW)


def test_what_asks_for_a_departure_that_is_over_waits_like_everybody_else(cast, train, slots):
    asks = create_release(team=cast.pay, slot=slots[0])
    blocked = create_release(team=cast.inv, slot=slots[2], earliest=date(2032, 6, 1))

    assert expected(train, NOW) == {asks.pk: slots[0].pk, blocked.pk: None}
    assert expected(train, slots[0].start_at + timedelta(hours=2))[asks.pk] == slots[1].pk


def test_what_it_needs_is_looked_for_wherever_it_rides(cast, train, slots):
    needed = aboard(slots[1], team=cast.inv)
    waits = create_release(team=cast.pay, train=train)
    Dependency.objects.create(release=waits, on=needed)

    assert expected(train, NOW) == {waits.pk: slots[1].pk}


def test_a_train_without_departures_promises_nothing(cast, train):
    waits = create_release(team=cast.pay, train=train)

    assert expected(train, NOW) == {waits.pk: None}


def questions(train) -> int:
    with CaptureQueriesContext(connection) as asked:
        expected(train, NOW)
    return len(asked)


def test_a_long_queue_of_ten_thousand_bookings_asks_as_little_as_a_short_one(cast, train, slots):
    create_release(team=cast.pay, train=train)
    few = questions(train)

    crowd(cast, train)
    began = time.perf_counter()
    found = expected(train, NOW)
    took = time.perf_counter() - began

    print(f"\n{len(found)} waiting, {Booking.objects.count()} bookings: {took * 1000:.0f} ms")
    assert questions(train) == few <= 7
    assert len(found) == WAITING
    assert len(set(found.values())) > 5
    assert took < 5


def crowd(cast, train):
    """Ten thousand aboard from five years ago to half a year ahead, and a queue of sizes, services and due days."""
    services = [create_service(team=cast.pay) for _ in range(20)]
    with connection.cursor() as cursor:  # the wall would judge ten thousand rows one by one
        cursor.execute("SET LOCAL session_replication_role = replica")
        fill(cast, train, services)
        cursor.execute("SET LOCAL session_replication_role = origin")
        cursor.execute("ANALYZE")


def fill(cast, train, services):
    slots = Slot.objects.bulk_create(departure(train, number) for number in range(-940, AHEAD))
    riders = Release.objects.bulk_create(release(cast, number) for number in range(MANY + WAITING))
    ReleaseService.objects.bulk_create(
        ReleaseService(release=one, service=services[(one.pk + more) % 20]) for one in riders for more in (0, 7)
    )
    Booking.objects.bulk_create(
        Booking(release=one, slot=slots[number % len(slots)], booked_at=NOW) for number, one in enumerate(riders[:MANY])
    )
    Request.objects.bulk_create(Request(release=one, train=train, made_at=NOW, asked_at=NOW) for one in riders[MANY:])


def departure(train, number) -> Slot:
    start = TUESDAY + timedelta(hours=6 + 72 * number)
    known = {"start_at": start, "end_at": start + timedelta(hours=1), "cut_off_at": start - timedelta(hours=4)}
    return Slot(train=train, occurrence=f"{start:%Y-%m-%dT%H:%M}", capacity=20, **known)


def release(cast, number) -> Release:
    size = "L" if number % 20 == 0 else "M" if number % 5 == 0 else "S"
    known = {"created_at": NOW, "submitted_at": NOW, "open_gates": []}
    return Release(team=cast.pay if number % 2 else cast.inv, title=f"Release {number}", size=size, **known)


def test_the_wish_of_a_draft_waits_for_nothing(cast, train, slots):
    waits = create_release(team=cast.pay, submitted=False)
    ask_for(waits, train=train)

    assert expected(train, NOW) == {}
