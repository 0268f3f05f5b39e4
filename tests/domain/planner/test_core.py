"""A large window of the search leaves a better plan, or the plan as it was."""

import random

import pytest

from releasetrain.domain.planner.check import violations
from releasetrain.domain.planner.compiled import Compiled
from releasetrain.domain.planner.core import decide_core
from releasetrain.domain.planner.cp_sat import Brake
from releasetrain.domain.planner.generate import generate
from releasetrain.domain.planner.greedy import greedy
from releasetrain.domain.planner.search import Search
from releasetrain.domain.planner.state import Ground, State
from releasetrain.domain.planner.values import Level
from releasetrain.domain.planner.window import Goal


def begun(releases, slots, seed):
    problem, hidden = generate(releases, slots, seed)
    known = Compiled(problem)
    state = greedy(Ground(known), [Level.LATENESS])
    if state.unplaced:
        state = State(state.ground)
        for at in problem.free:
            state.put(at, hidden[at])
    return problem, Search(state, Goal(costs=known.costs[Level.LATENESS]), random.Random(seed), Brake())


@pytest.mark.parametrize("seed", range(3))
def test_it_is_better_or_as_it_was(seed):
    problem, search = begun(120, 26, seed)
    for first in range(0, 18, 6):
        before, value = list(search.state.places), search.value

        better = decide_core(search, first, first + 7, bound=0)

        assert better is (search.value < value)
        assert better or search.state.places == before
        assert not violations(problem, search.state.places)


def test_whoever_small_windows_moved_comes_back_too(monkeypatch):
    """The hard ones are carried out, somebody far away is moved, and in the end somebody is left without a place."""
    problem, search = begun(120, 26, 1)
    before, far = list(search.state.places), next(at for at in problem.free if search.state.places[at] > 20)

    def finish(search):
        search.state.take(far)

    monkeypatch.setattr("releasetrain.domain.planner.core._finish", finish)
    for first in (0, 3, 6, 9):
        decide_core(search, first, first + 6, bound=0)

    assert search.state.places == before
