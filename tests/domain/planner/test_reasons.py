"""Why a plan moves whom it moves, and which of its moves need each other."""

import random

import pytest

from releasetrain.domain.planner.check import violations
from releasetrain.domain.planner.problem import DAY, Order, Problem, Release, Slot
from releasetrain.domain.planner.reasons import closed, moved, needed, reasons
from releasetrain.domain.planner.values import Reason
from tests.domain.planner.problems import every_plan, small_problem

SLOTS = tuple(
    Slot(id=at, start=at * 3 * DAY, end=at * 3 * DAY + 3600, clock=at * 3 * DAY, capacity=10) for at in range(4)
)
ALL = (0, 1, 2, 3)


def of(*releases, **more):
    return Problem(slots=SLOTS, releases=releases, **more)


def release(number, **more):
    return Release(id=number, **{"options": ALL, **more})


def test_who_only_asks_boards():
    problem = of(release(1), release(2, due=0))

    assert reasons(problem, (0, 1)) == {0: Reason(code="boards"), 1: Reason(code="boards", amounts={"days": 4})}


def test_who_may_not_stay_where_it_rides_is_told_by_which_rule():
    problem = of(release(1, current=0, options=(1, 2), refused={0: "frozen"}))

    assert reasons(problem, (1,)) == {0: Reason(code="cannot-stay", rule="frozen")}


def test_a_standing_conflict_is_a_reason_with_the_other_side():
    problem = of(release(1, is_large=True, points=6, current=0), release(2, current=0))

    assert reasons(problem, (0, 1)) == {1: Reason(code="cannot-stay", rule="large-rides-alone", releases=(0,))}


def test_who_rides_where_too_many_ride_today_cannot_stay_whoever_else_goes():
    problem = of(*(release(number, points=4, current=0) for number in range(4)))

    assert reasons(problem, (0, 0, 1, 1))[3] == Reason(code="cannot-stay", rule="capacity", releases=(0, 1))


def test_who_gives_way_to_another_makes_room():
    problem = of(release(1, is_large=True, points=6, current=1), release(2, current=0))

    assert reasons(problem, (0, 2)) == {
        0: Reason(code="earlier", amounts={"days": 3}),
        1: Reason(code="makes-room", rule="large-rides-alone", releases=(0,)),
    }


def test_who_gains_is_told_how_much():
    problem = of(release(1, current=2, due=DAY), release(2, current=3))

    assert reasons(problem, (0, 2)) == {
        0: Reason(code="in-time", amounts={"days": 6}),
        1: Reason(code="earlier", amounts={"days": 3}),
    }


def test_a_selection_takes_along_whoever_is_in_its_way():
    problem = of(release(1, is_large=True, points=6, current=1), release(2, current=0), release(3, current=3))

    assert closed(problem, (0, 2, 1), [0]) == {0, 1}
    assert closed(problem, (0, 2, 1), [1]) == {1}
    assert needed(problem, (0, 2, 1)) == {0: {1}, 1: set(), 2: {0, 1}}


def test_a_selection_takes_along_what_it_needs_and_has_no_place():
    problem = of(release(1), release(2), orders=(Order(before=0, then=1, code="dependency"),))

    assert closed(problem, (0, 1), [1]) == {0, 1}
    assert closed(problem, (0, 1), [0]) == {0}


@pytest.mark.parametrize("part", range(4))
def test_a_closed_selection_breaks_nothing_that_did_not_stand(part):
    dice = random.Random(part)
    for seed in range(part, 160, 4):
        problem = small_problem(seed)
        plans = list(every_plan(problem))
        if not plans:
            continue
        plan = dice.choice(plans)
        chosen = closed(problem, plan, [at for at in moved(problem, plan) if dice.random() < 0.4])
        partly = [plan[at] if at in chosen else known.current for at, known in enumerate(problem.releases)]

        found = [one for one in violations(problem, partly, of=chosen) if one.code != "unplaced"]

        assert not found, (seed, chosen)
