"""A repair finds a plan where there is one, moves few, and says how few could have done."""

import os
import random
from dataclasses import replace

import pytest

from releasetrain.domain.planner.check import violations
from releasetrain.domain.planner.compiled import Compiled
from releasetrain.domain.planner.cp_sat import Budget
from releasetrain.domain.planner.explain import contradiction
from releasetrain.domain.planner.generate import generate
from releasetrain.domain.planner.problem import DAY, LargeRule, Order, Problem, Release, Slot
from releasetrain.domain.planner.repair import SPARE, repair
from releasetrain.domain.planner.seats import large_seating
from releasetrain.domain.planner.values import Aim, Effort, Level
from scripts.bench_repair import EVENTS, planned
from tests.domain.planner.problems import HOUR, every_plan, small_problem

SEEDS = int(os.environ.get("REPAIRS", "200"))
QUIET = Effort(seconds=10)


def slots(*capacities):
    return tuple(
        Slot(id=at, start=at * DAY, end=at * DAY + HOUR, clock=at * DAY, capacity=one)
        for at, one in enumerate(capacities)
    )


def repaired(problem: Problem):
    plan = repair(problem, QUIET).plans[Aim.REPAIR]
    assert not violations(problem, plan.places)
    return plan.places, {one.level: one for one in plan.levels}


@pytest.mark.parametrize("part", range(4))
def test_there_is_a_repair_wherever_there_is_a_plan_and_its_bounds_hold_for_all_of_them(part):
    for seed in range(part, SEEDS, 4):
        problem = small_problem(seed)
        plans, known = list(every_plan(problem)), Compiled(problem)

        outcome = repair(problem, QUIET)

        assert bool(outcome.plans) == bool(plans), seed
        if not plans:
            assert outcome.contradiction, seed
            continue
        plan = outcome.plans[Aim.REPAIR]
        assert not violations(problem, plan.places), seed
        assert [one.level for one in plan.levels] == [Level.EXCESS, Level.LATENESS, Level.MOVES, Level.EARLINESS]
        if large := large_seating(known, Budget(deterministic=5)):
            assert large.least <= min(known.value(Level.MOVES, one) for one in plans), seed
        for one in plan.levels:
            assert one.bound <= one.value, (seed, one)
            assert one.bound <= least(known, plan, plans, one), (seed, one)


def least(known: Compiled, repair, plans, asked) -> int:
    """The least value of a level among all plans that keep the values of the levels given."""
    moves = next(one for one in repair.levels if one.level is Level.MOVES)
    excess = next(one for one in repair.levels if one.level is Level.EXCESS)
    placed = sum(known.problem.releases[at].current is None for at in known.problem.free)
    allowance = moves.bound + placed + SPARE

    def value(level, plan):
        if level is Level.EXCESS:
            return max(0, known.value(Level.MOVES, plan) - allowance)
        return known.value(level, plan)

    assert excess.value == value(Level.EXCESS, repair.places)
    kept = [one for one in plans if all(value(level, one) <= most for level, most in asked.given)]
    return min(value(asked.level, one) for one in kept)


def test_where_nothing_is_wrong_nobody_moves():
    problem, plan = planned(60, 12, 3)

    places, levels = repaired(problem)

    assert places == plan
    assert levels[Level.MOVES].value == 0


def test_a_slot_that_lost_room_lets_go_of_as_few_as_it_must():
    wants = tuple(Release(id=at, points=at + 1, options=(0, 1), current=0) for at in range(4))  # 1, 2, 3 and 4 points

    _, levels = repaired(Problem(slots=slots(7, 20), releases=wants))

    assert (levels[Level.MOVES].value, levels[Level.MOVES].bound) == (1, 1)


def test_who_is_to_ride_in_one_slot_gets_it_and_somebody_else_moves_on():
    wants = (
        Release(id=0, points=3, options=(0,), current=None),
        Release(id=1, points=3, options=(0, 1), current=0),
        Release(id=2, points=3, options=(0, 1, 2), current=1),
    )

    places, levels = repaired(Problem(slots=slots(3, 3, 3), releases=wants))

    assert places == (0, 1, 2)
    assert levels[Level.MOVES].bound == 2  # and the placing of the first is no move


def test_three_more_moves_are_made_where_that_saves_late_days():
    wants = (
        Release(id=0, points=2, options=(1, 2), current=0, due=DAY + 1),
        Release(id=1, points=2, options=(1, 2), current=1),
    )

    places, levels = repaired(Problem(slots=slots(2, 2, 2), releases=wants))

    assert places == (1, 2)
    assert (levels[Level.LATENESS].value, levels[Level.MOVES].value, levels[Level.MOVES].bound) == (0, 2, 1)


def test_a_large_one_takes_the_slot_with_the_fewest_riders():
    small = [Release(id=at, options=(0, 1, 2), current=0 if at < 4 else 1) for at in range(6)]
    large = Release(id="large", points=2, is_large=True, options=(0, 1), current=None)

    places, levels = repaired(Problem(slots=slots(8, 8, 8), releases=(*small, large)))

    assert places[-1] == 1
    assert (levels[Level.MOVES].value, levels[Level.MOVES].bound, levels[Level.EXCESS].value) == (2, 2, 0)


def test_settled_ones_never_move():
    wants = (
        Release(id=0, points=3, options=(0,), current=0, settled=True),
        Release(id=1, points=3, options=(0, 1), current=0),
    )

    assert repaired(Problem(slots=slots(3, 3), releases=wants))[0] == (0, 1)


def test_a_partner_that_slipped_takes_along_who_waits_for_it():
    wants = (Release(id=0, options=(2, 3), current=1), Release(id=1, options=(0, 1, 2, 3), current=2))
    order = Order(before=0, then=1, code="dependency", lag=DAY // 2)

    places, _ = repaired(Problem(slots=slots(9, 9, 9, 9), releases=wants, orders=(order,)))

    assert places == (2, 3)


def test_where_there_is_no_plan_it_says_why():
    wants = tuple(Release(id=at, points=3, options=(0, 1), current=0) for at in range(3))

    outcome = repair(Problem(slots=slots(3, 3, 9), releases=wants), QUIET)

    assert not outcome.plans
    assert outcome.contradiction.clashes[0].amounts == {"points": 9, "capacity": 6}


def test_with_rounds_the_same_seed_makes_the_same_plan():
    problem = EVENTS["cut"](planned(200, 20, 1)[0], random.Random(2))

    plans = {repair(problem, Effort(rounds=2, workers=1)).plans[Aim.REPAIR].places for _ in range(3)}

    assert len(plans) == 1


def test_who_listens_hears_of_the_first_plan_and_may_be_content_with_it():
    problem, heard = EVENTS["freeze"](planned(100, 12, 1)[0], random.Random(1)), []

    outcome = repair(problem, QUIET, tell=lambda one: heard.append(one) or False)

    assert [one.aim for one in heard] == [Aim.REPAIR]
    assert outcome.plans


@pytest.mark.parametrize("kind", EVENTS)
def test_events_on_a_planned_calendar_are_repaired_with_few_moves(kind):
    for seed in range(3):
        problem = EVENTS[kind](planned(150, 20, seed)[0], random.Random(seed))

        outcome = repair(problem, QUIET)

        assert outcome.plans or outcome.contradiction
        for plan in outcome.plans.values():
            assert not violations(problem, plan.places)


def test_a_plan_that_is_claimed_not_to_be_is_not():
    """Without the one thing that was changed the generated plan holds: so nothing is named there."""
    problem, plan = generate(80, 12, 5)

    assert not violations(problem, plan)
    assert contradiction(replace(problem), seconds=5) is None
    assert {slot.large for slot in problem.slots} == {LargeRule.ALONE}


def test_where_hundreds_want_a_place_the_whole_is_planned():
    problem, _ = generate(400, 30, 2)
    asking = tuple(one if one.settled else replace(one, current=None) for one in problem.releases)

    places, levels = repaired(replace(problem, releases=asking))

    assert levels[Level.MOVES].value == levels[Level.EXCESS].value == 0
    assert len(places) == 400
