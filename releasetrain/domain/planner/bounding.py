"""The bounds that a planning knows so far, by level and by what upper levels may cost."""

from collections.abc import Callable

from releasetrain.domain.planner.bound import Ascent
from releasetrain.domain.planner.levels import Limits
from releasetrain.domain.planner.relaxed import Relaxed
from releasetrain.domain.planner.values import Level


class Bounds:
    """Collects what is proven. A bound under looser limits holds under tighter ones too."""

    def __init__(self, relaxed: Relaxed) -> None:
        self.relaxed = relaxed
        self._ascents: dict[tuple[Level, Limits], Ascent] = {}
        self._proven: dict[tuple[Level, Limits], int] = {}

    def ascent(self, level: Level, limits: Limits) -> Ascent:
        """Return where the prices for a level stand; a first step makes a bound of them."""
        found = self._ascents.get((level, limits))
        if found is None:
            costs = self.relaxed.known.costs
            found = Ascent(self.relaxed, costs[level], [(costs[one], most) for one, most in limits])
            self._ascents[level, limits] = found
            found.raise_(float("inf"), 1)
            self.prove(level, limits, found.best.least)
        return found

    def sharpen(self, level: Level, limits: Limits, value: int, steps: int, goes_on: Callable[[], bool]) -> int:
        """Raise a level's bound, not beyond ``value``; return the best there is."""
        ascent = self.ascent(level, limits)
        self.prove(level, limits, ascent.raise_(value, steps, goes_on).least)
        return self.least(level, limits)

    def prove(self, level: Level, limits: Limits, bound: int) -> None:
        """Keep a bound that was proven."""
        self._proven[level, limits] = max(bound, self._proven.get((level, limits), bound))

    def least(self, level: Level, limits: Limits) -> int:
        """Return the best bound that holds for a level under limits."""
        self.ascent(level, limits)
        asked = dict(limits)
        return max(
            bound
            for (known, under), bound in self._proven.items()
            if known is level and all(one in asked and asked[one] <= most for one, most in under)
        )
