"""CP-SAT's rows and the checker, which share no code, know the same plans."""

import pytest

from releasetrain.domain.planner.check import violations
from releasetrain.domain.planner.compiled import Compiled
from releasetrain.domain.planner.cp_sat import Budget, Status, decide
from releasetrain.domain.planner.narrowing import narrowed
from releasetrain.domain.planner.problem import DAY, Problem, Release, Slot
from releasetrain.domain.planner.rows import Part
from releasetrain.domain.planner.values import Level
from tests.domain.planner.problems import every_plan, small_problem


def whole(problem):
    known = Compiled(problem)
    plan = [known.options[0] if known.settled else None for known in problem.releases]
    return known, narrowed(Part(known, {at: problem.releases[at].options for at in problem.free}, plan))


@pytest.mark.parametrize("level", [Level.MOVES, Level.LATENESS, Level.EARLINESS])
@pytest.mark.parametrize("part", range(4))
def test_the_cheapest_plan_is_the_cheapest_of_all_that_hold(level, part):
    for seed in range(part, 120, 4):
        problem = small_problem(seed)
        known, asked = whole(problem)
        costs = [known.value(level, plan) for plan in every_plan(problem)]

        answer = decide(asked, known.costs[level], Budget(deterministic=5))

        assert answer.status is (Status.BEST if costs else Status.NONE), seed
        if costs:
            plan = [answer.places.get(at, slot) for at, slot in enumerate(asked.plan)]
            assert not violations(problem, plan), seed
            assert known.value(level, plan) == min(costs), seed


def test_nobody_boards_what_those_who_stay_overfill_not_even_without_points():
    slots = tuple(Slot(id=at, start=at * DAY, end=at * DAY + 1, clock=at * DAY, capacity=3) for at in range(2))
    stay = [Release(id=at, points=2, current=0, options=(0,), settled=True) for at in range(2)]
    problem = Problem(slots=slots, releases=(*stay, Release(id=9, points=0, options=(0, 1))))
    known, asked = whole(problem)

    answer = decide(asked, known.costs[Level.EARLINESS], Budget(deterministic=5))

    assert answer.places == {2: 1}
