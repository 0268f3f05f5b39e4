"""Whether a plan holds: judged from the values of the problem alone. Shares nothing with any solver.

Every code is a rule's code (C); a violation between settled releases only is nobody's deed and is not told.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations

from releasetrain.domain.planner.problem import NEVER, Assignment, Closure, LargeRule, Order, Problem

AFTER_ITSELF = frozenset({"soak", "backfill-unfinished", "peak-hours"})  # spoken of only where the order holds


@dataclass(frozen=True, slots=True)
class Violation:
    """What a plan breaks: a rule's code, and the releases concerned, by their place in the problem."""

    code: str
    releases: tuple[int, ...]
    slot: int | None = None


def violations(problem: Problem, plan: Assignment, *, of: Collection[int] | None = None) -> list[Violation]:
    """Return everything that is wrong with ``plan``; empty: it holds. ``of``: only what concerns one of these."""
    if len(plan) != len(problem.releases):
        return [Violation("unplaced", tuple(range(len(plan), len(problem.releases))))]
    asked = range(len(plan)) if of is None else sorted(set(of))
    found = [
        *_places(problem, plan, asked),
        *_rooms(problem, plan, asked),
        *_large(problem, plan, asked),
        *_apart(problem, plan, asked),
        *_orders(problem, plan, asked),
        *_closures(problem, plan, asked),
    ]
    told = [one for one in found if not all(problem.releases[at].settled for at in one.releases)]
    return [one for one in told if of is None or not set(one.releases).isdisjoint(asked)]


def _places(problem: Problem, plan: Assignment, asked: Iterable[int]) -> Iterator[Violation]:
    for at in asked:
        known, slot = problem.releases[at], plan[at]
        if slot is None:
            yield Violation("unplaced", (at,))
        elif not 0 <= slot < len(problem.slots):
            yield Violation("no-such-slot", (at,), slot)
        elif slot not in known.options:
            yield Violation(known.refused.get(slot, "no-such-slot"), (at,), slot)


def _slots(problem: Problem, plan: Assignment, asked: Iterable[int]) -> dict[int, list[int]]:
    """The riders of every slot in which one of those asked about rides."""
    wanted = {plan[at] for at in asked}
    return {slot: riders for slot, riders in _aboard(problem, plan).items() if slot in wanted}


def _aboard(problem: Problem, plan: Assignment) -> dict[int, list[int]]:
    aboard: dict[int, list[int]] = defaultdict(list)
    for at, slot in enumerate(plan):
        if slot is not None and 0 <= slot < len(problem.slots):
            aboard[slot].append(at)
    return aboard


def _rooms(problem: Problem, plan: Assignment, asked: Iterable[int]) -> Iterator[Violation]:
    for slot, riders in _slots(problem, plan, asked).items():
        capacity = problem.slots[slot].capacity
        if capacity is not None and sum(problem.releases[at].points for at in riders) > capacity:
            yield Violation("capacity", tuple(riders), slot)
        teams: dict[object, list[int]] = defaultdict(list)
        for at in riders:
            teams[problem.releases[at].team].append(at)
        for team, members in teams.items():
            limit = problem.team_limits.get(team) if isinstance(team, int | str) else None
            if limit is not None and len(members) > limit:
                yield Violation("team-limit", tuple(members), slot)


def _large(problem: Problem, plan: Assignment, asked: Iterable[int]) -> Iterator[Violation]:
    for slot, riders in _slots(problem, plan, asked).items():
        rule = problem.slots[slot].large
        for one, other in combinations(riders, 2) if rule is not LargeRule.FREE else ():
            a, b = problem.releases[one], problem.releases[other]
            together = rule is LargeRule.ALONE or bool(a.resources & b.resources)
            if (a.is_large or b.is_large) and together:
                yield Violation("large-rides-alone", (one, other), slot)
    for one, other in _sharing_large(problem, asked):
        here, there = plan[one], plan[other]
        if here is not None and there is not None and _meet(problem.hold_of(one, here), problem.hold_of(other, there)):
            yield Violation("large-overlap", (one, other))


def _sharing_large(problem: Problem, asked: Iterable[int]) -> set[tuple[int, int]]:
    large = [at for at in asked if problem.releases[at].is_large]
    beside = ((at, other) for at in large for of in problem.releases[at].resources for other in problem.large_of[of])
    return {(min(at, other), max(at, other)) for at, other in beside if at != other}


def _meet(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return max(one[0], other[0]) < min(one[1], other[1])


def _apart(problem: Problem, plan: Assignment, asked: Iterable[int]) -> Iterator[Violation]:
    for one, other in dict.fromkeys(pair for at in asked for pair in problem.apart_of.get(at, ())):
        if plan[one] is not None and plan[one] == plan[other]:
            yield Violation("apart", (one, other), plan[one])


def _orders(problem: Problem, plan: Assignment, asked: Iterable[int]) -> Iterator[Violation]:
    every = {id(order): order for at in asked for order in problem.orders_of.get(at, ())}
    for order in every.values():
        if _breaks(problem, order, plan[order.before], plan[order.then]):
            yield Violation(order.code, (order.before, order.then))


def _breaks(problem: Problem, order: Order, before: int | None, then: int | None) -> bool:
    if before is None or then is None or (order.together and before == then):
        return False
    departs = problem.slots[then].start
    if order.code in AFTER_ITSELF and departs < problem.end_of(order.before, before):
        return False
    return departs < problem.ready_after(order, before)


def _closures(problem: Problem, plan: Assignment, asked: Iterable[int]) -> Iterator[Violation]:
    every = {id(closure): closure for at in asked for closure in problem.closures_of.get(at, ())}
    for closure in every.values():
        closed = _closed(problem, closure, plan)
        for at in closure.touchers if closed else ():
            slot = plan[at]
            if closed and slot is not None and _meet(closed, (problem.slots[slot].start, problem.slots[slot].end)):
                yield Violation("same-table", (at, *closure.carriers))


def _closed(problem: Problem, closure: Closure, plan: Assignment) -> tuple[int, int] | None:
    placed = [slot for at in closure.carriers if (slot := plan[at]) is not None]
    if not placed:
        return None
    last = None if closure.last is None else plan[closure.last]
    end = NEVER if closure.last is None or last is None else problem.hold_of(closure.last, last)[1]
    return min(problem.slots[slot].start for slot in placed), min(end, closure.until)
