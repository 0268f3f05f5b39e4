"""Engines for tests: they answer what they were told to, and look at what they were asked."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from releasetrain.domain.planner.problem import Problem
from releasetrain.domain.planner.values import Aim, Contradiction, Level, Measured, Outcome, Plan, Progress

Places = Callable[[Problem], Iterable[int]]


def stays(problem: Problem) -> list[int]:
    """Everybody where they ride; who only asks goes to the first slot it may ride in."""
    return [known.options[0] if known.current is None else known.current for known in problem.releases]


def last(problem: Problem) -> list[int]:
    """Everybody to the last slot they may ride in."""
    return [known.options[-1] for known in problem.releases]


def first(problem: Problem) -> list[int]:
    """Everybody to the first slot they may ride in."""
    return [known.options[0] for known in problem.releases]


@dataclass
class FakeEngine:
    """Answers ``places`` for every aim, after ``meanwhile`` and having told its progress ``tells`` times."""

    places: Places | None = stays
    clashes: Contradiction | None = None
    meanwhile: Callable[[], Any] = lambda: None
    tells: int = 1
    asked: list[tuple[str, Any]] = field(default_factory=list)
    problem: Problem | None = None
    went_on: list[bool] = field(default_factory=list)

    def plan(self, problem: Problem, aims: Any, effort: Any, *, tell: Any = None) -> Outcome:
        return self._answer("plan", problem, aims, effort, tell)

    def repair(self, problem: Problem, effort: Any, *, tell: Any = None) -> Outcome:
        return self._answer("repair", problem, [Aim.REPAIR], effort, tell)

    def contradiction(self, problem: Problem, *, seconds: float = 10.0) -> Contradiction | None:
        self.asked.append(("contradiction", seconds))
        return self.clashes

    def _answer(self, what: str, problem: Problem, aims: Iterable[Aim], effort: Any, tell: Any) -> Outcome:
        self.asked.append((what, effort))
        self.problem = problem
        for second in range(self.tells):
            told = Progress(aim=Aim.BALANCED, level=Level.LATENESS, value=7, bound=5, seconds=second)
            self.went_on.append(tell(told))
            self.meanwhile()
        return Outcome(plans={} if self.places is None else self._plans(problem, aims))

    def _plans(self, problem: Problem, aims: Iterable[Aim]) -> Mapping[Aim, Plan]:
        levels = (Measured(level=Level.LATENESS, value=7, bound=5, given=((Level.MOVES, 2),)),)
        return {aim: Plan(aim=aim, places=tuple(self.places(problem)), levels=levels) for aim in aims}
