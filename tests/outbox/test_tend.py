"""Look after what is left: dead messages come to life again, old rows go, silent parts are forgotten in time."""

from datetime import timedelta

import pytest

from releasetrain.outbox import actions as outbox
from releasetrain.outbox import queries
from releasetrain.outbox.models import Heartbeat, Message
from tests.outbox.conftest import NOW, again, clock, create_message

Part = Heartbeat.Part

pytestmark = pytest.mark.django_db


def test_a_dead_message_that_is_sent_again_has_all_its_tries_and_is_done(sent):
    dead = create_message(event="mailed", dead_at=NOW, failures=12, attempts=12, unreached_since=NOW)

    assert outbox.send_again([dead.pk], at=NOW) == 1

    assert (again(dead).failures, again(dead).attempts, again(dead).unreached_since) == (0, 12, None)
    outbox.drain(clock=clock())
    assert sent == [1]


def test_a_message_that_is_not_dead_is_left_as_it_is(handled):
    waiting = create_message(due_at=NOW + timedelta(hours=1))
    done = create_message(done_at=NOW)

    assert outbox.send_again([waiting.pk, done.pk], at=NOW) == 0

    assert again(waiting).due_at == NOW + timedelta(hours=1)
    assert again(done).done_at == NOW


def test_what_was_done_long_ago_is_forgotten_and_nothing_else():
    ages = {"old": 15, "older": 40, "young": 13}
    for n, days in enumerate(ages.values()):
        create_message(n, done_at=NOW - timedelta(days=days))
    create_message(8, dead_at=NOW - timedelta(days=90))
    create_message(9, due_at=NOW - timedelta(days=90))

    assert outbox.forget_done(before=NOW - timedelta(days=14), batch=1) == 2

    assert {row.payload["n"] for row in Message.objects.all()} == {2, 8, 9}


def test_two_workers_are_two_and_each_has_its_own_time():
    outbox.heard_of(Part.WORKER, "one", at=NOW)
    outbox.heard_of(Part.WORKER, "two", at=NOW)
    outbox.heard_of(Part.WORKER, "one", at=NOW + timedelta(seconds=10))

    beats = [(beat.name, beat.at) for beat in queries.health().of(Part.WORKER)]

    assert beats == [("one", NOW + timedelta(seconds=10)), ("two", NOW)]


def test_a_part_that_stopped_in_order_is_not_missed():
    outbox.heard_of(Part.WORKER, "one", at=NOW)

    outbox.unheard(Part.WORKER, "one")

    assert queries.health().of(Part.WORKER) == []


def test_who_was_long_silent_is_forgotten_but_for_the_last_of_its_kind():
    for name, minutes in (("one", 0), ("two", 90)):
        outbox.heard_of(Part.WORKER, name, at=NOW - timedelta(minutes=minutes))
    outbox.heard_of(Part.BEAT, "only", at=NOW - timedelta(days=3))

    outbox.forget_heartbeats(before=NOW - timedelta(hours=1))

    assert set(Heartbeat.objects.values_list("name", flat=True)) == {"one", "only"}


def test_the_health_counts_each_queue_in_two_queries(django_assert_num_queries):
    create_message(1, last_error="ValueError", attempts=1)
    create_message(2)
    create_message(3, done_at=NOW)
    create_message(4, event="mailed", dead_at=NOW)

    with django_assert_num_queries(2):
        health = queries.health()

    said = [(queue.lane, queue.event, queue.left, queue.failing, queue.dead) for queue in health.queues]
    assert said == [("inside", "told", 2, 1, 0), ("mailed", "mailed", 0, 0, 1)]
    assert (health.left, health.dead) == (2, 1)
