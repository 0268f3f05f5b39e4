"""The plan of the fewest moves there is, with its proof."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from time import monotonic

from releasetrain.domain.planner.check import violations
from releasetrain.domain.planner.compiled import Compiled
from releasetrain.domain.planner.cp_sat import Budget, Status
from releasetrain.domain.planner.problem import Problem
from releasetrain.domain.planner.seats import large_seating, seating
from releasetrain.domain.planner.values import Effort

PATIENCE = 1.0  # seconds for one question to the solver, as long as there are more questions
MANY = 250  # asked for a slot: no longer a repair, but a plan to be made


@dataclass(slots=True)
class Clock:
    """How much time there is for the next question."""

    effort: Effort
    began: float = field(default_factory=monotonic)

    @property
    def seconds(self) -> float:
        """Return how long it has taken."""
        return monotonic() - self.began

    def budget(self, patience: float = PATIENCE) -> Budget:
        """Return the budget of one question; with rounds it is the same for the same problem, whatever the machine."""
        if self.effort.rounds is not None:
            return Budget(deterministic=patience * self.effort.rounds, seed=self.effort.seed)
        return Budget(seconds=max(0.05, min(patience, self.effort.seconds - self.seconds)), seed=self.effort.seed)

    @property
    def is_over(self) -> bool:
        """Return whether the time is over."""
        return self.effort.rounds is None and self.seconds >= self.effort.seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Fewest:
    """A plan, whom it was made for, and the moves that every plan makes; or: there is none."""

    places: tuple[int, ...] | None = None
    asked: frozenset[int] = frozenset()
    least: int = 0
    is_impossible: bool = False


def fewest_moves(known: Compiled, clock: Clock) -> Fewest:
    """Ask whoever cannot stay for a slot, then whoever gave one up, until nobody is left without.

    Once a large one is to move, all of them are seated first, so that they do not chase each other from slot to slot.
    """
    problem = known.problem
    today = [one.options[0] if one.settled else one.current for one in problem.releases]
    asked = {at for one in violations(problem, today) for at in one.releases if not problem.releases[at].settled}
    if len(asked) > MANY:
        return Fewest(asked=frozenset(asked), least=sum(_must_leave(known, at) for at in asked))
    least, held, is_tried = 0, dict[int, int](), False
    while True:
        seated = seating(known, asked, clock.budget(), held=held)
        if seated.status is Status.NONE and held:
            asked, held = asked | held.keys(), {}
            continue
        if seated.status is Status.NONE:
            return Fewest(asked=frozenset(asked), is_impossible=True)
        least = least if held else max(least, seated.least)
        if seated.status is Status.UNKNOWN or (seated.gone and clock.is_over):
            return Fewest(asked=frozenset(asked), least=least)
        if not seated.gone:
            places = everywhere(problem, seated.places)
            return _judged(problem, Fewest(places=places, asked=frozenset(asked), least=least))
        if not is_tried and any(problem.releases[at].is_large for at in {*seated.gone, *asked}):
            is_tried, large = True, large_seating(known, clock.budget())
            held = dict(large.places) if large else {}
            least = max(least, large.least) if large else least
        asked |= {*seated.gone}
        asked -= held.keys()


def _must_leave(known: Compiled, at: int) -> bool:
    current = known.problem.releases[at].current
    return current is not None and not known.allowed[at, current]


def everywhere(problem: Problem, places: Mapping[int, int]) -> tuple[int, ...]:
    """Return the places of the free ones with those of the settled ones."""
    return tuple(places.get(at, one.options[0]) for at, one in enumerate(problem.releases))


def _judged(problem: Problem, found: Fewest) -> Fewest:
    return replace(found, places=None) if found.places is None or violations(problem, found.places) else found
