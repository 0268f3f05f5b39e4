"""The page of one release."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render, resolve_url
from django.urls import path
from django.utils import timezone

from releasetrain import review_wording as words
from releasetrain.audit import queries as log
from releasetrain.boarding.journeys import Journey, asked_slot, journey
from releasetrain.boarding.queries import default_train, is_waivable, ways_out
from releasetrain.boarding.stages import stages_of
from releasetrain.chance_wording import cost
from releasetrain.conflict_names import names
from releasetrain.conflict_wording import sentence, sides
from releasetrain.domain.conflicts.values import SideKind
from releasetrain.domain.permissions import Permission, may
from releasetrain.domain.states import BEFORE_DEPARTURE, State
from releasetrain.log_wording import deed, slots_in
from releasetrain.releases.models import Release
from releasetrain.reviews.queries.whole import whole
from releasetrain.trains.models import Slot
from releasetrain.trains.queries import waivers_of
from releasetrain.web.access import SIGNED_IN, access
from releasetrain.web.live.unchanged import Followed, followed, noted_stamp, unless_unchanged
from releasetrain.web.reviews.gates import lines, with_form
from releasetrain.web.reviews.matrix import matrix_of
from releasetrain.web.sql.reading import accepting, shown

HISTORY = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of the history."""

    at: datetime
    who: str
    what: str


@access(SIGNED_IN)
@unless_unchanged
def release(request: HttpRequest, number: int) -> HttpResponse:
    """Show a release; one that the reader may not see is not found."""
    found = get_object_or_404(visible(request), pk=number)
    template = "releases/release.html#release" if request.htmx else "releases/release.html"
    return render(request, template, page(request, found))


def visible(request: HttpRequest) -> Any:
    """Return the releases that the reader may see, with what their page needs."""
    seen = Release.objects.visible_to(request.person).select_related("team", "initiative", "created_by")
    return seen.prefetch_related(
        "services", "tables", "needs__on", "needed_by__release", "schema_stages__change__table"
    )


def page(request: HttpRequest, found: Release, **more: Any) -> dict[str, Any]:
    """Return what the page of a release shows; ``more``: what was typed and refused."""
    noted_stamp(request)
    now, zone = timezone.now(), ZoneInfo(request.user.zone)
    here = journey(found, now=now)
    return {
        **reviewed(request, found, typed=more.get("typed")),
        **more,
        "live": _followed(request, here),
        "release": found,
        "journey": here,
        "state": here.state,
        "stage": stages_of({found.pk}).get(found.pk),
        "points": _points(here, found),
        "conflicts": told(here, zone),
        "asked_slot": here.request.slot if asked_slot(here.request, now=now) else None,
        "is_silent": _is_silent(here, now),
        "ways": _ways(here, zone, now) if here.state in (State.WAITING, State.ASKING) else [],
        "waivers": list(waivers_of(found.pk)),
        "history": _history(request, found, zone),
        "all_history": "all" in request.GET,
        "may": _may(request, found, here),
        "now": now,
        "zone": request.user.zone,
    }


def reviewed(request: HttpRequest, found: Release, *, typed: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return what the page shows of its reviews: gates, risk, SQL, clients, and whom it waits on."""
    full = whole(found.pk, now=timezone.now())
    gates = [with_form(line, full, typed=typed) for line in lines(full, request.person)]
    known = full.case.review.risk
    questions = {one.code: one.words for one in full.case.scale.questions}
    scripts = shown(found.schema_stages.all())
    return {
        "whole": full,
        "scripts": scripts,
        "accept": accepting(full.case, scripts, request.person, typed),
        "gates": gates,
        "waits_on": next((line for line in gates if line.gate.is_open), None),
        "needed": [words.gate_name(one.code, one.name) for one in full.case.rule.gates] if not gates else [],
        "risk": words.risk(known),
        "risk_reasons": words.reasons(known, questions, source=known["source"])[:3] if known else [],
        "matrix": matrix_of(full.case),
    }


def _followed(request: HttpRequest, here: Journey) -> Followed:
    """Itself, its place, and where it could go instead."""
    topics = [f"release:{here.release.pk}", "large", "setup"]
    topics += [f"slot:{here.booking.slot_id}"] if here.booking else []
    topics += [f"train:{here.request.train_id}"] if here.request else []
    at = resolve_url("web:release", here.release.pk) + ("?all=1" if "all" in request.GET else "")
    return followed(request, topics, at=at)


def _is_silent(here: Journey, now: datetime) -> bool:
    """Whether its departure is over and nobody said what happened."""
    over = here.booking is not None and here.booking.slot.end_at <= now and here.booking.ran is None
    return over and here.booking.slot.kind != Slot.Kind.PAST


def _points(here: Journey, found: Release) -> int | None:
    train = here.booking.slot.train if here.booking else here.request.train if here.request else None
    train = train or default_train(found.team_id)
    return train.points_of(found.size) if train else None


def told(here: Journey, zone: ZoneInfo) -> list[tuple[str, str, bool]]:
    """Return what stands against the release: sentence, rule code, whether it can be waived."""
    seen = Release.objects.filter(pk__in=sides(here.standing, SideKind.RELEASE))
    called = names(seen, zone=zone, picture=here.picture, conflicts=here.standing)
    number = here.release.pk
    return [(sentence(one, of=number, names=called), one.code, is_waivable(one)) for one in here.standing if one.blocks]


def _ways(here: Journey, zone: ZoneInfo, now: datetime) -> list[tuple[Any, str]]:
    train = here.request.train_id if here.request else None
    ways = ways_out(here.release.pk, train=train, now=now) if train else []
    return [(way, cost(way, zone=zone)) for way in ways]


def _history(request: HttpRequest, found: Release, zone: ZoneInfo) -> list[Line]:
    entries = list(log.about([f"release:{found.pk}"])[: None if "all" in request.GET else HISTORY])
    slots = dict(Slot.objects.filter(pk__in=slots_in(entries)).values_list("pk", "start_at"))
    return [
        Line(at=entry.at, who=entry.by.name if entry.by else "", what=deed(entry, slots=slots, zone=zone))
        for entry in entries
    ]


def _may(request: HttpRequest, found: Release, here: Journey) -> dict[str, bool]:
    """Which buttons the page shows; the actions ask again."""
    person, team = request.person, found.team_id
    early = here.state in BEFORE_DEPARTURE
    over = here.state in (State.WITHDRAWN, State.ROLLED_BACK)
    return {
        "edit": (early or over) and may(person, Permission.EDIT, team=team),
        "submit": (here.state is State.DRAFT or over) and may(person, Permission.SUBMIT, team=team),
        "book": early and here.state is not State.DRAFT and may(person, Permission.BOOK, team=team),
        "leave": here.booking is not None and early and may(person, Permission.BOOK, team=team),
        "withdraw": (early or here.state is State.ROLLED_BACK) and may(person, Permission.WITHDRAW, team=team),
        "waive": any(is_waivable(one) for one in here.standing) and may(person, Permission.WAIVE),
        "plan": early and may(person, Permission.PLAN),
        "end_waiver": may(person, Permission.WAIVE),
        "edit_reviewed": may(person, Permission.EDIT, team=team),
        "grace": here.booking is not None and early and bool(found.open_gates) and may(person, Permission.WAIVE),
    }


urlpatterns = [path("releases/<int:number>/", release, name="release")]
