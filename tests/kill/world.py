"""A train with room for everybody, and the people who book on it."""

import json
import subprocess
import sys
from typing import Any

from django.db import connection
from django.test import Client

from releasetrain.embedded import children
from releasetrain.embedded.places import ROOT
from releasetrain.teams.models import Team
from tests.factories import create_cast, create_train
from tests.kill.counting import TABLE
from tests.riding import create_release, slot_on


def lay(*, releases: int) -> dict[str, Any]:
    """Write the calendar at its start, and the table of effects; return what the clients need to know."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS kill_effect")
        cursor.execute(TABLE)
    cast = create_cast()
    Team.objects.update(slot_limit=1000)
    train = create_train(slug="main", capacity=1000, default_of=[cast.pay])
    slots = [slot_on(train, day=day) for day in range(0, 40, 2)]
    booked = [create_release(team=cast.pay, train=train, by=cast.ada) for _ in range(releases)]
    browser = Client()
    browser.force_login(cast.cleo)
    return {
        "train": train.slug,
        "slots": [slot.pk for slot in slots],
        "releases": [release.pk for release in booked],
        "session": browser.cookies["sessionid"].value,
    }


def begin(order: dict[str, Any]) -> "subprocess.Popen[bytes]":
    """Let the clients begin; `told` waits for them."""
    words = [sys.executable, "-m", "tests.kill.clients"]
    process = subprocess.Popen(words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    process.stdin.write(json.dumps(order).encode())
    process.stdin.close()
    process.stdin = None
    return process


def told(process: "subprocess.Popen[bytes]", *, seconds: float) -> list[tuple[int, int, float]]:
    """Return (release, status, milliseconds) of every booking."""
    try:
        out, _ = process.communicate(timeout=seconds)
    finally:
        children.wait_or_kill(process, patience=0) if process.poll() is None else None
    return [tuple(one) for one in json.loads(out)]
