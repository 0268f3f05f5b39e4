"""Look after what is left: signs of life, dead messages, old rows."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from releasetrain.outbox import queries, waking
from releasetrain.outbox.models import Heartbeat, Message

BATCH = 1000


def heard_of(part: Heartbeat.Part, name: str = "", *, at: datetime) -> None:
    """Remember that the part with this name was alive at ``at``."""
    beat = Heartbeat(part=part, name=name[:200], at=at)
    key = ["part", "name"]
    Heartbeat.objects.bulk_create([beat], update_conflicts=True, unique_fields=key, update_fields=["at"])


def unheard(part: Heartbeat.Part, name: str) -> None:
    """Forget a part that stopped in order: nobody need wonder where it is."""
    Heartbeat.objects.filter(part=part, name=name[:200]).delete()


def forget_heartbeats(*, before: datetime) -> None:
    """Forget who was not heard of since ``before``, but for the latest of each part."""
    latest = Heartbeat.objects.order_by("part", "-at").distinct("part").values("pk")
    Heartbeat.objects.filter(at__lt=before).exclude(pk__in=latest).delete()


def send_again(messages: Collection[UUID], *, at: datetime) -> int:
    """Let dead messages be done after all, from their first try on; return how many were still dead.

    In the caller's transaction, which asks who may.
    """
    dead = list(queries.dead().select_for_update().filter(pk__in=messages))
    rows = Message.objects.filter(pk__in=[one.pk for one in dead])
    rows.update(dead_at=None, due_at=at, failures=0, unreached_since=None, claimed_until=None)
    waking.ring_after_commit({one.lane for one in dead})
    return len(dead)


def forget_done(*, before: datetime, batch: int = BATCH) -> int:
    """Remove what was done before an instant, a batch per transaction, and return how much it was."""
    gone = 0
    while old := list(
        Message.objects.filter(done_at__lt=before).order_by("done_at").values_list("pk", flat=True)[:batch]
    ):
        gone += Message.objects.filter(pk__in=old, done_at__lt=before).delete()[0]
    return gone
