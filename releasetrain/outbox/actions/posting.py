"""Write down that something happened."""

from collections.abc import Iterable, Mapping
from typing import Any

from structlog.contextvars import get_contextvars

from releasetrain.outbox import subscriptions, waking
from releasetrain.outbox.models import Message


def post(event: str, **payload: Any) -> Message | None:
    """Write down that ``event`` happened, a row for each subscriber, and have them woken after the commit.

    Returns the first row, or None where nobody subscribed. Costs one query and never waits for the broker. The id of
    the request that posted it goes along, so that what comes of it can be traced to the click.
    """
    rows = post_all(event, [payload])
    return rows[0] if rows else None


def post_all(event: str, payloads: Iterable[Mapping[str, Any]]) -> list[Message]:
    """Write down that ``event`` happened many times, in one query, and return the rows."""
    wanted = subscriptions.of(event)
    asked = str(get_contextvars().get("request_id", ""))[:64]
    rows = [
        Message(event=event, handler=one.name, lane=one.lane, payload=dict(payload), request_id=asked)
        for payload in payloads
        for one in wanted
    ]
    if rows:
        Message.objects.bulk_create(rows)
        waking.ring_after_commit({row.lane for row in rows})
    return rows
