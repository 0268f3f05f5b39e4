"""Does everything fit at all? Packing with pairs kept apart, and assembly lines, up to the last room."""

import random
from time import monotonic

import pytest

from releasetrain.domain.planner.bare import Bare, bare
from releasetrain.domain.planner.check import violations
from releasetrain.domain.planner.columns import choose
from releasetrain.domain.planner.fitting import fit
from releasetrain.domain.planner.lines import fill
from releasetrain.domain.planner.packing import pack
from releasetrain.domain.planner.problem import DAY, Order, Problem, Release, Slot

SEARCHES = [pack, choose, fill]


def patient(seconds=20.0):
    ends = monotonic() + seconds
    return lambda: monotonic() > ends


def problem_of(sizes, *, room, bins, apart=(), needs=(), after=(), releases=None):
    slots = [Slot(id=at, start=at * DAY, end=at * DAY + 3600, clock=at * DAY, capacity=room) for at in range(bins)]
    known = [Release(id=at, points=size, options=tuple(range(bins))) for at, size in enumerate(sizes)]
    orders = [Order(before=a, then=b, code="dependency", together=True) for a, b in needs]
    orders += [Order(before=a, then=b, code="dependency") for a, b in after]
    return Problem(slots=tuple(slots), releases=tuple(releases or known), apart=tuple(apart), orders=tuple(orders))


def cut(dice, *, room, bins, parts):
    """Sizes that fill every bin to the last, and the bin of each."""
    sizes, bin_of = [], []
    for at in range(bins):
        cuts = sorted(dice.sample(range(1, room), parts - 1))
        sizes += [b - a for a, b in zip([0, *cuts], [*cuts, room], strict=True)]
        bin_of += [at] * parts
    return sizes, bin_of


def crowded(seed, *, bins=8, parts=3):
    """A packing without a gap, and pairs kept apart that it allows."""
    dice = random.Random(seed)
    sizes, bin_of = cut(dice, room=100, bins=bins, parts=parts)
    pairs = [(a, b) for a in range(len(sizes)) for b in range(a) if bin_of[a] != bin_of[b] and dice.random() < 0.3]
    return problem_of(sizes, room=100, bins=bins, apart=pairs)


def line(seed, *, bins=6, parts=4):
    """An assembly line without a gap, and who comes before whom."""
    dice = random.Random(seed)
    sizes, bin_of = cut(dice, room=100, bins=bins, parts=parts)
    pairs = [(a, b) for b in range(len(sizes)) for a in range(b) if dice.random() < 0.08]
    after = [(a, b) for a, b in pairs if bin_of[a] < bin_of[b] and dice.random() < 0.3]
    return problem_of(sizes, room=100, bins=bins, needs=pairs, after=after)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("made", [crowded, line])
def test_what_fits_without_a_gap_is_found(made, seed):
    problem = made(seed)

    found = fit(problem, patient(), seed=seed)

    assert found is not None
    assert not violations(problem, found)


@pytest.mark.parametrize("search", SEARCHES)
def test_every_search_answers_by_itself(search):
    dice = random.Random(3)
    problem = problem_of([dice.randint(20, 60) for _ in range(20)], room=100, bins=12, apart=[(0, 1), (2, 3)])
    core = bare(problem)

    found = search(core, patient(), random.Random(1))

    assert core.holds(found)
    assert not violations(problem, found)


def test_the_same_seed_finds_the_same_where_looks_are_counted():
    problem = crowded(4)

    assert fit(problem, lambda: False, seed=5, counted=True) == fit(problem, lambda: False, seed=5, counted=True)


@pytest.mark.parametrize("sizes", [[60, 60, 60], [101]])
def test_what_cannot_fit_is_given_up_at_once(sizes):
    assert fit(problem_of(sizes, room=100, bins=1), lambda: pytest.fail("it searched")) is None


def test_a_search_gives_up_when_asked():
    impossible = problem_of([60, 60, 30, 30, 10], room=100, bins=2, apart=[(2, 0), (2, 1)])

    assert fit(impossible, patient(0.5)) is None


def test_what_asks_for_more_is_left_to_the_general_search():
    plain = [Release(id=1, options=(0, 1)), Release(id=2, options=(0, 1))]
    large = [plain[0], Release(id=2, options=(0, 1), is_large=True)]
    narrow = [plain[0], Release(id=2, options=(1,))]

    assert bare(problem_of([1, 1], room=5, bins=2, releases=plain)) is not None
    assert bare(problem_of([1, 1], room=5, bins=2, releases=large)) is None
    assert bare(problem_of([1, 1], room=5, bins=2, releases=narrow)) is None


def test_the_core_knows_the_same_packings_as_the_checker():
    for seed in range(40):
        dice = random.Random(seed)
        problem = problem_of([3, 4, 5, 2], room=9, bins=3, apart=[(0, 1)], needs=[(1, 2)], after=[(0, 3)])
        bins = [dice.randrange(3) for _ in range(4)]

        assert bare(problem).holds(bins) is not bool(violations(problem, bins)), bins


def test_a_core_that_forgets_who_is_kept_apart_is_caught():
    problem = problem_of([40, 40], room=100, bins=2, apart=[(0, 1)])
    core = bare(problem)
    forgetful = Bare(sizes=core.sizes, rooms=core.rooms, apart=(0, 0), befores=(0, 0), earlier=(0, 0))

    assert forgetful.holds([0, 0])
    assert violations(problem, [0, 0])
