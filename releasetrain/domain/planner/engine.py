"""Makes plans: level by level, the upper levels as hard limits, each level with its value and a proven bound."""

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import wait as wait_for
from dataclasses import replace
from time import monotonic

from releasetrain.domain.planner.check import violations
from releasetrain.domain.planner.compiled import Compiled
from releasetrain.domain.planner.cp_sat import Brake
from releasetrain.domain.planner.fitting import fitted
from releasetrain.domain.planner.levels import ORDER, key, limits
from releasetrain.domain.planner.planning import First, Planning
from releasetrain.domain.planner.problem import Problem
from releasetrain.domain.planner.values import Aim, Effort, Measured, Outcome, Plan, Progress, Tell

TOLD_EVERY = 0.3  # seconds


class Wrong(Exception):
    """A plan or a bound came out that cannot be: a fault of the planner."""


def plan(
    problem: Problem, aims: Sequence[Aim], effort: Effort, *, tell: Tell | None = None, first: First | None = None
) -> Outcome:
    """Return the best plan found for each aim; none where not every release was placed.

    ``tell`` hears at least twice a second how far it is, and stops it by False: the best so far is returned.
    ``first``: makes a first plan beside the greedy ones; without it that is looked for where the problem is bare.
    """
    begun, brake = monotonic(), Brake()
    planning = Planning(Compiled(problem), aims, effort, brake, first or fitted(problem, lambda: brake.pulled))
    with ThreadPoolExecutor(1) as beside:
        _told(beside.submit(planning.run), planning, tell, begun)
    plans = _plans(planning, aims)
    return Outcome(plans={one.aim: one for one in plans}, seconds=monotonic() - begun)


def _told(work: Future[None], planning: Planning, tell: Tell | None, begun: float) -> None:
    """Wait for the work and tell meanwhile, from the caller's own thread: levels that moved on, or how it stands."""
    try:
        while not wait_for([work], timeout=TOLD_EVERY if tell else None).done:
            if tell and not _tell(planning, tell, [replace(planning.standing, seconds=monotonic() - begun)]):
                planning.brake.pull()
    except BaseException:
        planning.brake.pull()  # who listens is gone: nobody waits for the rest
        raise
    if tell:
        _tell(planning, tell, [])
    work.result()


def _tell(planning: Planning, tell: Tell, otherwise: list[Progress]) -> bool:
    """Tell the news; False: enough."""
    news = [planning.news.pop(stage) for stage in list(planning.news)] or otherwise
    answers = [tell(one) for one in news]
    return all(answers)


def _plans(planning: Planning, aims: Sequence[Aim]) -> list[Plan]:
    if not planning.pool:
        return []
    return [_judged(planning, aim) for aim in dict.fromkeys(aims)]


def _judged(planning: Planning, aim: Aim) -> Plan:
    """The best plan under an aim; an error where the checker finds fault with it or a bound lies above a value."""
    best = min(planning.pool, key=lambda one: key(aim, one, planning.best_lateness))
    measured = []
    for level in ORDER[aim]:
        given = limits(aim, best, level, planning.best_lateness)
        bound = planning.bound(level, given)
        measured.append(Measured(level=level, value=best.values[level], bound=bound, given=given))
    found = violations(planning.known.problem, best.places)
    below = [one for one in measured if one.value < one.bound]
    if found or below:
        raise Wrong(f"{aim}: {found[:3]} {below}")
    return Plan(aim=aim, places=best.places, levels=tuple(measured))
