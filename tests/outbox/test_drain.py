"""Drain the outbox: every message once, failures later and later, nothing lost with a worker or a wake-up."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction

from releasetrain.outbox import actions as outbox
from releasetrain.outbox.models import Message
from releasetrain.worker import tasks

NOW = datetime(2031, 11, 24, 10, 0, tzinfo=UTC)


def clock(at=NOW):
    return lambda: at


@pytest.fixture
def handled(monkeypatch):
    """What the one handler was given, in order."""
    seen = []
    monkeypatch.setattr(outbox, "_subscribers", {"told": lambda id, payload: seen.append(payload["n"])})
    return seen


@pytest.fixture
def failing(monkeypatch):
    """A handler that always fails, and how often it was tried."""
    tries = []

    def handler(id, payload):
        tries.append(id)
        raise ValueError("the mail server is away")

    monkeypatch.setattr(outbox, "_subscribers", {"told": handler})
    return tries


def create_message(n=1, **facts):
    message = Message.objects.create(event="told", payload={"n": n})
    Message.objects.filter(pk=message.pk).update(**{"due_at": NOW, **facts})
    return message


@pytest.mark.django_db
def test_a_message_is_done_once_and_marked(handled):
    message = create_message()

    outbox.drain(clock=clock())
    outbox.drain(clock=clock())

    message.refresh_from_db()
    assert handled == [1]
    assert (message.done_at, message.claimed_until, message.attempts) == (NOW, None, 1)


@pytest.mark.django_db
def test_messages_are_done_in_the_order_they_are_due(handled):
    create_message(n=2, due_at=NOW - timedelta(seconds=1))
    create_message(n=1, due_at=NOW - timedelta(seconds=2))

    outbox.drain(clock=clock())

    assert handled == [1, 2]


@pytest.mark.django_db
def test_a_message_that_is_not_due_waits(handled):
    create_message(due_at=NOW + timedelta(seconds=1))

    assert outbox.drain(clock=clock()) == 0
    assert handled == []


@pytest.mark.django_db
def test_a_failing_handler_is_tried_again_later_and_later_and_is_dead_after_the_cap(failing):
    message = create_message()
    at, pauses = NOW, []
    for _ in range(outbox.ATTEMPTS):
        outbox.drain(clock=clock(at))
        message.refresh_from_db()
        pauses.append(message.due_at - at)
        at = message.due_at

    assert pauses == sorted(pauses)
    assert pauses[0] == timedelta(seconds=10)
    assert len(failing) == outbox.ATTEMPTS
    assert message.dead_at is not None
    assert message.last_error == "ValueError: the mail server is away"
    assert outbox.drain(clock=clock(at + timedelta(days=1))) == 0  # the dead stay dead


@pytest.mark.django_db
def test_a_message_is_not_dead_before_the_cap(failing):
    message = create_message(attempts=outbox.ATTEMPTS - 2)

    outbox.drain(clock=clock())

    message.refresh_from_db()
    assert message.dead_at is None


@pytest.mark.django_db
def test_one_failing_message_does_not_keep_the_next_from_being_done(monkeypatch):
    seen = []

    def handler(id, payload):
        if payload["n"] == 1:
            raise ValueError
        seen.append(payload["n"])

    monkeypatch.setattr(outbox, "_subscribers", {"told": handler})
    create_message(n=1)
    create_message(n=2)

    outbox.drain(clock=clock())

    assert seen == [2]


@pytest.mark.django_db
def test_a_message_whose_handler_is_gone_is_kept_and_tried_again(monkeypatch):
    monkeypatch.setattr(outbox, "_subscribers", {})
    message = create_message()

    outbox.drain(clock=clock())

    message.refresh_from_db()
    assert message.done_at is None
    assert message.due_at > NOW


@pytest.mark.django_db
@pytest.mark.parametrize(("left", "done"), [(timedelta(0), [1]), (timedelta(seconds=1), [])])
def test_a_message_whose_lease_ran_out_is_taken_again_and_no_sooner(handled, left, done):
    create_message(claimed_until=NOW + left, attempts=1)

    outbox.drain(clock=clock())

    assert handled == done


@pytest.mark.django_db
def test_the_sweep_does_what_a_lost_wake_up_left(handled):
    Message.objects.create(event="told", payload={"n": 1})  # nobody was told of it

    tasks.sweep_outbox()

    assert handled == [1]


@pytest.mark.django_db(transaction=True)
def test_a_message_in_another_workers_hands_is_left_alone_without_waiting(handled):
    create_message()

    with transaction.atomic():
        outbox.queries.due(NOW).select_for_update().first()
        found = in_another_thread(lambda: outbox.drain(clock=clock()))

    assert (found, handled) == ([0], [])


@pytest.mark.django_db(transaction=True)
def test_two_drains_at_once_do_each_message_once(handled):
    for n in range(30):
        create_message(n)
    start = threading.Barrier(3)

    def drain():
        start.wait(10)
        return outbox.drain(clock=clock())

    threads = [threading.Thread(target=closing(drain)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    assert sorted(handled) == list(range(30))
    assert not Message.objects.exclude(attempts=1).exists()


def closing(work, into=None):
    """Return ``work`` as a thread does it: with a connection of its own, closed at the end."""

    def run():
        try:
            result = work()
            if into is not None:
                into.append(result)
        finally:
            connection.close()

    return run


def in_another_thread(work):
    found = []
    thread = threading.Thread(target=closing(work, found))
    thread.start()
    thread.join(10)
    return found
