"""The one database connection of this process that hears what the triggers tell. It is not one of Django's.

LISTEN needs a session of its own: behind a pooler in transaction mode it hears nothing, and pages are left with
the look that they take every five minutes.
"""

import asyncio
import logging
import random
from typing import Any

import psycopg
from django.db import connection

from releasetrain.web.live.hub import Hub

CHANNEL = "releasetrain_live"
CALLED = "releasetrain-live"  # in pg_stat_activity
PROBE_EVERY = 30.0
SHORTEST_PAUSE, LONGEST_PAUSE = 0.2, 10.0

log = logging.getLogger(__name__)


def address() -> dict[str, Any]:
    """Return how to reach the database that Django uses."""
    known = connection.get_connection_params()
    return {key: value for key, value in known.items() if key not in ("context", "cursor_factory", "prepare_threshold")}


async def listen(hub: Hub) -> None:
    """Tell the hub what is heard, for ever; a connection that was lost is opened again."""
    pause = SHORTEST_PAUSE
    while True:
        try:
            async with await psycopg.AsyncConnection.connect(
                **address() | {"application_name": CALLED}, autocommit=True
            ) as session:
                await session.execute(f"LISTEN {CHANNEL}")
                pause = SHORTEST_PAUSE
                hub.is_listening.set()
                hub.tell_all()  # something may have been missed
                await _hear(session, hub)
        except (psycopg.Error, OSError) as lost:
            log.warning("pages do not follow the database: %s", lost)
        hub.is_listening.clear()
        await asyncio.sleep(pause * (0.5 + random.random()))  # noqa: S311  processes must not come back all at once
        pause = min(pause * 2, LONGEST_PAUSE)


async def _hear(session: psycopg.AsyncConnection[Any], hub: Hub) -> None:
    while True:
        async for told in session.notifies(timeout=PROBE_EVERY):
            hub.tell(told.payload)
        await session.execute("SELECT 1")  # a connection that died silently says so now
