"""The forecast of a backfill through the JSON door: facts, plans, what a database costs."""

import json

import pytest

from releasetrain.schema.models import ChosenPlan, Measurement
from tests.domain.test_measured_facts import SAID
from tests.factories import create_table
from tests.measured import create_change, create_measurement, create_plan
from tests.riding import aboard

INDEX = {"bytes": 24 * 10**9, "ordered": False}


@pytest.fixture
def change(cast, scene):
    table = create_table(name="payment", rows=0)
    create_measurement(table, by=cast.ines)
    return create_change(expand=scene.rides, backfill=aboard(scene.slots[1], team=cast.pay), table=table)


def test_facts_are_typed_and_read(by, cast, scene):
    table = create_table(name="payment")

    answer = by(cast.ines).put(f"/tables/{table.pk}/facts", rows=5, heap_bytes=8192, indexes=[INDEX], server="docs-03")

    assert answer.status_code == 200, answer.data
    assert (answer.data["rows"], answer.data["server"]) == (5, "docs-03")
    assert answer.data["indexes"] == [{**INDEX, "name": "", "columns": []}]
    assert by(cast.ben).get(f"/tables/{table.pk}/facts").data == answer.data


def test_before_it_is_measured_the_query_is_there(by, cast, scene):
    table = create_table(name="payment")

    answer = by(cast.ben).get(f"/tables/{table.pk}/facts")

    assert (answer.data["heap_bytes"], answer.data["measured_at"]) == (None, None)
    assert "'payment'::regclass" in answer.data["query"]


def test_what_the_query_answered_is_pasted(by, cast, scene):
    table = create_table()

    answer = by(cast.ines).put(f"/tables/{table.pk}/facts", pasted=json.dumps(SAID), free_disk_bytes=7)

    assert (answer.data["rows"], answer.data["free_disk_bytes"]) == (1000, 7)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"pasted": "nonsense"}, "facts-unreadable"),
        ({"rows": 5}, "missing"),
        ({}, "missing"),
        ({"rows": "many", "heap_bytes": 1}, "unreadable"),
        ({"rows": 5, "heap_bytes": 1, "what": 1}, "unreadable"),
    ],
)
def test_nonsense_is_refused(by, cast, scene, said, code):
    answer = by(cast.ines).put(f"/tables/{create_table().pk}/facts", said)

    assert answer.status_code == 422 or answer.data["code"] == code, answer.data
    assert not Measurement.objects.exists()


def test_what_was_measured_since_is_not_undone(by, cast, change):
    seen = {"measured_at": None}

    answer = by(cast.ines).put(f"/tables/{change.table_id}/facts", rows=5, heap_bytes=8192, seen=seen)

    assert (answer.status_code, answer.data["code"]) == (409, "changed-meanwhile")


def test_every_plan_is_forecast_and_one_tried(by, cast, change):
    answer = by(cast.dov).get(f"/changes/{change.pk}/forecast", kind="passes", passes=20)

    assert answer.status_code == 200, answer.data
    assert [one["plan"]["kind"] for one in answer.data["plans"]] == ["one-pass", "vacuum", "passes", "repack"]
    passes = answer.data["plans"][2]
    assert (passes["plan"]["passes"], passes["fits"], passes["is_late"]) == (20, True, False)
    assert answer.data["plans"][0]["reasons"][0] == {
        "code": "random-indexes",
        "amounts": {"n": 6, "bytes": 144 * 10**9},
    }
    assert not ChosenPlan.objects.exists()


def test_a_plan_is_chosen(by, cast, change):
    answer = by(cast.ada).put(f"/changes/{change.pk}/plan", kind="vacuum")

    assert answer.status_code == 200, answer.data
    assert [one["is_chosen"] for one in answer.data["plans"]] == [False, True, False, False]
    assert ChosenPlan.objects.get().vacuum_every == 10**8


def test_whose_release_it_is_not_may_not(by, cast, change):
    assert by(cast.dov).put(f"/changes/{change.pk}/plan", kind="vacuum").status_code == 403


def test_a_change_that_is_not_there_is_not_found(by, cast, scene):
    assert by(cast.ada).put("/changes/999/plan", kind="vacuum").status_code == 404
    assert by(cast.ada).get("/changes/999/forecast").status_code == 404
    assert by(cast.ines).get("/tables/999/facts").status_code == 404


def test_a_plan_that_cannot_be_is_refused(by, cast, change):
    answer = by(cast.ada).put(f"/changes/{change.pk}/plan", kind="passes", passes=1)

    assert answer.data["code"] == "out-of-range"


def test_a_profile_is_read_and_set(by, cast, change):
    create_plan(change, by=cast.ada)
    before = by(cast.ben).get("/profiles").data
    assert (before[0]["database"], before[0]["own"], before[0]["coefficients"]["wall"]) == ("main", [], 1.25)

    answer = by(cast.ines).put("/profiles", database="main", coefficients={"wall": 2.0}, runs=3)

    assert answer.status_code == 200, answer.data
    assert (answer.data["own"], answer.data["coefficients"]["wall"], answer.data["runs"]) == (["wall"], 2.0, 3)


def test_a_profile_that_was_saved_since_is_not_undone(by, cast, change):
    by(cast.ines).put("/profiles", database="main", coefficients={"wall": 2.0})
    seen = {"coefficients": {}}

    answer = by(cast.ines).put("/profiles", database="main", coefficients={"wall": 3.0}, seen=seen)
    assert (answer.status_code, answer.data["code"]) == (409, "changed-meanwhile")

    seen = {"coefficients": {"wall": 2.0}}
    assert by(cast.ines).put("/profiles", database="main", coefficients={"wall": 3.0}, seen=seen).status_code == 200
