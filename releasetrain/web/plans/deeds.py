"""What a release manager does with a plan: stop it, apply it, ask again, throw it away, ask for a way out."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from releasetrain.domain.errors import Refused
from releasetrain.domain.permissions import Permission
from releasetrain.planning import actions, queries
from releasetrain.planning.asked import Asked, read
from releasetrain.planning.models import PlanRun, Proposal
from releasetrain.web import typed
from releasetrain.web.access import access
from releasetrain.web.plans.differences import Ticked
from releasetrain.web.plans.page import page
from releasetrain.web.plans.reading import known, rows
from releasetrain.web.refusals import or_404
from releasetrain.web.refusals import refused as answer_refused
from releasetrain.wording import refusal

TEMPLATE = "plans/plan.html"


@access(Permission.PLAN, post_only=True)
def cancel(request: HttpRequest, plan: int) -> HttpResponse:
    """Let a search stop; the best so far is kept."""
    or_404(lambda: actions.cancel(run=known(request, plan).pk, by=request.user, clock=timezone.now))
    return redirect("web:plan", plan)


@access(Permission.PLAN, post_only=True)
def throw_away(request: HttpRequest, plan: int) -> HttpResponse:
    """Take a run out of the list."""
    or_404(lambda: actions.throw_away(run=known(request, plan).pk, by=request.user, clock=timezone.now))
    messages.success(request, _("Plan %(number)s is thrown away. What was applied of it stays.") % {"number": plan})
    return redirect("web:plans")


@access(Permission.PLAN, post_only=True)
def apply(request: HttpRequest, plan: int) -> HttpResponse:
    """Do the moves of a plan; ``do``: all, holding, selected, with-needs, or preview, which writes nothing."""
    aim, do = request.POST.get("plan", ""), request.POST.get("do", "")
    proposal = rows(known(request, plan), aim=aim).proposal
    chosen = _ticked(request)
    if do == "preview" or proposal is None:
        return render(request, TEMPLATE, page(request, plan, aim=aim, ticked=_previewed(proposal, chosen)))
    try:
        moved = _apply(request, proposal, chosen, do)
    except Refused as error:
        lacking = frozenset(error.details.get("releases", ())) if error.code == "plan-needs-others" else frozenset()
        ticked = Ticked(chosen=chosen, lacking=lacking)
        return answer_refused(request, error, TEMPLATE, page(request, plan, aim=aim, ticked=ticked))
    words = ngettext("%(count)s release rides as planned.", "%(count)s releases ride as planned.", len(moved))
    messages.success(request, words % {"count": len(moved)})
    return redirect(f"{resolve_url('web:plan', plan)}?plan={proposal.aim}")


def _ticked(request: HttpRequest) -> frozenset[int]:
    found = (typed.key(one) for one in request.POST.getlist("move"))
    return frozenset(one for one in found if one is not None)


def _previewed(proposal: Proposal | None, chosen: frozenset[int]) -> Ticked:
    """What is ticked with what it rests on, so that the page shows both before anything is done."""
    whole = queries.closed_with(proposal, chosen) if proposal and chosen else chosen
    return Ticked(chosen=chosen, lacking=whole - chosen)


def _apply(request: HttpRequest, proposal: Proposal, chosen: frozenset[int], do: str) -> frozenset[int]:
    return actions.apply(
        proposal=proposal.pk,
        chosen=_wanted(proposal, chosen, do),
        by=request.user,
        clock=timezone.now,
        key=typed.one_time_key(request.POST.get("key"), deed=request.path),
        seen=typed.key(request.POST.get("seen")),
    )


def _wanted(proposal: Proposal, chosen: frozenset[int], do: str) -> frozenset[int] | None:
    """Which moves a button means; None: all that are left."""
    if do == "all":
        return None
    if do == "holding":
        return _holding(proposal)
    if not chosen:
        raise Refused("no-move-ticked")
    return queries.closed_with(proposal, chosen) if do == "with-needs" else chosen


def _holding(proposal: Proposal) -> frozenset[int]:
    """The moves that are left and still hold: they can be made together."""
    gone = {one.release for one in queries.no_longer_holds(proposal, now=timezone.now())}
    left = (move.release_id for move in queries.difference(proposal) if move.applied_at is None)
    return frozenset(left) - gone


@access(Permission.PLAN, post_only=True)
def again(request: HttpRequest, plan: int) -> HttpResponse:
    """Ask the same of the calendar of now; ``without``: and leave that release out."""
    old = known(request, plan)
    without = typed.key(request.POST.get("without"))
    asked = read(old.asked)
    return _ask(request, asked if without is None else _without(asked, without), old)


def _without(asked: Asked, release: int) -> Asked:
    """The same question, with one more release that is left as it is."""
    return replace(
        asked,
        leave_out=tuple(dict.fromkeys((*asked.leave_out, release))),
        pinned=tuple(one for one in asked.pinned if one != release),
        must={one: slot for one, slot in asked.must.items() if one != release},
    )


def _ask(request: HttpRequest, asked: Asked, like: PlanRun) -> HttpResponse:
    trains = [train.pk for train in like.trains.all()]
    return _asked(request, lambda: {"kind": like.kind, "trains": trains, "asked": asked}, back="web:plans")


@access(Permission.PLAN, post_only=True)
def way_out(request: HttpRequest) -> HttpResponse:
    """Ask for a repair: from a refusal (``slot`` is what the release is to get), a bump, a slip or a conflict."""
    return _asked(request, lambda: {"kind": PlanRun.Kind.REPAIR, "asked": read(_about(request))}, back="web:plans")


def _about(request: HttpRequest) -> dict[str, Any]:
    release, slot = (typed.key(request.POST.get(name)) for name in ("release", "slot"))
    kind = request.POST.get("kind", "")
    must = {release: slot} if kind == "refusal" and slot is not None else {}
    about = {"kind": kind, "release": release, "slot": slot, "code": request.POST.get("code", "")}
    return {"must": must, "about": about, "seconds": SECONDS}


SECONDS = 10  # a way out is waited for


def _asked(request: HttpRequest, said: Callable[[], Mapping[str, Any]], *, back: str) -> HttpResponse:
    """Ask, and go to watch it; a refusal is said on the list of plans, since it is about no page."""
    key = typed.one_time_key(request.POST.get("key"), deed=request.path)
    try:
        run = or_404(lambda: actions.ask(**said(), by=request.user, clock=timezone.now, key=key))
    except Refused as error:
        messages.error(request, refusal(error))
        return redirect(back)
    return redirect("web:plan", run.pk)


urlpatterns = [
    path("plans/way-out/", way_out, name="plan-way-out"),
    path("plans/<int:plan>/cancel/", cancel, name="plan-cancel"),
    path("plans/<int:plan>/throw-away/", throw_away, name="plan-throw-away"),
    path("plans/<int:plan>/apply/", apply, name="plan-apply"),
    path("plans/<int:plan>/again/", again, name="plan-again"),
]
