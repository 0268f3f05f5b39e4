"""The addresses of plans."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from releasetrain.api.conflicts import told
from releasetrain.api.door import Door, described, not_found
from releasetrain.api.plans import shapes
from releasetrain.api.releases.deeds import Nothing
from releasetrain.domain.permissions import Permission
from releasetrain.planning import actions, queries
from releasetrain.planning import asked as asking
from releasetrain.planning.models import Move, PlanRun, Proposal

Facts = Mapping[str, Any]
SEARCH = ("seconds", "seed", "leave_out", "pinned")


class OfPlans(Door):
    """Everybody sees plans; whoever runs the train asks for them."""

    family = "plans"
    named_by_address = ("no-such-plan",)


class Plans(OfPlans):
    """All of them."""

    ordering = ("-pk",)

    @described("Plans, latest first", answers=shapes.PlanRunAnswer, paged=True)
    def get(self, request: Request, said: Facts) -> QuerySet[PlanRun]:
        """Return those that are not thrown away."""
        return queries.with_proposals(queries.visible_to(request._request.person))

    def with_more(self, page: list[PlanRun]) -> list[Facts]:
        """Say of each whether the calendar moved on; one query for all."""
        revision = queries.revision()
        return [_in_list(run, revision) for run in page]

    @described(
        "Ask for three plans, or what would come of a what-if; a worker looks",
        takes=shapes.PlanAsked,
        answers=shapes.WholePlanAnswer,
        status=202,
    )
    def post(self, request: Request, said: Facts) -> Response:
        """Ask."""
        tried = shapes.tried_as_asked(said["tried"])
        kind = PlanRun.Kind.PLAN if said["tried"] is None else PlanRun.Kind.TRIED
        return _asked(request, kind, said, tried=tried)


class Repair(OfPlans):
    """One plan near to today's."""

    needs = Permission.PLAN

    @described(
        "Ask for a repair: a plan that moves as few as it can",
        takes=shapes.RepairSaid,
        answers=shapes.WholePlanAnswer,
        status=202,
    )
    def post(self, request: Request, said: Facts) -> Response:
        """Ask."""
        must = {one["release"]: one["slot"] for one in said["must"]}
        return _asked(request, PlanRun.Kind.REPAIR, said, must=must, about=said["about"])


class Plan(OfPlans):
    """One of them."""

    @described("How far a plan is, and what came of it", answers=shapes.WholePlanAnswer)
    def get(self, request: Request, plan: int) -> Facts:
        """Return it as it is now."""
        return _whole(_plan(request, plan))

    @described("Throw a plan away; what was applied of it stays")
    def delete(self, request: Request, plan: int) -> None:
        """Take it out of every list."""
        actions.throw_away(run=plan, by=request.user, clock=timezone.now)


class Cancel(OfPlans):
    """Stop one."""

    @described("Stop the search: the best so far is kept", takes=Nothing, answers=shapes.WholePlanAnswer)
    def post(self, request: Request, plan: int, said: Facts) -> Facts:
        """Ask it to stop."""
        actions.cancel(run=plan, by=request.user, clock=timezone.now)
        return _whole(_plan(request, plan))


class OneProposal(OfPlans):
    """What a plan proposes under one aim."""

    @described("A proposal with its moves, each with its reason, judged as of now", answers=shapes.ProposedPlanAnswer)
    def get(self, request: Request, proposal: int) -> Facts:
        """Return it, and what no longer holds."""
        found = _proposal(request, proposal)
        zone = timezone.get_current_timezone()
        gone = queries.no_longer_holds(found, now=timezone.now())
        return {
            **_proposed(found),
            "plan": found.run_id,
            "all_moves": [_moved(move) for move in queries.difference(found)],
            "gone": [
                {"release": one.release, "code": one.code, "on": one.on}
                | {"conflicts": told(one.conflicts, of=one.release, zone=zone) if one.conflicts else []}
                for one in gone
            ],
        }


class Apply(OfPlans):
    """Make its moves."""

    @described(
        "Apply a proposal: all of its moves or some, at once or not at all",
        takes=shapes.ApplySaid,
        answers=shapes.AppliedAnswer,
    )
    def post(self, request: Request, proposal: int, said: Facts) -> Facts:
        """Apply it."""
        done = actions.apply(
            proposal=proposal, chosen=said["releases"], seen=said["seen"], by=request.user, clock=timezone.now
        )
        return {"moved": sorted(done)}


class Compare(OfPlans):
    """Two of them."""

    @described("Two proposals side by side", asks=shapes.CompareAsked, answers=shapes.ComparisonAnswer)
    def get(self, request: Request, said: Facts) -> Facts:
        """Return what sets them apart."""
        found = queries.compare(*(_proposal(request, said[name]) for name in ("one", "other")))
        return {
            "levels": found.levels,
            "only_one": [_moved(move) for move in found.only_one],
            "only_other": [_moved(move) for move in found.only_other],
            "elsewhere": [
                {"release": one.release.code, "one": one.new, "other": other.new} for one, other in found.elsewhere
            ],
        }


def _asked(request: Request, kind: str, said: Facts, **more: Any) -> Response:
    asked = asking.read({**{name: said[name] for name in SEARCH}, **more})
    run = actions.ask(kind=kind, trains=said["trains"], asked=asked, by=request.user, clock=timezone.now)
    told_plan = shapes.WholePlanAnswer().to_representation(_whole(_plan(request, run.pk)))
    return Response(told_plan, status=202, headers={"Location": f"/api/v1/plans/{run.pk}"})


def _plan(request: Request, plan: int) -> PlanRun:
    return get_object_or_404(queries.with_proposals(queries.visible_to(request._request.person)), pk=plan)


def _proposal(request: Request, proposal: int) -> Proposal:
    found = queries.proposal_of(request._request.person, proposal)
    if found is None:
        raise not_found()
    return found


def _in_list(run: PlanRun, revision: int) -> dict[str, Any]:
    lost = queries.is_lost(run)
    return {
        **{name: getattr(run, name) for name in ("kind", "asked_at", "started_at", "finished_at", "cancelled_at")},
        "id": run.pk,
        "state": PlanRun.State.FAILED if lost else run.state,
        "failure": "lost" if lost else run.failure,
        "trains": [train.pk for train in run.trains.all()],
        "asked_by": run.asked_by.name,
        "revision": run.revision,
        "is_old": run.revision is not None and run.revision != revision,
        "proposals": [_proposed(one) for one in run.proposals.all()],
    }


def _whole(run: PlanRun) -> dict[str, Any]:
    return {
        **_in_list(run, queries.revision()),
        **{name: getattr(run, name) for name in ("asked", "baseline", "left_out")},
        "contradiction": run.contradiction and _contradicted(run.contradiction),
        "progress": run.progress or None,
    }


def _contradicted(found: Facts) -> Facts:
    """What a fact is about is a number or a word; here it is told as a word."""
    return {
        **found,
        "clashes": [{**one, "of": None if one["of"] is None else str(one["of"])} for one in found["clashes"]],
    }


def _proposed(one: Any) -> dict[str, Any]:
    return {
        "id": one.pk,
        "aim": one.aim,
        "levels": one.levels,
        "moves": one.moves_count,
        "applied": one.applied_count,
        "applied_at": one.applied_at,
    }


def _moved(move: Move) -> dict[str, Any]:
    same = {
        name: getattr(move, name) for name in ("old", "new", "days_late", "days_late_before", "needs", "applied_at")
    }
    reason = {"code": "", "rule": "", "releases": [], "amounts": {}, **move.reason}
    release = move.release
    return {**same, "release": release.code, "title": release.title, "team": release.team.code, "reason": reason}


urlpatterns = [
    path("plans", Plans.as_view(), name="plans"),
    path("plans/repair", Repair.as_view(), name="plans-repair"),
    path("plans/compare", Compare.as_view(), name="plans-compare"),
    path("plans/<row:plan>", Plan.as_view(), name="plan"),
    path("plans/<row:plan>/cancel", Cancel.as_view(), name="plan-cancel"),
    path("proposals/<row:proposal>", OneProposal.as_view(), name="proposal"),
    path("proposals/<row:proposal>/apply", Apply.as_view(), name="proposal-apply"),
]
