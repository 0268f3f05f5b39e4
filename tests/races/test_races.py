"""C2 under fire: many at once, by every way there is; nobody makes an unwaived pair of large releases, nobody hangs.

`make test-races` runs it long: RACE_CLIENTS clients with RACE_ATTEMPTS attempts each.
"""

import json
import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from releasetrain.boarding.verifying import JUDGED, findings, large_pairs, planned
from releasetrain.embedded.places import ROOT
from releasetrain.trains import queries as trains
from tests.races.api import API
from tests.races.ways import RAW, VERBS
from tests.races.world import lay
from tests.support.live import address_of

CLIENTS, ATTEMPTS = int(os.environ.get("RACE_CLIENTS", "8")), int(os.environ.get("RACE_ATTEMPTS", "25"))
SEED = int(os.environ.get("RACE_SEED", "1"))
PATIENCE = 600  # seconds
ALL = tuple(way.__name__ for way in VERBS)
THROUGH_THE_API = tuple(way.__name__ for way in API)

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]


def race(
    *, clients: int = 8, attempts: int = 25, lock: bool = True, raw: float = 0.35, verbs: Iterable[str] = ALL
) -> dict[str, Any]:
    """Let them run on this test's database, with such a share of raw SQL, and return what came of it."""
    how = {"lock": lock, "raw": raw, "verbs": list(verbs)}
    order = {"ids": lay(), "clients": clients, "attempts": attempts, "seed": SEED, **how}
    here = {"DATABASE_URL": address_of(connection.settings_dict), "DJANGO_SETTINGS_MODULE": "tests.settings"}
    told = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "tests.races.clients"],
        input=json.dumps(order),
        cwd=ROOT,
        env={**os.environ, **here},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert told.returncode == 0, told.stderr[-4000:]
    return json.loads(told.stdout)


def pairs_by_sql() -> int:
    return number("SELECT count(*) FROM standing_large_pairs(ARRAY(SELECT id FROM releases_release))")


def pairs_by_rules() -> int:
    return len(large_pairs(planned(trains.whole(now=timezone.now()))))


def deadlocks() -> int:
    return number("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")


def number(sql: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return int(cursor.fetchone()[0])


def show(result: dict[str, Any], title: str) -> None:
    """Print what came of each way, and how fast."""
    by_way: dict[str, list[str]] = defaultdict(list)
    for name, count in sorted(result["tally"].items()):
        way, _, end = name.partition(" ")
        by_way[way].append(f"{end} {count}")
    total = sum(count for name, count in result["tally"].items() if name.endswith(" attempted"))
    print(f"\n{title}: {total} attempts in {result['seconds']:.1f} s, {total / result['seconds']:.0f} a second")
    for way, ends in by_way.items():
        print(f"  {way:16} {', '.join(ends)}")


def test_no_pair_of_large_releases_slips_through_and_nobody_hangs():
    before = deadlocks()

    result = race(clients=CLIENTS, attempts=ATTEMPTS)

    show(result, f"{CLIENTS} clients")
    tally = result["tally"]
    assert [name for name in tally if name.startswith("error")] == []
    assert (pairs_by_sql(), pairs_by_rules()) == (0, 0)
    assert deadlocks() == before
    # Raw SQL changed what is reviewed and what stands past every verb: that it is seen is right, and no matter here.
    assert [one for one in findings(now=timezone.now()) if one.code not in ("gates-differ", "stands")] == []
    assert sum(tally.get(f"{way.__name__} attempted", 0) for way in (*VERBS, *RAW)) == CLIENTS * ATTEMPTS
    assert sum(count for name, count in tally.items() if "refused conflict" in name) > 0
    assert sum(count for name, count in tally.items() if "no_standing_large_pair" in name) > 0


def test_none_slips_through_the_json_door_either():
    before = deadlocks()

    result = race(clients=CLIENTS, attempts=ATTEMPTS, verbs=THROUGH_THE_API, raw=0.2)

    show(result, f"{CLIENTS} clients of the API")
    tally = result["tally"]
    assert [name for name in tally if name.startswith("error")] == []
    assert (pairs_by_sql(), pairs_by_rules()) == (0, 0)
    assert deadlocks() == before
    assert sum(count for name, count in tally.items() if "refused conflict" in name) > 0


CONTROLS = {
    "every way": {},
    "one verb": {"raw": 0, "verbs": ["crowd"], "attempts": 3},
    "through the API": {"raw": 0, "verbs": ["api_crowd"], "attempts": 10},
}


@pytest.mark.parametrize("how", CONTROLS.values(), ids=CONTROLS)
def test_without_lock_and_wall_the_same_run_makes_such_pairs(no_wall, how):
    """The control: were there none, the test above would prove nothing."""
    result = race(lock=False, **how)

    show(result, "No lock, no wall")
    print(f"  pairs: {pairs_by_sql()}")
    assert pairs_by_sql() > 0
    assert pairs_by_rules() == pairs_by_sql()


def test_the_lock_alone_is_enough_for_the_verbs(no_wall):
    result = race(raw=0)

    show(result, "No wall")
    assert [name for name in result["tally"] if name.startswith("error")] == []
    assert pairs_by_sql() == 0


def test_the_wall_alone_is_enough_for_whoever_takes_no_lock():
    result = race(lock=False)

    show(result, "No lock")
    assert pairs_by_sql() == 0
    assert sum(count for name, count in result["tally"].items() if "no_standing_large_pair" in name) > 0


@pytest.fixture
def no_wall() -> Iterator[None]:
    """The tables' owner switches the wall off."""
    switch("DISABLE")
    yield
    switch("ENABLE")


def switch(on: str) -> None:
    with connection.cursor() as cursor:
        for table in (*JUDGED, "trains_request"):
            cursor.execute(f"ALTER TABLE {table} {on} TRIGGER wall_lock")
        for table in JUDGED:
            cursor.execute(f"ALTER TABLE {table} {on} TRIGGER no_standing_large_pair")
