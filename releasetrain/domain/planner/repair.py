"""Replanning after something changed (P2): few moves first, and those that help.

Everybody rides at ``Release.current`` today. *Displaced* are as many releases as every plan must move, as far as that
is proven (``seats``), and those without a place that are to get one: they move nobody by being placed, but count here.
A plan may move three more; beyond that each is an ``EXCESS``, which counts before anything else. Then count late days,
moves, and days until departure.

How it goes: those in a violation of today's places are asked for a slot; whoever must give up a place for that is asked
too, until nobody is left without one. That is a plan; where it does not come to that, the whole is planned anew. Then
late days, moves and days are made fewer within a neighbourhood: whoever was asked, and riders of the slots that would
suit them better; all others stay. Within it the answer is the best, as far as the time goes; the bounds of ``Measured``
hold for all plans (``floors``).
"""

from dataclasses import replace

from releasetrain.domain.planner.check import violations
from releasetrain.domain.planner.compiled import Compiled
from releasetrain.domain.planner.cp_sat import decide
from releasetrain.domain.planner.explain import contradiction
from releasetrain.domain.planner.fewest import MANY, PATIENCE, Clock, Fewest, everywhere, fewest_moves
from releasetrain.domain.planner.floors import floor_with
from releasetrain.domain.planner.narrowing import narrowed
from releasetrain.domain.planner.neighbours import neighbourhood
from releasetrain.domain.planner.polish import polished
from releasetrain.domain.planner.problem import Problem
from releasetrain.domain.planner.rows import Part
from releasetrain.domain.planner.values import Aim, Effort, Level, Measured, Outcome, Plan, Progress, Tell

SPARE = 3  # moves beyond the displaced that cost nothing yet
LARGEST = 80_000  # options of everybody together that the solver is asked about at once


def repair(problem: Problem, effort: Effort, *, tell: Tell | None = None) -> Outcome:
    """Return one plan under ``Aim.REPAIR``; without one, why there is none where that is proven."""
    known, clock = Compiled(problem), Clock(effort)
    found = fewest_moves(known, clock)
    if found.places is None and not found.is_impossible:
        found = replace(found, places=_from_scratch(known, found, clock))
    if found.places is None:
        suspects = found.asked if found.is_impossible else None
        none = contradiction(problem, seconds=max(2.0, effort.seconds - clock.seconds), suspects=suspects)
        return Outcome(contradiction=none, seconds=clock.seconds)
    allowance = found.least + sum(problem.releases[at].current is None for at in problem.free) + SPARE
    if _goes_on(known, found, allowance, clock, tell):
        within = neighbourhood(known, found.places, found.asked)
        most = max(allowance, known.value(Level.MOVES, found.places))
        places = polished(Part(known, within, found.places), most, clock.budget)
        if not violations(problem, places):
            found = replace(found, places=places)
    plan = Plan(aim=Aim.REPAIR, places=found.places or (), levels=_levels(known, found, allowance))
    return Outcome(plans={Aim.REPAIR: plan}, seconds=clock.seconds)


def _from_scratch(known: Compiled, found: Fewest, clock: Clock) -> tuple[int, ...] | None:
    """Look at the whole problem: as it stands today, and as if nobody rode anywhere; that first if many are asked."""
    ways = [_from_today, _by_the_engine]
    if int(known.allowed.sum()) > LARGEST:
        ways = [_by_the_engine]
    for way in ways if len(found.asked) <= MANY else reversed(ways):
        places = way(known, clock)
        if places is not None and not violations(known.problem, places):
            return places
    return None


def _from_today(known: Compiled, clock: Clock) -> tuple[int, ...] | None:
    problem = known.problem
    today = [one.options[0] if one.settled else one.current for one in problem.releases]
    whole = narrowed(Part(known, {at: problem.releases[at].options for at in problem.free}, today))
    answer = decide(whole, known.costs[Level.MOVES], clock.budget(max(PATIENCE, clock.effort.seconds / 2)))
    return everywhere(problem, answer.places) if answer.places else None


def _by_the_engine(known: Compiled, clock: Clock) -> tuple[int, ...] | None:
    from releasetrain.domain.planner.engine import plan

    effort = replace(clock.effort, seconds=max(2.0, clock.effort.seconds / 2))
    found = plan(known.problem, [Aim.FEWEST_MOVES], effort)
    return found.plans[Aim.FEWEST_MOVES].places if found.plans else None


def _goes_on(known: Compiled, found: Fewest, allowance: int, clock: Clock, tell: Tell | None) -> bool:
    """Tell what there is; whether to make it better."""
    if not 0 < len(found.asked) <= MANY:
        return False
    if tell is None or found.places is None:
        return not clock.is_over
    value = max(0, known.value(Level.MOVES, found.places) - allowance)
    said = Progress(aim=Aim.REPAIR, level=Level.EXCESS, value=value, bound=0, seconds=clock.seconds)
    return tell(said) and not clock.is_over


def _levels(known: Compiled, found: Fewest, allowance: int) -> tuple[Measured, ...]:
    """The levels in their order, each with a bound that no plan goes below that keeps those before it."""
    places = found.places or ()
    moves = known.value(Level.MOVES, places)
    values = {Level.EXCESS: max(0, moves - allowance)}
    for level in (Level.LATENESS, Level.MOVES, Level.EARLINESS):
        values[level] = known.value(level, places)
    bounds = {
        Level.EXCESS: 0,
        Level.LATENESS: floor_with(known, Level.LATENESS, allowance + values[Level.EXCESS]),
        Level.MOVES: found.least,
        Level.EARLINESS: floor_with(known, Level.EARLINESS, moves),
    }
    told, given = [], list[tuple[Level, int]]()
    for level, value in values.items():
        told.append(Measured(level=level, value=value, bound=bounds[level], given=tuple(given)))
        given.append((level, value))
    return tuple(told)
