"""What no plan goes below that moves so many releases at most: all others cost what they cost today."""

import numpy as np

from releasetrain.domain.planner.compiled import Compiled
from releasetrain.domain.planner.values import Level


def floor_with(known: Compiled, level: Level, moves: int) -> int:
    """Return a bound for a level of every plan with at most ``moves`` moves.

    Whoever has no place, or cannot stay, costs at least what its best option does. Of the others at most as many as
    there are moves left can cost less than today, at best those that gain most.
    """
    costs, releases = known.costs[level], known.problem.releases
    best = np.where(known.allowed, costs, np.iinfo(np.int64).max).min(axis=1)
    today = [-1 if one.current is None else one.current for one in releases]
    stays = np.array(
        [one.current is not None and bool(known.allowed[at, one.current]) for at, one in enumerate(releases)]
    )
    now = np.where(stays, costs[np.arange(known.n), today], best)
    gains = np.sort(now - best)[::-1]
    forced = sum(one.current is not None and not stays[at] for at, one in enumerate(releases))
    return int(now.sum() - gains[: max(0, moves - forced)].sum())
