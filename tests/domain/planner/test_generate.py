"""Generated problems are shaped like the article, and have a plan."""

from dataclasses import replace

import pytest

from releasetrain.domain.planner.check import violations
from releasetrain.domain.planner.generate import MAIN, generate
from releasetrain.domain.planner.problem import DAY, LargeRule

SIZES = [(50, 26), (200, 26), (1000, 52)]


@pytest.mark.parametrize(("releases", "slots"), SIZES)
@pytest.mark.parametrize("seed", range(4))
def test_the_known_plan_holds(releases, slots, seed):
    problem, plan = generate(releases, slots, seed)

    assert (len(problem.releases), len(problem.slots)) == (releases, slots)
    assert violations(problem, plan) == []


@pytest.mark.parametrize(("releases", "slots"), [(1, 1), (2, 1), (5, 3), (12, 8), (30, 60), (400, 2), (5000, 250)])
def test_very_small_and_very_large_ones_hold_too(releases, slots):
    problem, plan = generate(releases, slots, 7)

    assert violations(problem, plan) == []


def test_the_same_seed_makes_the_same_problem_and_another_another():
    assert generate(200, 26, 3) == generate(200, 26, 3)
    assert generate(200, 26, 3)[0] != generate(200, 26, 4)[0]


def test_most_releases_change_the_main_service_and_the_others_ever_fewer():
    problem, _ = generate(1000, 52, 1)

    share = sum(MAIN in one.resources for one in problem.releases) / 1000
    second, tenth = (sum(f"service:{at}" in one.resources for one in problem.releases) for at in (2, 11))
    assert 0.76 < share < 0.84
    assert second > 2 * tenth > 0


@pytest.mark.parametrize(("releases", "slots"), SIZES)
def test_at_most_one_in_four_departures_is_for_a_large_one_which_rides_alone_and_holds_for_days(releases, slots):
    problem, _ = generate(releases, slots, 2)

    larges = [one for one in problem.releases if one.is_large]
    assert slots // 5 <= len(larges) <= slots // 4
    assert {slot.large for slot in problem.slots} == {LargeRule.ALONE}
    assert {one.soak for one in larges} == {5 * DAY}
    assert {one.points for one in larges} == {6}


def test_departures_are_filled_to_some_eighty_odd_percent():
    problem, plan = generate(1000, 52, 5)

    several = [at for at in set(plan) if not any(problem.releases[i].is_large for i in range(1000) if plan[i] == at)]
    points = sum(one.points for one, place in zip(problem.releases, plan, strict=True) if place in several)
    assert 0.78 < points / sum(problem.slots[at].capacity for at in several) < 0.90


def test_some_departures_are_frozen_for_everybody_and_some_for_a_few():
    problem, _ = generate(1000, 52, 5)

    refused = [sum(one.refused.get(at) == "frozen" for one in problem.releases) for at in range(52)]
    assert refused.count(1000) == 2
    assert any(0 < count < 500 for count in refused)


def test_changes_have_stages_with_a_soak_between_and_keep_others_off_their_tables():
    problem, _ = generate(1000, 52, 5)

    assert len(problem.closures) >= 15
    assert {len(one.carriers) for one in problem.closures} == {3, 4}
    assert all(one.touchers for one in problem.closures)
    soaks = [one for one in problem.orders if one.code == "soak"]
    assert len(soaks) == sum(len(one.carriers) - 1 for one in problem.closures)


def test_most_ride_today_some_of_them_amiss_and_some_only_ask():
    problem, plan = generate(1000, 52, 5)

    rides = [one for one in problem.releases if one.current is not None]
    amiss = [at for at, one in enumerate(problem.releases) if one.current not in (None, plan[at])]
    today = [one.current if one.current is not None else plan[at] for at, one in enumerate(problem.releases)]
    assert 800 < len(rides) < 900
    assert 50 < len(amiss) < 120
    assert violations(problem, today) != []
    assert 20 < sum(one.settled for one in problem.releases) < 80


def test_a_plan_that_is_disturbed_no_longer_holds():
    problem, plan = generate(200, 26, 5)
    crowded = replace(problem, slots=tuple(replace(slot, capacity=2) for slot in problem.slots))

    assert violations(crowded, plan) != []
