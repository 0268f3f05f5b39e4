"""Every order in which the steps of two deeds can happen, tried one after the other on the same small calendar.

Depth first: a run follows a prefix, goes on as it comes, and leaves the choices it did not make for later runs. A step
that waits for the other's lock is no choice there: the run goes on with the other and is judged all the same, but it is
no schedule, and the same step after the same ones is not tried again.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.races.gates import Actor, Deed
from tests.races.shelf import Shelf, number

POLL, PATIENCE = 0.003, 20  # seconds

STANDING = """
WITH claims AS (
    SELECT b.release_id AS id, r.size = 'L' AS large, s.id AS slot, t.large_mode AS mode, s.start_at AS starts,
           s.end_at + t.soak_large_hours * interval '1 hour' AS ends
      FROM trains_booking b JOIN releases_release r ON r.id = b.release_id
      JOIN trains_slot s ON s.id = b.slot_id JOIN trains_train t ON t.id = s.train_id WHERE b.left_at IS NULL),
things AS (
    SELECT release_id AS id, 'service:' || service_id AS thing FROM releases_releaseservice
    UNION SELECT release_id, 'table:' || table_id FROM releases_releasetable),
pairs AS (
    SELECT a.id AS one, b.id AS other, a.slot = b.slot AS together, a.mode, greatest(a.starts, b.starts) AS departs,
           a.large AND b.large AND a.starts < b.ends AND b.starts < a.ends AS meet, 'slot:' || a.slot AS place,
           ARRAY(SELECT x.thing FROM things x JOIN things y USING (thing) WHERE x.id = a.id AND y.id = b.id) AS shared
      FROM claims a JOIN claims b ON a.id < b.id AND (a.large OR b.large)),
broken AS (
    SELECT one, other, departs, 'large-overlap' AS code, shared AS basis FROM pairs WHERE meet AND shared <> '{}'
    UNION SELECT one, other, departs, 'large-rides-alone', ARRAY[place] FROM pairs
           WHERE together AND (mode = 'alone' OR shared <> '{}'))
SELECT count(*) FROM broken WHERE NOT EXISTS (
    SELECT FROM trains_waiver w WHERE w.code = broken.code AND w.a_id = one AND w.b_id = other AND w.ended_at IS NULL
       AND w.a_kind = 'release' AND w.b_kind = 'release' AND basis <@ w.facts::text[]
       AND (w.until IS NULL OR departs < w.until))
"""


@dataclass
class Tally:
    """What came of exploring. ``left``: schedules that left an unwaived large pair standing, ``clean``: that did not.

    ``wrong``: where nobody got through, or one failed otherwise than by a refusal. ``of``: the two ways at hand.
    """

    of: str = ""
    schedules: int = 0
    blocked: int = 0
    left: list[str] = field(default_factory=list)
    clean: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    ends: Counter[str] = field(default_factory=Counter)


@dataclass
class Run:
    """One run: who took each step, which steps they were, and which of them had to wait."""

    taken: list[int] = field(default_factory=list)
    steps: list[str] = field(default_factory=list)
    waited: list["Choice"] = field(default_factory=list)

    def choice(self, one: int) -> "Choice":
        """Name a choice by whose it is and what both have done so far: neither sees yet in which order."""
        return one, tuple(sorted(self.steps))


Choice = tuple[int, tuple[str, ...]]
Chooser = Callable[[Run, list[int]], int]


@dataclass
class Following:
    """Goes as the prefix says, then as it comes; notes where it could have gone otherwise, and avoids known waits."""

    prefix: list[int]
    todo: list[list[int]]
    known: set[Choice]
    tally: Tally

    def __call__(self, run: Run, free: list[int]) -> int:
        """Return whose step is next."""
        if len(run.taken) < len(self.prefix):
            wanted = self.prefix[len(run.taken)]
            assert wanted in free, f"not the same steps again: {run.steps}"
            return wanted
        if run.waited or len(free) == 1:
            return free[0]
        able = [one for one in free if run.choice(one) not in self.known]
        self.tally.blocked += len(free) - len(able)
        if len(able) == len(free):
            self.todo.append([*run.taken, able[1]])
        return able[0]


@contextmanager
def two_actors() -> Iterator[tuple[Actor, Actor]]:
    """Two threads with a connection each; they go whatever happens."""
    actors = Actor(), Actor()
    try:
        yield actors
    finally:
        _end_sessions(actors, only_waiting=True)
        for actor in actors:
            actor.dismiss()


def explore(deeds: Sequence[Deed], actors: Sequence[Actor], kept: Shelf, tally: Tally) -> None:
    """Try all schedules of two deeds on the kept calendar, and judge what each left."""
    todo: list[list[int]] = [[]]
    known: set[Choice] = set()
    while todo:
        run = _run(deeds, actors, kept, Following(todo.pop(), todo, known, tally))
        _judge(run, actors, tally)
        known.update(run.waited)


def at_once(deeds: Sequence[Deed], actors: Sequence[Actor], kept: Shelf, tally: Tally) -> None:
    """Try the one schedule in which neither ends before both have done all the rest."""

    def ends_last(run: Run, free: list[int]) -> int:
        return min(free, key=lambda one: actors[one].at == "end")

    _judge(_run(deeds, actors, kept, ends_last), actors, tally)


def _run(deeds: Sequence[Deed], actors: Sequence[Actor], kept: Shelf, choose: Chooser) -> Run:
    kept.restore()
    run, waiting = Run(), set()
    for actor, deed in zip(actors, deeds, strict=True):
        actor.start(deed)
        _arrives(actor, actors)
    while any(actor.at for actor in actors):
        free = [one for one in (0, 1) if actors[one].at and one not in waiting]
        assert free, f"each waits for the other: {run.steps}"
        one = choose(run, free)
        choice, step = run.choice(one), actors[one].at
        run.taken.append(one)
        run.steps.append(f"{one}:{step}")
        actors[one].go.release()
        if not _arrives(actors[one], actors):
            waiting.add(one)
            run.waited.append(choice)
        if step == "end":  # locks are held until then
            waiting -= {other for other in waiting if _arrives(actors[other], actors)}
    return run


def _arrives(actor: Actor, actors: Sequence[Actor]) -> bool:
    """Whether it comes to its next step or its end; False if it waits for the other."""
    until = time.monotonic() + PATIENCE
    (other,) = (one for one in actors if one is not actor)
    while not actor.arrived.acquire(timeout=POLL):
        if number(f"SELECT ({other.pid} = ANY(pg_blocking_pids({actor.pid})))::int"):
            return False
        if time.monotonic() > until:
            _end_sessions(actors)
            raise AssertionError(f"hangs before its {actor.at}")
    return True


def _judge(run: Run, actors: Sequence[Actor], tally: Tally) -> None:
    tally.blocked += len(run.waited)
    tally.schedules += not run.waited
    came = [actor.came for actor in actors]
    tally.ends.update(came)
    said = f"{tally.of}: {' '.join(run.steps)} -> {came}"
    (tally.left if number(STANDING) else tally.clean).append(said)
    if "done" not in came or any(one.startswith(("error", "abandoned")) for one in came):
        tally.wrong.append(said)


def _end_sessions(actors: Sequence[Actor], *, only_waiting: bool = False) -> None:
    """End what waits for a lock, so that its thread comes back; without ``only_waiting`` whatever it does."""
    waiting = "AND wait_event_type = 'Lock'" if only_waiting else ""
    pids = ",".join(str(actor.pid) for actor in actors)
    number(f"SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE pid IN ({pids}) {waiting}")
