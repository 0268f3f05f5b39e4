"""A plan of a problem from outside as text for a terminal."""

from collections.abc import Iterator
from datetime import UTC, datetime

from django.utils.translation import gettext as _

from releasetrain.domain.planner.check import violations
from releasetrain.domain.planner.problem import Problem
from releasetrain.domain.planner.values import Aim, Contradiction, Outcome, Plan
from releasetrain.planning_wording import Called, clash, measured


def called_in(problem: Problem) -> Called:
    """Return what releases and slots are called in the file of a problem."""
    return Called(
        release=lambda at: str(problem.releases[at].id),
        slot=lambda at: str(problem.slots[at].id),
    )


def report(problem: Problem, outcome: Outcome, aim: Aim) -> Iterator[str]:
    """Yield the lines that tell a plan, or why there is none."""
    plan = outcome.plans.get(aim)
    size = {"releases": len(problem.releases), "slots": len(problem.slots), "seconds": f"{outcome.seconds:.1f}"}
    yield _("%(releases)s releases, %(slots)s slots, %(seconds)s s.") % size
    if plan:
        yield from _of_plan(problem, plan)
    elif outcome.contradiction:
        yield from _of_none(problem, outcome.contradiction)
    else:
        yield _("No plan was found in this time, and no reason why there is none.")


def _of_plan(problem: Problem, plan: Plan) -> Iterator[str]:
    broken = violations(problem, plan.places)
    yield _("The checker finds fault with this plan.") if broken else _("A plan that the checker passes.")
    for one in plan.levels:
        yield f"  {measured(one)}"
    for slot, known in enumerate(problem.slots):
        aboard = [at for at, place in enumerate(plan.places) if place == slot]
        points = sum(problem.releases[at].points for at in aboard)
        load = str(points) if known.capacity is None else f"{points}/{known.capacity}"
        start = datetime.fromtimestamp(known.start, UTC).strftime("%Y-%m-%d %H:%M")
        yield f"{known.id}  {start}  {load:>7}  " + " ".join(str(problem.releases[at].id) for at in aboard)


def _of_none(problem: Problem, none: Contradiction) -> Iterator[str]:
    if none.minimal:
        yield _("There is no plan. These contradict each other; none of them can be left out:")
    else:
        yield _("There is no plan. These contradict each other:")
    called = called_in(problem)
    for one in none.clashes:
        yield f"  {clash(one, called)}"
