"""Post work, do it, and sweep up what a lost wake-up left.

The broker holds no truth: it only wakes a worker. A handler may be run twice for one message (a worker can die between
the effect and the mark), so its effect must be keyed by the message's id or be repeatable.
"""

import logging
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F

from releasetrain.outbox import queries
from releasetrain.outbox.models import Heartbeat, Message

log = logging.getLogger(__name__)

Handler = Callable[[UUID, Mapping[str, Any]], None]
LEASE = timedelta(minutes=10)
ATTEMPTS = 8
QUIET_SECONDS = 30

_subscribers: dict[str, Handler] = {}
_wakers: list[Callable[[], None]] = []
_quiet = {"until": 0.0}


def subscribe(event: str, handler: Handler) -> None:
    """Let ``handler`` do the work of ``event``. Called once, when the program starts."""
    _subscribers[event] = handler


def wake_with(waker: Callable[[], None]) -> None:
    """Use ``waker`` to tell a worker that there is work."""
    _wakers[:] = [waker]


def post(event: str, **payload: Any) -> Message | None:
    """Write down that ``event`` happened, if anybody subscribed to it, and wake a worker after the commit."""
    if event not in _subscribers:
        return None
    message = Message.objects.create(event=event, payload=payload)
    transaction.on_commit(_wake, robust=True)
    return message


def _wake() -> None:
    """Wake a worker; after a failure leave the broker alone for a while, so that no request waits for it."""
    if time.monotonic() < _quiet["until"]:
        return
    try:
        for waker in _wakers:
            waker()
    except Exception:
        _quiet["until"] = time.monotonic() + QUIET_SECONDS
        log.warning("the broker could not be reached; the sweep will find the work", exc_info=True)


def drain(*, clock: Callable[[], datetime], limit: int = 100) -> int:
    """Do up to ``limit`` due messages, one transaction each, and return how many were tried."""
    for done in range(limit):
        message = _claim(now=clock())
        if message is None:
            return done
        _handle(message, clock)
    return limit


def _claim(*, now: datetime) -> Message | None:
    with transaction.atomic():
        message = queries.due(now).select_for_update(skip_locked=True).first()
        if message is not None:
            message.claimed_until = now + LEASE
            message.attempts = F("attempts") + 1
            message.save(update_fields=["claimed_until", "attempts"])
            message.refresh_from_db()
        return message


def _handle(message: Message, clock: Callable[[], datetime]) -> None:
    try:
        _subscribers[message.event](message.id, message.payload)
    except Exception as error:
        log.exception("message %s (%s) failed", message.id, message.event)
        _put_back(message, error, now=clock())
    else:
        Message.objects.filter(pk=message.pk).update(done_at=clock(), claimed_until=None, last_error="")


def _put_back(message: Message, error: Exception, *, now: datetime) -> None:
    """Try again later, twice as late each time; after the last try the message is dead and stays to be seen."""
    is_dead = message.attempts >= ATTEMPTS
    Message.objects.filter(pk=message.pk).update(
        claimed_until=None,
        due_at=now + timedelta(seconds=5 * 2**message.attempts),
        dead_at=now if is_dead else None,
        last_error=f"{type(error).__name__}: {error}"[:2000],
    )


def heard_of(*parts: str, at: datetime) -> None:
    """Remember that these parts (``Heartbeat.Part``) were alive at ``at``."""
    beats = [Heartbeat(part=part, at=at) for part in parts]
    Heartbeat.objects.bulk_create(beats, update_conflicts=True, unique_fields=["part"], update_fields=["at"])
