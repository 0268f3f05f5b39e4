"""The planner as the worker has it. The solver is loaded when it is first asked, so only by workers that plan."""

from collections.abc import Sequence

from releasetrain.domain.planner.problem import Problem
from releasetrain.domain.planner.values import Aim, Contradiction, Effort, Outcome, Tell

MOST_FOR_THE_OBVIOUS = 2.0  # seconds


class Solver:
    """Answers what ``planning.actions.run_plan`` asks of an engine."""

    def plan(self, problem: Problem, aims: Sequence[Aim], effort: Effort, *, tell: Tell | None = None) -> Outcome:
        """Return a plan for each aim; at once, why there is none, where that is plain."""
        from releasetrain.domain.planner import engine, explain

        if none := explain.obvious(problem, seconds=min(MOST_FOR_THE_OBVIOUS, effort.seconds)):
            return Outcome(contradiction=none)
        return engine.plan(problem, aims, effort, tell=tell)

    def repair(self, problem: Problem, effort: Effort, *, tell: Tell | None = None) -> Outcome:
        """Return one plan, near to today's."""
        from releasetrain.domain.planner import repair

        return repair.repair(problem, effort, tell=tell)

    def contradiction(self, problem: Problem, *, seconds: float = 10.0) -> Contradiction | None:
        """Return why there is no plan, if it is found in time."""
        from releasetrain.domain.planner import explain

        return explain.contradiction(problem, seconds=seconds)
