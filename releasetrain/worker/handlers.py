"""The handlers of the outbox's events, and its waker."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from releasetrain.boarding.actions import importing
from releasetrain.celery import app
from releasetrain.outbox import actions as outbox
from releasetrain.planning import actions as planning
from releasetrain.planning.asked import MOST_SECONDS
from releasetrain.worker import telling

DRAIN = "releasetrain.worker.drain_outbox"
STALE_AFTER = 60  # seconds; by then the sweep has done the work
IMPORT_LEASE = timedelta(minutes=10)
PLAN_LEASE = timedelta(seconds=2 * MOST_SECONDS)  # the longest search, with reading, reasons and a contradiction


def subscribe() -> None:
    """Let the outbox know who does what, and whom to wake."""
    outbox.subscribe(importing.REQUESTED, run_import, outside=True, lease=IMPORT_LEASE)
    outbox.subscribe(planning.REQUESTED, run_plan, outside=True, lease=PLAN_LEASE)
    telling.subscribe()
    outbox.wake_with(wake)


def run_import(message: UUID, payload: Mapping[str, Any]) -> None:
    """Do the import that was asked for; its own keys make a second delivery harmless."""
    importing.run_import(run=UUID(payload["run"]), clock=timezone.now)


def run_plan(message: UUID, payload: Mapping[str, Any]) -> None:
    """Do the plan that was asked for; the solver is loaded here and nowhere else, so only by workers that plan."""
    from releasetrain.worker import solving

    planning.run_plan(run=payload["run"], clock=timezone.now, engine=solving)


def wake(lane: str) -> None:
    """Tell a worker that there is work in ``lane``, or raise; nothing is tried again here, the sweep does that."""
    app.send_task(DRAIN, args=[lane], retry=False, ignore_result=True, expires=STALE_AFTER)
