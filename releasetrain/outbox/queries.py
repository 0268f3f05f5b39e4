"""Questions about the work that is left."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, Q, QuerySet

from releasetrain.outbox.models import Heartbeat, Message


def left() -> QuerySet[Message]:
    """Return the messages that are neither done nor dead."""
    return Message.objects.filter(done_at__isnull=True, dead_at__isnull=True)


def due(now: datetime) -> QuerySet[Message]:
    """Return the messages to do at ``now``, oldest first; one whose worker's lease ran out is due again."""
    unclaimed = Q(claimed_until__isnull=True) | Q(claimed_until__lte=now)
    return left().filter(unclaimed, due_at__lte=now).order_by("due_at", "posted_at")


def dead() -> QuerySet[Message]:
    """Return the messages that failed too often, latest first."""
    return Message.objects.filter(dead_at__isnull=False).order_by("-dead_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """What is left to do and since when, what is dead, and when each background part was last heard of."""

    left: int
    oldest_at: datetime | None
    dead: int
    heard_at: dict[str, datetime]


def health() -> Health:
    """Return how the work in the background is doing; two queries."""
    is_open = Q(done_at__isnull=True, dead_at__isnull=True)
    counts = Message.objects.filter(done_at__isnull=True).aggregate(
        left=Count("pk", filter=is_open),
        oldest_at=Min("posted_at", filter=is_open),
        dead=Count("pk", filter=Q(dead_at__isnull=False)),
    )
    return Health(**counts, heard_at=dict(Heartbeat.objects.values_list("part", "at")))
