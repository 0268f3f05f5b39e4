"""What Celery runs: one domain call each. The outbox remembers the work: a lost task loses nothing."""

import logging

from celery import shared_task
from django.utils import timezone

from releasetrain.boarding import verifying
from releasetrain.boarding.actions import trains
from releasetrain.outbox import actions as outbox
from releasetrain.outbox.models import Heartbeat

log = logging.getLogger(__name__)
Part = Heartbeat.Part


@shared_task(name="releasetrain.worker.drain_outbox")
def drain_outbox() -> None:
    """Do the work that a request has just posted."""
    outbox.heard_of(Part.WORKER, at=timezone.now())
    outbox.drain(clock=timezone.now)


@shared_task(name="releasetrain.worker.sweep_outbox")
def sweep_outbox() -> None:
    """Do what is due and nobody was woken for: a lost wake-up, a second try, a worker that died at its work."""
    outbox.heard_of(Part.WORKER, Part.BEAT, at=timezone.now())  # beat sends it, a worker does it
    outbox.drain(clock=timezone.now)


@shared_task(name="releasetrain.worker.verify_calendar")
def verify_calendar() -> None:
    """Judge the whole calendar every night; what is found stands in the log for whoever watches it."""
    for finding in verifying.findings(now=timezone.now()):
        log.error("the calendar is not whole: %s %s", finding.code, finding.facts)


@shared_task(name="releasetrain.worker.open_slots")
def open_slots() -> None:
    """Keep every train's departures open as far as its horizon reaches."""
    trains.open_slots(clock=timezone.now)
