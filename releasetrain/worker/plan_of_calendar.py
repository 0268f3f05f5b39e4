"""Plans of the calendar as text for a terminal, and one of them applied."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from releasetrain.conflict_wording import moment
from releasetrain.domain.errors import Refused
from releasetrain.domain.planner.problem import Problem
from releasetrain.domain.planner.values import Aim, Effort, Level, Measured, Outcome, Plan
from releasetrain.planning_wording import AIMS, LEVELS, Called, left_out, reason
from releasetrain.teams.models import User
from releasetrain.trains.models import Slot
from releasetrain.worker.plan_report import of_none
from releasetrain.worker.planned import asked_of_calendar, planned

THREE = (Aim.FEWEST_MOVES, Aim.BALANCED, Aim.EARLIEST)


def of_calendar(trains: Sequence[int], aim: Aim, effort: Effort, now: datetime) -> Iterator[str]:
    """Yield the lines that tell three plans side by side and the moves of one; nothing is written."""
    asked = asked_of_calendar(trains, now)
    problem, called = asked.problem, _called(asked.problem)
    for one in asked.left_out:
        others = tuple(one.of)
        by_id = Called(release=_code, slot=str)
        yield f"{_code(one.release)}: {left_out(one.reason, others, by_id)}"
    if not problem.free:
        yield _("There is nothing to plan.")
        return
    outcome = planned(problem, THREE, effort)
    yield from _told(problem, outcome, aim, called)


def _told(problem: Problem, outcome: Outcome, aim: Aim, called: Called) -> Iterator[str]:
    if outcome.plans:
        yield from _table(outcome.plans)
        yield from _moves(problem, outcome.plans[aim], called)
    elif outcome.contradiction:
        yield from of_none(outcome.contradiction, called)
    else:
        yield _("No plan was found in this time, and no reason why there is none.")


def _code(release: int) -> str:
    return f"RT-{release}"


def _called(problem: Problem) -> Called:
    """Releases by their code, slots by train and departure in UTC."""
    slots = Slot.objects.select_related("train").in_bulk([int(one.id) for one in problem.slots])

    def slot(at: int) -> str:
        found = slots[int(problem.slots[at].id)]
        return f"{found.train.slug} {moment(found.start_at, UTC)}"

    return Called(release=lambda at: _code(int(problem.releases[at].id)), slot=slot)


def _table(plans: Mapping[Aim, Plan]) -> Iterator[str]:
    """A column for each plan: the value of each level, and what no plan goes below, in brackets."""
    yield _line("", [str(AIMS[aim]) for aim in plans])
    for level in (Level.MOVES, Level.LATENESS, Level.EARLINESS):
        yield _line(str(LEVELS[level]), [_cell(plan, level) for plan in plans.values()])
    yield _("In brackets: no plan goes below; it holds for the values of the levels that count before it.")


def _line(name: str, cells: Sequence[str]) -> str:
    return f"{name:32}" + "".join(f"{one:>18}" for one in cells)


def _cell(plan: Plan, level: Level) -> str:
    found: Measured = next(one for one in plan.levels if one.level is level)
    return f"{found.value} ({found.bound})"


def _moves(problem: Problem, plan: Plan, called: Called) -> Iterator[str]:
    from releasetrain.domain.planner.reasons import reasons

    why = reasons(problem, plan.places)
    moves = ngettext("%(aim)s: %(n)s move or place", "%(aim)s: %(n)s moves and places", len(why))
    yield moves % {"aim": AIMS[plan.aim], "n": len(why)}
    for at in sorted(why, key=lambda one: plan.places[one]):
        current = problem.releases[at].current
        old = _("asks") if current is None else called.slot(current)
        yield f"  {called.release(at)}  {old} → {called.slot(plan.places[at])}  {reason(why[at], called)}"


def applied(trains: Sequence[int], aim: str, effort: Effort, by: User, clock: Callable[[], datetime]) -> Iterator[str]:
    """Plan the calendar as ``by``, make the moves of one plan, and yield whom it moved; raises ``Refused``."""
    from releasetrain.planning.actions import apply, ask, run_plan
    from releasetrain.planning.asked import Asked
    from releasetrain.worker.solving import Solver

    asked = Asked(seconds=max(1, round(effort.seconds)), seed=effort.seed)
    run = ask(kind="plan", trains=trains, asked=asked, by=by, clock=clock)
    run_plan(run=run.pk, clock=clock, engine=Solver())
    proposal = run.proposals.filter(aim=aim).first()
    if proposal is None:
        raise Refused("no-such-plan")
    moved = apply(proposal=proposal.pk, by=by, clock=clock) if proposal.moves.exists() else ()
    return iter(
        [_("Nobody moves.")] if not moved else [_("Moved: %(who)s.") % {"who": ", ".join(map(_code, sorted(moved)))}]
    )
