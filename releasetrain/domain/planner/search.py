"""Large neighbourhood search: windows of releases that stand in each other's way, decided by the solver one by one.

Shaw 1998. Each window leaves a plan that holds as one that holds; whoever rides nowhere counts before every level.
"""

import math
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from time import monotonic

import numpy as np

from releasetrain.domain.planner.chains import Reals
from releasetrain.domain.planner.compiled import Costs
from releasetrain.domain.planner.cp_sat import Brake, Budget, Status
from releasetrain.domain.planner.neighbourhoods import ANYWHERE, Lookout, Neighbourhood
from releasetrain.domain.planner.rows import Part
from releasetrain.domain.planner.state import State
from releasetrain.domain.planner.window import Goal, decided, lifted, total

PATIENCE = 0.004  # deterministic seconds of the solver per release of a window
Moved = dict[int, int | None]


@dataclass(slots=True)
class Search:
    """A state, what is to be made small in it, and how long a window may take."""

    state: State
    goal: Goal
    dice: random.Random
    brake: Brake
    patience: float = PATIENCE
    until: float = math.inf  # on the monotonic clock; no window takes longer
    guide: Reals | None = None
    value: int = 0
    spare: list[int] = field(default_factory=list)
    windows: int = 0
    stale: int = 0  # windows since the last that made anything better
    lookout: Lookout = field(init=False)

    def __post_init__(self) -> None:
        """Reckon where the state stands."""
        self.value = self.goal.total(self.state.places)
        self.spare = [most - total(costs, self.state.places) for costs, most in self.goal.limits]
        guide = np.asarray(self.goal.costs, dtype=np.float64) if self.guide is None else self.guide
        self.lookout = Lookout(self.state, guide, self.dice)

    def run(self, windows: int, enough: Callable[[], bool]) -> None:
        """Decide up to that many windows, until it is enough."""
        for _ in range(windows):
            if self.brake.pulled or enough():
                return
            self.step()

    def step(self) -> bool:
        """Decide one window; return whether it made anything better."""
        where = self.lookout.next()
        better = bool(where.free) and self.decide(where)
        self.windows += 1
        self.stale = 0 if better else self.stale + 1
        return better

    def decide(self, where: Neighbourhood) -> bool:
        """Let the solver place those lifted out anew, and keep what is better."""
        part = lifted(self.state, where.free, where.slots, self._others(where))
        answer = decided(self.state, self.goal, part, self.spare, self.budget_for(part), self.brake)
        if answer.status not in (Status.BEST, Status.FOUND):
            return False
        moved: Moved = {at: slot for at in where.free if (slot := answer.places.get(at)) != self.state.places[at]}
        return bool(moved) and self.keep(moved)

    def budget_for(self, part: Part) -> Budget:
        """Return how long a window may take: by its size, and not beyond what is left."""
        seconds = 1e9 if self.until == math.inf else max(0.05, self.until - monotonic())
        deterministic = max(0.1, self.patience * len(part.candidates))
        return Budget(seconds=seconds, deterministic=deterministic, seed=self.dice.randrange(1 << 30))

    def _others(self, where: Neighbourhood) -> Callable[[int, int], int]:
        return lambda at, fitting: self.lookout.elsewhere(
            at, fitting, ANYWHERE if at in where.anywhere else where.elsewhere
        )

    def keep(self, moved: Moved) -> bool:
        """Carry new places out and return whether they are better; back where they do not hold or are worse."""
        old = {at: self.state.take(at) for at in moved}
        put = {at: slot for at, slot in moved.items() if slot is not None}
        if not self.state.put_all(put):
            return self._back((), old)
        gained = len(put) - sum(slot is not None for slot in old.values())
        change = _cost(self.goal.costs, moved) - _cost(self.goal.costs, old)
        spare = [
            left + _cost(costs, old) - _cost(costs, moved)
            for left, (costs, _) in zip(self.spare, self.goal.limits, strict=True)
        ]
        broken = any(new < min(left, 0) for new, left in zip(spare, self.spare, strict=True))
        if gained < 0 or (gained == 0 and (change > 0 or broken)):
            return self._back(put, old)
        self.value, self.spare = self.value + change, spare
        return gained > 0 or change < 0

    def _back(self, put: Iterable[int], old: Moved) -> bool:
        for at in put:
            self.state.take(at)
        for at, slot in old.items():
            if slot is not None:
                self.state.put(at, slot)
        return False


def _cost(costs: Costs, places: Moved) -> int:
    return sum(int(costs[at, slot]) for at, slot in places.items() if slot is not None)
