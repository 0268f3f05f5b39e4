"""The nightly check finds what must never be, says it in a sentence, and ends with 1."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from releasetrain.boarding import verifying
from releasetrain.releases.models import Release
from releasetrain.trains.models import Calendar
from releasetrain.worker.management.commands.verify_calendar import SENTENCES, sentence
from tests.factories import NOW, TUESDAY, create_cast, create_service, create_team, create_train
from tests.riding import aboard, ask_for, board, create_release, create_waiver, days, judged, report, slot_on

pytestmark = pytest.mark.django_db(transaction=True)


def verify() -> tuple[int, str]:
    """What the command ends with, and what it says, of a calendar whose reviews are as the verbs leave them."""
    if Calendar.objects.exists():
        judged()
    return verify_as_it_is()


def verify_as_it_is() -> tuple[int, str]:
    """What the command ends with, and what it says."""
    said = StringIO()
    try:
        call_command("verify_calendar", stdout=said)
    except SystemExit as end:
        return end.code, said.getvalue()
    return 0, said.getvalue()


@pytest.fixture
def unguarded():
    """Run a statement as the tables' owner could, with no trigger in the way."""

    def run(sql: str = "SELECT 1", *facts: object) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute(sql, facts)

    return run


@pytest.fixture
def calm():
    """A team, a train, and its two slots three days apart, in each a large release of its own service."""
    team, train = create_team(), create_train()
    slots = slot_on(train, day=0), slot_on(train, day=3)
    return team, train, [aboard(slot, team=team, size="L", services=[create_service()]) for slot in slots]


def test_a_whole_calendar_ends_with_0(calm):
    team, train, _ = calm
    create_release(team=team, train=train)
    create_release(team=team, train=train, submitted=False)
    create_release(team=team, withdrawn_at=NOW)
    create_release(team=team, rolled_back_at=NOW)

    assert verify() == (0, "The calendar is whole.\n")


def test_an_empty_calendar_is_whole():
    assert verify() == (0, "The calendar is whole.\n")


def test_a_pair_of_large_ones_that_nobody_waived(calm, unguarded):
    _, _, (one, other) = calm
    unguarded("UPDATE releases_releaseservice SET service_id = %s", one.services.get().pk)

    code, said = verify()

    assert code == 1
    assert said == f"RT-{one.pk} and RT-{other.pk} may not ride so, and nobody has waived it: large-overlap.\n"


def test_a_small_one_beside_a_large_one(calm, unguarded):
    team, _, (one, _) = calm
    small = create_release(team=team)
    unguarded(
        "INSERT INTO trains_booking (release_id, slot_id, booked_at, by_itself) VALUES (%s, %s, now(), false)",
        small.pk,
        one.bookings.get().slot_id,
    )

    code, said = verify()

    assert code == 1
    assert f"RT-{one.pk} and RT-{small.pk} may not ride so, and nobody has waived it: large-rides-alone." in said


def test_a_waived_pair_may_ride(unguarded):
    cast = create_cast()
    service, train = create_service(), create_train()
    one, other = (create_release(team=cast.pay, size="L", services=[service]) for _ in range(2))
    create_waiver("large-overlap", one, other, by=cast.cleo, facts=[f"service:{service.pk}"])
    board(one, slot_on(train, day=0)), board(other, slot_on(train, day=3))

    assert verify()[0] == 0


def test_a_pair_that_came_of_what_happened_is_told_but_breaks_nothing():
    team, service = create_team(), create_service()
    train = create_train(soak_large_hours=24)
    one, other = (aboard(slot_on(train, day=day), team=team, size="L", services=[service]) for day in (0, 3))
    report(one.bookings.get(), started_at=TUESDAY, finished_at=TUESDAY + days(2.5))

    code, said = verify()

    assert code == 0
    assert f"RT-{one.pk} and RT-{other.pk} came together because a departure took longer: large-overlap." in said


def test_a_release_without_a_place():
    release = create_release(team=create_team())

    assert verify() == (1, f"RT-{release.pk} is submitted, and neither rides nor asks.\n")


def test_a_release_with_two_places(calm, unguarded):
    _, train, (one, _) = calm
    unguarded(
        "INSERT INTO trains_request (release_id, train_id, wish, made_at, asked_at)"
        " VALUES (%s, %s, 'first', now(), now())",
        one.pk,
        train.pk,
    )

    assert verify() == (1, f"RT-{one.pk} both rides and asks.\n")


def test_a_draft_that_rides():
    release = aboard(slot_on(create_train(), day=0), team=create_team(), submitted=False)

    assert verify() == (1, f"RT-{release.pk} is a draft, and rides.\n")


def test_a_draft_that_asks():
    release = create_release(team=create_team(), submitted=False)
    ask_for(release, train=create_train())
    release.requests.update(asked_at=NOW)

    assert verify() == (1, f"RT-{release.pk} is a draft, and asks.\n")


@pytest.mark.parametrize("taken_back", ["withdrawn_at", "rolled_back_at"])
def test_a_release_that_was_taken_back_and_rides(taken_back):
    release = aboard(slot_on(create_train(), day=0), team=create_team(), **{taken_back: NOW})

    assert verify() == (1, f"RT-{release.pk} was withdrawn or rolled back, and rides.\n")


def test_a_release_that_was_taken_back_and_asks():
    release = create_release(team=create_team(), train=create_train(), withdrawn_at=NOW)

    assert verify() == (1, f"RT-{release.pk} was withdrawn or rolled back, and asks.\n")


@pytest.mark.parametrize(("table", "trigger"), sorted(verifying.GUARDS))
def test_a_trigger_that_is_switched_off(table, trigger):
    switch(table, trigger, "DISABLE")

    try:
        assert verify() == (1, f"The trigger {trigger} of the table {table} is switched off.\n")
    finally:
        switch(table, trigger, "ENABLE")


def switch(table, trigger, on):
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} {on} TRIGGER {trigger}")


def test_a_trigger_that_is_gone():
    with connection.cursor() as cursor:
        cursor.execute("ALTER TRIGGER wall_lock ON trains_slot RENAME TO wall_log")

    try:
        assert verify() == (1, "The table trains_slot has lost its trigger wall_lock.\n")
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TRIGGER wall_log ON trains_slot RENAME TO wall_lock")


def test_every_trigger_of_the_migrations_is_looked_for():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text, tgname FROM pg_trigger"
            " WHERE NOT tgisinternal AND tgrelid::regclass::text ~ '^(trains|releases|reviews|schema)_'"
            " AND tgname NOT LIKE 'live%'"  # they tell open pages and guard nothing
        )
        assert set(cursor.fetchall()) == verifying.GUARDS


def test_a_calendar_without_its_row():
    Calendar.objects.all().delete()

    try:
        assert verify() == (1, "The calendar's row is missing: nobody can change anything.\n")
    finally:
        Calendar.objects.create(pk=1)


def test_where_the_rules_and_the_wall_differ_it_says_so(calm, monkeypatch):
    _, _, (one, other) = calm
    monkeypatch.setattr(verifying, "_pairs_by_wall", lambda: {("large-overlap", one.pk, other.pk)})

    code, said = verify()

    assert code == 1
    assert f"differ on RT-{one.pk} and RT-{other.pk}: large-overlap (found by the wall: True)." in said


def test_gates_that_are_said_to_be_clear_and_are_not(calm):
    _, _, (one, _) = calm
    judged()
    Release.objects.filter(pk=one.pk).update(open_gates=[])

    code, said = verify_as_it_is()

    assert code == 1
    assert said.startswith(f"RT-{one.pk}: its gates are stored as")


def test_every_finding_has_a_sentence():
    facts = dict.fromkeys(["a", "b", "rule", "by_wall", "release", "table", "trigger", "stored", "judged"], 7)

    said = {sentence(verifying.Finding(code=code, facts=facts)) for code in SENTENCES}

    assert len(said) == len(SENTENCES)
    assert not any("%(" in one for one in said)
