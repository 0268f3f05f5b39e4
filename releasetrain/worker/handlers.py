"""The handlers of the outbox's events, and its waker."""

from releasetrain.celery import app
from releasetrain.outbox import actions as outbox

DRAIN = "releasetrain.worker.drain_outbox"
STALE_AFTER = 60  # seconds; by then the sweep has done the work


def subscribe() -> None:
    """Let the outbox know who does what, and whom to wake."""
    outbox.wake_with(wake)


def wake() -> None:
    """Tell a worker that there is work, or raise within seconds; nothing is tried again here, the sweep does that."""
    app.send_task(DRAIN, retry=False, ignore_result=True, expires=STALE_AFTER)
