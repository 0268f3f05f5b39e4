"""The review of SQL through the JSON door: ask it, accept what warns, edit a change, say how a table looks."""

import pytest

from releasetrain.domain.scopes import Scope
from releasetrain.schema.models import Acceptance
from tests.api.conftest import NOBODY, token_of
from tests.factories import create_train
from tests.scripts import BLOCKED, EXPAND, FULL, HARMLESS, WARNED, carrying, found, stage_of

WHY = "It is small at night."


@pytest.fixture
def release(cast):
    train = create_train(default_of=[cast.pay])
    return carrying(WARNED, by=cast.ada, team=cast.pay, train=train)


def asked(caller, sql, **said):
    return caller.post("/sql/review", sql=sql, **said)


def test_a_script_is_judged_in_values_and_words(by, cast):
    answer = asked(by(cast.dov), FULL, table="payment_document", stage="expand", rows=10**9).data

    (one,) = [one for one in answer["findings"] if one["severity"] == "blocks"]
    assert (answer["passes"], answer["blocked"]) == (False, 1)
    assert (one["rule"], one["line"], one["page"]) == ("rewrites-under-lock", 1, "/rules/sql/rewrites-under-lock/")
    assert "payment_document" in one["message"]
    assert one["remedy"]
    assert one["accepted"] is None


def test_what_cannot_be_read_or_judged_does_not_pass(by, cast):
    assert asked(by(cast.dov), "ALTER TABEL x").data["findings"][0]["rule"] == "unreadable"
    assert asked(by(cast.dov), "x" * 1_000_001).data["findings"][0]["rule"] == "too-long"
    assert asked(by(cast.dov), "").data["passes"] is True


def test_of_a_change_the_product_knows_what_is_around_it(by, cast, release):
    change = stage_of(release).change_id

    alone = asked(by(cast.ada), WARNED, stage="backfill").data
    of_it = asked(by(cast.ada), WARNED, stage="backfill", change=change).data
    other = asked(by(cast.ada), WARNED, stage="backfill", change=change, new="other").data

    rules = [{one["rule"] for one in answer["findings"]} for answer in (alone, of_it, other)]
    assert "index-before-data" in rules[1]
    assert "index-before-data" not in rules[0] & rules[2]
    assert asked(by(cast.ada), WARNED, change=change + 99).status_code in (404, 409, 422)


def test_others_and_history_are_taken(by, cast):
    said = {"others": [{"stage": "expand", "sql": EXPAND}], "history": ["CREATE TABLE payment_document (id bigint);"]}

    assert asked(by(cast.ada), HARMLESS, stage="backfill", table="payment_document", **said).status_code == 200


@pytest.mark.parametrize(
    "said", [{"stage": "later"}, {"rows": -1}, {"others": [{"stage": "x", "sql": ""}]}, {"unknown": 1}]
)
def test_what_is_misshapen_is_refused(by, cast, said):
    assert asked(by(cast.ada), HARMLESS, **said).status_code == 422


def test_nobody_signed_in_asks(cast):
    assert asked(NOBODY, HARMLESS).status_code == 401


def test_findings_stand_with_the_release_and_the_change(by, cast, release):
    one = by(cast.dov).get(f"/releases/{release.code}").data["steps"][0]
    change = by(cast.dov).get(f"/changes/{one['change']}").data

    assert [found["rule"] for found in one["findings"]] == [each["rule"] for each in change["stages"][0]["findings"]]
    assert by(cast.dov).get("/changes").data["results"][0]["stages"][0]["findings"] == one["findings"]


def warned(release):
    row = stage_of(release)
    names = {"change": row.change_id, "stage": row.stage}
    return [{**names, "rule": one["rule"], "mark": one["mark"]} for one in found(release, "warns")]


def test_an_architect_accepts_and_takes_back(by, cast, release):
    ines = by(cast.ines)
    answer = ines.post(f"/releases/{release.code}/accept", findings=warned(release), reason=WHY)

    assert answer.status_code == 200
    (kept,) = {str(one["accepted"]) for one in answer.data["steps"][0]["findings"] if one["severity"] == "warns"}
    assert WHY in kept
    assert ines.delete(f"/acceptances/{Acceptance.objects.get().pk}").status_code == 204
    assert ines.delete("/acceptances/999999").status_code == 404


def test_nobody_else_does(by, cast, release):
    for who in (cast.ada, cast.cleo):
        answer = by(who).post(f"/releases/{release.code}/accept", findings=warned(release), reason=WHY)
        assert answer.data["code"] == "not-your-gate"
    reading = token_of(cast.ines, Scope.READ)
    assert reading.post(f"/releases/{release.code}/accept", findings=warned(release), reason=WHY).status_code == 403


def test_what_blocks_is_not_accepted(by, cast):
    release = carrying(BLOCKED, by=cast.ada, team=cast.pay, train=create_train(default_of=[cast.pay]))
    row, one = stage_of(release), found(release, "blocks")[0]
    said = [{"change": row.change_id, "stage": row.stage, "rule": one["rule"], "mark": one["mark"]}]

    answer = by(cast.ines).post(f"/releases/{release.code}/accept", findings=said, reason=WHY)

    assert answer.data["code"] == "blocks-cannot-be-accepted"


def test_a_change_is_edited_field_by_field(by, cast, release):
    change = stage_of(release).change_id

    answer = by(cast.ada).patch(f"/changes/{change}", wrapped=True, soak_hours=48)

    assert (answer.data["wrapped"], answer.data["soak_hours"], answer.data["name"]) == (True, 48, "Purpose")
    assert by(cast.dov).patch(f"/changes/{change}", name="Mine").status_code == 403
    assert by(cast.ada).patch(f"/changes/{change + 99}", name="Mine").status_code == 404


def test_how_a_table_looks_is_said_and_read(by, cast, release):
    table = stage_of(release).change.table_id
    assert by(cast.dov).get(f"/tables/{table}/schema").data == {"sql": "", "at": None}

    answer = by(cast.ada).put(f"/tables/{table}/schema", sql="CREATE TABLE a ();", seen="")

    assert answer.data["sql"] == "CREATE TABLE a ();"
    assert by(cast.ada).put(f"/tables/{table}/schema", sql="x", seen="").data["code"] == "changed-meanwhile"
    assert by(cast.dov).put(f"/tables/{table}/schema", sql="x").status_code == 403
    assert by(cast.dov).get("/tables/999999/schema").status_code == 404
