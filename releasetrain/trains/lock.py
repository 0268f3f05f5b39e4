"""The calendar's lock: one row that always exists, updated as the first write of every change of the calendar.

Measured before it was chosen: locking the bookings found lets violations through (there is nothing to lock before the
first booking), advisory locks pass stale snapshots at REPEATABLE READ; updating this row does neither, at either level.
"""

import functools
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import ParamSpec, TypeVar

from django.db import Error, connection, transaction

from releasetrain.domain.conflicts.values import Basis, Conflict, Side
from releasetrain.domain.errors import Refused

P = ParamSpec("P")
R = TypeVar("R")

WALL = "no_standing_large_pair"
TRIES = 3
_WORTH_A_RETRY = frozenset({"40001", "40P01", "55P03"})  # serialization, deadlock, lock_timeout


_one_step: ContextVar[bool] = ContextVar("one_step", default=False)


class CalendarMissing(RuntimeError):
    """The calendar's row is not there: a lock that locks nothing must not pass."""


@contextmanager
def locked_calendar() -> Iterator[int]:
    """Hold the calendar until the end of the transaction that this opens; yield its new revision.

    Read the clock and everything else after this line. At the end the database's wall judges, so that its refusal is
    raised here as ``Refused("wall")``, with the pair it found, and not at a commit that nobody awaits.
    """
    with transaction.atomic(durable=not _one_step.get()):
        yield take()
        judge_at_the_wall()


@contextmanager
def one_step() -> Iterator[None]:
    """Let the one verb called inside and what is written after it be one transaction.

    Write nothing before the verb: the lock must stay the first write. Not for verbs that take the calendar twice.
    """
    with transaction.atomic(durable=True):
        token = _one_step.set(True)
        try:
            yield
        finally:
            _one_step.reset(token)


def take() -> int:
    """Update the calendar's row in the transaction at hand and return its revision; waits at most 3 s."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '3s'")
        cursor.execute("UPDATE trains_calendar SET revision = revision + 1 RETURNING revision")
        rows = cursor.fetchall()
    if len(rows) != 1:
        raise CalendarMissing(f"expected one calendar row, found {len(rows)}")
    return int(rows[0][0])


def judge_at_the_wall() -> None:
    """Let the deferred constraints judge now, then defer them again: a second change may follow."""
    with connection.cursor() as cursor:
        try:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        except Error as error:
            if _constraint(error) == WALL:
                raise Refused("wall", conflicts=[_pair(error)]) from error
            raise
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def retried(verb: Callable[P, R]) -> Callable[P, R]:
    """Run a verb again, at most three times, when the database asks for it; then refuse as busy.

    Within ``one_step`` the whole step must be run again, so whoever opened it does that.
    """

    @functools.wraps(verb)
    def again(*args: P.args, **kwargs: P.kwargs) -> R:
        if _one_step.get():
            return verb(*args, **kwargs)
        for _ in range(TRIES):
            try:
                return verb(*args, **kwargs)
            except Error as error:
                if _sqlstate(error) not in _WORTH_A_RETRY:
                    raise
        raise Refused("busy")

    return again


def _sqlstate(error: Error) -> str | None:
    return getattr(error.__cause__, "sqlstate", None)


def _constraint(error: Error) -> str | None:
    return getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)


def _pair(error: Error) -> Conflict:
    """Return the pair that the wall found, as the rule would have said it."""
    pair = json.loads(error.__cause__.diag.message_detail)
    return Conflict(
        code=pair["rule"],
        a=Side.release(pair["a"]),
        b=Side.release(pair["b"]),
        basis=Basis(frozenset(pair["basis"])),
        departs_at=datetime.fromisoformat(pair["departs_at"]),
    )
