"""Worker, beat and broker are killed at random while people book: nothing is lost, nothing is done twice inside.

`make test-kill` runs it long: KILL_BOOKINGS bookings, KILL_TIMES kills.
"""

import os
import random
import time
from collections import Counter
from dataclasses import dataclass

import pytest
from django.db import connection

from releasetrain.notices.models import Notice
from releasetrain.notices.queries.mails import SEND
from releasetrain.outbox.models import Message
from releasetrain.trains.models import Booking
from tests.kill.counting import EVENT
from tests.kill.plant import Plant, Sink
from tests.kill.world import begin, lay, told
from tests.support.live import address_of

BOOKINGS, TIMES = int(os.environ.get("KILL_BOOKINGS", "60")), int(os.environ.get("KILL_TIMES", "6"))
SEED = int(os.environ.get("KILL_SEED", "1"))
EVERY = 2.0  # seconds from kill to kill
IS_LONG = TIMES >= 20
WITHIN = 120  # seconds for what is left when nobody is killed any more
# The lane's lock tells the session, and the session its worker.
AT_WORK = """
    SELECT application_name
      FROM pg_locks JOIN pg_stat_activity USING (pid), hashtextextended('outbox:' || %(lane)s, 0) AS key
     WHERE locktype = 'advisory' AND granted AND application_name LIKE 'worker%%'
       AND classid = ((key >> 32) & 4294967295)::oid AND objid = (key & 4294967295)::oid
       AND EXISTS (SELECT FROM outbox_message WHERE lane = %(lane)s AND done_at IS NULL AND claimed_until > now())
"""

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a run: the clients' answers, who was killed, and how long the rest took."""

    answers: list[tuple[int, int, float]]
    killed: Counter
    seconds_left: float
    mails: list[str]


def victims() -> list[str]:
    """Who is killed, in which order: half of them workers, and the broker at least twice."""
    dice = random.Random(SEED)
    pool = [
        "worker 1",
        "worker 2",
        "broker",
        "worker 1",
        "beat 1",
        "worker 2",
        "broker",
        "beat 2",
        "worker 1",
        "broker",
    ]
    chosen = [pool[number % len(pool)] for number in range(TIMES)]
    dice.shuffle(chosen)
    return chosen


def run(log) -> Outcome:
    """Book while the plant is killed piece by piece, then let it finish in peace."""
    order = lay(releases=BOOKINGS)
    killed, sink, dice = Counter(), Sink(), random.Random(SEED + 1)
    with Plant(database=address_of(connection.settings_dict), log=log, mail=sink.url, early=True) as plant:
        plant.start()
        wait_until_all_is_done()  # what the arrangement posted
        pace = TIMES * EVERY * 2 / BOOKINGS
        clients = begin({**order, "port": plant.port, "clients": 2, "pace": pace, "seconds": 0})
        for number, planned in enumerate(victims()):
            time.sleep(dice.uniform(0.2, EVERY * 0.6))
            name = at_work(planned) if planned.startswith("worker") else planned
            plant.kill(name)
            killed[name] += 1
            if number == TIMES // 2:
                sink.away()
            time.sleep(dice.uniform(0.2, EVERY * 0.6))
            plant.start_again(name)
        sink.back()
        answers = told(clients, seconds=WITHIN)
        plant.tend()
        seconds = wait_until_all_is_done()
        time.sleep(1)  # tasks that came late
        sink.away()
    return Outcome(answers=answers, killed=killed, seconds_left=seconds, mails=sink.took)


def at_work(planned: str) -> str:
    """Return the worker that is between effect and mark of the control, if there is one soon, else the planned one.

    A worker killed while it starts or idles would lose nothing, and prove nothing.
    """
    end = time.monotonic() + 2 * EVERY
    while time.monotonic() < end:
        with connection.cursor() as cursor:
            cursor.execute(AT_WORK, {"lane": EVENT})
            if found := cursor.fetchone():
                return found[0]
        time.sleep(0.005)
    return planned


def wait_until_all_is_done() -> float:
    begun = time.monotonic()
    while Message.objects.filter(done_at=None).exists():
        if time.monotonic() - begun > WITHIN:
            left = Message.objects.filter(done_at=None).values_list("event", "handler", "attempts", "last_error")
            raise AssertionError(f"left after {WITHIN} s: {list(left[:20])}")
        time.sleep(0.2)
    return time.monotonic() - begun


def effects(way: str) -> Counter:
    """How often each release was counted this way."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT release, count(*) FROM kill_effect WHERE way = %s GROUP BY release", [way])
        return Counter(dict(cursor.fetchall()))


def test_whoever_is_killed_everything_is_done_and_inside_exactly_once(tmp_path):
    result = run(tmp_path / "log")

    booked = {release for release, status, _ms in result.answers if status == 302}
    rows = Message.objects.filter(event=EVENT, handler="mail").values_list("pk", "payload__release")
    letters = {str(pk) for pk in Message.objects.filter(event=SEND).values_list("pk", flat=True)}
    inside, later, early = effects("inside"), effects("marked later"), effects("early task")
    mails = Counter(mail.strip("<>").partition("@")[0] for mail in result.mails)
    show(result, len(booked), letters, mails, {"inside": inside, "marked later": later, "early task": early})
    # Nobody who booked noticed anything.
    assert len(booked) == BOOKINGS == Booking.objects.filter(left_at=None).count()
    # Every row is there and done.
    assert Counter(release for _pk, release in rows) == Counter(booked)
    assert not Message.objects.filter(done_at=None).exists()
    # Inside: exactly once, and so was everybody told of every booking: Ada and Ben, whose team it is.
    assert inside == Counter(booked)
    assert Counter(Notice.objects.values_list("source", flat=True)) == {pk: 2 for pk, _release in rows}
    # Outside: every mail at least once, a repeated one under the Message-ID of its row.
    assert len(letters) == 2 * BOOKINGS
    assert mails.keys() == letters
    assert not Notice.objects.filter(mailed_at=None).exists()
    # The controls: the same work as a plain task is lost, and marked outside its transaction is done twice.
    assert set(early) < booked
    assert set(later) == booked
    if IS_LONG:
        assert later.total() > len(booked)


def show(result: Outcome, n: int, letters: set, mails: Counter, ways: dict[str, Counter]) -> None:
    """Print what the run was and what came of it."""
    times = sorted(ms for _release, _status, ms in result.answers)
    print(f"\n{n} bookings, {result.killed.total()} x kill -9: {dict(result.killed)}; mail server away for a while")
    print(f"  answers: p50 {times[n // 2]:.0f} ms, p95 {times[n * 95 // 100]:.0f} ms, worst {times[-1]:.0f} ms")
    print(f"  all done {result.seconds_left:.1f} s after the last booking")
    lost, again = len(letters) - len(mails), mails.total() - len(mails)
    print(f"  mails        {len(letters)}, lost {lost}, repeated {again}, each under its one Message-ID")
    for way, counted in ways.items():
        control = "" if way == "inside" else "  (control)"
        print(f"  {way:12} lost {n - len(counted)}, doubled {counted.total() - len(counted)}{control}")
