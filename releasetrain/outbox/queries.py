"""Questions about the work that is left."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Min, Q, QuerySet

from releasetrain.outbox.models import OPEN, Heartbeat, Message


def left() -> QuerySet[Message]:
    """Return the messages that are neither done nor dead."""
    return Message.objects.filter(OPEN)


def due(now: datetime) -> QuerySet[Message]:
    """Return the messages to do at ``now``, oldest first; one whose worker's lease ran out is due again."""
    unclaimed = Q(claimed_until__isnull=True) | Q(claimed_until__lte=now)
    return left().filter(unclaimed, due_at__lte=now).order_by("due_at", "posted_at")


def due_lanes(now: datetime) -> list[str]:
    """Return the lanes in which something is to do at ``now``."""
    return list(due(now).order_by("lane").values_list("lane", flat=True).distinct())


def dead() -> QuerySet[Message]:
    """Return the messages that failed too often, latest first."""
    return Message.objects.filter(dead_at__isnull=False).order_by("-dead_at", "pk")


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadEvent:
    """How many messages of an event are dead, and when the latest died."""

    event: str
    dead: int
    latest_at: datetime


def dead_by_event() -> list[DeadEvent]:
    """Return the events that have dead messages, the latest first."""
    counted = Message.objects.filter(dead_at__isnull=False).values("event")
    rows = counted.annotate(dead=Count("pk"), latest_at=Max("dead_at")).order_by("-latest_at")
    return [DeadEvent(**row) for row in rows]


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """What is left of one event in its lane: how much, since when, how much failed at least once, and what is dead."""

    lane: str
    event: str
    left: int
    failing: int
    oldest_at: datetime | None
    dead: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """The queues, and when each part that works in the background was last heard of."""

    queues: Sequence[Queue]
    heard: Sequence[Heartbeat]

    @property
    def left(self) -> int:
        """How much is to do."""
        return sum(queue.left for queue in self.queues)

    @property
    def dead(self) -> int:
        """How much failed for good."""
        return sum(queue.dead for queue in self.queues)

    @property
    def oldest_at(self) -> datetime | None:
        """Since when the oldest piece of work waits."""
        return min((queue.oldest_at for queue in self.queues if queue.oldest_at), default=None)

    def of(self, part: str) -> list[Heartbeat]:
        """Return who was heard of as ``part``, latest first."""
        return [beat for beat in self.heard if beat.part == part]


def health() -> Health:
    """Return how the work in the background is doing; two queries."""
    counts = Message.objects.filter(done_at__isnull=True).values("lane", "event")
    rows = counts.annotate(
        left=Count("pk", filter=OPEN),
        failing=Count("pk", filter=OPEN & Q(attempts__gt=0) & ~Q(last_error="")),
        oldest_at=Min("posted_at", filter=OPEN),
        dead=Count("pk", filter=Q(dead_at__isnull=False)),
    )
    queues = [Queue(**row) for row in rows.order_by("lane", "event")]
    return Health(queues=queues, heard=list(Heartbeat.objects.order_by("part", "-at")))
