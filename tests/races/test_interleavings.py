"""C2, exhaustively: two ways to a booking in every order of their steps; never a standing large pair, nobody hangs.

`INTERLEAVE=all` tries every pair of ways, as `make test-races` does; the short version some pairs.
"""

import os
import random
import time
from collections.abc import Iterator
from itertools import combinations_with_replacement

import pytest
from django.db import connection

from releasetrain.trains import lock
from tests.races import interleaving, sides
from tests.races.gates import Actor
from tests.races.interleaving import Tally
from tests.races.shelf import Shelf
from tests.races.sides import LEVELS, RAW, VERBS, Way, reduced_book

Pair = tuple[Way, Way]
ALL = list(combinations_with_replacement((*VERBS, *RAW), 2))
IS_LONG = os.environ.get("INTERLEAVE") == "all"
SEED = int(os.environ.get("RACE_SEED", "1"))
SOME = random.Random(SEED).sample([pair for pair in ALL if sides.can_meet(*pair)], 6)
SIX_STEPS = {"a reduced booking": (reduced_book, reduced_book)}
if IS_LONG:
    SIX_STEPS["the verb"] = (sides.book, sides.book)

# Of twelve steps, six of them the one's: C(12, 6) orders.
WITHOUT_LOCK_AND_WALL = 924
# All but those in which one ends before the other reads: 2 * (C(5, 0) + C(6, 1) + C(7, 2)).
OF_THEM_LEAVE_A_PAIR = 924 - 2 * (1 + 6 + 21)
# The other begins at any of seven moments, and waits at the lock: twice seven.
WITH_LOCK = 14
# The other does three steps (begin, no lock, reads) among the one's six, and waits where it writes: 2 * C(9, 3).
WITH_WALL_ALONE = 168

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def bare() -> Iterator[Shelf]:
    """The database before anything is arranged."""
    shelf = Shelf("bare")
    yield shelf
    shelf.clear()


@pytest.fixture
def kept() -> Iterator[Shelf]:
    """The calendar that every run of a pair begins with."""
    shelf = Shelf("kept")
    yield shelf
    shelf.clear()


@pytest.fixture
def actors() -> Iterator[tuple[Actor, Actor]]:
    with interleaving.two_actors() as two:
        yield two


@pytest.fixture
def tried(bare, kept, actors):
    """Try pairs of ways, by ``how``, and print what came of them."""

    def try_them(*pairs: Pair, title: str, how=interleaving.explore) -> Tally:
        tally, began = Tally(), time.monotonic()
        for pair in pairs:
            tally.of = "+".join(way.__name__ for way in pair)
            for level in LEVELS if set(pair) & set(RAW) else LEVELS[:1]:
                bare.restore()
                deeds = sides.lay(*pair, level=level)
                kept.keep()
                how(deeds, actors, kept, tally)
        show(tally, f"{title}: {len(pairs)} pairs of ways", time.monotonic() - began)
        return tally

    return try_them


def show(tally: Tally, title: str, seconds: float) -> None:
    counts = f"{tally.schedules} schedules, {tally.blocked} blocked choices, {len(tally.left)} left a large pair"
    print(f"\n{title}: {counts}; {seconds:.1f} s")
    print(f"  {', '.join(f'{end} {count}' for end, count in tally.ends.most_common())}")


@pytest.fixture
def no_lock(monkeypatch) -> None:
    """The calendar's row is looked at where it would be locked."""

    def look() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT revision FROM trains_calendar")
            return cursor.fetchone()[0]

    monkeypatch.setattr(lock, "take", look)


@pytest.fixture
def no_wall() -> Iterator[None]:
    """The tables' owner switches off what judges at commit, and what locks where something is written."""
    switch("DISABLE")
    yield
    switch("ENABLE")


def switch(on: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass, tgname FROM pg_trigger WHERE tgname IN ('wall_lock', 'no_standing_large_pair')"
        )
        for table, trigger in cursor.fetchall():
            cursor.execute(f"ALTER TABLE {table} {on} TRIGGER {trigger}")


def of_one_way(way: Way) -> list[Pair]:
    return [pair for pair in ALL if pair[0] is way]


WHICH = {way.__name__: of_one_way(way) for way in (*VERBS, *RAW)} if IS_LONG else {"some pairs": SOME}


@pytest.mark.parametrize("pairs", WHICH.values(), ids=WHICH)
def test_no_order_of_their_steps_leaves_a_large_pair_standing(tried, pairs):
    tally = tried(*pairs, title="Lock and wall")

    assert tally.left == []
    assert tally.wrong == []
    assert tally.schedules >= WITH_LOCK * len(pairs)


@pytest.mark.parametrize("pairs", WHICH.values(), ids=WHICH)
def test_each_of_these_pairs_would_leave_one_without_lock_and_wall(tried, no_lock, no_wall, pairs):
    """The control: else the test above would prove nothing of them."""
    meeting = [pair for pair in pairs if sides.can_meet(*pair)]

    tally = tried(*meeting, title="At once, no lock, no wall", how=interleaving.at_once)

    assert tally.clean == []
    assert tally.wrong == []


@pytest.mark.parametrize("pair", SIX_STEPS.values(), ids=SIX_STEPS)
def test_without_lock_and_wall_all_orders_can_happen_and_most_leave_a_pair(tried, no_lock, no_wall, pair):
    tally = tried(pair, title="No lock, no wall")

    assert (tally.schedules, tally.blocked, tally.wrong) == (WITHOUT_LOCK_AND_WALL, 0, [])
    assert len(tally.left) == OF_THEM_LEAVE_A_PAIR


@pytest.mark.parametrize("pair", SIX_STEPS.values(), ids=SIX_STEPS)
def test_the_lock_alone_lets_few_orders_happen_and_none_leaves_a_pair(tried, no_wall, pair):
    tally = tried(pair, title="No wall")

    assert (tally.schedules, len(tally.left), tally.wrong) == (WITH_LOCK, 0, [])


@pytest.mark.parametrize("pair", SIX_STEPS.values(), ids=SIX_STEPS)
def test_the_wall_alone_leaves_no_pair_in_any_order(tried, no_lock, pair):
    tally = tried(pair, title="No lock")

    assert (tally.schedules, len(tally.left), tally.wrong) == (WITH_WALL_ALONE, 0, [])
