"""Trains set up through the JSON door."""

import pytest

from releasetrain.trains.models import Slot, Train

WEEKLY = [{"weekday": 1, "at": "22:00"}]


def test_a_train_is_added_with_its_timetable_and_its_slots_open(by, cast):
    answer = by(cast.cleo).post("/trains", name="Night train", zone="Europe/Berlin", timetable=WEEKLY)

    assert answer.status_code == 201, answer.data
    assert answer.headers["Location"] == "/api/v1/trains/night-train"
    assert answer.data["timetable"] == [{"weekday": 1, "at": "22:00:00", "minutes": 60}]
    assert Slot.objects.filter(train__slug="night-train").exists()


def test_a_change_leaves_what_is_not_said(by, cast, scene):
    before = by(cast.cleo).get(f"/trains/{scene.train.slug}").data

    answer = by(cast.cleo).patch(f"/trains/{scene.train.slug}", capacity=12, seen={"capacity": before["capacity"]})

    assert answer.status_code == 200, answer.data
    assert answer.data == {**before, "capacity": 12}


def test_what_was_read_can_be_sent_back_whole_as_seen(by, cast, scene):
    read = by(cast.cleo).get(f"/trains/{scene.train.slug}").data
    seen = {name: value for name, value in read.items() if name not in ("id", "timetable")}

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
    assert said.data["timetable"] == [{"weekday": 3, "at": "21:30:00", "minutes": 30}]
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


def test_only_who_sets_trains_up_does(by, cast, scene):
    address = f"/trains/{scene.train.slug}"

    assert by(cast.ada).post("/trains", name="Mine").status_code == 403
    assert by(cast.ada).patch(address, capacity=99).status_code == 403
    assert by(cast.ada).put(f"{address}/timetable", timetable=[]).status_code == 403
    assert Train.objects.get().capacity != 99
