"""C2, exhaustively: two ways to a booking in every order of their steps; never a standing large pair, nobody hangs.

`INTERLEAVE=all` tries every pair of ways, as `make test-races` does; the short version some pairs.
"""

import os
import random
import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import combinations_with_replacement

import pytest
from django.db import connection

from releasetrain.trains import lock
from tests.races import halves, interleaving, sides
from tests.races.gates import Actor, Deed
from tests.races.halves import VERBS, can_be_laid, can_meet
from tests.races.interleaving import Tally
from tests.races.raw_halves import RAW, reduced_book
from tests.races.shelf import Shelf
from tests.races.sides import LEVELS, Way

Pair = tuple[Way, Way]
Lay = Callable[[], list[Deed]]  # arranges a world for two deeds
ALL = [pair for pair in combinations_with_replacement((*VERBS, *RAW), 2) if can_be_laid(*pair)]
IS_LONG = os.environ.get("INTERLEAVE") == "all"
SEED = int(os.environ.get("RACE_SEED", "1"))
SOME = random.Random(SEED).sample([pair for pair in ALL if can_meet(*pair)], 4)
FACTS = ("size", "services", "tables") if IS_LONG else ("size",)
GROWING = {f"move+{fact}": partial(halves.move_while_growing, fact) for fact in FACTS}
SIX_STEPS = {"a reduced booking": (reduced_book, reduced_book)}
if IS_LONG:
    SIX_STEPS["the verb"] = (halves.book, halves.book)

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
def bare(transactional_db) -> Iterator[Shelf]:
    """The database before anything is arranged."""
    shelf = Shelf("bare")
    yield shelf
    shelf.clear()


@pytest.fixture
def kept(transactional_db) -> Iterator[Shelf]:
    """The calendar that every run of a pair begins with."""
    shelf = Shelf("kept")
    yield shelf
    shelf.clear()


@pytest.fixture
def actors(transactional_db) -> Iterator[tuple[Actor, Actor]]:
    with interleaving.two_actors() as two:
        yield two


@pytest.fixture
def tried(bare, kept, actors):
    """Try two deeds in each of the worlds, by ``how``, and print what came of them."""

    def try_them(worlds: Mapping[str, Lay], *, title: str, how=interleaving.explore) -> Tally:
        tally, began = Tally(), time.monotonic()
        for tally.of, lay in worlds.items():
            bare.restore()
            deeds = lay()
            kept.keep()
            how(deeds, actors, kept, tally)
        pairs = len({of.split()[0] for of in worlds})
        show(tally, f"{title}: {pairs} pairs of ways", time.monotonic() - began)
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
            cursor.execute("SET LOCAL lock_timeout = '3s'")
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


def worlds(*pairs: Pair) -> dict[str, Lay]:
    """A world for each pair; where there is raw SQL, one for each of its levels of isolation."""
    return {
        f"{one.__name__}+{other.__name__} {level}": partial(sides.lay, one, other, level=level)
        for one, other in pairs
        for level in (LEVELS if {one, other} & set(RAW) else LEVELS[:1])
    }


WHICH = {way.__name__: of_one_way(way) for way in (*VERBS, *RAW)} if IS_LONG else {"some pairs": SOME}


@pytest.mark.parametrize("pairs", WHICH.values(), ids=WHICH)
def test_no_order_of_their_steps_leaves_a_large_pair_standing(tried, pairs):
    tally = tried(worlds(*pairs), title="Lock and wall")

    assert tally.left == []
    assert tally.wrong == []
    assert tally.schedules >= WITH_LOCK * len(pairs)


@pytest.mark.parametrize("pairs", WHICH.values(), ids=WHICH)
def test_each_of_these_pairs_would_leave_one_without_lock_and_wall(tried, no_lock, no_wall, pairs):
    """The control: else the test above would prove nothing of them."""
    meeting = [pair for pair in pairs if can_meet(*pair)]

    tally = tried(worlds(*meeting), title="At once, no lock, no wall", how=interleaving.at_once)

    assert tally.clean == []
    assert tally.wrong == []


def test_a_release_that_moves_while_it_grows_meets_nobody_in_any_order(tried):
    tally = tried(GROWING, title="One release, lock and wall")

    assert (tally.left, tally.wrong) == ([], [])


def test_without_lock_and_wall_it_would(tried, no_lock, no_wall):
    tally = tried(GROWING, title="One release, at once, no lock, no wall", how=interleaving.at_once)

    assert (tally.clean, tally.wrong) == ([], [])


@pytest.mark.parametrize("pair", SIX_STEPS.values(), ids=SIX_STEPS)
def test_without_lock_and_wall_all_orders_can_happen_and_most_leave_a_pair(tried, no_lock, no_wall, pair):
    tally = tried(worlds(pair), title="No lock, no wall")

    assert (tally.schedules, tally.blocked, tally.wrong) == (WITHOUT_LOCK_AND_WALL, 0, [])
    assert len(tally.left) == OF_THEM_LEAVE_A_PAIR


@pytest.mark.parametrize("pair", SIX_STEPS.values(), ids=SIX_STEPS)
def test_the_lock_alone_lets_few_orders_happen_and_none_leaves_a_pair(tried, no_wall, pair):
    tally = tried(worlds(pair), title="No wall")

    assert (tally.schedules, len(tally.left), tally.wrong) == (WITH_LOCK, 0, [])


@pytest.mark.parametrize("pair", SIX_STEPS.values(), ids=SIX_STEPS)
def test_the_wall_alone_leaves_no_pair_in_any_order(tried, no_lock, pair):
    tally = tried(worlds(pair), title="No lock")

    assert (tally.schedules, len(tally.left), tally.wrong) == (WITH_WALL_ALONE, 0, [])
