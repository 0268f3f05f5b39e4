"""Trains through the JSON door: what they are, when they depart, who waits."""

from datetime import date, time, timedelta

import pytest

from tests.api.asked import queries_of
from tests.factories import create_slot, create_train
from tests.riding import aboard, create_release


def test_a_train_says_what_it_is_and_when_it_departs(by, cast, scene):
    create_train(slug="night", zone="Asia/Tokyo", weekly=[(1, time(22), 60)], capacity=7)

    answer = by(cast.ines).get("/trains/night")

    assert (answer.data["zone"], answer.data["capacity"], answer.data["large_mode"]) == ("Asia/Tokyo", 7, "alone")
    tuesdays = {"rule": "FREQ=WEEKLY;BYDAY=TU", "first_on": "2000-01-01", "at": "22:00:00", "minutes": 60, "weekday": 1}
    assert answer.data["timetable"] == [tuesdays]


@pytest.mark.parametrize("path", ["/trains/none", "/trains/none/slots", "/trains/none/queue"])
def test_a_train_that_is_not_there_is_not_found(by, cast, scene, path):
    assert by(cast.ada).get(path).status_code == 404


def test_many_trains_ask_as_much_as_one(by, cast, scene):
    caller = by(cast.ada)
    one = queries_of(caller, "/trains")
    for name in ("a", "b", "c"):
        create_train(slug=name, weekly=[(1, time(22), 60), (3, time(22), 60)])

    assert queries_of(caller, "/trains") == one
    assert [train["slug"] for train in caller.get("/trains").data["results"]] == ["main", "a", "b", "c"]


def test_the_departures_are_read_page_by_page_between_two_instants(by, cast, scene):
    caller, until = by(cast.ada), scene.slots[2].start_at.isoformat()

    first = caller.get("/trains/main/slots", until=until, limit=1).data
    second = caller.get(first["next"].split("/api/v1")[1]).data

    assert [one["id"] for one in (*first["results"], *second["results"])] == [slot.pk for slot in scene.slots[:2]]
    assert second["next"] is None


def test_a_departure_says_how_full_it_is(by, cast, scene):
    for size in ("S", "M"):
        aboard(scene.slots[1], team=cast.inv, size=size)
    create_release(team=cast.inv, slot=scene.slots[1])

    second = by(cast.ada).get("/trains/main/slots").data["results"][1]

    assert (second["points"], second["riders"], second["asking"], second["capacity"]) == (4, 2, 1, 10)


@pytest.mark.parametrize("asked", [{"since": "soon"}, {"until": "0001-01-01T00:00:00Z"}, {"from": "2031-01-01"}])
def test_what_is_no_instant_is_refused(by, cast, scene, asked):
    assert by(cast.ada).get("/trains/main/slots", **asked).status_code == 422


def test_many_departures_with_riders_and_requests_ask_as_much_as_few(by, cast, scene):
    caller = by(cast.ada)
    few = queries_of(caller, "/trains/main/slots")
    for day in range(100, 160, 7):
        slot = create_slot(train=scene.train, start_at=scene.slots[0].start_at + timedelta(days=day))
        aboard(slot, team=cast.pay)
        create_release(team=cast.inv, slot=slot)

    assert queries_of(caller, "/trains/main/slots") == few


def test_the_queue_says_who_waits_since_when_and_for_what(by, cast, scene):
    asks = create_release(team=cast.pay, slot=scene.slots[1])
    create_release(team=cast.inv, train=scene.train, submitted=False)

    found = by(cast.ines).get("/trains/main/queue").data["results"]

    assert {one["release"] for one in found} == {scene.waits.code, asks.code}  # a draft's wish waits for nothing
    assert {one["slot"] for one in found} == {None, scene.slots[1].pk}
    assert all(one["asked_at"] and one["wish"] for one in found)


def test_the_queue_is_in_the_order_in_which_it_is_served_page_by_page(by, cast, scene):
    urgent = create_release(team=cast.inv, train=scene.train, due=date(2031, 12, 1), weight=2)
    heavy = create_release(team=cast.inv, train=scene.train, weight=9)
    caller, found, path = by(cast.ines), [], "/trains/main/queue?limit=1"

    while path:
        page = caller.get(path).data
        found += page["results"]
        path = (page["next"] or "").partition("/api/v1")[2]

    said = [(one["release"], one["weight"], one["expected"], one["came_back"]) for one in found]
    assert said == [
        (urgent.code, 2, scene.slots[1].pk, ""),
        (heavy.code, 9, scene.slots[1].pk, ""),
        (scene.waits.code, 1, scene.slots[2].pk, ""),
    ]


def test_a_long_queue_asks_as_much_as_a_short_one(by, cast, scene):
    caller = by(cast.ada)
    short = queries_of(caller, "/trains/main/queue")
    for _ in range(9):
        create_release(team=cast.inv, train=scene.train, services=[scene.service])

    assert queries_of(caller, "/trains/main/queue") == short
