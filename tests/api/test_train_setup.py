"""Trains set up through the JSON door."""

from datetime import timedelta

import pytest
from django.utils import timezone

from releasetrain.trains.models import Slot, Train

WEEKLY = [{"weekday": 1, "at": "22:00"}]


def test_a_train_is_added_with_its_timetable_and_its_slots_open(by, cast):
    answer = by(cast.cleo).post("/trains", name="Night train", zone="Europe/Berlin", timetable=WEEKLY)

    assert answer.status_code == 201, answer.data
    assert answer.headers["Location"] == "/api/v1/trains/night-train"
    assert answer.data["timetable"] == [
        {"rule": "FREQ=WEEKLY;BYDAY=TU", "first_on": "2000-01-01", "at": "22:00:00", "minutes": 60, "weekday": 1}
    ]
    assert Slot.objects.filter(train__slug="night-train").exists()


def test_a_change_leaves_what_is_not_said(by, cast, scene):
    before = by(cast.cleo).get(f"/trains/{scene.train.slug}").data

    answer = by(cast.cleo).patch(f"/trains/{scene.train.slug}", capacity=12, seen={"capacity": before["capacity"]})

    assert answer.status_code == 200, answer.data
    assert answer.data == {**before, "capacity": 12}


def test_what_was_read_can_be_sent_back_whole_as_seen(by, cast, scene):
    read = by(cast.cleo).get(f"/trains/{scene.train.slug}").data
    elsewhere = ("id", "timetable", "held_at", "held_by", "held_because")  # said at addresses of their own
    seen = {name: value for name, value in read.items() if name not in elsewhere}

    assert by(cast.cleo).patch(f"/trains/{scene.train.slug}", capacity=12, seen=seen).status_code == 200


def test_what_was_saved_since_is_not_undone(by, cast, scene):
    Train.objects.update(capacity=20)

    answer = by(cast.cleo).patch(f"/trains/{scene.train.slug}", capacity=12, seen={"capacity": 10})

    assert (answer.status_code, answer.data["code"]) == (409, "changed-meanwhile")
    assert Train.objects.get().capacity == 20


def test_the_timetable_is_set(by, cast, scene):
    address = f"/trains/{scene.train.slug}/timetable"
    said = by(cast.cleo).put(address, timetable=[{"weekday": 3, "at": "21:30", "minutes": 30}])

    assert said.status_code == 200, said.data
    assert [(one["weekday"], one["at"], one["minutes"]) for one in said.data["timetable"]] == [(3, "21:30:00", 30)]
    stale = by(cast.cleo).put(address, timetable=WEEKLY, seen=[{"weekday": 5, "at": "10:00"}])
    assert (stale.status_code, stale.data["code"]) == (409, "changed-meanwhile")
    fresh = by(cast.cleo).put(address, timetable=WEEKLY, seen=said.data["timetable"])
    assert fresh.status_code == 200, fresh.data


@pytest.mark.parametrize(
    ("timetable", "code"),
    [
        ([*WEEKLY, *WEEKLY], "departs-twice"),
        ([{"weekday": 1, "at": "22:00", "minutes": 5000}], "out-of-range"),
        ([{"weekday": 7, "at": "22:00"}], "invalid"),
        ([{"weekday": 1, "at": "22:00:30"}], "invalid"),
        ([{"at": "22:00"}], "invalid"),
        ([{"weekday": 2, "rule": "FREQ=WEEKLY;BYDAY=TU", "at": "22:00"}], "invalid"),
        ([*WEEKLY, {"rule": "FREQ=DAILY", "at": "22:00"}], "departs-twice"),
        ([{"rule": "every tuesday", "at": "22:00"}], "rule-unreadable"),
        ([{"rule": "FREQ=HOURLY", "at": "22:00"}], "rule-too-fine"),
        ([{"rule": "FREQ=WEEKLY;BYMONTHDAY=1", "at": "22:00"}], "rule-part-unfit"),
        ([{"rule": "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "at": "22:00"}], "rule-never-departs"),
        ([{"rule": "FREQ=DAILY", "at": "22:00", "first_on": "1999-12-31"}], "out-of-range"),
    ],
)
def test_a_timetable_nobody_can_keep_is_refused(by, cast, scene, timetable, code):
    answer = by(cast.cleo).put(f"/trains/{scene.train.slug}/timetable", timetable=timetable)

    assert (answer.status_code, answer.data["code"]) == (422, code)


def test_many_at_once_with_each_bad_one_named(by, cast):
    good, bad = {"name": "Night", "timetable": WEEKLY}, {"name": "Mars", "zone": "Mars", "timetable": WEEKLY}

    refused = by(cast.cleo).ask("POST", "/trains/lines", [good, bad])
    assert [(one["line"], one["code"]) for one in refused.data["details"]["lines"]] == [(1, "unknown-zone")]
    assert not Train.objects.exists()

    assert by(cast.cleo).ask("POST", "/trains/lines", [good]).data == {"lines": 1}


def test_points_that_plans_keep_free_are_set_and_told(by, cast, scene):
    address = f"/trains/{scene.train.slug}"
    known = by(cast.cleo).get(address).data

    said = by(cast.cleo).patch(address, name=known["name"], slug=known["slug"], reserve=4)

    assert (said.status_code, by(cast.ada).get(address).data["reserve"]) == (200, 4)


def test_only_who_sets_trains_up_does(by, cast, scene):
    address = f"/trains/{scene.train.slug}"

    assert by(cast.ada).post("/trains", name="Mine").status_code == 403
    assert by(cast.ada).patch(address, capacity=99).status_code == 403
    assert by(cast.ada).put(f"{address}/timetable", timetable=[]).status_code == 403
    assert Train.objects.get().capacity != 99


def test_a_rule_is_set_and_comes_back_as_it_is_kept(by, cast, scene):
    address = f"/trains/{scene.train.slug}/timetable"
    first = {"rule": "freq=monthly; byday=1tu", "first_on": "2031-12-01", "at": "22:00", "minutes": 90}

    said = by(cast.cleo).put(address, timetable=[first])

    assert said.status_code == 200, said.data
    (kept,) = said.data["timetable"]
    assert (kept["rule"], kept["first_on"], kept["weekday"]) == ("FREQ=MONTHLY;BYDAY=1TU", "2031-12-01", None)
    assert by(cast.cleo).put(address, timetable=[], seen=said.data["timetable"]).status_code == 200


def test_a_preview_says_what_would_come_and_changes_nothing(by, cast, scene):
    before = Slot.objects.count()

    said = by(cast.cleo).post(f"/trains/{scene.train.slug}/timetable/preview", timetable=WEEKLY)

    assert said.status_code == 200, said.data
    assert [one["minutes"] for one in said.data["comes"]][:2] == [60, 60]
    assert [one["weekday"] for one in (next["entry"] for next in said.data["next_of_each"])] == [1]
    assert Slot.objects.count() == before


def test_who_stands_in_the_way_of_a_timetable_is_named(by, cast, scene):
    said = by(cast.cleo).post(f"/trains/{scene.train.slug}/timetable/preview", timetable=[])

    (kept,) = said.data["stays"]
    assert (kept["slot"], kept["departure"]["minutes"]) == (scene.slots[0].pk, 60)
    holder = {"release": scene.rides.code, "title": "QR payments", "team": "PAY", "rides": True}
    assert kept["holders"] == [holder]


def test_a_departure_is_opened_beside_the_timetable(by, cast, scene):
    local = f"{timezone.now() + timedelta(days=3):%Y-%m-%d}T03:00"
    said = {"local": local, "is_hotfix": True, "reason": "Payments are down.", "capacity": 3}

    answer = by(cast.cleo).post(f"/trains/{scene.train.slug}/slots", **said)

    assert answer.status_code == 201, answer.data
    assert answer.headers["Location"] == f"/api/v1/slots/{answer.data['id']}"
    found = {name: answer.data[name] for name in ("kind", "capacity", "own_capacity", "is_extra", "opened_because")}
    assert found == {
        "kind": "hotfix",
        "capacity": 3,
        "own_capacity": True,
        "is_extra": True,
        "opened_because": "Payments are down.",
    }
    again = by(cast.cleo).post(f"/trains/{scene.train.slug}/slots", **said)
    assert (again.status_code, again.data["code"]) == (422, "departs-already")


@pytest.mark.parametrize("local", ["2031-12-02", "2031-12-02T22:00Z", "2031-12-02T22:00:00", "9999-12-31T22:00"])
def test_a_departure_is_said_in_the_train_s_local_time(by, cast, scene, local):
    answer = by(cast.cleo).post(f"/trains/{scene.train.slug}/slots", local=local)

    assert (answer.status_code, answer.data["code"]) == (422, "invalid")


def test_a_departure_takes_what_is_set_and_again_what_its_train_takes(by, cast, scene):
    address = f"/slots/{scene.slots[0].pk}/capacity"

    own = by(cast.cleo).put(address, capacity=4, reason="Half the crew is away.")
    assert (own.status_code, own.data["capacity"], own.data["own_capacity"]) == (200, 4, True)
    usual = by(cast.cleo).put(address, capacity=None, reason="They are back.")
    assert (usual.data["capacity"], usual.data["own_capacity"]) == (10, False)
    assert by(cast.ada).put(address, capacity=4, reason="Why not.").status_code == 403
    assert by(cast.cleo).put("/slots/999999/capacity", capacity=4, reason="So.").status_code == 404
