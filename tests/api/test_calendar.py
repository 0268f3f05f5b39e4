"""The calendar through the JSON door: departures, freezes and holds between two days."""

from datetime import timedelta

import pytest

from releasetrain.trains.models import Slot, Train
from tests.api.asked import queries_of
from tests.factories import NOW, create_slot, create_train
from tests.riding import aboard
from tests.web.test_calendar import freeze

MONTH = {"since": "2031-11-01", "until": "2031-12-01"}


def test_a_departure_says_how_full_it_is_who_rides_and_what_stands(by, cast, scene):
    Slot.objects.filter(pk=scene.slots[0].pk).update(capacity=5)

    (found,) = by(cast.ines).get("/calendar", **MONTH).data["departures"]

    assert (found["slot"], found["train"], found["points"], found["capacity"]) == (scene.slots[0].pk, "main", 6, 5)
    assert found["riders"] == {"PAY": [scene.rides.code]}
    assert found["large"] == [scene.rides.code]
    assert found["conflicts"] == ["capacity"]
    assert (found["held_because"], found["skipped_because"], found["frozen_by"]) == (None, None, [])


def test_what_is_held_skipped_or_frozen_says_why(by, cast, scene):
    Slot.objects.update(skipped_at=NOW, skipped_by=cast.cleo, skipped_because="Nothing to ship.")
    Train.objects.update(held_at=NOW, held_by=cast.cleo, held_because="Payments are down.")
    freeze(by=cast.cleo)

    answer = by(cast.ines).get("/calendar", **MONTH).data

    (found,) = answer["departures"]
    assert (found["held_because"], found["skipped_because"]) == ("Payments are down.", "Nothing to ship.")
    assert found["frozen_by"] == ["Stocktaking"]
    window = {"start_at": "2031-11-25T00:00:00Z", "end_at": "2031-11-27T00:00:00Z"}
    assert answer["freezes"] == [{"name": "Stocktaking", "reason": "Counting.", "is_hard": True, **window}]


def test_what_holds_is_told_though_its_departure_is_not_in_sight(by, cast, scene):
    answer = by(cast.ines).get("/calendar", since="2031-11-27", until="2031-11-28").data

    assert answer["departures"] == []
    window = {"start_at": "2031-11-25T22:00:00Z", "end_at": "2031-11-30T23:00:00Z"}
    assert answer["holds"] == [{"release": scene.rides.code, "slot": scene.slots[0].pk, **window}]
    assert by(cast.ines).get("/calendar", since="2031-12-01", until="2031-12-02").data["holds"] == []


def test_days_are_those_of_whoever_asks(by, cast, scene):
    cast.ines.zone = "Asia/Tokyo"
    cast.ines.save()
    caller = by(cast.ines)

    assert caller.get("/calendar", since="2031-11-25", until="2031-11-26").data["departures"] == []
    assert len(caller.get("/calendar", since="2031-11-26", until="2031-11-27").data["departures"]) == 1


def test_it_is_narrowed_to_a_train_or_to_a_team(by, cast, scene):
    other = create_slot(train=create_train(slug="other"))
    aboard(other, team=cast.inv)
    caller = by(cast.ines)

    def slots(**query):
        return [one["slot"] for one in caller.get("/calendar", **MONTH, **query).data["departures"]]

    assert slots() == [scene.slots[0].pk, other.pk]
    assert slots(train="other") == slots(team="INV") == [other.pk]
    assert caller.get("/calendar", train="none").status_code == 404
    assert caller.get("/calendar", team="NONE").status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        {"since": "2031-11-02", "until": "2031-11-02"},
        {"since": "2031-11-02", "until": "2031-11-01"},
        {"since": "2031-11-02", "until": "2032-11-04"},
        {"since": "soon"},
        {"month": "11"},
        {"since": "9998-01-01"},
    ],
)
def test_what_is_no_stretch_of_time_is_refused(by, cast, scene, query):
    assert by(cast.ines).get("/calendar", **query).status_code == 422


def test_without_days_it_is_the_month_from_today(by, cast, scene):
    answer = by(cast.ines).get("/calendar").data

    assert answer["since"] < answer["until"]
    assert (answer["departures"], answer["is_cut"]) == ([], False)


def test_many_departures_ask_as_little_as_few(by, cast, scene):
    caller = by(cast.ada)
    few = queries_of(caller, "/calendar", **MONTH)
    for day in range(1, 40):
        aboard(create_slot(train=scene.train, start_at=scene.slots[0].start_at - timedelta(hours=day)), team=cast.inv)

    assert queries_of(caller, "/calendar", **MONTH) == few <= 10
