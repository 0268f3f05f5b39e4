"""The engine makes plans that hold, level by level, and proves how much better they could be."""

import time

import pytest

from releasetrain.domain.planner import planning as planning_module
from releasetrain.domain.planner.check import violations
from releasetrain.domain.planner.compiled import Compiled
from releasetrain.domain.planner.engine import Wrong, plan
from releasetrain.domain.planner.generate import generate
from releasetrain.domain.planner.greedy import greedy
from releasetrain.domain.planner.levels import ORDER, tolerated
from releasetrain.domain.planner.state import Ground
from releasetrain.domain.planner.values import Aim, Effort, Level
from tests.domain.planner.problems import every_plan, small_problem

AIMS = (Aim.FEWEST_MOVES, Aim.BALANCED, Aim.EARLIEST)
SURELY = Effort(rounds=60)


def best_values(known, aim, plans):
    """The lexicographic optimum under an aim, by looking at every plan."""
    values = [{level: known.value(level, one) for level in Level if level in known.costs} for one in plans]
    if aim is Aim.BALANCED:
        most = tolerated(min(one[Level.LATENESS] for one in values))
        values = [one for one in values if one[Level.LATENESS] <= most]
        return min((one[Level.MOVES], one[Level.EARLINESS]) for one in values)
    return min(tuple(one[level] for level in ORDER[aim]) for one in values)


@pytest.mark.parametrize("small", [300, 0], ids=["at once", "by windows"])
@pytest.mark.parametrize("part", range(2))
def test_small_problems_are_solved_to_the_best_of_all_plans(part, small, monkeypatch):
    monkeypatch.setattr(planning_module, "SMALL", small)
    for seed in range(part, 40, 2):
        problem = small_problem(seed)
        known, plans = Compiled(problem), list(every_plan(problem))

        outcome = plan(problem, AIMS, SURELY)

        assert bool(outcome.plans) is bool(plans), seed
        for aim in AIMS if plans else ():
            found = outcome.plans[aim]
            values = tuple(one.value for one in found.levels)
            best = best_values(known, aim, plans)
            assert (values[1:] if aim is Aim.BALANCED else values) == best, (seed, aim)
            assert violations(problem, found.places) == []


def test_what_a_level_is_measured_by_holds_for_every_plan_within_what_is_given():
    for seed in range(60):
        problem = small_problem(seed)
        known = Compiled(problem)
        outcome = plan(problem, AIMS, Effort(rounds=3))
        for one in outcome.plans.values():
            for level in one.levels:
                assert level.value == known.value(level.level, one.places)
                allowed = [
                    known.value(level.level, other)
                    for other in every_plan(problem)
                    if all(known.value(upper, other) <= most for upper, most in level.given)
                ]
                assert level.bound <= min(allowed), (seed, one.aim, level)


@pytest.mark.parametrize("seed", range(3))
def test_no_plan_is_worse_than_the_greedy_one(seed):
    problem, _ = generate(120, 26, seed)
    known = Compiled(problem)

    outcome = plan(problem, AIMS, Effort(rounds=3))

    for aim in AIMS:
        start = greedy(Ground(known), ORDER[aim], stay=aim is Aim.FEWEST_MOVES).whole()
        if start is not None:
            mine = [known.value(level, outcome.plans[aim].places) for level in ORDER[aim]]
            theirs = [known.value(level, start) for level in ORDER[aim]]
            if aim is Aim.BALANCED:
                best = outcome.plans[Aim.EARLIEST].levels[0].value
                mine[0], theirs[0] = (max(0, one - tolerated(best)) for one in (mine[0], theirs[0]))
            assert mine <= theirs


@pytest.mark.parametrize("small", [300, 0], ids=["at once", "by windows"])
def test_the_same_rounds_and_seed_make_the_same_plans(small, monkeypatch):
    monkeypatch.setattr(planning_module, "SMALL", small)
    problem, _ = generate(60, 26, 1)

    one, other = (plan(problem, AIMS, Effort(rounds=12, seed=7)) for _ in range(2))

    assert one.plans == other.plans


def test_who_says_stop_gets_the_best_so_far_at_once():
    problem, _ = generate(400, 26, 1)
    told = []

    begun = time.monotonic()
    outcome = plan(problem, AIMS, Effort(seconds=60), tell=lambda one: told.append(one) or one.value is None)

    assert set(outcome.plans) == set(AIMS)
    assert all(violations(problem, one.places) == [] for one in outcome.plans.values())
    assert told[-1].value is not None
    assert time.monotonic() - begun < 30


def test_a_problem_without_any_plan_has_none():
    found = [plan(problem, AIMS, SURELY) for seed in range(60) if not any(every_plan(problem := small_problem(seed)))]

    assert found
    assert all(not one.plans and one.contradiction is None for one in found)


def test_a_bound_above_a_value_is_a_fault_that_is_raised(monkeypatch):
    problem, _ = generate(30, 26, 1)
    monkeypatch.setattr(planning_module, "round_up", lambda bound: int(bound) + 1)

    with pytest.raises(Wrong):
        plan(problem, [Aim.EARLIEST], SURELY)


def test_a_plan_with_a_fault_is_never_returned(monkeypatch):
    problem, _ = generate(30, 26, 1)
    monkeypatch.setattr("releasetrain.domain.planner.engine.violations", lambda *_: ["something"])

    with pytest.raises(Wrong):
        plan(problem, [Aim.EARLIEST], SURELY)
