"""What each aim makes small, in which order, and how much of an upper level the next one may use."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from releasetrain.domain.planner.compiled import Compiled
from releasetrain.domain.planner.values import Aim, Level

ORDER: Mapping[Aim, tuple[Level, ...]] = {
    Aim.FEWEST_MOVES: (Level.MOVES, Level.LATENESS, Level.EARLINESS),
    Aim.BALANCED: (Level.LATENESS, Level.MOVES, Level.EARLINESS),
    Aim.EARLIEST: (Level.LATENESS, Level.EARLINESS, Level.MOVES),
}
Places = tuple[int, ...]
Limits = tuple[tuple[Level, int], ...]


def tolerated(lateness: int) -> int:
    """Return how late a balanced plan may be beside the best: 2 % more, or one weighted day (P1)."""
    return max(lateness * 102 // 100, lateness + 1)


@dataclass(frozen=True, slots=True)
class Valued:
    """A plan that holds, with its value on every level."""

    places: Places
    values: Mapping[Level, int]


def valued(known: Compiled, places: Sequence[int]) -> Valued:
    """Return a plan with its values."""
    return Valued(tuple(places), {level: known.value(level, places) for level in known.costs})


def key(aim: Aim, plan: Valued, best_lateness: int) -> tuple[int, ...]:
    """Return what orders plans under an aim, the best first; within its tolerance a balanced plan is late enough."""
    found = [plan.values[level] for level in ORDER[aim]]
    if aim is Aim.BALANCED:
        found[0] = max(0, found[0] - tolerated(best_lateness))
    return tuple(found)


def limits(aim: Aim, plan: Valued, level: Level, best_lateness: int) -> Limits:
    """Return what the levels above ``level`` may cost: no more than they do in ``plan``, or what is tolerated."""
    above = ORDER[aim][: ORDER[aim].index(level)]
    most = {one: plan.values[one] for one in above}
    if aim is Aim.BALANCED and Level.LATENESS in most:
        most[Level.LATENESS] = max(plan.values[Level.LATENESS], tolerated(best_lateness))
    return tuple(most.items())
