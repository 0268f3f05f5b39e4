"""Serve the queue from time to time, whatever happened (S3)."""

from collections.abc import Callable
from datetime import datetime

from releasetrain.boarding.actions.rebooking import serve
from releasetrain.trains.lock import locked_calendar, retried
from releasetrain.trains.models import Request

Clock = Callable[[], datetime]


@retried
def serve_queue(*, clock: Clock) -> None:
    """Let every request that would do by now become a booking. Takes the calendar only if somebody waits."""
    if not Request.objects.filter(ended_at__isnull=True, asked_at__isnull=False).exists():
        return
    with locked_calendar():
        serve(at=clock())
