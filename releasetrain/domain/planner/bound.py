"""Proven bounds: what no plan can cost less than, at a level, given what upper levels may cost."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from releasetrain.domain.planner.chains import Places, Reals
from releasetrain.domain.planner.compiled import Costs
from releasetrain.domain.planner.relaxed import Prices, Relaxed

PATIENCE = 10  # steps without progress before less is hoped for
HOPE = 0.1  # by which part of itself the bound may rise at first
SMALLEST_HOPE = 1e-5
LEAN = 0.7


@dataclass(slots=True)
class Bound:
    """The best bound so far: ``least`` as a whole number, and the prices at which it stands."""

    value: float
    prices: Prices
    reduced: Reals  # what each slot costs each release at these prices

    @property
    def least(self) -> int:
        """The smallest whole number that a plan can cost."""
        return whole(self.value)


def whole(value: float) -> int:
    """Return the smallest whole number that is proven by a bound with the small errors of reckoning in fractions."""
    return math.ceil(value - 1e-5 - 1e-9 * abs(value))


class Ascent:
    """Raises a bound step by step; may be asked to go on later."""

    def __init__(self, relaxed: Relaxed, costs: Costs, limits: Sequence[tuple[Costs, int]] = ()) -> None:
        self.relaxed = relaxed
        self.costs = np.where(relaxed.allowed, costs, np.inf)
        self.upper = [np.asarray(upper, dtype=np.float64) for upper, _ in limits]
        self.most = np.array([most for _, most in limits], dtype=np.float64)
        self.scale = np.array([max(1.0, float(np.abs(one).mean())) * math.sqrt(relaxed.known.n) for one in self.upper])
        self.prices = relaxed.free_of_charge(len(limits))
        self.best = Bound(-math.inf, self.prices.copy(), self.costs)
        self.hope, self.still = HOPE, 0
        self.direction: list[Reals] | None = None
        self.steps = 0

    def raise_(self, target: float, steps: int, goes_on: Callable[[], bool] = lambda: True) -> Bound:
        """Take up to ``steps`` steps, none beyond ``target`` (what a known plan costs); return the best bound."""
        for _ in range(steps):
            reached = math.isfinite(self.best.value) and whole(self.best.value) >= target
            if reached or self.hope < SMALLEST_HOPE or (self.steps and not goes_on()):
                break
            self._move(*self._evaluate())
            self.steps += 1
        return self.best

    def _evaluate(self) -> tuple[float, Places]:
        costs = self.costs
        for price, upper in zip(self.prices.levels, self.upper, strict=True):
            costs = costs + price * upper if price else costs
        charged = self.relaxed.charged(costs, self.prices)
        least, places = self.relaxed.forest.decide(charged)
        value = least - self.relaxed.income(self.prices) - float(self.prices.levels @ self.most)
        if not self.steps or value > self.best.value + 1e-6 * abs(value):
            self.still = 0
            self.best = Bound(value, self.prices.copy(), charged)
        else:
            self.still += 1
        if self.still >= PATIENCE:
            self.hope, self.still, self.direction = self.hope / 2, 0, None
            self.prices = self.best.prices.copy()
        return value, places

    def _move(self, value: float, places: Places) -> None:
        """Step along what is asked too much, as far as a bound a little above the best would lie (Polyak)."""
        rows = np.arange(len(places))
        over = np.array([one[rows, places].sum() for one in self.upper]) - self.most
        found = [*self.relaxed.asked_too_much(places), over / self.scale if len(over) else over]
        self.direction = found if self.direction is None else self._leaned(found)
        steps = [
            np.where((price <= 0) & (slope < 0), 0.0, slope)
            for price, slope in zip(self.prices.parts(), self.direction, strict=True)
        ]
        norm = sum(float((one * one).sum()) for one in steps)
        if norm <= 0:
            self.hope = 0.0
            return
        length = (max(self.best.value - value, 0.0) + self.hope * max(1.0, abs(self.best.value))) / norm
        scales = (*(np.ones(1) for _ in range(3)), self.scale)
        for price, slope, scale in zip(self.prices.parts(), steps, scales, strict=True):
            np.maximum(price + length * slope / scale, 0.0, out=price)

    def _leaned(self, found: Sequence[Reals]) -> list[Reals]:
        """Lean on the last direction, so that steps go to and fro less (Camerini, Fratta and Maffioli 1975)."""
        return [LEAN * new + (1 - LEAN) * old for new, old in zip(found, self.direction or (), strict=True)]
