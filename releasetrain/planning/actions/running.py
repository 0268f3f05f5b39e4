"""What a worker does of a plan that was asked for."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from releasetrain.domain.planner.problem import Problem
from releasetrain.domain.planner.values import Aim, Contradiction, Effort, Outcome, Tell

Clock = Callable[[], datetime]


class Engine(Protocol):
    """Whatever can plan; only the worker has one."""

    def plan(self, problem: Problem, aims: Sequence[Aim], effort: Effort, *, tell: Tell | None = None) -> Outcome:
        """Return a plan for each aim."""

    def repair(self, problem: Problem, effort: Effort, *, tell: Tell | None = None) -> Outcome:
        """Return one plan, near to today's."""

    def contradiction(self, problem: Problem, *, seconds: float = 10.0) -> Contradiction | None:
        """Return why there is no plan; None: nothing was found."""


def run_plan(*, run: int, clock: Clock, engine: Engine) -> None:
    """Do a run that was asked for; one that is over stays as it is, so a message told twice does no harm.

    A worker that died at it left nothing but progress: the run starts anew, three times at most.
    """
    raise NotImplementedError
