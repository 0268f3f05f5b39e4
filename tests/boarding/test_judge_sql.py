"""Every verb that writes a stage's SQL, or what it rests on, writes what the review finds in the change's stages."""

import pytest

from releasetrain.boarding import verifying
from releasetrain.boarding.actions.changing import Step
from releasetrain.boarding.actions.drafting import draft, edit
from releasetrain.boarding.actions.measuring import edit_table, put_tables
from releasetrain.boarding.actions.tables import know_schema
from releasetrain.domain.errors import Refused
from releasetrain.domain.stages import Stage
from releasetrain.releases import fields
from releasetrain.releases.fields import ReleaseFields
from releasetrain.releases.models import DataTable, Release
from releasetrain.reviews.actions.judging import judge_stale
from releasetrain.reviews.models import Gate
from releasetrain.reviews.queries import cases, scripts
from releasetrain.schema.models import KnownSchema, SchemaChange, SchemaStage
from tests.factories import TUESDAY, clock, create_table, create_train
from tests.riding import board, create_release, days, report, said, slot_on
from tests.scripts import BLOCKED, EXPAND, FULL, HARMLESS, carrying, change_of, found, rewrite, stage_of


@pytest.fixture
def asked(monkeypatch):
    """What the review was asked: (sql, subject), each time."""
    told, judge = [], scripts.judge
    monkeypatch.setattr(scripts, "judge", lambda sql, subject: told.append((sql, subject)) or judge(sql, subject))
    return told


def gates(release) -> dict[str, str]:
    return dict(Gate.objects.filter(release=release).values_list("code", "state"))


def test_a_change_that_is_written_down_has_its_stages_judged(cast):
    release = carrying(BLOCKED, by=cast.ada, team=cast.pay)

    assert found(release, "blocks")
    assert len(stage_of(release).judged) == 64


def test_a_draft_s_stages_are_judged_as_it_is_written(cast):
    create_train(default_of=[cast.pay])
    table = create_table(name="payment_document", rows=10**9)
    change = SchemaChange.objects.create(name="Purpose", table=table)
    steps = frozenset({fields.Step(change.pk, "backfill", FULL)})

    number = draft(team=cast.pay.pk, fields=ReleaseFields(title="Fill", steps=steps), by=cast.ada, clock=clock())

    assert found(Release.objects.get(pk=number), "blocks")


def test_other_sql_is_judged_anew(cast):
    release = carrying(BLOCKED, by=cast.ada, team=cast.pay)

    rewrite(release, HARMLESS, by=cast.ada)

    assert not found(release, "blocks")


def test_what_does_not_touch_the_sql_judges_nothing(cast, asked):
    release = carrying(BLOCKED, by=cast.ada, team=cast.pay)
    wrote = stage_of(release).judged
    asked.clear()

    edit(release=release.pk, fields=said(release, title="Other"), revision=2, by=cast.ada, clock=clock())

    assert len(asked) == 1  # ahead of the lock, where it is known already
    assert stage_of(release).judged == wrote


def test_each_stage_is_judged_with_the_others_and_the_others_again(cast, asked):
    first, second = (create_release(team=cast.pay, by=cast.ada) for _ in range(2))
    stages = {Stage.EXPAND: Step(release=first.pk, sql=EXPAND), Stage.BACKFILL: Step(release=second.pk, sql=HARMLESS)}
    change_of(by=cast.ada, stages=stages)
    before = SchemaStage.objects.get(release=first).judged
    asked.clear()

    rewrite(second, BLOCKED, by=cast.ada)

    subjects = {subject.stage: subject for _sql, subject in asked}
    assert [one.sql for one in subjects[Stage.EXPAND].others] == [BLOCKED]
    assert [one.stage for one in subjects[Stage.BACKFILL].others] == [Stage.EXPAND]
    assert SchemaStage.objects.get(release=first).judged != before


def test_a_stage_that_is_dropped_is_nobody_s_counterpart_any_more(cast, asked):
    first, second = (create_release(team=cast.pay, by=cast.ada) for _ in range(2))
    stages = {Stage.EXPAND: Step(release=first.pk, sql=EXPAND), Stage.BACKFILL: Step(release=second.pk, sql=HARMLESS)}
    change_of(by=cast.ada, stages=stages)
    asked.clear()

    edit(release=second.pk, fields=said(second, steps=frozenset()), revision=2, by=cast.ada, clock=clock())

    assert {subject.others for _sql, subject in asked} == {()}


def test_the_review_is_told_what_is_known_of_the_change_and_its_table(cast, asked):
    carrying(HARMLESS, by=cast.ada, team=cast.pay)

    _sql, subject = asked[-1]
    assert (subject.stage, subject.table, subject.old, subject.new) == (
        Stage.BACKFILL,
        "payment_document",
        "payment_purpose",
        "purpose_id",
    )
    assert (subject.key, subject.rows, subject.in_transaction, subject.has_sync_trigger) == ("id", 10**9, None, False)


def test_what_departed_on_the_table_before_is_its_history_and_judged_no_more(cast, asked):
    train = create_train(default_of=[cast.pay])
    gone = carrying(EXPAND, by=cast.ada, team=cast.pay, stage=Stage.EXPAND)
    booking = board(gone, slot_on(train, day=0))
    report(booking, started_at=TUESDAY, finished_at=TUESDAY)
    release = create_release(team=cast.pay, by=cast.ada)
    later = SchemaChange.objects.create(name="Later", table=DataTable.objects.get())
    asked.clear()

    steps = frozenset({fields.Step(later.pk, "expand", HARMLESS)})
    edit(release=release.pk, fields=said(release, steps=steps), revision=1, by=cast.ada, clock=clock(TUESDAY + days(1)))

    assert [subject.history for _sql, subject in asked] == [(EXPAND,)] * len(asked)
    SchemaStage.objects.filter(release=gone).update(judged="of other rules")
    assert judge_stale(clock=clock()) == 0


def test_a_table_that_grew_is_judged_again(cast, asked):
    release = carrying(HARMLESS, by=cast.ada, team=cast.pay)
    before, table = stage_of(release).judged, DataTable.objects.get()
    facts = {"name": table.name, "database": "main", "rows": 5, "row_bytes": 0, "indexes": 0, "random_indexes": 0}

    edit_table(table=table.pk, free_disk_bytes=None, by=cast.ines, clock=clock(), **facts)

    assert asked[-1][1].rows == 5
    assert stage_of(release).judged != before


def test_so_is_one_of_pasted_lines_and_no_other(cast, asked):
    release = carrying(HARMLESS, by=cast.ada, team=cast.pay)
    before, table = stage_of(release).judged, DataTable.objects.get()
    facts = {"row_bytes": 0, "indexes": 0, "random_indexes": 0, "free_disk_bytes": None, "database": "main"}

    put_tables({1: {"name": "other", "rows": 5, **facts}}, by=cast.ines, clock=clock())
    assert stage_of(release).judged == before
    put_tables({1: {"name": table.name, "rows": 5, **facts}}, by=cast.ines, clock=clock())

    assert asked[-1][1].rows == 5
    assert stage_of(release).judged != before


def test_how_the_table_looks_is_kept_and_judged_by(cast, asked):
    carrying(HARMLESS, by=cast.ada, team=cast.pay)
    dump = "CREATE TABLE payment_document (id bigint NOT NULL);"

    know_schema(table=DataTable.objects.get().pk, sql=dump, by=cast.ben, clock=clock())

    assert asked[-1][1].history == (dump,)
    assert KnownSchema.objects.get().by == cast.ben


def test_whoever_edits_no_change_of_it_and_keeps_no_catalogue_says_nothing(cast):
    carrying(HARMLESS, by=cast.ada, team=cast.pay)

    with pytest.raises(Refused) as refused:
        know_schema(table=DataTable.objects.get().pk, sql="x", by=cast.dov, clock=clock())

    assert refused.value.code == "forbidden"


def test_what_was_pasted_meanwhile_is_not_undone(cast):
    carrying(HARMLESS, by=cast.ada, team=cast.pay)
    table = DataTable.objects.get().pk
    know_schema(table=table, sql="CREATE TABLE a ();", by=cast.ada, clock=clock(), seen="")

    with pytest.raises(Refused) as refused:
        know_schema(table=table, sql="CREATE TABLE b ();", by=cast.ben, clock=clock(), seen="")

    assert refused.value.code == "changed-meanwhile"


def test_what_follows_from_other_rules_is_found_every_night_and_judged_anew(cast, db):
    release = carrying(BLOCKED, by=cast.ada, team=cast.pay)
    SchemaStage.objects.update(judged="of other rules", findings=[])

    stale = [one for one in _verified() if one.startswith("sql-")]
    assert stale == ["sql-stale"]
    assert judge_stale(clock=clock()) == 1
    assert found(release, "blocks")
    assert gates(release)["sql"] == "needs-work"
    assert judge_stale(clock=clock()) == 0


def test_what_nobody_judged_yet_is_named_and_passes_nowhere(cast):
    release = carrying(HARMLESS, by=cast.ada, team=cast.pay)
    SchemaStage.objects.update(judged="", findings=None)

    assert [one for one in _verified() if one.startswith("sql-")] == ["sql-unjudged"]
    (case,) = cases([release.pk])
    assert case.sql.unjudged == 1
    assert next(one for one in case.standings if one.gate.code == "sql").state.is_open


def _verified() -> list[str]:
    return [one.code for one in verifying._scripts(TUESDAY)]
