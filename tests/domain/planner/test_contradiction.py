"""Where there is no plan, the facts that are named contradict each other, and none of them can be left out."""

import os
from itertools import product

import pytest

from releasetrain.domain.planner.check import violations
from releasetrain.domain.planner.explain import contradiction
from releasetrain.domain.planner.problem import Closure, LargeRule, Order, Problem, Release, Slot
from tests.domain.planner.problems import HOUR, every_plan, small_problem

SEEDS = int(os.environ.get("CONTRADICTIONS", "400"))
WANTS = ("window", "pin", "no-option")


def can_all_hold(problem: Problem, clashes) -> bool:
    """Whether there is a choice of slots for the named releases that keeps all that is named, judged by the checker."""
    named = sorted({at for one in clashes if one.code in WANTS for at in one.releases})
    for slots in product(*(problem.releases[at].options for at in named)):
        plan = [None] * len(problem.releases)
        for at, slot in zip(named, slots, strict=True):
            plan[at] = slot
        found = [one for one in violations(problem, plan) if one.code != "unplaced"]
        if not any(is_named(problem, one, clashes, named) for one in found):
            return True
    return False


def team_of(problem: Problem, found):
    return problem.releases[found.releases[0]].team


def is_named(problem: Problem, found, clashes, placed) -> bool:
    for one in clashes:
        match one.code, found.code:
            case ("room", "capacity") | ("large-rides-alone", "large-rides-alone") if found.slot in one.slots:
                return True
            case "large-overlap", "large-overlap":
                if all(one.of in problem.releases[at].resources for at in found.releases):
                    return True
            case "team-limit", "team-limit" if found.slot in one.slots and team_of(problem, found) == one.of:
                return True
            case "apart", "apart" if set(found.releases) == set(one.releases):
                return True
            case "order", code if code == one.of and found.releases == one.releases:
                return True
            case "same-table", "same-table" if found.releases[0] == one.releases[0]:
                lasts = [closure.last for closure in problem.closures]
                if all(last is None or last in placed for last in lasts):
                    return True
    return False


@pytest.mark.parametrize("part", range(4))
def test_whatever_is_named_contradicts_itself_and_nothing_of_it_can_be_left_out(part):
    told = 0
    for seed in range(part, SEEDS, 4):
        problem = small_problem(seed, releases=6 if seed % 3 else 5, slots=3)
        none = next(every_plan(problem), None) is None

        found = contradiction(problem)

        assert (found is not None) == none, seed
        if found:
            told += 1
            assert found.minimal, seed
            assert not can_all_hold(problem, found.clashes), (seed, found)
            for one in found.clashes:
                assert can_all_hold(problem, [other for other in found.clashes if other != one]), (seed, one, found)
    assert told > SEEDS // 30  # enough of them have no plan


def slots(*capacities, every=24, large=LargeRule.ALONE):
    return tuple(
        Slot(
            id=at,
            start=at * every * HOUR,
            end=at * every * HOUR + HOUR,
            clock=at * every * HOUR,
            capacity=one,
            large=large,
        )
        for at, one in enumerate(capacities)
    )


def release(id, options, **facts):
    return Release(id=id, options=tuple(options), **facts)


def codes(found):
    return [one.code for one in found.clashes]


def test_a_release_without_any_option_is_named_with_the_rule_that_refuses_most():
    lost = Release(id=1, refused={0: "frozen", 1: "frozen", 2: "capacity"})

    found = contradiction(Problem(slots=slots(3, 3, 3), releases=(release(0, [0]), lost)))

    assert [(one.code, one.releases, one.of, one.amounts) for one in found.clashes] == [
        ("no-option", (1,), "frozen", {"slots": 2})
    ]


def test_too_many_points_until_a_day_are_told_with_what_the_slots_have():
    problem = Problem(
        slots=slots(5, 5, 20, 20),
        releases=tuple(release(at, [0, 1] if at < 3 else range(4), points=4) for at in range(5)),
    )

    found = contradiction(problem)

    assert codes(found) == ["room", "window", "window", "window"]
    assert found.clashes[0].slots == (0, 1)
    assert found.clashes[0].releases == (0, 1, 2)
    assert found.clashes[0].amounts == {"points": 12, "capacity": 10}
    assert found.minimal


def test_too_many_large_ones_are_told_by_their_number():
    problem = Problem(
        slots=slots(None, None, None), releases=tuple(release(at, [0, 1], is_large=True) for at in range(3))
    )

    found = contradiction(problem)

    assert codes(found) == ["large-rides-alone", "window", "window", "window"]
    assert found.clashes[0].amounts == {"large": 3, "slots": 2}


def test_a_chain_of_orders_is_named_from_end_to_end():
    chain = tuple(Order(before=at, then=at + 1, code="stage-order", lag=20 * HOUR) for at in range(3))
    wants = (
        release(0, [1, 2, 3]),
        *(release(at, range(4)) for at in (1, 2)),
        release(3, [0, 1, 2, 3]),
        release(4, [0]),
    )

    found = contradiction(Problem(slots=slots(9, 9, 9, 9), releases=wants, orders=chain))

    assert codes(found) == ["order"] * 3 + ["window"] * 4
    assert [one.releases for one in found.clashes[:3]] == [(0, 1), (1, 2), (2, 3)]
    assert found.clashes[0].amounts == {"lag": 20 * HOUR, "together": 0, "ready": 0}


def test_a_team_in_too_few_slots_is_named_with_its_limit():
    wants = tuple(release(at, [0, 1], team="pay") for at in range(5))

    found = contradiction(Problem(slots=slots(99, 99), releases=wants, team_limits={"pay": 2}))

    assert codes(found) == ["team-limit", *["window"] * 5]
    assert (found.clashes[0].of, found.clashes[0].amounts) == ("pay", {"limit": 2})


def test_large_ones_that_hold_for_long_are_named_with_what_they_share():
    large = [release(at, [0, 1], is_large=True, soak=90 * HOUR, resources=frozenset({"service:1"})) for at in range(2)]

    found = contradiction(Problem(slots=slots(9, 9), releases=tuple(large)))

    assert codes(found) == ["large-overlap", "window", "window"]
    assert (found.clashes[0].of, found.clashes[0].releases) == ("service:1", (0, 1))


def test_a_toucher_that_can_only_ride_in_the_midst_of_a_change_is_named():
    wants = (release(0, [0]), release(1, [2]), release(2, [1]))
    closure = Closure(table="payment", change=7, carriers=(0, 1), touchers=(2,), last=1)

    found = contradiction(Problem(slots=slots(9, 9, 9), releases=wants, closures=(closure,)))

    assert codes(found) == ["same-table", "pin", "pin", "pin"]
    assert (found.clashes[0].of, found.clashes[0].releases) == ("payment", (2, 0, 1))


def test_what_settled_ones_do_to_each_other_is_no_contradiction():
    stay = [release(at, [0], points=5, is_large=True, resources=frozenset({"s"}), settled=True) for at in range(2)]

    assert contradiction(Problem(slots=slots(4, 9), releases=(*stay, release(2, [1])))) is None
    assert codes(contradiction(Problem(slots=slots(4, 9), releases=(*stay, release(2, [0])))))[-1] == "pin"


def test_a_crowd_of_hundreds_is_told_by_its_sums_even_if_not_proven_smallest():
    wants = tuple(release(at, range(10), points=2) for at in range(60))

    found = contradiction(Problem(slots=slots(*[11] * 10), releases=wants))

    assert not found.minimal
    assert codes(found) == ["room", "window"]
    assert found.clashes[0].amounts == {"points": 112, "capacity": 110}
