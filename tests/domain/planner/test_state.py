"""The state of a search and the checker, which share no code, know the same places."""

import random

import pytest

from releasetrain.domain.planner.check import violations
from releasetrain.domain.planner.compiled import Compiled
from releasetrain.domain.planner.state import Ground, State, bits, mask_of
from tests.domain.planner.problems import every_plan, small_problem


def holds(problem, places):
    return not [one for one in violations(problem, places) if one.code != "unplaced"]


def drawn(problem, dice):
    """A state with some of the releases placed where they fit, after some going to and fro."""
    state = State(Ground(Compiled(problem)))
    for _ in range(12):
        at = dice.choice(problem.free)
        state.take(at)
        slots = list(bits(state.fitting(at)))
        if slots and dice.random() < 0.8:
            state.put(at, dice.choice(slots))
    return state


@pytest.mark.parametrize("part", range(3))
def test_a_slot_fits_where_the_checker_finds_nothing_wrong(part):
    for seed in range(part, 900, 3):
        dice, problem = random.Random(seed), small_problem(seed, releases=6)
        if not problem.free:
            continue
        state = drawn(problem, dice)
        if not holds(problem, state.places):
            continue  # settled ones that make it hold nowhere

        for at in problem.free:
            kept = state.take(at)
            if holds(problem, state.places):
                fitting = {slot for slot in range(len(problem.slots)) if holds(problem, with_one(state, at, slot))}
                assert set(bits(state.fitting(at))) == fitting, (seed, at)
            if kept is not None:
                state.put(at, kept)


def with_one(state, at, slot):
    places = list(state.places)
    places[at] = slot
    return places


def test_taking_undoes_putting():
    for seed in range(100):
        dice, problem = random.Random(seed), small_problem(seed)
        if not problem.free:
            continue
        state = drawn(problem, dice)
        for at in problem.free:
            state.take(at)
        fresh = State(Ground(Compiled(problem)))

        assert [state.fitting(at) for at in problem.free] == [fresh.fitting(at) for at in problem.free]
        assert state.used == fresh.used
        assert state.riders == fresh.riders


def test_sets_of_slots_list_what_they_were_made_of():
    assert list(bits(mask_of([7, 0, 300]))) == [0, 7, 300]


def test_several_are_put_back_whatever_their_turn():
    """The first step of a change alone would close its table for ever to whom a settled toucher follows."""
    for seed in range(300):
        problem = small_problem(seed)
        state = State(Ground(Compiled(problem)))
        for plan in list(every_plan(problem))[:3]:
            assert state.put_all({at: plan[at] for at in problem.free}), seed
            for at in problem.free:
                state.take(at)


def test_several_who_do_not_hold_beside_each_other_are_not_put():
    for seed in range(200):
        dice, problem = random.Random(seed), small_problem(seed)
        state = State(Ground(Compiled(problem)))
        places = {at: dice.choice(problem.releases[at].options) for at in problem.free}
        plan = [places.get(at, one.options[0]) for at, one in enumerate(problem.releases)]
        if problem.free:
            assert state.put_all(places) is (not violations(problem, plan)), seed
