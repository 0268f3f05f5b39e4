"""What the handlers beside the product's own do: leave a line per effect, in a table without any constraint.

The line comes first and the handler dawdles after it, so that a kill has every chance to come between the two.
"""

import os
import time
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db import connection

from releasetrain.outbox import actions as outbox

EVENT = "booking.made"
DAWDLE = float(os.environ.get("KILL_DAWDLE", "0.02"))  # seconds
TABLE = "CREATE TABLE kill_effect (way text, message text, release bigint)"


def subscribe() -> None:
    """Two ways to do one thing: as the product does it inside, and marked only afterwards."""
    outbox.subscribe(EVENT, count_inside, name="kill-inside")
    outbox.subscribe(EVENT, count_then_mark, name="kill-marked-later", outside=True)


def leave(way: str, message: object, release: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO kill_effect VALUES (%s, %s, %s)", [way, str(message), release])


def count_inside(message: UUID, payload: Mapping[str, Any]) -> None:
    """The effect and the mark are one transaction."""
    leave("inside", message, payload["release"])
    time.sleep(DAWDLE)


def count_then_mark(message: UUID, payload: Mapping[str, Any]) -> None:
    """The control: the same effect, committed before the mark."""
    leave("marked later", message, payload["release"])
    time.sleep(DAWDLE * 4)  # one worker at a time does these, so that kills meet fewer of them


def wake_in_the_request() -> None:
    """The control: tell the broker where the work is posted, as a plain `on_commit(task.delay)` does."""
    from releasetrain.outbox import waking

    def ring(lanes: Iterable[str]) -> None:
        for lane in lanes:
            for waker in waking._wakers:
                waker(lane)

    waking.ring = ring
