"""Clients as processes of their own: `python -m tests.races.clients` reads an order, forks them, prints their tally.

Django is set up once, before the fork and before any connection; every client has its own connection and its own dice.
"""

import json
import os
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import django

WORTH_A_RETRY = {"40001", "55P03"}  # what whoever writes raw SQL tries again: serialization, lock time-out
NAMED = {
    "no_standing_large_pair",
    "one_live_place_per_release",
    "one_live_booking_per_release",
    "a_booking_only_ends",
    "a_release_names_a_table_once",
}
THINK = 0.25  # seconds between judging and writing, where there is no lock


def attempt(way: Any, at: Any, tally: Counter) -> None:
    """Do one attempt and count how it ended; whatever is not expected is counted as an error with its text."""
    from django.db import DatabaseError

    from releasetrain.domain.errors import Refused
    from tests.races.ways import RAW, names_the_winner

    name = way.__name__
    tally[f"{name} attempted"] += 1
    for _ in range(20):
        try:
            way(at)
            tally[f"{name} done"] += 1
        except Refused as refused:
            tally[f"{name} refused {refused.code}"] += 1
            if not names_the_winner(refused):
                tally[f"error {name}: the loser is not told who won"] += 1
        except DatabaseError as error:
            state, said = getattr(error.__cause__, "sqlstate", None), getattr(error.__cause__, "diag", None)
            constraint = getattr(said, "constraint_name", None)
            if way in RAW and state in WORTH_A_RETRY:
                tally[f"{name} retried {state}"] += 1
                continue
            if way in RAW and constraint in NAMED:
                tally[f"{name} refused {constraint}"] += 1
            else:
                tally[f"error {name}: {type(error).__name__} {state} {str(error).splitlines()[0]}"] += 1
        except Exception as error:  # noqa: BLE001  whatever it is, it is reported
            tally[f"error {name}: {type(error).__name__} {error}"] += 1
        return


def client(number: int, order: dict[str, Any]) -> Counter:
    from tests.races.api import API
    from tests.races.ways import RAW, VERBS, Chooser

    verbs = [way for way in (*VERBS, *API) if way.__name__ in order["verbs"]]
    dice = random.Random(order["seed"] * 1000 + number)
    at, tally = Chooser(order["ids"], dice, number), Counter()
    for _ in range(order["attempts"]):
        way = dice.choice(RAW if dice.random() < order["raw"] else verbs)
        attempt(way, at, tally)
    return tally


def without_lock() -> None:
    """No lock, and a moment to think between judging and writing."""
    from django.db import transaction

    from releasetrain.boarding.actions import drafting, rebooking

    @contextmanager
    def unlocked() -> Iterator[int]:
        with transaction.atomic():
            yield 0

    for module in list(sys.modules.values()):
        if getattr(module, "__name__", "").startswith("releasetrain") and hasattr(module, "locked_calendar"):
            module.locked_calendar = unlocked
    slowly(rebooking, "write")
    slowly(drafting, "put_release")


def slowly(module: Any, name: str) -> None:
    plain = getattr(module, name)

    def after_a_moment(*args: Any, **facts: Any) -> Any:
        time.sleep(THINK)
        return plain(*args, **facts)

    setattr(module, name, after_a_moment)


def fork(order: dict[str, Any]) -> list[int]:
    """Start the clients; each writes its tally to a pipe of its own. Nobody begins before all are there."""
    gate, ends = os.pipe(), []
    for number in range(order["clients"]):
        tell = os.pipe()
        if os.fork() == 0:
            os.close(gate[1])
            os.read(gate[0], 1)  # until the parent closes its end
            with os.fdopen(tell[1], "w") as out:
                json.dump(client(number, order), out)
            os._exit(0)
        os.close(tell[1])
        ends.append(tell[0])
    os.close(gate[1])
    return ends


def main() -> None:
    order = json.load(sys.stdin)
    django.setup()
    import tests.races.api  # noqa: F401  before the fork, so that it is read once

    if not order["lock"]:
        without_lock()
    began, tally = time.monotonic(), Counter()
    for end in fork(order):
        with os.fdopen(end) as told:
            tally.update(json.loads(told.read() or '{"error: a client died": 1}'))
    json.dump({"seconds": time.monotonic() - began, "tally": tally}, sys.stdout)


if __name__ == "__main__":
    main()
