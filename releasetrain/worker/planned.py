"""Plans for whoever asks in a terminal: of a problem, and of the calendar."""

from collections.abc import Sequence
from datetime import datetime
from time import monotonic

from releasetrain.domain.planner.problem import Problem
from releasetrain.domain.planner.values import Aim, Effort, Outcome

MOST_FOR_A_REASON = 10.0  # seconds, after those for plans


def planned(problem: Problem, aims: Sequence[Aim], effort: Effort) -> Outcome:
    """Return plans; else why there is none, for which some more seconds are spent."""
    from releasetrain.domain.planner.engine import plan
    from releasetrain.domain.planner.explain import contradiction, obvious

    began = monotonic()
    if none := obvious(problem, seconds=effort.seconds):
        return Outcome(contradiction=none, seconds=monotonic() - began)
    found = plan(problem, aims, effort)
    if found.plans or found.contradiction:
        return found
    none = contradiction(problem, seconds=min(effort.seconds, MOST_FOR_A_REASON))
    return Outcome(contradiction=none, seconds=monotonic() - began)


def asked_of_calendar(trains: Sequence[int], now: datetime):
    """Return the calendar's problem and whom no plan can place (``from_calendar.Asked``). ``trains``: none, all."""
    from releasetrain.domain.planner.from_calendar import problem_of
    from releasetrain.planning.reading import calendar

    picture, wanted, reserve = calendar(now, trains)
    return problem_of(picture, wanted=wanted, reserve=reserve, trains=trains or None)
