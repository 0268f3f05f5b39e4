"""Write a schema change down with the SQL of its stages proposed: propose, edit, write."""

import uuid

import pytest

from releasetrain.releases.models import Release
from releasetrain.schema.models import SchemaChange
from tests.factories import create_table
from tests.riding import create_release

STAGES = ("expand", "backfill", "relax", "drop")


@pytest.fixture
def wish(cast, scene):
    """What Ben says: orders.old_code becomes new_code."""
    return {
        "name": "Codes",
        "table": create_table(name="orders").pk,
        "old_field": "old_code",
        "new_field": "new_code",
        "type": "bigint",
        "mapping": "old_code::bigint",
        "key_field": "id",
        "is_required": "on",
        "soak_hours": 120,
        "wrapped": "no",
        "team": cast.pay.pk,
        **dict.fromkeys(STAGES, "new"),
    }


def propose(browser, said):
    return browser.post("/changes/guided/", {**said, "propose": "1"})


def write(browser, said):
    return browser.post("/changes/guided/", {**said, "write": "1"})


def scripts(answer):
    return {row.sql.name.removeprefix("sql_"): row.sql.value() for row in answer.context["rows"]}


def test_it_proposes_the_sql_of_all_stages_and_says_that_nothing_blocks(as_, cast, wish):
    answer = propose(as_(cast.ben), wish)

    assert answer.status_code == 200
    found = scripts(answer)
    assert "ADD COLUMN new_code bigint" in found["expand"]
    assert "SET new_code = old_code::bigint WHERE id > $1 AND id <= $2" in found["backfill"]
    assert "DROP COLUMN old_code" in found["drop"]
    blocked = [said.finding.rule for row in answer.context["rows"] for said in row.found if said.blocks]
    assert blocked == []
    assert not SchemaChange.objects.exists()


def test_what_was_proposed_and_edited_is_written_down_with_a_draft_for_each_stage(as_, cast, wish):
    proposed = scripts(propose(as_(cast.ben), wish))
    said = {**wish, **{f"sql_{stage}": sql for stage, sql in proposed.items()}, "sql_drop": "SELECT 1;"}

    answer = write(as_(cast.ben), said)

    made = SchemaChange.objects.get()
    assert answer["Location"] == f"/changes/{made.pk}/"
    rows = {one.stage: one for one in made.stages.select_related("release")}
    assert {stage: rows[stage].release.title for stage in STAGES} == {stage: f"Codes: {stage}" for stage in STAGES}
    assert {one.release.team for one in rows.values()} == {cast.pay}
    assert rows["drop"].sql == "SELECT 1;"
    assert all(one.release.submitted_at is None for one in rows.values())


def test_a_stage_rides_in_a_release_that_is_there(as_, cast, wish):
    there = create_release(team=cast.pay)
    said = {**wish, "expand": there.pk, "backfill": "", "relax": "", "drop": ""}

    write(as_(cast.ben), said)

    assert [one.release for one in SchemaChange.objects.get().stages.all()] == [there]


def test_sql_that_no_release_would_carry_is_refused_at_its_stage(as_, cast, wish):
    answer = write(as_(cast.ben), {**wish, "relax": "", "sql_relax": "SELECT 1;"})

    assert answer.status_code == 422
    assert "SQL is kept with the release that carries it" in answer.context["form"].errors["relax"][0]
    assert not Release.objects.filter(title__startswith="Codes").exists()


@pytest.mark.parametrize(
    ("field", "said", "words"),
    [
        ("type", "bigint; DROP TABLE x", "is no type"),
        ("mapping", "now(), 1", "is not one value"),
        ("new_field", "old_code", "The new field is the old one"),
        ("old_field", "", "is no name"),
    ],
)
def test_a_wish_that_cannot_be_read_is_refused_at_its_field(as_, cast, wish, field, said, words):
    answer = propose(as_(cast.ben), {**wish, field: said})

    assert answer.status_code == 422
    assert words in answer.context["form"].errors[field][0]


def test_what_blocks_in_typed_sql_is_shown_before_it_is_written(as_, cast, wish):
    refused = {"relax": "", "sql_relax": "SELECT 1"}
    said = {**wish, "sql_expand": "ALTER TABLE orders ADD COLUMN new_code bigint NOT NULL;", **refused}

    answer = write(as_(cast.ben), said)

    found = {row.sql.name: [one.finding.rule for one in row.found] for row in answer.context["rows"]}
    assert "required-column" in found["sql_expand"]


def test_a_double_click_writes_one_change(as_, cast, wish):
    said, browser = {**wish, "key": str(uuid.uuid4())}, as_(cast.ben)

    answers = [write(browser, said) for _ in range(2)]

    assert answers[0]["Location"] == answers[1]["Location"]
    assert SchemaChange.objects.count() == 1
    assert Release.objects.filter(title__startswith="Codes").count() == len(STAGES)


def test_another_teams_drafts_are_nobodys_to_make(as_, cast, wish):
    answer = write(as_(cast.dov), wish)

    assert answer.status_code == 422
    assert "team" in answer.context["form"].errors
    assert not SchemaChange.objects.exists()
