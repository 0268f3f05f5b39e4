"""Hours of low load, through the JSON door."""

import pytest

from releasetrain.trains.freeze_fields import hours_of
from releasetrain.trains.models import Database
from tests.factories import create_table
from tests.freezes import NIGHTS, create_low_load, locks_heavily

LATE = {"weekdays": [1], "since": "22:30", "until": "05:00"}


@pytest.fixture
def table(db):
    return create_table(database="main")


def test_every_database_that_tables_name_is_listed(by, cast, table):
    create_low_load(zone="Europe/Berlin")
    create_table(database="archive")

    answer = by(cast.ben).get("/low-load")

    hours = [{"weekdays": [0, 1, 2, 3, 4], "since": "23:00:00", "until": "05:00:00"}]
    assert answer.data == [
        {"database": "archive", "zone": "UTC", "hours": [], "tables": 1},
        {"database": "main", "zone": "Europe/Berlin", "hours": hours, "tables": 1},
    ]


def test_a_preview_tells_what_would_stand_and_writes_nothing(by, cast, scene, table):
    locks_heavily(scene.rides, table)

    answer = by(cast.ines).post("/low-load/preview", database="main", hours=[LATE])

    assert answer.status_code == 200, answer.data
    (found,) = answer.data["arises"]
    assert (found["release"], found["conflict"]["code"]) == (scene.rides.code, "peak-hours")
    assert found["conflict"]["amounts"] == {"minutes": 30}
    assert not Database.objects.exists()


def test_hours_are_set_and_taken_away(by, cast, table):
    answer = by(cast.ines).put("/low-load", database="main", zone="Europe/Berlin", hours=[LATE])
    assert answer.status_code == 200, answer.data
    assert answer.data["hours"] == [{**LATE, "since": "22:30:00", "until": "05:00:00"}]

    assert by(cast.ines).put("/low-load", database="main", hours=[]).data["hours"] == []


def test_what_was_saved_since_is_not_undone(by, cast, table):
    create_low_load(hours=[NIGHTS])
    seen = {"zone": "UTC", "hours": []}

    answer = by(cast.ines).put("/low-load", database="main", hours=[LATE], seen=seen)

    assert (answer.status_code, answer.data["code"]) == (409, "changed-meanwhile")
    assert hours_of(Database.objects.get()) == [NIGHTS]


@pytest.mark.parametrize("verb", ["put", "post"])
def test_a_database_that_no_table_names_is_refused(by, cast, table, verb):
    path = "/low-load" if verb == "put" else "/low-load/preview"

    answer = getattr(by(cast.ines), verb)(path, database="archive", hours=[LATE])

    assert (answer.status_code, answer.data["code"]) == (422, "no-such-database")


@pytest.mark.parametrize("wrong", [{"weekdays": []}, {"weekdays": [7]}, {"since": "22:30:30"}, {"until": "late"}])
def test_hours_that_cannot_be_read_are_named(by, cast, table, wrong):
    answer = by(cast.ines).put("/low-load", database="main", hours=[{**LATE, **wrong}])

    assert answer.status_code == 422
