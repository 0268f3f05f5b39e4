"""Tell a worker that there is work, without anybody waiting for the broker.

A thread per process does the telling. What it could not tell, or had no time for when the process ended, the sweep
finds: the rows are in the database.
"""

import logging
import os
import threading
import time
from collections.abc import Callable, Iterable

from django.db import transaction

log = logging.getLogger(__name__)

Waker = Callable[[str], None]
QUIET_SECONDS = 30

_wakers: list[Waker] = []
_bells: dict[int, "Bell"] = {}


def wake_with(waker: Waker) -> None:
    """Use ``waker(lane)`` to tell a worker that there is work in a lane; it may take its time or raise."""
    _wakers[:] = [waker]


def ring(lanes: Iterable[str]) -> None:
    """Have a worker told soon that there is work in these lanes. Returns at once, whatever the broker does."""
    bell = _bells.get(os.getpid())  # a forked child has no threads, so it gets a bell of its own
    if bell is None:
        bell = _bells.setdefault(os.getpid(), Bell())
    bell.ring(lanes)


def ring_after_commit(lanes: Iterable[str]) -> None:
    """Ring once the transaction at hand has committed; whatever goes wrong with it, the sweep finds the work."""

    def ring_them() -> None:  # a partial has no name, and Django wants one to log it by
        ring(lanes)

    transaction.on_commit(ring_them, robust=True)


class Bell:
    """Collects the lanes that have work and tells each once; after a failure it is quiet for a while."""

    def __init__(self) -> None:
        self.lanes: set[str] = set()
        self.lock = threading.Lock()
        self.rung = threading.Event()
        self.thread: threading.Thread | None = None
        self.is_away = False
        self.quiet_until = 0.0

    def ring(self, lanes: Iterable[str]) -> None:
        """Note the lanes; the thread starts with the first of them."""
        with self.lock:
            self.lanes.update(lanes)
            if self.thread is None:
                self.thread = threading.Thread(target=self._listen, name="outbox-bell", daemon=True)
                self.thread.start()
        self.rung.set()

    def _listen(self) -> None:
        while True:
            self.rung.wait()
            self.rung.clear()
            self.tell()

    def tell(self) -> None:
        """Tell of every lane noted until now, unless the broker is to be left alone; the sweep does those."""
        with self.lock:
            lanes, self.lanes = self.lanes, set()
        if time.monotonic() < self.quiet_until:
            return
        try:
            for lane in sorted(lanes):
                for waker in _wakers:
                    waker(lane)
        except Exception as error:  # noqa: BLE001  every transport has errors of its own
            self._lost(error)
        else:
            self._found()

    def _lost(self, error: Exception) -> None:
        self.quiet_until = time.monotonic() + QUIET_SECONDS
        if not self.is_away:
            log.warning("the broker cannot be reached (%s); the sweep will find the work", type(error).__name__)
        self.is_away = True

    def _found(self) -> None:
        if self.is_away:
            log.warning("the broker can be reached again")
        self.is_away = False
