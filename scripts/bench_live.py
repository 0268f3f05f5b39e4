"""Measure how soon open boards are told: `python -m scripts.bench_live http://127.0.0.1:8000`, while `make run` runs.

It signs in as the demo's release manager, opens 1, 50 and 200 streams and commits a change of the train several times.
It prints when the listeners heard of it, how many connections the database had, and what an unchanged board costs.
"""

import asyncio
import os
import statistics
import sys
import time
import urllib.error
import urllib.request
from datetime import timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "releasetrain.settings")
django.setup()

import psycopg  # noqa: E402  the settings come first
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402

from releasetrain.live.queries import stamp  # noqa: E402
from releasetrain.teams.models import User  # noqa: E402
from releasetrain.trains.models import Train  # noqa: E402
from releasetrain.web.live.listening import CALLED, address  # noqa: E402
from tests.support.streams import follow, until  # noqa: E402

CROWDS = (1, 50, 200)
CHANGES = 8
TELL = "UPDATE trains_train SET capacity = capacity WHERE id = %s"
COUNT = (
    "SELECT count(*), count(*) FILTER (WHERE application_name = %s) FROM pg_stat_activity"
    " WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
)


def sign_in() -> str:
    """Return the key of a session that lasts as long as this script may take."""
    person, session = User.objects.filter(roles__role="release-manager").first(), SessionStore()
    session[SESSION_KEY], session[HASH_SESSION_KEY] = str(person.pk), person.get_session_auth_hash()
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session.set_expiry(timedelta(minutes=10))
    session.create()
    return session.session_key


async def crowd(url: str, size: int, session: str, train: int, since: str, writer: psycopg.Connection) -> str:
    """Open so many boards, change the train some times, and say how long it took to hear of it."""
    known = {"session": session, "topics": f"train:{train} large setup", "since": since}
    boards = [await follow(url, **known) for _ in range(size)]
    all_, listening = writer.execute(COUNT, [CALLED]).fetchone()
    waits: list[float] = []
    for _ in range(CHANGES):
        before = [len(one.heard) for one in boards]
        writer.execute(TELL, [train])
        committed = time.monotonic()
        await until(lambda: all(len(one.heard) > old for one, old in zip(boards, before, strict=True)), within=30)  # noqa: B023
        waits += [one.heard[old][0] - committed for one, old in zip(boards, before, strict=True)]
        await asyncio.sleep(0.2)
    for one in boards:
        await one.close()
    cuts = statistics.quantiles(waits, n=20)
    said = f"p50 {1000 * statistics.median(waits):.1f} ms, p95 {1000 * cuts[-1]:.0f} ms, max {1000 * max(waits):.0f} ms"
    return f"{size:4d} listeners: {said}; connections: {all_}, of which {listening} listens"


def fetch(url: str, session: str, **headers: str) -> tuple[float, str]:
    """Return the median milliseconds of asking for the board's live part, and its tag."""
    took, tag = [], ""
    said = {"Cookie": f"sessionid={session}", "HX-Request": "true", "X-Live": "1", **headers}
    for _ in range(20):
        began = time.perf_counter()
        try:
            with urllib.request.urlopen(urllib.request.Request(url, headers=said)) as answer:  # noqa: S310  our own
                tag = answer.headers["ETag"]
                answer.read()
        except urllib.error.HTTPError as unchanged:
            if unchanged.code != 304:
                raise
        took.append(1000 * (time.perf_counter() - began))
    return statistics.median(took), tag


def main() -> None:
    url, session, train = sys.argv[1].rstrip("/"), sign_in(), Train.objects.first()
    with psycopg.connect(**address(), autocommit=True) as writer:
        for size in CROWDS:
            print(asyncio.run(crowd(url, size, session, train.pk, str(stamp()), writer)), flush=True)
    board = f"{url}/trains/{train.slug}/"
    whole, tag = fetch(board, session)
    unchanged, _ = fetch(board, session, **{"If-None-Match": tag})
    print(f"the board's live part {whole:.1f} ms, unchanged {unchanged:.1f} ms")


if __name__ == "__main__":
    main()
