"""See plans: which were asked for, ask for one, watch it and look at what it proposes."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.urls import path
from django.utils import timezone

from releasetrain.domain.errors import Refused
from releasetrain.domain.permissions import Permission
from releasetrain.planning import queries
from releasetrain.planning.actions import ask as ask_for
from releasetrain.planning.asked import read
from releasetrain.planning.models import PlanRun
from releasetrain.trains.models import Train
from releasetrain.web import typed
from releasetrain.web.access import SIGNED_IN, access, may_anywhere
from releasetrain.web.fields import posted
from releasetrain.web.live.unchanged import followed, unless_unchanged
from releasetrain.web.plans import words
from releasetrain.web.plans.forms import AskForm, Tried
from releasetrain.web.plans.page import page
from releasetrain.web.refusals import put_on, status_of

SHOWN = 50


@access(SIGNED_IN)
@unless_unchanged
def plans(request: HttpRequest) -> HttpResponse:
    """List what was asked, latest first."""
    live = followed(request, ["plans", "large"], at=resolve_url("web:plans"))
    runs = list(queries.with_proposals(queries.visible_to(request.person))[: SHOWN + 1])
    now = queries.revision()
    context = {
        "live": live,
        "rows": [_row(run, now) for run in runs[:SHOWN]],
        "is_longer": len(runs) > SHOWN,
        "shown": SHOWN,
        "zone": request.user.zone,
        "may_plan": may_anywhere(request.person, Permission.PLAN),
    }
    return render(request, "plans/list.html#plans" if request.htmx else "plans/list.html", context)


def _row(run: PlanRun, now: int) -> dict[str, Any]:
    about = run.asked.get("about") or {}
    return {
        "run": run,
        "title": words.title(run, about.get("release")),
        "trains": [train.name for train in run.trains.all()],
        "plans": [(one, words.aim(one.aim)) for one in run.proposals.all()],
        "is_old": run.is_over and run.revision is not None and run.revision != now,
    }


@access(SIGNED_IN)
@unless_unchanged
def show(request: HttpRequest, plan: int) -> HttpResponse:
    """Show how far a run is, then its plans; ``plan``: which of them against today."""
    context = page(request, plan, aim=request.GET.get("plan", ""))
    return render(request, "plans/plan.html#plan" if request.htmx else "plans/plan.html", context)


@access(Permission.PLAN)
def begin(request: HttpRequest) -> HttpResponse:
    """Ask for plans; with something only thought of it is a what-if."""
    form = AskForm(posted(request), person=request.person, initial=_initial(request))
    tried = Tried(posted(request), person=request.person)
    if form.is_bound and all([form.is_valid(), tried.is_valid()]):
        try:
            run = _asked(request, form, tried)
        except Refused as error:
            put_on(form, error)
            return _form(request, form, tried, status=status_of(error))
        return redirect("web:plan", run.pk)
    return _form(request, form, tried, status=422 if form.is_bound else 200)


def _initial(request: HttpRequest) -> dict[str, Any]:
    """What the address says already: of which train, and whom to leave out."""
    trains = Train.objects.filter(slug=request.GET["train"]) if "train" in request.GET else Train.objects.none()
    return {"trains": [one.pk for one in trains], "leave_out": request.GET.get("leave-out", "")[:200]}


def _form(request: HttpRequest, form: AskForm, tried: Tried, *, status: int) -> HttpResponse:
    return render(request, "plans/begin.html", {"form": form, "tried": tried}, status=status)


def _asked(request: HttpRequest, form: AskForm, tried: Tried) -> PlanRun:
    thought = tried.said()
    said = {name: form.cleaned_data[name] for name in ("leave_out", "pinned")}
    asked = read({**said, "seconds": int(form.cleaned_data["seconds"]), "tried": thought})
    return ask_for(
        kind=PlanRun.Kind.TRIED if asked.tried else PlanRun.Kind.PLAN,
        trains=form.cleaned_data["trains"],
        asked=asked,
        by=request.user,
        clock=timezone.now,
        key=typed.one_time_key(request.POST.get("key"), deed=request.path),
    )


urlpatterns = [
    path("plans/", plans, name="plans"),
    path("plans/new/", begin, name="plan-new"),
    path("plans/<int:plan>/", show, name="plan"),
]
