"""What is said of a schema change is edited: by whoever may edit the releases that carry it."""

import pytest

from releasetrain.audit.models import Entry
from releasetrain.boarding.actions.changing import Around, Step, abandon_change, add_change, edit_change
from releasetrain.domain.errors import Refused
from releasetrain.domain.stages import Stage
from releasetrain.schema.models import SchemaChange
from tests.factories import clock, create_table, create_train
from tests.riding import aboard, slot_on
from tests.scripts import HARMLESS, carrying, change_of, stage_of

AS_BEFORE = {"name": "Purpose", "old_field": "payment_purpose", "new_field": "purpose_id", "soak_hours": 120}


def change(known, *, by, **facts):
    edit_change(change=known.pk, **{**AS_BEFORE, **facts}, by=by, clock=clock())
    known.refresh_from_db()


def refused_code(known, *, by, **facts) -> str:
    with pytest.raises(Refused) as refused:
        change(known, by=by, **facts)
    return refused.value.code


@pytest.fixture
def known(cast) -> SchemaChange:
    return stage_of(carrying(HARMLESS, by=cast.ada, team=cast.pay)).change


def test_every_field_is_edited_and_told_in_the_log(cast, known):
    around = Around(key_field="number", wrapped=True, has_sync_trigger=True, mapping="old::bigint")

    change(known, by=cast.ben, name="Other", old_field="a", new_field="b", soak_hours=48, around=around)

    assert (known.name, known.old_field, known.new_field, known.soak_hours) == ("Other", "a", "b", 48)
    assert (known.key_field, known.wrapped, known.has_sync_trigger) == ("number", True, True)
    assert known.mapping == "old::bigint"
    assert set(Entry.objects.get(verb="schema.edited").facts["changed"]) == {
        *("name", "old_field", "new_field", "soak_hours", "key_field", "wrapped", "has_sync_trigger"),
        "mapping",
    }


def test_saying_the_same_writes_nothing(cast, known):
    change(known, by=cast.ada)

    assert not Entry.objects.filter(verb="schema.edited").exists()


def test_its_sql_is_judged_by_what_is_said(cast, known):
    before = known.stages.get().judged

    change(known, by=cast.ada, around=Around(wrapped=False))

    assert known.stages.get().judged != before


def test_nobody_edits_it_who_may_not_edit_its_releases(cast, known):
    assert refused_code(known, by=cast.dov, name="Mine") == "forbidden"


def test_one_without_stages_is_edited_by_whoever_keeps_the_catalogue(cast):
    known = change_of(by=cast.ines, stages={})

    assert refused_code(known, by=cast.ada, name="Mine") == "forbidden"
    change(known, by=cast.ines, name="Ours")
    assert known.name == "Ours"


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"name": " "}, "missing"),
        ({"name": "Taken"}, "taken"),
        ({"soak_hours": -1}, "out-of-range"),
        ({"around": Around(key_field=" ")}, "missing"),
        ({"around": Around(key_field="x" * 121)}, "too-long"),
    ],
)
def test_what_it_cannot_be_is_refused(cast, known, facts, code):
    SchemaChange.objects.create(name="Taken", table=create_table())

    assert refused_code(known, by=cast.ada, **facts) == code


def test_what_is_not_there_or_given_up_is_refused(cast, known):
    with pytest.raises(Refused) as refused:
        edit_change(change=known.pk + 99, **AS_BEFORE, by=cast.ada, clock=clock())
    assert refused.value.code == "no-such-change"

    abandon_change(change=known.pk, reason="Not now.", by=cast.ada, clock=clock())
    assert refused_code(known, by=cast.ada, name="Other") == "abandoned-already"


def test_what_was_saved_meanwhile_is_not_undone(cast, known):
    seen = {"name": "Purpose", "soak_hours": "120"}
    change(known, by=cast.ben, name="Other")

    assert refused_code(known, by=cast.ada, name="Mine", seen=seen) == "changed-meanwhile"


def test_a_longer_soak_that_two_booked_stages_break_is_refused(cast):
    train = create_train(default_of=[cast.pay])
    first, second = (aboard(slot_on(train, day=day), team=cast.pay) for day in (0, 7))
    stages = {Stage.EXPAND: Step(release=first.pk), Stage.BACKFILL: Step(release=second.pk)}
    said = {"old_field": "payment_purpose", "new_field": "purpose_id", "by": cast.ada, "clock": clock()}
    known = add_change(name="Purpose", table=create_table().pk, stages=stages, soak_hours=24, **said)

    change(known, by=cast.ada, soak_hours=48)
    assert refused_code(known, by=cast.ada, soak_hours=24 * 14) == "conflict"
    known.refresh_from_db()
    assert known.soak_hours == 48


def test_an_edit_of_the_name_alone_refuses_nothing_that_stands(cast):
    train = create_train(default_of=[cast.pay])
    first, second = (aboard(slot_on(train, day=day), team=cast.pay) for day in (0, 1))
    known = SchemaChange.objects.create(name="Purpose", table=create_table(), soak_hours=120)
    for stage, release in (("expand", first), ("backfill", second)):
        known.stages.create(stage=stage, release=release)

    change(known, by=cast.ada, name="Other", old_field="", new_field="")

    assert known.name == "Other"
