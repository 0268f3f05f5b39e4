"""Schema changes through the JSON door: see them, write one down, give one up."""

import pytest

from releasetrain.schema.models import SchemaChange, SchemaStage
from tests.factories import create_table
from tests.riding import create_release


@pytest.fixture
def table(cast):
    return create_table(name="payment_document")


def written(caller, table, *stages, said=None):
    body = {"name": "Purpose", "table": table.pk, "stages": list(stages)}
    return caller.post("/changes", **{**body, **(said or {})})


def test_a_change_is_written_down_with_its_stages(by, cast, scene, table):
    other = create_release(team=cast.pay)
    stages = [
        {"stage": "drop", "release": other.pk, "heavy_lock": True},
        {"stage": "expand", "release": scene.rides.pk},
    ]

    answer = written(by(cast.ada), table, *stages)

    assert answer.status_code == 201
    assert [(one["stage"], one["release"], one["heavy_lock"]) for one in answer.data["stages"]] == [
        ("expand", scene.rides.code, False),
        ("drop", other.code, True),
    ]


def test_one_without_stages_is_for_whoever_keeps_the_catalogue(by, cast, scene, table):
    assert written(by(cast.ada), table).status_code == 403
    assert written(by(cast.ines), table).status_code == 201


@pytest.mark.parametrize(
    ("said", "status", "code"),
    [
        ({"table": 999}, 422, "no-such-table"),
        ({"soak_hours": -1}, 422, None),
        ({"stages": [{"stage": "expand", "release": 0}]}, 422, None),
    ],
)
def test_what_it_cannot_be_is_refused(by, cast, scene, table, said, status, code):
    answer = written(by(cast.cleo), table, said=said)

    assert answer.status_code == status
    assert code in (None, answer.data["code"])
    assert not SchemaChange.objects.exists()


def test_a_stage_named_twice_is_refused(by, cast, scene, table):
    stage = {"stage": "expand", "release": scene.rides.pk}

    assert written(by(cast.ada), table, stage, stage).data["code"] == "stage-twice"


def test_it_is_given_up_with_a_reason(by, cast, scene, table):
    made = written(by(cast.ada), table, {"stage": "expand", "release": scene.rides.pk}).data

    answer = by(cast.ada).post(f"/changes/{made['id']}/abandon", reason="Not now.")

    assert answer.data["abandoned_because"] == "Not now."
    assert by(cast.ada).post(f"/changes/{made['id']}/abandon", reason="Not now.").data["code"] == "abandoned-already"


def test_a_draft_carries_a_stage_for_its_team_alone(by, cast, scene, table):
    change = SchemaChange.objects.create(name="Purpose", table=table)
    SchemaStage.objects.create(change=change, stage="expand", release=create_release(team=cast.pay, submitted=False))

    assert len(by(cast.ada).get("/changes").data["results"][0]["stages"]) == 1
    assert by(cast.dov).get("/changes").data["results"][0]["stages"] == []


def test_stages_that_name_no_release_ride_in_new_drafts_of_the_team(by, cast, scene, table):
    stages = [{"stage": stage, "release": None, "title": f"Codes, {stage}"} for stage in ("expand", "drop")]

    answer = written(by(cast.ben), table, *stages, said={"team": cast.pay.pk})

    assert answer.status_code == 201
    made = SchemaStage.objects.filter(change=answer.data["id"]).select_related("release").order_by("release")
    assert [(one.release.title, one.release.team) for one in made] == [
        ("Codes, expand", cast.pay),
        ("Codes, drop", cast.pay),
    ]


def test_without_a_team_no_draft_is_made(by, cast, scene, table):
    answer = written(by(cast.ben), table, {"stage": "expand", "release": None})

    assert answer.status_code == 422
    assert not SchemaChange.objects.exists()


def test_the_sql_of_all_stages_is_proposed_and_nothing_is_written(by, cast):
    wish = {"table": "orders", "old": "old_code", "new": "new_code", "type": "bigint"}

    answer = by(cast.ben).post("/changes/proposal", **wish)

    assert answer.status_code == 200
    assert "ADD COLUMN new_code bigint" in answer.data["expand"]
    assert not SchemaChange.objects.exists()


def test_a_wish_that_cannot_be_read_is_refused(by, cast):
    wish = {"table": "orders", "old": "old_code", "new": "new_code", "type": "bigint; DROP TABLE orders"}

    answer = by(cast.ben).post("/changes/proposal", **wish)

    assert (answer.status_code, answer.data["code"]) == (422, "no-type")
