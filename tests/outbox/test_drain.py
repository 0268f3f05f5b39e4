"""Drain the outbox: every message is done, failures later and later, nothing lost with a worker or a wake-up."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction

from releasetrain.outbox import actions as outbox
from releasetrain.outbox import failures, queries
from releasetrain.outbox.models import Message
from releasetrain.worker import tasks
from tests.outbox.conftest import NOW, again, clock, create_message, failing

AWAY = ConnectionRefusedError(111, "Connection refused")


@pytest.mark.django_db
@pytest.mark.parametrize("event", ["told", "mailed"])
def test_a_message_is_done_once_and_marked(handled, sent, event):
    message = create_message(event=event)

    outbox.drain(clock=clock())
    outbox.drain(clock=clock())

    done = again(message)
    assert handled + sent == [1]
    assert (done.done_at, done.claimed_until, done.attempts) == (NOW, None, 1)


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
def test_a_failing_handler_is_tried_again_later_and_later_and_is_dead_after_the_cap():
    tries = failing("told", ValueError("no such release"))
    message = create_message()
    at, pauses = NOW, []
    for _ in range(outbox.ATTEMPTS):
        outbox.drain(clock=clock(at))
        pauses.append((again(message).due_at - at).total_seconds())
        at = again(message).due_at

    assert pauses == [10, 20, 40, 80, 160, 320, 640, 1280, 1800, 1800, 1800, 1800]
    assert len(tries) == outbox.ATTEMPTS
    assert again(message).dead_at is not None
    assert again(message).last_error == "ValueError: no such release"
    assert outbox.drain(clock=clock(at + timedelta(days=1))) == 0  # the dead stay dead


def test_pauses_are_spread_so_that_what_failed_together_does_not_come_back_together(monkeypatch):
    monkeypatch.undo()
    pauses = {failures.pause(3).total_seconds() for _ in range(50)}

    assert len(pauses) > 10
    assert all(36 <= pause <= 44 for pause in pauses)


@pytest.mark.django_db
def test_a_message_is_not_dead_before_the_cap():
    failing("told", ValueError())
    message = create_message(failures=outbox.ATTEMPTS - 2)

    outbox.drain(clock=clock())

    assert again(message).dead_at is None


@pytest.mark.django_db
@pytest.mark.parametrize("event", ["told", "mailed"])
def test_a_message_that_is_hopeless_is_dead_at_once(event):
    failing(event, outbox.Hopeless("550 no such mailbox"), outside=event == "mailed")
    message = create_message(event=event)

    outbox.drain(clock=clock())

    assert again(message).dead_at == NOW
    assert again(message).last_error == "Hopeless: 550 no such mailbox"


@pytest.mark.django_db
def test_a_message_that_no_worker_survives_is_dead_and_not_tried_for_ever(handled):
    message = create_message(attempts=outbox.ATTEMPTS, failures=outbox.ATTEMPTS, claimed_until=NOW)

    outbox.drain(clock=clock())

    assert handled == []
    assert again(message).dead_at == NOW
    assert again(message).last_error == "Hopeless: no worker survived it"


@pytest.mark.django_db
def test_a_password_in_an_address_is_not_kept_with_the_error():
    failing("told", ValueError("cannot open smtp://robot:geheim@mail.example:25"))
    message = create_message()

    outbox.drain(clock=clock())

    assert again(message).last_error == "ValueError: cannot open smtp://...@mail.example:25"


@pytest.mark.django_db
def test_one_failing_message_does_not_keep_the_next_from_being_done():
    seen = []

    def handler(id, payload):
        if payload["n"] == 1:
            raise ValueError
        seen.append(payload["n"])

    outbox.subscribe("told", handler)
    create_message(n=1)
    create_message(n=2)

    outbox.drain(clock=clock())

    assert seen == [2]


@pytest.mark.django_db
def test_a_message_whose_handler_is_gone_is_kept_and_tried_again():
    message = create_message()

    outbox.drain(clock=clock())

    assert again(message).done_at is None
    assert again(message).due_at > NOW


@pytest.mark.django_db
@pytest.mark.parametrize(("left", "done"), [(timedelta(0), [1]), (timedelta(seconds=1), [])])
def test_a_message_whose_lease_ran_out_is_taken_again_and_no_sooner(handled, left, done):
    create_message(claimed_until=NOW + left, attempts=1)

    outbox.drain(clock=clock())

    assert handled == done


@pytest.mark.django_db
def test_the_lease_is_the_subscribers(sent):
    seen = []
    outbox.subscribe("imported", lambda id, _: seen.append(Message.objects.get(pk=id).claimed_until), outside=True,
                     lease=timedelta(minutes=10))  # fmt: skip
    create_message(event="imported")

    outbox.drain(clock=clock())

    assert seen == [NOW + timedelta(minutes=10)]


@pytest.mark.django_db
def test_the_sweep_does_what_a_lost_wake_up_left(handled, sent):
    Message.objects.create(event="told", payload={"n": 1})  # nobody was told of them
    Message.objects.create(event="mailed", lane="mailed", payload={"n": 2})

    tasks.sweep_outbox()

    assert (handled, sent) == ([1], [2])


# -- inside: exactly once ------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_effect_of_a_handler_inside_goes_with_its_failure():
    def handler(id, payload):
        Message.objects.create(event="effect")
        raise ValueError

    outbox.subscribe("told", handler)
    create_message()

    outbox.drain(clock=clock())

    assert not Message.objects.filter(event="effect").exists()


@pytest.mark.django_db
def test_the_effect_of_a_handler_inside_goes_with_a_mark_that_cannot_be_made(monkeypatch):
    outbox.subscribe("told", lambda id, payload: Message.objects.create(event="effect"))
    message = create_message()
    monkeypatch.setattr("releasetrain.outbox.actions.draining._mark", lambda *_, **__: 1 / 0)

    outbox.drain(clock=clock())

    assert not Message.objects.filter(event="effect").exists()
    assert again(message).done_at is None


@pytest.mark.django_db
def test_a_claim_that_ran_out_before_the_work_began_does_nothing(handled, monkeypatch):
    message = create_message()
    plain = outbox.draining._claim

    def slow_claim(lane, *, now):
        claimed = plain(lane, now=now)
        if claimed:
            Message.objects.filter(pk=claimed.pk).update(attempts=2)  # somebody else took it meanwhile
        return claimed

    monkeypatch.setattr(outbox.draining, "_claim", slow_claim)

    outbox.drain(clock=clock())

    assert handled == []
    assert again(message).done_at is None


@pytest.mark.django_db
def test_what_a_handler_inside_posts_is_done_in_the_same_drain(sent):
    outbox.subscribe("told", lambda id, payload: outbox.post("mailed", n=payload["n"]))
    create_message(n=7)

    outbox.drain(clock=clock())

    assert sent == [7]


# -- outside: at least once, and nobody else waits -----------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_a_handler_outside_runs_in_no_transaction():
    seen = []
    outbox.subscribe("mailed", lambda *_: seen.append(connection.in_atomic_block), outside=True)
    create_message(event="mailed")

    outbox.drain(clock=clock())

    assert seen == [False]


@pytest.mark.django_db
def test_when_nobody_is_there_one_message_finds_out_for_all_of_the_event(handled, sent):
    tries = failing("called", AWAY, outside=True)
    for n in range(3):
        create_message(n, event="called")
        create_message(n, event="mailed")
        create_message(n)

    outbox.drain(clock=clock())

    assert len(tries) == 1
    assert (handled, sent) == ([0, 1, 2], [0, 1, 2])


@pytest.mark.django_db
def test_somebody_who_is_away_is_waited_for_a_day_before_the_message_is_dead():
    failing("mailed", AWAY, outside=True)
    message = create_message(event="mailed")
    at = NOW
    while not again(message).dead_at:
        outbox.drain(clock=clock(at))
        assert timedelta(seconds=10) <= again(message).due_at - at <= timedelta(minutes=5)
        at = again(message).due_at

    assert again(message).dead_at - NOW >= timedelta(hours=24)
    assert again(message).attempts > outbox.ATTEMPTS


@pytest.mark.django_db
def test_as_soon_as_somebody_is_there_again_nobody_waits_any_longer(sent):
    later = {"due_at": NOW + timedelta(minutes=5), "unreached_since": NOW - timedelta(hours=1)}
    for n in (2, 3):
        create_message(n, event="mailed", **later)
    create_message(1, event="mailed")

    outbox.drain(clock=clock())

    assert sent == [1, 2, 3]


@pytest.mark.django_db
def test_an_outage_takes_no_try_away_from_a_message():
    failing("mailed", AWAY, outside=True)
    message = create_message(event="mailed", failures=3)

    outbox.drain(clock=clock())

    assert (again(message).failures, again(message).attempts) == (3, 1)


@pytest.mark.django_db
def test_a_run_ends_when_its_time_is_over_and_says_that_there_is_more(sent, monkeypatch):
    seconds = iter([0.0, 1.0, 19.0, 21.0])
    monkeypatch.setattr(outbox.draining.time, "monotonic", lambda: next(seconds))
    for n in range(3):
        create_message(n, event="mailed")

    run = outbox.drain_lane("mailed", clock=clock())

    assert (run.tried, run.has_more, sent) == (2, True, [0, 1])


@pytest.mark.django_db(transaction=True)
def test_a_lane_outside_is_one_workers_at_a_time_and_the_others_are_free():
    entered, leave, seen = threading.Event(), threading.Event(), []

    def slow(id, payload):
        entered.set()
        leave.wait(10)

    outbox.subscribe("mailed", slow, outside=True)
    outbox.subscribe("told", lambda id, payload: seen.append(payload["n"]))
    create_message(1, event="mailed")
    create_message(2, event="mailed")
    create_message(3)
    busy = threading.Thread(target=closing(lambda: outbox.drain_lane("mailed", clock=clock())))
    busy.start()
    entered.wait(10)

    others = (outbox.drain_lane("mailed", clock=clock()), outbox.drain_lane("inside", clock=clock()))
    leave.set()
    busy.join(10)

    assert [run.tried for run in others] == [0, 1]
    assert seen == [3]
    assert not Message.objects.filter(done_at=None).exists()  # the busy one did both


@pytest.mark.django_db
def test_what_a_dead_worker_held_in_a_lane_is_put_back_by_the_next_without_waiting_for_the_lease(sent):
    message = create_message(event="mailed", claimed_until=NOW + timedelta(minutes=3), attempts=1, failures=1)

    outbox.drain_lane("mailed", clock=clock())
    assert (again(message).claimed_until, again(message).due_at, sent) == (None, NOW + timedelta(seconds=10), [])

    outbox.drain_lane("mailed", clock=clock(NOW + timedelta(seconds=10)))
    assert sent == [1]


# -- several workers -----------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("event", ["told", "mailed"])
def test_a_message_in_another_workers_hands_is_left_alone_without_waiting(handled, sent, event):
    create_message(event=event)

    with transaction.atomic():
        queries.due(NOW).select_for_update().first()
        found = in_another_thread(lambda: outbox.drain(clock=clock()))

    assert (found, handled, sent) == ([0], [], [])


@pytest.mark.django_db(transaction=True)
def test_drains_at_once_do_each_message_once(handled, sent):
    for n in range(30):
        create_message(n)
        create_message(n, event="mailed")
    start = threading.Barrier(3)

    def drain():
        start.wait(10)
        return outbox.drain(clock=clock())

    threads = [threading.Thread(target=closing(drain)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    assert sorted(handled) == sorted(sent) == list(range(30))
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
