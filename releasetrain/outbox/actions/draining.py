"""Do the work that is due, lane by lane."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.db import DatabaseError, connection, transaction
from django.db.models import QuerySet
from structlog.contextvars import bound_contextvars

from releasetrain.outbox import failures, queries, subscriptions
from releasetrain.outbox.models import Message
from releasetrain.outbox.subscriptions import INSIDE, Subscription

log = logging.getLogger(__name__)

Clock = Callable[[], datetime]
SECONDS = 20  # of one run; what is left then goes to the next, so that every lane gets its turn


class NobodyDoesIt(LookupError):
    """The program has no subscriber for this row any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drained:
    """What a run did: how many messages it tried, and whether it stopped because its time was over."""

    tried: int
    has_more: bool = False


def drain(*, clock: Clock, seconds: float = SECONDS) -> int:
    """Do what is due in every lane, our own database's first, and return how many messages were tried."""
    tried = drain_lane(INSIDE, clock=clock, seconds=seconds).tried
    for lane in queries.due_lanes(clock()):
        if lane != INSIDE:
            tried += drain_lane(lane, clock=clock, seconds=seconds).tried
    return tried


def drain_lane(lane: str, *, clock: Clock, seconds: float = SECONDS) -> Drained:
    """Do what is due in ``lane`` for at most about so many seconds.

    Any number of workers may do so inside; a lane outside is one worker's at a time, so that a slow other end never
    holds more than one. There the first message that finds nobody ends the run.
    """
    end, tried, idle = time.monotonic() + seconds, 0, 0
    while True:
        with _only_one(lane) as is_mine:
            run = _run(lane, clock, end) if is_mine else None
        if run is None:
            return Drained(tried=tried)
        tried, idle = tried + run.tried, 0 if run.tried else idle + 1
        # Whoever came while the lane was ours went away again: look once more before we go.
        if not run.is_empty or idle > 1 or not queries.due(clock()).filter(lane=lane).exists():
            return Drained(tried=tried, has_more=run.is_late)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    tried: int
    is_empty: bool = False
    is_late: bool = False


def _run(lane: str, clock: Clock, end: float) -> _Run:
    tried, has_reached = 0, lane == INSIDE
    if lane != INSIDE:
        _take_over(lane, now=clock())
    while time.monotonic() < end:
        message = _claim(lane, now=clock())
        if message is None:
            return _Run(tried=tried, is_empty=True)
        tried += 1
        error = _handle(message, clock)
        if error is not None and failures.is_unreachable(error) and lane != INSIDE:
            return _Run(tried=tried)
        if error is None and not has_reached:
            has_reached = True
            _hurry(lane, now=clock())
    return _Run(tried=tried, is_late=True)


@contextmanager
def _only_one(lane: str) -> Iterator[bool]:
    """Yield whether the lane is this worker's; the lock goes with the worker's connection if the worker is killed."""
    if lane == INSIDE:
        yield True
        return
    name = f"outbox:{lane}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [name])
        is_mine = cursor.fetchone()[0]
    try:
        yield is_mine
    finally:
        if is_mine:
            _unlock(name)


def _unlock(name: str) -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [name])
    except DatabaseError:
        connection.close()  # and the lock with it


def _claim(lane: str, *, now: datetime) -> Message | None:
    """Take the next message that is due, counting the try before it begins: a worker may not survive it."""
    with transaction.atomic():
        message = queries.due(now).filter(lane=lane).select_for_update(skip_locked=True).first()
        if message is not None:
            known = subscriptions.find(message.event, message.handler)
            message.claimed_until = now + (known.lease if known else subscriptions.LEASE)
            message.attempts += 1
            message.failures += 1
            message.save(update_fields=["claimed_until", "attempts", "failures"])
        return message


def _handle(message: Message, clock: Clock) -> Exception | None:
    """Let its subscriber do the message, and return what went wrong."""
    about = {"message": str(message.pk), "work": message.event, "request_id": message.request_id}
    with bound_contextvars(**{name: value for name, value in about.items() if value}):
        try:
            _do(message, clock)
        except Exception as error:  # noqa: BLE001  whatever a handler raises, the row remembers it
            _put_back(message, error, now=clock())
            return error
        log.info("done")
    return None


def _do(message: Message, clock: Clock) -> None:
    known = subscriptions.find(message.event, message.handler)
    if known is None:
        raise NobodyDoesIt(f"nobody does {message.event} {message.handler}".strip())
    if message.failures > failures.ATTEMPTS:
        raise failures.Hopeless("no worker survived it")
    (_outside if known.outside else _inside)(known, message, clock)


def _inside(known: Subscription, message: Message, clock: Clock) -> None:
    """Do it and mark it done in one transaction, holding the row: its effect comes exactly once."""
    with transaction.atomic():
        # Waits: whoever looks for work locks a row for a moment, also one that has just been claimed.
        if _ours(message).select_for_update().first() is None:
            return  # the claim ran out before the row was locked; it is somebody else's now
        known.handler(message.pk, message.payload)
        _mark(Message.objects.filter(pk=message.pk), at=clock())


def _outside(known: Subscription, message: Message, clock: Clock) -> None:
    """Do it, then mark it; done is done, also when the lease ran out meanwhile."""
    known.handler(message.pk, message.payload)
    _mark(Message.objects.filter(pk=message.pk, done_at__isnull=True), at=clock())


def _mark(rows: QuerySet[Message], *, at: datetime) -> None:
    rows.update(done_at=at, dead_at=None, claimed_until=None, unreached_since=None, last_error="")


def _ours(message: Message) -> QuerySet[Message]:
    """The row, as long as nobody has claimed it since we did."""
    claim = {"attempts": message.attempts, "claimed_until": message.claimed_until}
    return queries.left().filter(pk=message.pk, **claim)


def _put_back(message: Message, error: Exception, *, now: datetime) -> None:
    """Try again later, or let it be dead: it stays to be seen and can be sent again."""
    if failures.is_unreachable(error):
        log.warning("%s found nobody: %s", message.event, failures.said(error))
        _wait_for_them(message, error, now=now)
        return
    log.exception("%s failed", message.event)
    is_dead = isinstance(error, failures.Hopeless) or message.failures >= failures.ATTEMPTS
    _ours(message).update(
        claimed_until=None,
        due_at=now + failures.pause(message.failures),
        dead_at=now if is_dead else None,
        unreached_since=None,
        last_error=failures.said(error),
    )


def _wait_for_them(message: Message, error: Exception, *, now: datetime) -> None:
    """The other end is away: that is not the message's failure, but after a day somebody must look at it."""
    since = message.unreached_since or now
    _ours(message).update(
        claimed_until=None,
        due_at=now + failures.pause_unreached(now - since),
        dead_at=now if now - since >= failures.UNREACHED_FOR else None,
        failures=message.failures - 1,
        unreached_since=since,
        last_error=failures.said(error),
    )


def _take_over(lane: str, *, now: datetime) -> None:
    """Put back what somebody still claims in a lane that is ours alone: whoever claimed it is gone."""
    for row in queries.left().filter(lane=lane, claimed_until__gt=now):
        _ours(row).update(claimed_until=None, due_at=now + failures.pause(max(row.failures, 1)))


def _hurry(lane: str, *, now: datetime) -> None:
    """Somebody is there again: whoever waits for them need not wait any longer."""
    queries.left().filter(lane=lane, unreached_since__isnull=False, due_at__gt=now).update(due_at=now)
