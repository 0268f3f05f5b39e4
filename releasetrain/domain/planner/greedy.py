"""A first plan: earliest deadline first, each in the best slot that fits, the hard ones before all others."""

from collections.abc import Sequence
from heapq import heapify, heappop, heappush
from itertools import pairwise

import numpy as np

from releasetrain.domain.planner.compiled import Compiled, Costs
from releasetrain.domain.planner.problem import NEVER
from releasetrain.domain.planner.state import Ground, State, bits
from releasetrain.domain.planner.values import Level

FEW = 2  # who has no more options than that is placed before the others
TRIES = 20  # slots that are tried to be cleared for one release
Rank = tuple[int, int, int, int]


def one_key(ground: Ground, levels: Sequence[Level]) -> Costs:
    """Return one number per release and slot that orders a release's slots by the first level, then the next ones."""
    known, found = ground.known, np.zeros((ground.known.n, ground.known.m), dtype=np.int64)
    for number, level in enumerate(levels):
        costs = known.costs[level] if number else with_followers(ground, known.costs[level])
        found = found * (int(costs.max(initial=0)) + 1) + costs
    return found


def with_followers(ground: Ground, costs: Costs) -> Costs:
    """Return costs that also hold what a slot makes everybody cost at least who may only follow after it."""
    known, found = ground.known, costs.copy()
    for at in reversed(_topological(known)):
        for number in known.succs[at]:
            order = known.problem.orders[number]
            own = found[order.then, list(known.problem.releases[order.then].options)]
            best = np.full(known.m + 1, own.max(initial=0), dtype=np.int64)
            best[list(known.problem.releases[order.then].options)] = own
            best = np.minimum.accumulate(best[::-1])[::-1]
            first = np.array(known.first_after[number])
            found[at] += best[np.minimum(first, np.arange(known.m)) if order.together else first]
    return found


def greedy(ground: Ground, levels: Sequence[Level], *, stay: bool = False) -> State:
    """Return places by earliest deadline and best slot; who finds none is left out.

    ``stay``: whoever rides today and may stay is placed there before the others choose.
    """
    state, key = State(ground), one_key(ground, levels)
    state.hopeful = True
    order = _in_turn(ground)
    for at in order if stay else ():
        current = state.problem.releases[at].current
        if current is not None and state.fits(at, current):
            state.put(at, current)
    left = [at for at in order if state.places[at] is None and not place(state, at, key)]
    for _ in range(3):
        left = [at for at in left if not place(state, at, key) and not make_room(state, at, key)]
    _give_up_hope(state)
    return state


def _give_up_hope(state: State) -> None:
    """Take everybody out of the plan who carries a change whose last step found no place: the table stays open."""
    for closure in state.problem.closures:
        if closure.last is not None and state.places[closure.last] is None:
            for at in closure.carriers:
                if not state.problem.releases[at].settled:
                    state.take(at)
    state.hopeful = False


def place(state: State, at: int, key: Costs) -> bool:
    """Place a release in the best slot that fits; False: none does."""
    fitting = state.fitting(at)
    if not fitting:
        return False
    slots = list(bits(fitting))
    state.put(at, slots[int(key[at, slots].argmin())])
    return True


def make_room(state: State, at: int, key: Costs) -> bool:
    """Place a release where those who then have to leave all find another slot; False, and nothing changed: nowhere."""
    options = state.problem.releases[at].options
    for slot in sorted(options, key=key[at].__getitem__)[:TRIES]:
        movable = [one for one in state.riders[slot] if not state.problem.releases[one].settled]
        if movable and _cleared(state, at, slot, movable, key):
            return True
    return False


def _cleared(state: State, at: int, slot: int, movable: Sequence[int], key: Costs) -> bool:
    """Take riders out of a slot until the release fits and place them elsewhere; undone where that fails."""
    gone = []
    for one in sorted(movable, key=lambda one: -state.problem.releases[one].points):
        state.take(one)
        gone.append(one)
        if state.fits(at, slot):
            break
    if state.fits(at, slot):
        state.put(at, slot)
        if all(place(state, one, key) for one in gone):
            return True
        state.take(at)
    for one in gone:
        state.take(one)
    for one in gone:
        state.put(one, slot)
    return False


def _in_turn(ground: Ground) -> list[int]:
    """The free releases: who others wait for before them, then the hard ones, then by what is due first."""
    known = ground.known
    ranks, waiting = _ranks(ground), [0] * known.n
    for order in known.problem.orders:
        waiting[order.then] += not known.problem.releases[order.before].settled
    ready = [(ranks[at], at) for at in known.problem.free if not waiting[at]]
    heapify(ready)
    found: list[int] = []
    while ready:
        _, at = heappop(ready)
        found.append(at)
        for number in known.succs[at]:
            then = known.problem.orders[number].then
            waiting[then] -= 1
            if not waiting[then] and not known.problem.releases[then].settled:
                heappush(ready, (ranks[then], then))
    return found + sorted(set(known.problem.free) - set(found))


def _ranks(ground: Ground) -> list[Rank]:
    """Per release how urgent it is; whoever goes before another is as urgent as that one."""
    known, problem = ground.known, ground.known.problem
    closing = {at for closure in problem.closures for at in closure.carriers}
    ranks: list[Rank] = [
        (
            0 if len(one.options) <= FEW else 1 if one.is_large else 2 if at in closing else 3,
            NEVER if one.due is None else one.due,
            -one.weight,
            -one.points,
        )
        for at, one in enumerate(problem.releases)
    ]
    for at in reversed(_topological(known)):
        for number in known.succs[at]:
            ranks[at] = min(ranks[at], ranks[problem.orders[number].then])
    for closure in problem.closures:
        for one, other in pairwise(closure.carriers):
            ranks[other] = ranks[one] = min(ranks[one], ranks[other])
    return ranks


def _topological(known: Compiled) -> list[int]:
    waiting = [len(numbers) for numbers in known.preds]
    found = [at for at in range(known.n) if not waiting[at]]
    for at in found:
        for number in known.succs[at]:
            then = known.problem.orders[number].then
            waiting[then] -= 1
            if not waiting[then]:
                found.append(then)
    return found
