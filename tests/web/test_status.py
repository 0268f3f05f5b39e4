"""The page that says what works."""

from datetime import timedelta

import pytest
from django.utils import timezone
from kombu import Connection

from releasetrain.celery import app
from releasetrain.outbox import actions as outbox
from releasetrain.outbox.models import Heartbeat, Message
from releasetrain.worker import tasks
from releasetrain.worker.pulse import Pulse
from tests.factories import create_user, release_manager
from tests.support.outages import SECRET, dead_database, refuse

Part = Heartbeat.Part


def said(answer) -> dict[str, tuple[str, str]]:
    """Each part with what it means and what the page says of it."""
    return {part.name: (part.meaning, part.words) for part in answer.context["parts"]}


@pytest.fixture
def everything_works(db):
    outbox.heard_of(Part.WORKER, "worker@here", at=timezone.now())
    outbox.heard_of(Part.BEAT, "beat@here", at=timezone.now())
    tasks.sweep_outbox()


def test_every_part_works_after_a_sweep(client, everything_works):
    answer = client.get("/status")

    assert {meaning for meaning, _words in said(answer).values()} == {"clear"}
    parts = ["Web", "Database", "Worker", "Beat", "Sweep", "Work in the background", "Mail", "Failed for good"]
    parts.append("Broker")
    assert list(said(answer)) == parts
    assert "everything works" in answer.text


def test_a_pulse_is_the_workers_sign_of_life_and_nobody_elses(client, transactional_db):
    Pulse(Part.WORKER, "worker@here").beat()

    answer = client.get("/status")

    assert said(answer)["Worker"] == ("clear", "works")
    assert said(answer)["Beat"] == ("blocked", "was never heard of")
    assert said(answer)["Sweep"] == ("blocked", "was never done")


@pytest.mark.parametrize("part", [Part.WORKER, Part.BEAT])
def test_a_part_that_fell_silent_says_for_how_long(client, everything_works, part):
    Heartbeat.objects.filter(part=part).update(at=timezone.now() - timedelta(minutes=5))

    answer = client.get("/status")

    assert said(answer)[part.label.title()] == ("blocked", "silent for 5 min")


def test_one_silent_worker_of_two_is_seen_while_the_other_works(client, everything_works):
    outbox.heard_of(Part.WORKER, "worker@there", at=timezone.now() - timedelta(minutes=5))
    client.force_login(create_user())

    answer = client.get("/status")

    assert said(answer)["Worker"] == ("waiting", "1 of 2 is silent")
    assert "worker@there" in answer.text


def test_a_sweep_that_is_overdue_is_told(client, everything_works):
    Heartbeat.objects.filter(part=Part.SWEEP).update(at=timezone.now() - timedelta(minutes=3))

    answer = client.get("/status")

    assert said(answer)["Sweep"] == ("blocked", "not done for 3 min")


def test_work_that_waits_too_long_is_seen_with_its_queue(client, everything_works):
    left = Message.objects.create(event="import.requested", lane="import.requested")
    Message.objects.filter(pk=left.pk).update(posted_at=timezone.now() - timedelta(minutes=9))
    client.force_login(create_user())

    answer = client.get("/status")

    assert said(answer)["Work in the background"] == ("waiting", "waits too long")
    assert "1 left, since 9 min" in answer.text
    assert "Import" in answer.text


def test_work_that_failed_for_good_is_seen_and_a_release_manager_gets_there(client, everything_works):
    Message.objects.create(event="y", dead_at=timezone.now())
    client.force_login(create_user())
    assert "/dead-letters/" not in client.get("/status").text

    client.force_login(release_manager())
    answer = client.get("/status")

    assert said(answer)["Failed for good"] == ("blocked", "1 piece of work")
    assert "/dead-letters/" in answer.text


def test_a_stranger_reads_what_works_but_no_details(client, everything_works):
    answer = client.get("/status")

    assert "answers, migrations are current" in answer.text
    assert "PostgreSQL" not in answer.text
    assert "nothing is left" not in answer.text
    assert "worker@here" not in answer.text


def test_somebody_signed_in_reads_the_version_and_what_is_left(client, db):
    client.force_login(create_user())

    answer = client.get("/status")

    assert "PostgreSQL 1" in answer.text
    assert "nothing is left" in answer.text


def test_a_missing_migration_is_told(client, db, monkeypatch):
    monkeypatch.setattr("releasetrain.parts._unapplied", lambda: 2)

    answer = client.get("/status")

    assert said(answer)["Database"] == ("blocked", "2 migrations are missing")


def test_a_broker_that_does_not_answer_is_told(client, db, monkeypatch):
    monkeypatch.setattr(app, "connection", lambda **_: Connection("redis://127.0.0.1:1/0"))

    answer = client.get("/status")

    assert answer.status_code == 200
    assert said(answer)["Broker"] == ("blocked", "does not answer")


@pytest.mark.parametrize("signed_in", [False, True])
def test_without_a_database_the_page_still_says_so(client, db, signed_in):
    if signed_in:
        client.force_login(create_user())

    with dead_database():
        answer = client.get("/status")

    assert answer.status_code == 200
    assert said(answer)["Database"] == ("blocked", "does not answer")
    assert "Traceback" not in answer.text
    assert SECRET not in answer.text


def test_a_database_that_goes_away_meanwhile_is_told_too(client, db, monkeypatch):
    monkeypatch.setattr("releasetrain.parts.outbox.health", refuse)

    answer = client.get("/status")

    assert said(answer)["Database"] == ("blocked", "does not answer")
