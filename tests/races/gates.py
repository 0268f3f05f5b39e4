"""A deed in a thread and a connection of its own that stops before each of its steps until it is let go on.

The steps are those of every way to a booking: begin, lock, reads, writes, judge, end. What follows of an earlier kind
belongs to the step at hand, so that a transaction has at most six.
"""

import queue
import threading
from collections.abc import Callable
from typing import Any

from django.db import DatabaseError, connection

from releasetrain.domain.errors import Refused

STEPS = ("begin", "lock", "reads", "writes", "judge", "end")
NAMED = {"no_standing_large_pair", "one_live_place_per_release", "one_live_booking_per_release"}
CHANGED_MEANWHILE = "40001"  # what whoever writes raw SQL at REPEATABLE READ reckons with

Deed = Callable[[], Any]


class Abandoned(BaseException):
    """The schedule is given up: whatever the deed was about to do, it does not."""


def kind_of(sql: str) -> str:
    """Return which step a statement belongs to."""
    if "trains_calendar" in sql:
        return "lock"
    if sql.startswith("SET CONSTRAINTS"):
        return "judge"
    if sql.startswith(("INSERT", "UPDATE", "DELETE")):
        return "writes"
    return "reads" if sql.startswith("SELECT") else "begin"


class Actor:
    """One of the two. ``at``: the step it stands before; None once its deed is over, and ``came`` says how it ended."""

    def __init__(self) -> None:
        self.orders: queue.SimpleQueue[Deed | None] = queue.SimpleQueue()
        self.arrived, self.go = threading.Semaphore(0), threading.Semaphore(0)
        self.at: str | None = None
        self.phase: str | None = None
        self.came, self.pid, self.is_abandoned = "", 0, False
        self.thread = threading.Thread(target=self._live, daemon=True)
        self.thread.start()
        self.arrived.acquire()

    def start(self, deed: Deed) -> None:
        """Begin a deed; it stops before its first step."""
        self.orders.put(deed)

    def dismiss(self) -> None:
        """Let the thread and its connection go, wherever it stands."""
        self.is_abandoned = True
        self.go.release()
        self.orders.put(None)
        self.thread.join(10)

    def _live(self) -> None:
        connection.ensure_connection()
        self.pid = connection.connection.info.backend_pid
        for name in ("_commit", "_rollback"):
            setattr(connection, name, self._ending(getattr(connection, name)))
        self.arrived.release()
        try:
            with connection.execute_wrapper(self._gated):
                while deed := self.orders.get():
                    self.came = outcome(deed)
                    self.at = None
                    self.arrived.release()
        finally:
            connection.close()

    def _gated(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if connection.in_atomic_block:
            self._reach(kind_of(sql))
        return execute(sql, params, many, context)

    def _ending(self, plain: Callable[[], None]) -> Callable[[], None]:
        def end() -> None:
            if self.phase is not None:
                self._reach("end")
            plain()
            self.phase = None

        return end

    def _reach(self, step: str) -> None:
        """Stop before the first statement of a new step."""
        if self.is_abandoned:
            return
        if self.phase is None or STEPS.index(step) > STEPS.index(self.phase):
            self.phase = self.at = step
            self.arrived.release()
            self.go.acquire()
            if self.is_abandoned:
                raise Abandoned


def outcome(deed: Deed) -> str:
    """Do it, and return in a word how it ended; what nobody reckons with starts with "error"."""
    try:
        came = deed()
    except Refused as refused:
        return f"refused: {refused.code}"
    except DatabaseError as error:
        return _kept_out(error)
    except Abandoned:
        return "abandoned"
    except Exception as error:  # noqa: BLE001  whatever it is, it is reported
        return f"error: {type(error).__name__} {error}"
    refusal = getattr(came, "refusal", "")
    return f"refused: {refusal}" if refusal else "done"


def _kept_out(error: DatabaseError) -> str:
    state = getattr(error.__cause__, "sqlstate", None)
    constraint = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
    if constraint in NAMED:
        return f"kept out: {constraint}"
    return "changed meanwhile" if state == CHANGED_MEANWHILE else f"error: {state} {str(error).splitlines()[0]}"
