"""Does everything fit at all? For bare problems several searches take turns, since each is strong where others fail.

Filling from bin to bin finds what is ordered; the tabu search what is kept apart; whole bins by columns what is tight;
CP-SAT what is small. Every turn is twice as long as the one before.
"""

import random
from collections.abc import Callable, Iterator
from itertools import count
from time import monotonic

from releasetrain.domain.planner.bare import Bare, bare
from releasetrain.domain.planner.columns import begun, choose
from releasetrain.domain.planner.compiled import Compiled
from releasetrain.domain.planner.cp_sat import Budget, decide
from releasetrain.domain.planner.lines import fill
from releasetrain.domain.planner.packing import Packing, pack
from releasetrain.domain.planner.problem import Problem
from releasetrain.domain.planner.rows import Part
from releasetrain.domain.planner.state import Ground, State
from releasetrain.domain.planner.values import Effort

Stop = Callable[[], bool]
Turn = Callable[[Stop, float], list[int] | None]
FIRST_TURN = 0.25  # seconds
LOOKS = 400  # how often a search looks at the clock in that time, for a stop that counts instead
SHARE = 0.7  # of the time that there is
SOLVED = 12_000  # items times bins that CP-SAT takes on


def fit(problem: Problem, stop: Stop, *, seed: int = 0, counted: bool = False) -> list[int] | None:
    """Return a slot for every release, or None: more than bare, hopeless, or not found before ``stop`` says so.

    ``counted``: turns end after so many looks, not seconds, so that the answer depends on the seed alone.
    """
    core = bare(problem)
    if core is None or _is_hopeless(core):
        return None
    turns, length = list(_turns(problem, core, seed, counted=counted)), FIRST_TURN
    while not stop():
        for turn, share in turns:
            found = turn(_ending(stop, share * length, counted), share * length)
            if found is not None and core.holds(found):
                return found
        length *= 2
    return None


def _is_hopeless(core: Bare) -> bool:
    return core.slack < 0 or max(core.sizes) > max(core.rooms)


def _ending(stop: Stop, length: float, counted: bool) -> Stop:
    """Stop when asked to, or when the turn is over."""
    left, ends = [int(LOOKS * length / FIRST_TURN)], monotonic() + length

    def over() -> bool:
        left[0] -= 1
        return stop() or (left[0] <= 0 if counted else monotonic() > ends)

    return over


def _turns(problem: Problem, core: Bare, seed: int, *, counted: bool) -> Iterator[tuple[Turn, float]]:
    """The searches, and how long a turn of each is beside the others."""
    dice = random.Random(seed)  # noqa: S311
    rounds = count()
    if not core.is_ordered:
        packing, master = Packing.begun(core, dice), begun(core)
        yield lambda stop, _: pack(core, stop, dice, packing=packing), 1.0
        yield lambda stop, _: choose(core, stop, dice, master=master), 4.0
    yield lambda stop, _: fill(core, stop, dice, rounds=rounds), 1.0
    if len(core.sizes) * len(core.rooms) <= SOLVED:
        known = Compiled(problem)
        candidates = {at: one.options for at, one in enumerate(problem.releases)}
        part = Part(known, candidates, [None] * known.n)
        yield lambda _, length: _decided(part, length, dice, counted=counted), 0.5


def _decided(part: Part, length: float, dice: random.Random, *, counted: bool) -> list[int] | None:
    seconds, seed = 1e9 if counted else length, dice.randrange(1 << 30)
    budget = Budget(seconds=seconds, deterministic=length, workers=1, seed=seed)
    answer = decide(part, None, budget)
    return [answer.places[at] for at in part.candidates] if answer.places else None


def fitted(problem: Problem, pulled: Stop) -> Callable[[Compiled, Effort], State] | None:
    """Return what makes the first plan of a bare problem; None for any other, which is begun greedily."""
    if bare(problem) is None:
        return None

    def first(known: Compiled, effort: Effort) -> State:
        state = State(Ground(known))
        found = fit(problem, _patience(effort, pulled), seed=effort.seed, counted=effort.rounds is not None)
        for at, slot in enumerate(found or ()):
            state.put(at, slot)
        return state

    return first


def _patience(effort: Effort, pulled: Stop) -> Stop:
    """Most of the time: whether it fits at all is the question."""
    if effort.rounds is not None:
        left = [LOOKS * effort.rounds]

        def spent() -> bool:
            left[0] -= 1
            return left[0] <= 0

        return spent
    ends = monotonic() + SHARE * effort.seconds
    return lambda: pulled() or monotonic() > ends
