"""Questions about the work that is left."""

from datetime import datetime

from django.db.models import Q, QuerySet

from releasetrain.outbox.models import Message


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
