"""A problem as solvers reckon with it: arrays over releases and slots, made once."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from releasetrain.domain.planner.problem import DAY, NEVER, Id, LargeRule, Order, Problem
from releasetrain.domain.planner.values import Level

Costs = NDArray[np.int64]  # releases x slots
NO_LIMIT = 1 << 40


class Compiled:
    """``allowed[i, s]``: whether release ``i`` may ride in slot ``s`` as far as that depends on nobody else.

    Slots keep their places, which are in order of departure. A large one that rides alone takes all of a slot's points,
    so that capacity says most of that rule (``load``).
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.n, self.m = len(problem.releases), len(problem.slots)
        self.starts = [slot.start for slot in problem.slots]
        self.ends = [slot.end for slot in problem.slots]
        self.capacity = [NO_LIMIT if slot.capacity is None else slot.capacity for slot in problem.slots]
        self.allowed = np.zeros((self.n, self.m), dtype=bool)
        for at, known in enumerate(problem.releases):
            self.allowed[at, list(known.options)] = True
        self.limit = [self._limit(known.team) for known in problem.releases]
        self.preds: list[list[int]] = [[] for _ in range(self.n)]
        self.succs: list[list[int]] = [[] for _ in range(self.n)]
        for number, order in enumerate(problem.orders):
            self.succs[order.before].append(number)
            self.preds[order.then].append(number)

    def _limit(self, team: Id | None) -> int:
        return NO_LIMIT if team is None else self.problem.team_limits.get(team, NO_LIMIT)

    def load(self, release: int, slot: int) -> int:
        """Return the points that a release takes of a slot: all of them where it is large and rides alone."""
        known = self.problem.releases[release]
        if known.is_large and self.problem.slots[slot].large is LargeRule.ALONE:
            return max(known.points, self.capacity[slot])
        return known.points

    def first_at(self, instant: int) -> int:
        """Return the first slot that departs at ``instant`` or later; the number of slots: none does."""
        return bisect_left(self.starts, instant)

    @cached_property
    def first_after(self) -> list[list[int]]:
        """Per order and slot of its ``before``: the first slot in which ``then`` may depart (the same slot apart)."""
        return [self._first_after(order) for order in self.problem.orders]

    def _first_after(self, order: Order) -> list[int]:
        options = self.problem.releases[order.before].options
        found = [self.m] * self.m
        for slot in options:
            found[slot] = self.first_at(self.problem.ready_after(order, slot))
        return found

    def keeps(self, number: int, before: int, then: int) -> bool:
        """Return whether an order is kept by these two slots."""
        order = self.problem.orders[number]
        return then >= self.first_after[number][before] or (order.together and before == then)

    @cached_property
    def large_of(self) -> Mapping[str, list[int]]:
        """The large releases of every service and table that at least two of them share."""
        users: dict[str, list[int]] = defaultdict(list)
        for at, known in enumerate(self.problem.releases):
            for resource in known.resources if known.is_large else ():
                users[resource].append(at)
        return {resource: members for resource, members in users.items() if len(members) > 1}

    @cached_property
    def closures_of(self) -> Mapping[int, list[int]]:
        """The closures of which a release is a carrier or a toucher, by place."""
        found: dict[int, list[int]] = defaultdict(list)
        for number, closure in enumerate(self.problem.closures):
            for at in {*closure.carriers, *closure.touchers}:
                found[at].append(number)
        return found

    @cached_property
    def apart_of(self) -> Mapping[int, list[int]]:
        """Who may not share a slot with a release."""
        found: dict[int, list[int]] = defaultdict(list)
        for one, other in self.problem.apart:
            found[one].append(other)
            found[other].append(one)
        return found

    @cached_property
    def costs(self) -> Mapping[Level, Costs]:
        """What each slot costs each release, per level."""
        return {Level.MOVES: self._moves, Level.LATENESS: self._lateness, Level.EARLINESS: self._earliness}

    @cached_property
    def _weights(self) -> Costs:
        return np.array([known.weight for known in self.problem.releases], dtype=np.int64).reshape(-1, 1)

    @cached_property
    def _moves(self) -> Costs:
        found = np.zeros((self.n, self.m), dtype=np.int64)
        for at, known in enumerate(self.problem.releases):
            if known.current is not None:
                found[at] = 1
                found[at, known.current] = 0
        return found

    @cached_property
    def _lateness(self) -> Costs:
        """As ``Problem.lateness`` says, for all at once."""
        clocks = np.array([slot.clock for slot in self.problem.slots], dtype=np.int64).reshape(1, -1)
        dues = [NEVER if known.due is None else known.due for known in self.problem.releases]
        late = clocks - np.array(dues, dtype=np.int64).reshape(-1, 1)
        return self._weights * np.where(late >= 0, late // DAY + 1, 0)

    @cached_property
    def _earliness(self) -> Costs:
        days = np.array([self.problem.days_out(slot) for slot in range(self.m)], dtype=np.int64)
        return self._weights * days.reshape(1, -1)

    def value(self, level: Level, plan: Sequence[int]) -> int:
        """Return what a whole plan costs on a level, the settled releases among it."""
        return int(self.costs[level][np.arange(self.n), np.asarray(plan)].sum()) if self.n else 0
