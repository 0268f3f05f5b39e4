"""Whoever writes, the rows tell which pages show something else now; a message is a topic and nothing more."""

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from releasetrain.boarding.actions import closing, drafting, holding, riding, skipping
from releasetrain.live import queries
from releasetrain.releases.models import Dependency
from releasetrain.rollouts import actions as rollouts
from releasetrain.schema.models import SchemaChange, SchemaStage
from releasetrain.teams import actions as teams
from releasetrain.trains.models import Booking, DefaultTrain, Request, Slot, TimetableEntry, Train, Waiver
from tests.factories import NOW, TUESDAY, clock, create_service, create_table, create_train
from tests.riding import aboard, create_release, create_waiver, days, said, slot_on


@pytest.fixture
def slot(cast):
    return slot_on(create_train(default_of=[cast.pay]), day=0)


@pytest.fixture
def small(cast, slot):
    return aboard(slot, team=cast.pay, by=cast.ada)


@pytest.fixture
def large(cast, slot):
    return aboard(slot, team=cast.pay, size="L", by=cast.ada)


@pytest.fixture
def waits(cast, slot):
    return create_release(team=cast.inv, train=slot.train, by=cast.dov)


def sql(words: str, *facts: object) -> None:
    """Write as somebody in a shell would."""
    with connection.cursor() as cursor:
        cursor.execute(words, facts)


def seen_at(slot, *releases) -> set[str]:
    """What is told where these releases ride in the slot."""
    return {f"slot:{slot.pk}", f"train:{slot.train_id}", *(f"release:{one.pk}" for one in releases)}


def test_a_booking(ear, slot, waits):
    ear.heard()

    sql("UPDATE trains_request SET ended_at = now()")
    assert ear.heard() == {f"release:{waits.pk}", f"train:{slot.train_id}"}

    sql("INSERT INTO trains_booking (release_id, slot_id, booked_at, by_itself) VALUES (%s, %s, now(), false)",
        waits.pk, slot.pk)  # fmt: skip
    assert ear.heard() == seen_at(slot, waits)

    sql("UPDATE trains_booking SET left_at = now(), left_because = '{}'")
    assert ear.heard() == seen_at(slot, waits)


def test_a_booking_of_a_large_one_may_meet_others_on_any_train(ear, cast, slot):
    ear.heard()

    large = aboard(slot, team=cast.pay, size="L")

    assert ear.heard() == {*seen_at(slot, large), "large"}


def test_a_request_for_a_slot_is_told_there_and_where_it_was(ear, slot, waits):
    other = slot_on(slot.train, day=7)
    Request.objects.update(slot=slot)
    ear.heard()

    Request.objects.update(slot=other)

    assert ear.heard() == {*seen_at(slot, waits), f"slot:{other.pk}"}


def test_the_wish_of_a_draft_is_told_to_its_own_page_alone(ear, cast, slot):
    ear.heard()

    draft = create_release(team=cast.pay, submitted=False, slot=slot)
    Request.objects.filter(release=draft).delete()

    assert ear.heard() == {f"release:{draft.pk}"}


def test_an_outcome(ear, slot, large):
    ear.heard()

    sql("INSERT INTO trains_outcome (booking_id, kind, started_at, reason, at)"
        " SELECT id, 'departed', now(), '', now() FROM trains_booking")  # fmt: skip

    assert ear.heard() == {*seen_at(slot, large), "large"}


def test_what_departed_counts_for_the_other_stages_of_its_change(ear, cast, slot, small):
    there = slot_on(create_train(slug="other"), day=3)
    backfill = aboard(there, team=cast.inv)
    change = SchemaChange.objects.create(name="amount", table=create_table())
    for stage, release in (("expand", small), ("backfill", backfill)):
        SchemaStage.objects.create(change=change, stage=stage, release=release)
    ear.heard()

    sql("INSERT INTO trains_outcome (booking_id, kind, started_at, reason, at)"
        " SELECT id, 'departed', now(), '', now() FROM trains_booking WHERE release_id = %s", small.pk)  # fmt: skip

    assert ear.heard() == seen_at(slot, small) | seen_at(there, backfill)


def test_a_waiver_between_two_releases(ear, cast, slot, large, waits):
    ear.heard()

    create_waiver("large-overlap", large, waits, by=cast.cleo, facts=[])
    made = ear.heard()
    Waiver.objects.update(ended_at=NOW, ended_by=cast.cleo)

    assert made == ear.heard() == {*seen_at(slot, large, waits), "large"}


def test_a_waiver_for_a_slot(ear, cast, slot, waits):
    other = slot_on(slot.train, day=9)
    ear.heard()

    create_waiver("cut-off", waits, other, by=cast.cleo, facts=[])

    assert ear.heard() == seen_at(other, waits)


def test_a_slot(ear, slot):
    ear.heard()

    Slot.objects.filter(pk=slot.pk).update(start_at=TUESDAY + days(1), end_at=TUESDAY + days(1.1))
    assert ear.heard() == {*seen_at(slot), "large"}

    Slot.objects.filter(pk=slot.pk).delete()
    assert ear.heard() == seen_at(slot)


def test_a_train_and_what_hangs_on_it(ear, cast, slot):
    train = slot.train
    ear.heard()

    Train.objects.update(capacity=12)
    assert ear.heard() == {f"train:{train.pk}", "setup", "large"}

    TimetableEntry.objects.create(train=train, rule="FREQ=WEEKLY;BYDAY=TU", at="22:00")
    assert ear.heard() == {f"train:{train.pk}"}

    DefaultTrain.objects.all().delete()
    assert ear.heard() == {f"train:{train.pk}"}


def test_a_release_is_told_where_it_rides_and_where_it_waits(ear, slot, small, waits):
    ear.heard()

    sql("UPDATE releases_release SET title = 'Called otherwise' WHERE id = %s", small.pk)
    assert ear.heard() == seen_at(slot, small)

    sql("UPDATE releases_release SET title = 'Called otherwise' WHERE id = %s", waits.pk)
    assert ear.heard() == {f"release:{waits.pk}", f"train:{slot.train_id}"}


@pytest.mark.parametrize("size", ["M", "L"])
def test_growing_from_and_shrinking_to_a_large_one_is_told_on_every_train(ear, slot, large, size):
    sql("UPDATE releases_release SET size = %s", "L" if size == "M" else "M")
    ear.heard()

    sql("UPDATE releases_release SET size = %s", size)

    assert ear.heard() == {*seen_at(slot, large), "large"}


def test_the_services_and_tables_of_a_release(ear, cast, slot, small):
    service, table = create_service(team=cast.pay), create_table()
    ear.heard()

    sql("INSERT INTO releases_releaseservice (release_id, service_id) VALUES (%s, %s)", small.pk, service.pk)
    assert ear.heard() == seen_at(slot, small)

    sql("INSERT INTO releases_releasetable (release_id, table_id) VALUES (%s, %s)", small.pk, table.pk)
    assert ear.heard() == seen_at(slot, small)

    sql("DELETE FROM releases_releasetable")
    assert ear.heard() == seen_at(slot, small)


def test_a_dependency_is_told_to_both(ear, small, waits):
    ear.heard()

    Dependency.objects.create(release=small, on=waits)

    assert ear.heard() == {f"release:{small.pk}", f"release:{waits.pk}"}


@pytest.mark.parametrize(
    "words",
    [
        "UPDATE teams_team SET name = name || '!'",
        "UPDATE teams_user SET name = 'Anna' WHERE name = 'Ada'",
        "UPDATE teams_user SET is_active = false WHERE name = 'Ada'",
        "DELETE FROM teams_membership",
        "DELETE FROM teams_roleholder",
        "INSERT INTO releases_initiative (name) VALUES ('QR')",
        "UPDATE releases_service SET name = name || '!'",
    ],
)
def test_what_things_are_called_and_who_may_do_what(ear, cast, words):
    create_service(team=cast.pay)
    ear.heard()

    sql(words)

    assert ear.heard() == {"setup"}


def test_signing_in_tells_nobody(ear, cast):
    before = queries.stamp()
    ear.heard()

    sql("UPDATE teams_user SET last_login = now()")

    assert ear.heard() == set()
    assert queries.stamp() == before


def test_the_verbs_tell_what_they_wrote(ear, cast, slot, waits):
    now = clock()
    ear.heard()

    riding.book(release=waits.pk, slot=slot.pk, by=cast.dov, clock=now)
    assert ear.heard() == seen_at(slot, waits)

    drafting.edit(release=waits.pk, fields=said(waits, title="Counts"), revision=1, by=cast.dov, clock=now)
    assert ear.heard() == {*seen_at(slot, waits), "reviews"}

    started = {"started_at": slot.start_at, "finished_at": slot.end_at}
    rollouts.departed(release=waits.pk, slot=slot.pk, by=cast.cleo, clock=clock(slot.end_at), **started)
    assert ear.heard() == seen_at(slot, waits)


def test_holding_skipping_and_closing_are_told_to_the_board_and_the_departure(ear, cast, slot):
    ear.heard()

    holding.hold_train(train=slot.train_id, reason="Down.", by=cast.cleo, clock=clock())
    assert ear.heard() >= {f"train:{slot.train_id}", "setup"}  # a departure's page follows what is set up

    holding.restart_train(train=slot.train_id, reason="Up.", by=cast.cleo, clock=clock())
    assert ear.heard() >= {f"train:{slot.train_id}", "setup"}

    skipping.skip_slot(slot=slot.pk, reason="Fair.", by=cast.cleo, clock=clock())
    assert ear.heard() >= seen_at(slot)

    skipping.reopen_slot(slot=slot.pk, reason="No fair.", by=cast.cleo, clock=clock())
    assert ear.heard() >= seen_at(slot)

    closing.close(slot=slot.pk, clock=clock(slot.cut_off_at))
    assert ear.heard() >= seen_at(slot)


def test_a_verb_of_the_set_up_tells_it(ear, cast):
    ear.heard()

    teams.give_role(person=cast.ben.pk, role="architect", by=cast.cleo, clock=clock())

    assert "setup" in ear.heard()


def test_what_is_rolled_back_tells_nothing_and_counts_for_nothing(ear, small):
    before = queries.stamp()
    ear.heard()

    with transaction.atomic():
        sql("UPDATE releases_release SET title = 'Never'")
        transaction.set_rollback(True)

    assert ear.heard() == set()
    assert queries.stamp() == before


def test_a_thousand_rows_of_one_transaction_are_one_message(ear, cast, slot):
    ear.heard()
    with transaction.atomic():
        for _ in range(20):
            create_release(team=cast.pay, train=slot.train)
    told = [one.payload for one in ear.session.notifies(timeout=0.05)]

    assert told.count(f"train:{slot.train_id}") == 1


def test_an_emptied_table_is_told_to_all(ear, slot, waits):
    ear.heard()

    sql("TRUNCATE trains_request")

    assert ear.heard() == {"all"}


def test_emptying_everything_as_between_two_tests_passes(ear, slot, small):
    call_command("flush", interactive=False, verbosity=0)

    assert not Booking.objects.exists()
    assert "all" in ear.heard()
    assert Train.objects.create(name="After", slug="after").pk


def test_nothing_is_told_without_the_trigger(ear, slot, small):
    ear.heard()

    sql("ALTER TABLE releases_release DISABLE TRIGGER live")
    try:
        sql("UPDATE releases_release SET title = 'Nobody hears it', created_at = %s", timezone.now())
        assert ear.heard() == set()
    finally:
        sql("ALTER TABLE releases_release ENABLE TRIGGER live")
