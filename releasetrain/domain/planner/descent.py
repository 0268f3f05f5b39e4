"""The quick steps of the search: one release rides elsewhere, or takes the place of another that finds a new one."""

from collections.abc import Callable, Sequence
from itertools import islice

import numpy as np

from releasetrain.domain.planner.chains import Reals
from releasetrain.domain.planner.search import Moved, Search
from releasetrain.domain.planner.state import bits

BETTER_SLOTS = 4  # that a release tries to get a place in
RIDERS = 10  # of such a slot that are asked to go elsewhere


def descend(search: Search, passes: int, enough: Callable[[], bool]) -> None:
    """Let every release that might do better try so, a few times over, until nobody does or it is enough."""
    for _ in range(passes):
        before, order = search.value, list(search.state.problem.free)
        search.dice.shuffle(order)
        for number, at in enumerate(order):
            if search.brake.pulled or (number % 16 == 0 and enough()):
                return
            _improve(search, at)
        if search.value == before:
            return


def _improve(search: Search, at: int) -> None:
    place, costs = search.state.places[at], search.goal.costs[at]
    if place is None or costs[place] <= costs[list(search.state.problem.releases[at].options)].min():
        return
    search.state.take(at)
    better = [slot for slot in bits(search.state.fitting(at)) if costs[slot] < costs[place]]
    search.state.put(at, place)
    for slot in sorted(better, key=costs.__getitem__)[:2]:
        if search.keep({at: slot}):
            return
    _take_over(search, at, place)


def _take_over(search: Search, at: int, place: int) -> None:
    costs = search.goal.costs[at]
    better = [slot for slot in search.state.problem.releases[at].options if costs[slot] < costs[place]]
    search.dice.shuffle(better)
    for slot in sorted(better, key=costs.__getitem__)[:BETTER_SLOTS]:
        riders = [one for one in sorted(search.state.riders[slot]) if not search.state.problem.releases[one].settled]
        search.dice.shuffle(riders)
        for one in islice(riders, RIDERS):
            moved = _exchanged(search, at, slot, one)
            if moved and search.keep(moved):
                return


def _exchanged(search: Search, at: int, slot: int, other: int) -> Moved | None:
    """Return both releases' new places if ``at`` takes one in ``slot`` and ``other`` goes where that costs least."""
    state = search.state
    old, there = state.take(at), state.take(other)
    found: Moved | None = None
    if state.fits(at, slot) and old is not None and there is not None:
        state.put(at, slot)
        slots = list(bits(state.fitting(other)))
        state.take(at)
        if slots:
            costs = _over_limits(search, (at, old, slot), other, there, slots)
            best = int(costs.argmin())
            gain = search.goal.costs[at, old] - search.goal.costs[at, slot]
            if costs[best] - search.goal.costs[other, there] < gain:
                found = {at: slot, other: slots[best]}
    if old is not None:
        state.put(at, old)
    if there is not None:
        state.put(other, there)
    return found


def _over_limits(search: Search, first: tuple[int, int, int], other: int, there: int, slots: Sequence[int]) -> Reals:
    """What each slot costs the other release; infinity where an upper level would cost too much."""
    at, old, new = first
    found = search.goal.costs[other, slots].astype(np.float64)
    for (costs, _), left in zip(search.goal.limits, search.spare, strict=True):
        more = costs[at, new] - costs[at, old] + costs[other, slots] - costs[other, there]
        found[more > max(left, 0)] = np.inf
    return found
