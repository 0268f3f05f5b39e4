"""Post work: written in the transaction that causes it, only when somebody does it, never waiting for the broker."""

import logging
import threading
import time

import pytest
from django.db import transaction
from structlog.contextvars import bound_contextvars

from releasetrain.outbox import actions as outbox
from releasetrain.outbox import waking
from releasetrain.outbox.models import Message


@pytest.fixture
def subscribed():
    """Somebody does the work of ``told``."""
    outbox.subscribe("told", lambda id, payload: None)


@pytest.mark.django_db
def test_an_event_that_nobody_subscribed_to_writes_no_row(subscribed):
    assert outbox.post("unheard", release=31) is None

    assert not Message.objects.exists()


@pytest.mark.django_db
def test_an_event_with_a_subscriber_writes_one_row_with_its_facts(subscribed, django_assert_num_queries):
    with django_assert_num_queries(1):
        message = outbox.post("told", release=31)

    row = Message.objects.get()
    assert row.pk == message.pk
    assert (row.payload, row.lane, row.handler) == ({"release": 31}, "inside", "")


@pytest.mark.django_db
def test_every_subscriber_of_an_event_has_a_row_of_its_own(subscribed, django_assert_num_queries):
    done = []
    outbox.subscribe("told", lambda id, payload: done.append(id), name="webhooks", outside=True)

    with django_assert_num_queries(1):
        outbox.post("told", release=31)

    assert set(Message.objects.values_list("handler", "lane")) == {("", "inside"), ("webhooks", "told")}
    outbox.drain(clock=lambda: Message.objects.order_by("due_at").last().due_at)
    assert done == [Message.objects.get(handler="webhooks").pk]
    assert not Message.objects.filter(done_at=None).exists()


def test_a_second_subscriber_needs_a_name(subscribed):
    with pytest.raises(ValueError, match="has a subscriber"):
        outbox.subscribe("told", lambda id, payload: None)


@pytest.mark.django_db
def test_a_message_remembers_the_request_that_posted_it_and_hands_it_on(subscribed):
    outbox.subscribe("first", lambda id, payload: outbox.post("told"))

    with bound_contextvars(request_id="click-1"):
        outbox.post("first")
    outbox.drain(clock=lambda: Message.objects.order_by("due_at").last().due_at)

    assert set(Message.objects.values_list("event", "request_id")) == {("first", "click-1"), ("told", "click-1")}


@pytest.mark.django_db(transaction=True)
def test_a_message_is_rolled_back_with_the_transaction_that_posted_it(subscribed):
    with pytest.raises(ZeroDivisionError):
        post_and_fail()

    assert not Message.objects.exists()


def wait_until(true):
    end = time.monotonic() + 5
    while not true() and time.monotonic() < end:
        time.sleep(0.005)
    return true()


@pytest.fixture
def rung(monkeypatch):
    """The lanes that were rung for, as the request sees it."""
    lanes = []
    monkeypatch.setattr(waking, "ring", lanes.append)
    return lanes


@pytest.mark.django_db(transaction=True)
def test_a_worker_is_woken_after_the_commit_and_not_before(subscribed, rung):
    with transaction.atomic():
        outbox.post("told", release=31)
        assert rung == []

    assert rung == [{"inside"}]


@pytest.mark.django_db(transaction=True)
def test_nobody_is_woken_by_a_transaction_that_was_rolled_back(subscribed, rung):
    with pytest.raises(ZeroDivisionError):
        post_and_fail()

    assert rung == []


def post_and_fail():
    with transaction.atomic():
        outbox.post("told", release=31)
        raise ZeroDivisionError


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_never_answers_keeps_no_request_waiting(subscribed):
    asked, answers = threading.Event(), threading.Event()

    def hang(lane):
        asked.set()
        answers.wait(20)

    outbox.wake_with(hang)
    with transaction.atomic():
        outbox.post("told", release=31)

    assert asked.wait(5)  # somebody hangs, and we are here all the same
    assert not answers.is_set()
    assert Message.objects.filter(done_at=None).count() == 1
    answers.set()


@pytest.mark.django_db(transaction=True)
def test_a_bell_that_cannot_be_rung_fails_no_request(subscribed, monkeypatch):
    monkeypatch.setattr(waking, "ring", lambda lanes: 1 / 0)

    with transaction.atomic():
        outbox.post("told", release=31)

    assert Message.objects.filter(done_at=None).count() == 1


def test_a_burst_wakes_each_lane_few_times():
    told, go = [], threading.Event()

    def slow(lane):
        told.append(lane)
        go.wait(5)

    outbox.wake_with(slow)
    waking.ring(["inside"])
    assert wait_until(lambda: told)
    for _ in range(100):
        waking.ring(["inside", "mail"])
    go.set()

    assert wait_until(lambda: len(told) >= 3)
    assert told == ["inside", "inside", "mail"]


def test_a_broker_that_could_not_be_reached_is_left_alone_for_thirty_seconds_and_is_told_of_once(monkeypatch, caplog):
    tries, seconds = [], [100.0]
    monkeypatch.setattr(waking.time, "monotonic", lambda: seconds[0])
    outbox.wake_with(unreachable(tries))
    bell = waking.Bell()

    for at in (100.0, 129.9, 130.0, 161.0):
        seconds[0] = at
        bell.lanes = {"inside"}
        bell.tell()

    assert len(tries) == 3  # at 100, 130 and 161, not in between
    assert [record.levelno for record in caplog.records] == [logging.WARNING]
    assert "secret" not in caplog.text


def test_a_broker_that_is_back_is_told_of_and_used_again(monkeypatch, caplog):
    seconds, told = [100.0], []
    monkeypatch.setattr(waking.time, "monotonic", lambda: seconds[0])
    bell = waking.Bell()
    for at, waker in ((100.0, unreachable([])), (130.0, told.append)):
        seconds[0] = at
        outbox.wake_with(waker)
        bell.lanes = {"inside"}
        bell.tell()

    assert told == ["inside"]
    assert [record.message.split(" (")[0] for record in caplog.records] == [
        "the broker cannot be reached",
        "the broker can be reached again",
    ]


def unreachable(tries):
    """Return a waker that counts its calls and fails as kombu does."""

    def wake(lane):
        tries.append(lane)
        raise ConnectionError("nobody there at redis://:secret@host")

    return wake
