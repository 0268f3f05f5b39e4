"""What the planner says, as rows and JSON: places of the problem become the ids of releases and slots."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from releasetrain.domain.planner import reasons
from releasetrain.domain.planner.problem import Problem
from releasetrain.domain.planner.values import Clash, Contradiction, Level, Measured, Plan, Progress, Reason
from releasetrain.planning.models import Move, PlanRun, Proposal


def put_proposals(run: PlanRun, problem: Problem, plans: Iterable[Plan]) -> None:
    """Write the plans of a run in place of those it had."""
    run.proposals.all().delete()
    for plan in plans:
        levels = [_level(one) for one in plan.levels]
        proposal = Proposal.objects.create(run=run, aim=plan.aim, levels=levels)
        Move.objects.bulk_create(_moves(proposal, problem, plan.places))


def _moves(proposal: Proposal, problem: Problem, plan: Sequence[int]) -> Iterable[Move]:
    why, needs = reasons.reasons(problem, plan), reasons.needed(problem, plan)
    for at in reasons.moved(problem, plan):
        current, new = problem.releases[at].current, plan[at]
        yield Move(
            proposal=proposal,
            release_id=problem.releases[at].id,
            old_id=None if current is None else problem.slots[current].id,
            new_id=problem.slots[new].id,
            new_start_at=datetime.fromtimestamp(problem.slots[new].start, tz=UTC),
            days_late=problem.days_late(at, new),
            days_late_before=None if current is None else problem.days_late(at, current),
            reason=_reason(problem, why[at]),
            needs=sorted(_releases(problem, needs[at])),
        )


def _releases(problem: Problem, places: Iterable[int]) -> list[Any]:
    return [problem.releases[at].id for at in places]


def _reason(problem: Problem, why: Reason) -> dict[str, Any]:
    releases = _releases(problem, why.releases)
    return {"code": why.code, "rule": why.rule, "releases": releases, "amounts": dict(why.amounts)}


def _level(one: Measured) -> dict[str, Any]:
    given = {str(level): value for level, value in one.given}
    return {"level": str(one.level), "value": one.value, "bound": one.bound, "given": given}


def progress(told: Progress) -> dict[str, Any]:
    """Return how far a search is, as JSON."""
    return {
        "aim": str(told.aim),
        "level": str(told.level),
        "value": told.value,
        "bound": told.bound,
        "seconds": round(told.seconds, 1),
    }


def baseline(problem: Problem) -> dict[str, int]:
    """Return the calendar of today by level, for those who ride, and how many wait for a place."""
    placed = [(at, current) for at in problem.free if (current := problem.releases[at].current) is not None]
    return {
        str(Level.MOVES): 0,
        str(Level.LATENESS): sum(problem.lateness(at, slot) for at, slot in placed),
        str(Level.EARLINESS): sum(problem.earliness(at, slot) for at, slot in placed),
        "waiting": len(problem.free) - len(placed),
    }


def left_out(found: Iterable[Any]) -> list[dict[str, Any]]:
    """Return whom no plan can place, as JSON."""
    return [{"release": one.release, "reason": one.reason, "of": list(one.of)} for one in found]


def contradiction(problem: Problem, found: Contradiction) -> dict[str, Any]:
    """Return why there is no plan, as JSON."""
    return {"minimal": found.minimal, "clashes": [_clash(problem, one) for one in found.clashes]}


def _clash(problem: Problem, one: Clash) -> dict[str, Any]:
    return {
        "code": one.code,
        "releases": _releases(problem, one.releases),
        "slots": [problem.slots[at].id for at in one.slots],
        "of": one.of,
        "amounts": dict(one.amounts),
    }
