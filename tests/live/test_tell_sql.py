"""What is accepted in SQL, and how a table looks, reaches whoever has the release, or the inbox, open."""

import pytest

from releasetrain.schema.models import Acceptance, KnownSchema, SchemaChange
from tests.factories import NOW, create_table
from tests.riding import create_release


@pytest.fixture
def change(cast):
    return SchemaChange.objects.create(name="Purpose", table=create_table())


def test_an_acceptance_and_that_it_is_taken_back(ear, cast, change):
    release = create_release(team=cast.pay)
    change.stages.create(stage="expand", release=release)
    ear.heard()

    said = {"rule": "x", "mark": "y", "reason": "So.", "at": NOW, "by": cast.ines}
    Acceptance.objects.create(change=change, stage="expand", release=release, **said)
    assert ear.heard() == {f"release:{release.pk}", "reviews"}

    Acceptance.objects.update(taken_back_at=NOW, taken_back_by=cast.ines)
    assert ear.heard() == {f"release:{release.pk}", "reviews"}


def test_what_is_found_in_a_stage(ear, cast, change):
    release = create_release(team=cast.pay)
    stage = change.stages.create(stage="expand", release=release)
    ear.heard()

    type(stage).objects.update(findings=[])

    assert ear.heard() == {f"release:{release.pk}"}


def test_how_a_table_looks(ear, cast, change):
    ear.heard()

    KnownSchema.objects.create(table=change.table, sql="CREATE TABLE a ();", at=NOW)

    assert ear.heard() == {"setup"}
