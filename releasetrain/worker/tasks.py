"""What Celery runs: one domain call each. The outbox remembers the work: a lost task loses nothing."""

import logging
from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from releasetrain.audit import actions as audit
from releasetrain.boarding import verifying
from releasetrain.boarding.actions import closing, queueing, trains
from releasetrain.live import actions as live
from releasetrain.outbox import actions as outbox
from releasetrain.outbox.models import Heartbeat
from releasetrain.reviews.actions import judging, overdue
from releasetrain.worker import telling

log = logging.getLogger(__name__)
Part = Heartbeat.Part
MISSED_FOR = timedelta(hours=1)  # who fell silent is shown so long
DONE_KEPT = timedelta(days=14)
KEYS_KEPT = timedelta(days=30)


@shared_task(name="releasetrain.worker.drain_outbox")
def drain_outbox(lane: str = outbox.INSIDE) -> None:
    """Do the work of one lane that has just been posted; what there is no time for gets a turn of its own."""
    if outbox.drain_lane(lane, clock=timezone.now).has_more:
        outbox.ring([lane])


@shared_task(name="releasetrain.worker.sweep_outbox")
def sweep_outbox() -> None:
    """Do what is due and nobody was woken for: a lost wake-up, a second try, a worker that died at its work."""
    now = timezone.now()
    outbox.heard_of(Part.SWEEP, at=now)
    outbox.forget_heartbeats(before=now - MISSED_FOR)
    outbox.drain(clock=timezone.now)


@shared_task(name="releasetrain.worker.tidy")
def tidy() -> None:
    """Remove every night what nobody asks for any more."""
    outbox.forget_done(before=timezone.now() - DONE_KEPT)
    audit.forget_keys(before=timezone.now() - KEYS_KEPT)
    live.fold()
    telling.forget(now=timezone.now())


@shared_task(name="releasetrain.worker.collect_digests")
def collect_digests() -> None:
    """Mail everybody their day once it is morning where they are."""
    telling.collect_digests(now=timezone.now())


@shared_task(name="releasetrain.worker.tend_reviews")
def tend_reviews() -> None:
    """Judge what nobody judged yet, and tell reviewers what is late, once a day."""
    judging.judge_stale(clock=timezone.now)
    overdue.judge_unjudged(clock=timezone.now)
    overdue.tell_overdue(clock=timezone.now)


@shared_task(name="releasetrain.worker.verify_calendar")
def verify_calendar() -> None:
    """Judge the whole calendar every night; what is found stands in the log for whoever watches it."""
    for finding in verifying.findings(now=timezone.now()):
        if finding.is_broken:
            log.error("the calendar is not whole: %s %s", finding.code, finding.facts)
        else:
            log.info("the calendar: %s %s", finding.code, finding.facts)


@shared_task(name="releasetrain.worker.close_slots")
def close_slots() -> None:
    """Close the departures whose cut-off has come, every minute; what an outage left is closed as soon as it ends."""
    closing.close_due(clock=timezone.now)


@shared_task(name="releasetrain.worker.serve_queue")
def serve_queue() -> None:
    """Let whoever waits board what would do by now, every five minutes."""
    queueing.serve_queue(clock=timezone.now)


@shared_task(name="releasetrain.worker.open_slots")
def open_slots() -> None:
    """Keep every train's departures open as far as its horizon reaches."""
    trains.open_slots(clock=timezone.now)
