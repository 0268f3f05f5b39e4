"""Pigeonholes: releases that may only ride between two departures, and ask for more than all of those can take.

Energetic reasoning over every interval of slots: points against capacity, large ones that ride alone against slots,
the releases of a team against its limit (Baptiste, Le Pape, Nuijten, *Constraint-Based Scheduling*, 2001, ch. 3).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from releasetrain.domain.planner.compiled import Compiled
from releasetrain.domain.planner.problem import Id, LargeRule

Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Crowd:
    """Releases that cannot all ride: ``code`` capacity (points), large-rides-alone (numbers of them) or team-limit."""

    code: str
    releases: tuple[int, ...]
    slots: tuple[int, ...]
    team: Id | None = None


def crowds(known: Compiled, left: NDArray[np.bool_]) -> Iterator[Crowd]:
    """Yield, for each kind of crowd that there is, the one of the fewest releases. ``left``: where each may ride."""
    releases, room = known.problem.releases, np.array(known.capacity, dtype=np.int64)
    stay = [at for at, one in enumerate(releases) if one.settled]
    for at in stay:
        room[releases[at].options[0]] -= known.load(at, releases[at].options[0])
    left = left.copy()
    left[stay] = False
    for line in _lines(left):
        found = [_too_large(known, left, line), _too_many_points(known, left, line, np.maximum(0, room))]
        found += [_too_many_of(known, left, line, *limit) for limit in known.problem.team_limits.items()]
        for crowd in filter(None, found):
            beside = tuple(at for at in stay if releases[at].options[0] in crowd.slots)
            yield replace(crowd, releases=(*crowd.releases, *beside))


def _lines(left: NDArray[np.bool_]) -> Iterator[tuple[Numbers, Numbers]]:
    """Releases and slots that have to do with each other: a train's, as a rule."""
    slots_left = {int(slot) for slot in np.flatnonzero(left.any(axis=0))}
    while slots_left:
        slots: NDArray[np.bool_] = np.zeros(left.shape[1], dtype=bool)
        slots[min(slots_left)] = True
        while True:
            riders = (left & slots).any(axis=1)
            wider: NDArray[np.bool_] = np.asarray(left[riders].any(axis=0))
            if (wider == slots).all():
                break
            slots = wider
        slots_left -= {int(slot) for slot in np.flatnonzero(slots)}
        yield np.flatnonzero(riders), np.flatnonzero(slots)


def _spans(left: NDArray[np.bool_], riders: Numbers, slots: Numbers) -> tuple[Numbers, Numbers]:
    """The first and last place among ``slots`` where each of ``riders`` may ride."""
    own = left[np.ix_(riders, slots)]
    return own.argmax(axis=1), len(slots) - 1 - own[:, ::-1].argmax(axis=1)


def _within(first: Numbers, last: Numbers, amounts: Numbers, m: int) -> Numbers:
    """Per interval [a, b], the sum of the amounts of whoever may ride nowhere else."""
    table = np.zeros((m, m), dtype=np.int64)
    np.add.at(table, (first, last), amounts)
    return table[::-1].cumsum(axis=0)[::-1].cumsum(axis=1)


def _between(values: Numbers) -> Numbers:
    """Per interval [a, b], the sum of the values of its slots; below the diagonal nothing of worth."""
    total = np.concatenate([[0], values.cumsum()])
    return np.asarray(total[1:][None, :] - total[:-1][:, None])


def _least(over: NDArray[np.bool_], count: Numbers) -> tuple[int, int] | None:
    """The interval that is beyond what it can take with the fewest releases in it."""
    over = np.triu(over)
    if not over.any():
        return None
    at = np.where(over, count, np.iinfo(np.int64).max).argmin()
    return int(at // over.shape[1]), int(at % over.shape[1])


def _too_many_points(
    known: Compiled, left: NDArray[np.bool_], line: tuple[Numbers, Numbers], free: Numbers
) -> Crowd | None:
    """Points against capacity; where large ones ride alone, each takes at the least the smallest slot that there is."""
    riders, slots = line
    releases = known.problem.releases
    capacity = free[slots]
    alone = all(known.problem.slots[slot].large is LargeRule.ALONE for slot in slots)
    large = np.array([releases[at].is_large and alone for at in riders], dtype=bool)
    points = np.array([releases[at].points for at in riders], dtype=np.int64)
    first, last = _spans(left, riders, slots)
    m, room = len(slots), _between(capacity)
    small = _within(first, last, np.where(large, 0, points), m)
    count, many = _within(first, last, np.ones_like(points), m), _within(first, last, large.astype(np.int64), m)
    for a in range(m) if large.any() else ():
        for b in range(a, m):
            room[a, b] -= np.sort(capacity[a : b + 1])[: many[a, b]].sum()
    found = _least(small > room, count)
    if found is None:
        return None
    inside = [
        int(at) for at, one, other in zip(riders, first, last, strict=True) if found[0] <= one and other <= found[1]
    ]
    own = [int(slot) for slot in slots[found[0] : found[1] + 1]]
    return Crowd(
        code="capacity",
        releases=_fewest(known, inside, sorted(capacity[found[0] : found[1] + 1]), alone),
        slots=tuple(own),
    )


def _fewest(known: Compiled, inside: Sequence[int], rooms: Sequence[int], alone: bool) -> tuple[int, ...]:
    """Without those, large ones and small amounts first, that are not needed to be too many."""
    releases, kept = known.problem.releases, set(inside)
    large = sum(releases[at].is_large and alone for at in kept)
    points = sum(releases[at].points for at in kept if not (releases[at].is_large and alone))
    for leave in sorted(inside, key=lambda at: (not (releases[at].is_large and alone), releases[at].points)):
        is_large = releases[leave].is_large and alone
        fewer, less = (large - 1, points) if is_large else (large, points - releases[leave].points)
        if less > sum(rooms[fewer:]):
            kept.discard(leave)
            large, points = fewer, less
    return tuple(sorted(kept))


def _too_large(known: Compiled, left: NDArray[np.bool_], line: tuple[Numbers, Numbers]) -> Crowd | None:
    riders, slots = line
    if not all(known.problem.slots[slot].large is LargeRule.ALONE for slot in slots):
        return None
    large = np.array([at for at in riders if known.problem.releases[at].is_large], dtype=np.int64)
    return _too_many(left, large, slots, 1, code="large-rides-alone", team=None)


def _too_many_of(
    known: Compiled, left: NDArray[np.bool_], line: tuple[Numbers, Numbers], team: Id, limit: int
) -> Crowd | None:
    riders, slots = line
    own = np.array([at for at in riders if known.problem.releases[at].team == team], dtype=np.int64)
    return _too_many(left, own, slots, limit, code="team-limit", team=team)


def _too_many(
    left: NDArray[np.bool_], riders: Numbers, slots: Numbers, limit: int, *, code: str, team: Id | None
) -> Crowd | None:
    if not len(riders):
        return None
    first, last = _spans(left, riders, slots)
    count = _within(first, last, np.ones(len(riders), dtype=np.int64), len(slots))
    found = _least(count > limit * _between(np.ones(len(slots), dtype=np.int64)), count)
    if found is None:
        return None
    a, b = found
    inside = [int(at) for at, one, other in zip(riders, first, last, strict=True) if a <= one and other <= b]
    enough = inside[: limit * (b - a + 1) + 1]
    return Crowd(code=code, releases=tuple(enough), slots=tuple(int(slot) for slot in slots[a : b + 1]), team=team)
