"""A change of stored data is given up: its table is free for others again."""

from uuid import uuid4

import pytest

from releasetrain.audit.models import Entry
from releasetrain.boarding.actions.changing import Step, abandon_change, add_change
from releasetrain.domain.errors import Refused
from releasetrain.domain.stages import Stage
from releasetrain.outbox.models import Message
from releasetrain.releases.models import DataTable
from releasetrain.schema.models import SchemaChange
from tests.factories import NOW, clock, create_table, create_train
from tests.riding import aboard, create_release, days, place_of, slot_on

WHY = "The bank keeps the old format."


@pytest.fixture
def table(cast) -> DataTable:
    return create_table(name="payment_document")


@pytest.fixture
def change(cast, table) -> SchemaChange:
    expand = create_release(team=cast.pay, title="New fields")
    said = {"old_field": "old", "new_field": "new", "by": cast.ada, "clock": clock()}
    return add_change(name="Purpose", table=table.pk, stages={Stage.EXPAND: Step(release=expand.pk)}, **said)


def abandon(change, *, by, reason=WHY, **facts):
    abandon_change(change=change.pk, reason=reason, by=by, clock=clock(), **facts)
    change.refresh_from_db()


def refused_code(change, **facts) -> str:
    with pytest.raises(Refused) as refused:
        abandon(change, **facts)
    return refused.value.code


def test_it_is_given_up_with_who_when_and_why(cast, change):
    abandon(change, by=cast.ada)

    assert (change.abandoned_at, change.abandoned_by, change.abandoned_because) == (NOW, cast.ada, WHY)
    assert Entry.objects.get(verb="schema.abandoned").facts == {"reason": WHY}
    assert Message.objects.filter(event="schema.abandoned").exists()


def test_it_needs_a_reason(cast, change):
    assert refused_code(change, by=cast.ada, reason=" ") == "reason-missing"


def test_whoever_may_not_edit_its_releases_does_not_give_it_up(cast, change):
    assert refused_code(change, by=cast.dov) == "forbidden"
    change.refresh_from_db()
    assert change.abandoned_at is None


def test_one_without_stages_is_given_up_by_whoever_keeps_the_catalogue(cast, table):
    empty = SchemaChange.objects.create(name="Empty", table=table)
    assert refused_code(empty, by=cast.ada) == "forbidden"

    abandon(empty, by=cast.ines)

    assert empty.abandoned_by == cast.ines


def test_it_is_given_up_once(cast, change):
    abandon(change, by=cast.ada)

    assert refused_code(change, by=cast.ada) == "abandoned-already"


def test_a_second_click_with_the_same_key_is_no_refusal(cast, change):
    key = uuid4()
    abandon(change, by=cast.ada, key=key)

    abandon(change, by=cast.ada, key=key)

    assert Entry.objects.filter(verb="schema.abandoned").count() == 1


def test_one_that_does_not_exist_is_not_given_up(cast):
    with pytest.raises(Refused) as refused:
        abandon_change(change=999, reason=WHY, by=cast.cleo, clock=clock())

    assert refused.value.code == "no-such-change"


def test_whoever_waited_for_its_table_boards(cast, table):
    """While a change of a table is on its way, nobody else's change of the table rides between its stages."""
    train = create_train(name="Main service")
    first, between, last = slot_on(train, day=0), slot_on(train, day=7), slot_on(train, day=14)
    expand, drop = aboard(first, team=cast.pay), aboard(last, team=cast.pay)
    stages = {Stage.EXPAND: Step(release=expand.pk), Stage.DROP: Step(release=drop.pk)}
    said = {"old_field": "old", "new_field": "new", "by": cast.ada, "clock": clock()}
    change = add_change(name="Purpose", table=table.pk, stages=stages, **said)
    waits = create_release(team=cast.inv, train=train, earliest=(first.start_at + days(1)).date(), tables=[table])
    waits.requests.update(slot=between, wish="this")
    assert place_of(waits) is None

    abandon(change, by=cast.ada)

    assert place_of(waits) == between.pk
