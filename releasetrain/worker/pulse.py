"""Signs of life: each worker and each beat says every few seconds that it is there, and where it is."""

import atexit
import logging
import socket
import threading
from typing import Any

from celery.signals import beat_init, worker_ready, worker_shutdown
from django.db import DatabaseError, connection
from django.utils import timezone

from releasetrain.outbox import actions as outbox
from releasetrain.outbox.models import Heartbeat

log = logging.getLogger(__name__)
Part = Heartbeat.Part
EVERY = 10.0  # seconds


class Pulse(threading.Thread):
    """Writes when its process was alive, from a thread of its own: also while the broker is away."""

    def __init__(self, part: Heartbeat.Part, name: str) -> None:
        super().__init__(name="pulse", daemon=True)
        self.part, self.of = part, name
        self.over = threading.Event()
        self.is_lost = False

    def run(self) -> None:
        """Beat until it is stopped; a database that is away is tried again with the next beat."""
        while True:
            self.beat()
            if self.over.wait(EVERY):
                return

    def beat(self) -> None:
        """Write one sign of life, on a connection that no forked child finds open."""
        try:
            outbox.heard_of(self.part, self.of, at=timezone.now())
        except DatabaseError as error:
            if not self.is_lost:
                log.warning("no sign of life can be written: %s", type(error).__name__)
            self.is_lost = True
        else:
            self.is_lost = False
        finally:
            connection.close()

    def stop(self) -> None:
        """Stop, and say so: who stopped in order is not missed."""
        self.over.set()
        self.join(EVERY)
        try:
            outbox.unheard(self.part, self.of)
        except DatabaseError:
            log.warning("the end of %s %s could not be written", self.part, self.of)
        finally:
            connection.close()


def connect() -> None:
    """Let workers and beats of this program have a pulse."""
    worker_ready.connect(_start_workers, dispatch_uid="pulse")
    beat_init.connect(_start_beats, dispatch_uid="pulse")


def _start_workers(sender: Any, **_: Any) -> None:
    pulse = Pulse(Part.WORKER, sender.hostname)
    pulse.start()
    worker_shutdown.connect(lambda **_: pulse.stop(), weak=False)


def _start_beats(**_: Any) -> None:
    """Beats of one host share a row: any of them will do."""
    pulse = Pulse(Part.BEAT, f"beat@{socket.gethostname()}")
    pulse.start()
    atexit.register(pulse.stop)
