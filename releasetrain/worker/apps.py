"""Who does the work of which event, and how a worker is woken; true in every process, since each may post."""

from django.apps import AppConfig


class WorkerConfig(AppConfig):
    """Subscribes the handlers when a process starts."""

    name = "releasetrain.worker"

    def ready(self) -> None:
        """Let the outbox know its handlers and its waker, and workers and beats say that they are alive."""
        from releasetrain.worker import (  # they read models, which are there only now
            handlers,
            pulse,
        )

        handlers.subscribe()
        pulse.connect()
