"""Handlers whose effects can be counted, for bookings beside the product's own."""

import os
from pathlib import Path

from django.apps import AppConfig


class KillConfig(AppConfig):
    """Subscribes the counting handlers when a process starts."""

    name = "tests.kill"
    path = str(Path(__file__).parent)

    def ready(self) -> None:
        """Let the outbox know them."""
        from tests.kill import counting, early  # noqa: F401  a worker must know the task

        counting.subscribe()
        if os.environ.get("KILL_WAITS") == "1":
            counting.wake_in_the_request()
