"""No bound lies above what a plan can cost, whatever it is made from."""

import pytest

from releasetrain.domain.planner.bound import Ascent
from releasetrain.domain.planner.compiled import Compiled
from releasetrain.domain.planner.core import core_bound
from releasetrain.domain.planner.cp_sat import Brake, Budget
from releasetrain.domain.planner.propagation import left_options
from releasetrain.domain.planner.relaxed import Relaxed
from releasetrain.domain.planner.state import Ground
from releasetrain.domain.planner.values import Level
from tests.domain.planner.problems import every_plan, small_problem

LEVELS = (Level.MOVES, Level.LATENESS, Level.EARLINESS)


def relaxed_and_plans(seed):
    problem = small_problem(seed)
    ground = Ground(Compiled(problem))
    options = left_options(ground)
    return (None if options is None else Relaxed(ground, options)), list(every_plan(problem))


def ascended(relaxed, level, limits=()):
    ascent = Ascent(relaxed, relaxed.known.costs[level], limits)
    return ascent.raise_(1e9, 60).least


@pytest.mark.parametrize("level", LEVELS)
def test_prices_prove_no_more_than_the_best_plan_costs(level):
    for seed in range(150):
        relaxed, plans = relaxed_and_plans(seed)
        if plans:
            assert ascended(relaxed, level) <= min(relaxed.known.value(level, one) for one in plans), seed


def test_prices_prove_no_more_than_the_best_plan_within_a_limit_costs():
    for seed in range(150):
        relaxed, plans = relaxed_and_plans(seed)
        for upper, level in ((Level.LATENESS, Level.MOVES), (Level.MOVES, Level.EARLINESS)) if plans else ():
            value = relaxed.known.value
            most = min(value(upper, one) for one in plans) + seed % 3
            best = min(value(level, one) for one in plans if value(upper, one) <= most)
            assert ascended(relaxed, level, [(relaxed.known.costs[upper], most)]) <= best, seed


def test_the_hard_ones_alone_prove_no_more_than_the_best_plan_costs():
    for seed in range(100):
        relaxed, plans = relaxed_and_plans(seed)
        if plans:
            costs = relaxed.known.costs[Level.LATENESS]
            worst = max(plans, key=lambda one: relaxed.known.value(Level.LATENESS, one))
            found = core_bound(relaxed, costs, worst, Budget(deterministic=5), Brake())
            assert found is not None
            assert found <= min(relaxed.known.value(Level.LATENESS, one) for one in plans), seed


def test_nothing_that_a_plan_may_use_is_propagated_away():
    for seed in range(200):
        problem = small_problem(seed)
        options, plans = left_options(Ground(Compiled(problem))), list(every_plan(problem))
        for one in plans:
            assert options is not None
            assert all(options[at] >> slot & 1 for at, slot in enumerate(one)), seed


def test_a_bound_that_forgets_what_its_prices_bring_in_would_be_caught(monkeypatch):
    monkeypatch.setattr(Relaxed, "income", lambda *_: 0.0)

    with pytest.raises(AssertionError):
        test_prices_prove_no_more_than_the_best_plan_costs(Level.EARLINESS)
