"""A departure through the JSON door: see it, report what happened; and its train's list."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.api.asked import queries_of
from tests.factories import create_slot
from tests.riding import aboard, create_release, place_of


@pytest.fixture
def begun(cast, scene):
    """A departure that began an hour ago, with a release of PAY aboard."""
    slot = create_slot(train=scene.train, start_at=timezone.now() - timedelta(hours=1), minutes=180)
    return slot, aboard(slot, team=cast.pay, at=timezone.now() - timedelta(days=2))


def test_a_departure_says_who_rides_and_what_stands_against_them(by, cast, scene):
    riders = [aboard(scene.slots[1], team=cast.pay) for _ in range(3)]

    answer = by(cast.ada).get(f"/slots/{scene.slots[1].pk}")

    assert answer.data["slot"]["points"] == 3
    assert [one["release"] for one in answer.data["riders"]] == [rider.code for rider in riders]
    assert all([found["code"] for found in one["conflicts"]] == ["team-limit"] for one in answer.data["riders"])


def test_the_trains_departures_are_listed_earliest_first(by, cast, scene):
    answer = by(cast.ada).get("/trains/main/slots", since=scene.slots[1].start_at.isoformat())

    assert [one["id"] for one in answer.data["results"]] == [slot.pk for slot in scene.slots[1:]]


def test_the_list_asks_as_much_for_many_departures_as_for_one(by, cast, scene, django_assert_max_num_queries):
    caller = by(cast.ada)
    caller.get("/trains/main/slots")

    with django_assert_max_num_queries(6):
        caller.get("/trains/main/slots")
    for day in range(100, 160, 7):
        aboard(create_slot(train=scene.train, start_at=scene.slots[0].start_at + timedelta(days=day)), team=cast.pay)
    with django_assert_max_num_queries(6):
        caller.get("/trains/main/slots")


def test_the_queue_is_open_to_all(by, cast, scene):
    answer = by(cast.ines).get("/trains/main/queue")

    assert [one["release"] for one in answer.data["results"]] == [f"RT-{scene.waits.pk}"]


def test_a_release_manager_reports_a_departure(by, cast, begun):
    slot, release = begun

    answer = by(cast.cleo).post(f"/slots/{slot.pk}/releases/RT-{release.pk}/report", said="departed")

    assert answer.status_code == 200, answer.data
    assert answer.data["state"] == "departing"


def test_not_departing_needs_a_reason(by, cast, begun):
    slot, release = begun

    answer = by(cast.cleo).post(f"/slots/{slot.pk}/releases/RT-{release.pk}/report", said="not-departed")

    assert (answer.status_code, answer.data["code"]) == (422, "reason-missing")
    assert place_of(release) == slot.pk


def test_an_old_page_speaks_of_no_other_booking(by, cast, scene, begun):
    _slot, release = begun

    answer = by(cast.cleo).post(f"/slots/{scene.slots[1].pk}/releases/RT-{release.pk}/report", said="departed")

    assert (answer.status_code, answer.data["code"]) == (409, "not-booked")


def test_a_member_reports_nothing(by, cast, begun):
    slot, release = begun

    answer = by(cast.ben).post(f"/slots/{slot.pk}/releases/RT-{release.pk}/report", said="departed")

    assert answer.status_code == 403


def test_a_departure_says_who_asks_and_shows_no_drafts(by, cast, scene):
    asks = create_release(team=cast.inv, slot=scene.slots[1])
    create_release(team=cast.inv, slot=scene.slots[1], submitted=False)

    answer = by(cast.ada).get(f"/slots/{scene.slots[1].pk}")

    assert [one["release"] for one in answer.data["asking"]] == [asks.code]
    assert (answer.data["riders"], answer.data["slot"]["asking"]) == ([], 1)


def test_a_full_departure_asks_as_much_as_one_with_a_conflict(by, cast, scene):
    caller, path = by(cast.ada), f"/slots/{scene.slots[1].pk}"
    for _ in range(3):
        aboard(scene.slots[1], team=cast.pay)
    few = queries_of(caller, path)
    for _ in range(6):
        aboard(scene.slots[1], team=cast.inv, services=[scene.service])
        create_release(team=cast.inv, slot=scene.slots[1])

    assert queries_of(caller, path) == few


def test_a_departure_that_is_not_there_is_not_found(by, cast, scene):
    assert by(cast.ada).get("/slots/987654").status_code == 404
