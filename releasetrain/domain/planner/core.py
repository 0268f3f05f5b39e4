"""A large window of the search: who has few good slots is decided by the solver, the others follow greedily."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from time import monotonic

import numpy as np

from releasetrain.domain.planner.chains import Reals
from releasetrain.domain.planner.compiled import Compiled, Costs
from releasetrain.domain.planner.cp_sat import Brake, Budget, Status, decide
from releasetrain.domain.planner.descent import descend
from releasetrain.domain.planner.greedy import make_room, place
from releasetrain.domain.planner.relaxed import Relaxed
from releasetrain.domain.planner.rows import Part
from releasetrain.domain.planner.search import Moved, Search
from releasetrain.domain.planner.state import State, bits
from releasetrain.domain.planner.window import decided, lifted, total

FEW = 8  # who has no more slots than that without being dearer than need be is hard to place
REPAIRS = 12  # windows for those who find no place beside the hard ones
PATIENCE = 4.0  # times that of another window


def excess(search: Search, first: int, last: int) -> int:
    """Return by how much those who ride in these slots cost more than in the best slot of each."""
    guide = search.lookout.guide
    return round(
        sum(
            float(guide[at, slot] - guide[at].min())
            for slot in range(first, last + 1)
            for at in search.state.riders[slot]
            if np.isfinite(guide[at, slot])
        )
    )


def decide_core(search: Search, first: int, last: int, bound: int) -> bool:
    """Place everybody who rides from slot ``first`` to ``last`` anew, the hard ones by the solver; True: better."""
    state, guide = search.state, search.lookout.guide
    riders = [
        at
        for slot in range(first, last + 1)
        for at in sorted(state.riders[slot])
        if not state.problem.releases[at].settled
    ]
    old, (hard, easy) = list(state.places), _parted(search, riders)
    before = {at: state.take(at) for at in easy}
    most = max(0, search.value - bound)
    mask = (1 << last + 1) - (1 << first)
    part = lifted(state, hard, 0, lambda at, fitting: _worth(guide, at, fitting & mask, most))
    budget = search.budget_for(part)
    budget = replace(budget, deterministic=budget.deterministic * PATIENCE)
    goal = replace(search.goal, then=_moves(state))
    answer = decided(state, goal, part, search.spare, budget, search.brake)
    if answer.status in (Status.BEST, Status.FOUND):
        _carry_out(search, answer.places, before)
    return _judge(search, old)


def _parted(search: Search, riders: list[int]) -> tuple[list[int], list[int]]:
    known, guide = search.state.known, search.lookout.guide
    hard = [at for at in riders if is_hard(known, at, guide[at])]
    chosen = set(hard)
    return hard, [at for at in riders if at not in chosen]


def is_hard(known: Compiled, at: int, costs: Reals) -> bool:
    """Return whether a release needs a slot of its own, is tied to others, or has few slots that are good for it."""
    tied = known.preds[at] or known.succs[at] or at in known.closures_of
    few = int((costs <= costs.min() + 1e-6).sum()) <= FEW
    return bool(known.problem.releases[at].is_large or tied or few)


def core_bound(relaxed: Relaxed, costs: Costs, best: Sequence[int], budget: Budget, brake: Brake) -> int | None:
    """Return a bound from the hard releases alone, everybody else in their best slots; None: nothing was proven.

    ``best``: a plan that is known. What costs so much that no better plan can hold it is left out of the question.
    """
    known = relaxed.known
    value = sum(int(costs[at, slot]) for at, slot in enumerate(best))
    own = np.where(relaxed.allowed, costs, np.inf)
    lowest = own.min(axis=1)
    hard = [at for at in known.problem.free if is_hard(known, at, own[at])]
    most = value - lowest.sum()
    candidates = {at: [int(slot) for slot in np.flatnonzero(own[at] <= lowest[at] + most)] for at in hard}
    settled = {at for at, one in enumerate(known.problem.releases) if one.settled}
    plan = [slot if at in candidates or at in settled else None for at, slot in enumerate(best)]
    answer = decide(Part(known, candidates, plan), costs, budget, brake=brake)
    if answer.status is Status.UNKNOWN and not math.isfinite(answer.bound):
        return None
    rest = round(sum(lowest[at] for at in range(known.n) if at not in candidates))
    return min(value, math.ceil(answer.bound - 1e-6) + rest) if answer.status is not Status.NONE else value


def _worth(guide: Reals, at: int, fitting: int, most: int) -> int:
    """The slots that are not dearer than all there is to gain."""
    low, found = float(guide[at].min()), 0
    for slot in bits(fitting):
        if guide[at, slot] <= low + most + 1e-6:
            found |= 1 << slot
    return found


def _moves(state: State) -> Costs:
    """One for every slot but where a release rides: the fewer move, the more of the others find their place again."""
    found = np.ones((state.known.n, state.known.m), dtype=np.int64)
    for at, slot in enumerate(state.places):
        if slot is not None:
            found[at, slot] = 0
    return found


def _carry_out(search: Search, places: Mapping[int, int], before: Moved) -> None:
    state, costs = search.state, search.goal.costs
    for at in places:
        state.take(at)
    if not state.put_all(places):
        return
    for at, before_slot in before.items():
        if before_slot is not None and state.fits(at, before_slot):
            state.put(at, before_slot)
    easy = [at for at in before if state.places[at] is None]
    options = {at: int(np.isfinite(search.lookout.guide[at]).sum()) for at in easy}
    good = {at: int((costs[at] <= costs[at].min()).sum()) for at in easy}
    left = sorted(easy, key=lambda at: (-state.problem.releases[at].points, good[at], options[at], at))
    for _ in range(2):
        left = [at for at in left if not place(state, at, costs) and not make_room(state, at, costs)]
    _finish(search)


def _finish(search: Search) -> None:
    """Find room by small windows for those who are left, and let the others draw level."""
    after = Search(search.state, search.goal, search.dice, search.brake, guide=search.lookout.guide, until=search.until)
    for size in (16, 32, 64) * REPAIRS:
        if search.brake.pulled or monotonic() > search.until or not after.state.unplaced:
            break
        where = after.lookout.next(size)
        after.decide(where)
    descend(after, 2, lambda: monotonic() > search.until)
    after.run(REPAIRS, lambda: monotonic() > search.until or after.value <= search.value // 2)


def _judge(search: Search, old: Sequence[int | None]) -> bool:
    """Keep where the state stands if it is better than ``old``; else back, those too whom small windows moved."""
    state = search.state
    value = total(search.goal.costs, state.places)
    spare = [most - total(costs, state.places) for costs, most in search.goal.limits]
    placed = all(state.places[at] is not None for at, slot in enumerate(old) if slot is not None)
    if placed and value < search.value and min(spare, default=0) >= 0:
        search.value, search.spare = value, spare
        return True
    changed = [at for at, slot in enumerate(old) if state.places[at] != slot]
    for at in changed:
        state.take(at)
    for at in changed:
        slot = old[at]
        if slot is not None:
            state.put(at, slot)
    return False
