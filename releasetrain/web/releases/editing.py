"""Write a release down, edit it."""

from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _

from releasetrain.boarding import queries
from releasetrain.boarding.actions import drafting
from releasetrain.chance_wording import cost
from releasetrain.conflict_names import names
from releasetrain.conflict_wording import sentence, sides
from releasetrain.domain.conflicts.values import SideKind
from releasetrain.domain.errors import Refused
from releasetrain.domain.permissions import Permission, may, teams_where
from releasetrain.log_wording import FIELDS
from releasetrain.releases.fields import ReleaseFields
from releasetrain.releases.models import Release
from releasetrain.reviews.models import Review
from releasetrain.reviews.queries import scale_in_force, scale_of
from releasetrain.teams.models import Team, User
from releasetrain.trains.models import Train
from releasetrain.web.access import access
from releasetrain.web.refusals import refused as answer_refused
from releasetrain.web.releases.forms import (
    AnswersForm,
    ReleaseForm,
    WishForm,
    answers_in,
    in_words,
    initial_of,
)
from releasetrain.web.releases.live import side, side_of
from releasetrain.web.releases.reading import visible
from releasetrain.web.typed import key


@access(Permission.DRAFT)
def new(request: HttpRequest) -> HttpResponse:
    """Show the empty form; on a post write the release down, and hand it in if that button was pressed."""
    teams = _own_teams(request)
    wish = WishForm(
        request.POST or None, initial=_wished(request), teams=teams, zone=_zone(request), now=timezone.now()
    )
    form, answers = ReleaseForm(request.POST or None), _answers(request, None)
    context = {
        "form": form,
        "wish": wish,
        "answers": answers,
        "has_team": teams.exists(),
        **_side(request, wish.initial),
    }
    if request.method != "POST" or not (form.is_valid() & wish.is_valid()):
        return render(request, "releases/form.html", context, status=422 if request.method == "POST" else 200)
    try:
        number = _draft(request, form, wish)
    except Refused as refused:
        return answer_refused(request, refused, "releases/form.html", context)
    words = _("%(code)s is submitted.") if "submit" in request.POST else _("%(code)s is kept as a draft.")
    messages.success(request, words % {"code": f"RT-{number}"})
    return redirect("web:release", number)


def _draft(request: HttpRequest, form: ReleaseForm, wish: WishForm) -> int:
    return drafting.draft(
        team=wish.cleaned_data["team"].pk,
        fields=form.fields_value(),
        answers=answers_in(request.POST),
        wish=wish.wish(),
        submit="submit" in request.POST,
        key=wish.cleaned_data["key"],
        by=request.user,
        clock=timezone.now,
    )


def _own_teams(request: HttpRequest) -> QuerySet[Team]:
    every = Team.objects.all()
    return every.filter(pk__in=teams_where(request.person, Permission.DRAFT, among=[team.pk for team in every]))


def _zone(request: HttpRequest) -> ZoneInfo:
    return ZoneInfo(request.user.zone)


def _wished(request: HttpRequest) -> dict[str, Any]:
    train = Train.objects.filter(slug=request.GET.get("train", "")).first()
    slot = key(request.GET.get("slot"))
    wants = {"wants": "this", "slot": slot} if slot else {}
    return {"train": train, "team": next(iter(request.person.teams), None), **wants}


@access(Permission.EDIT)
def edit(request: HttpRequest, number: int) -> HttpResponse:
    """Show what a release says; on a post change it, or say what it would break where it rides."""
    found = get_object_or_404(visible(request), pk=number)
    if not may(request.person, Permission.EDIT, team=found.team_id):
        raise Http404
    current = queries.release(number)
    steps = ReleaseFields.of(current).steps
    form = ReleaseForm(request.POST or None, initial=initial_of(current), own=number, steps=steps)
    context = {"form": form, "release": found, "answers": _answers(request, found), **_side(request, {"of": number})}
    if request.method != "POST" or not form.is_valid():
        return render(request, "releases/form.html", context, status=422 if request.method == "POST" else 200)
    try:
        _edit(request, found, form)
    except Refused as refused:
        return answer_refused(
            request,
            refused,
            "releases/form.html",
            context | _why(request, found, refused, form.fields_value(ReleaseFields.of(queries.release(number)))),
        )
    messages.success(request, _("%(code)s is saved.") % {"code": found.code})
    return redirect("web:release", number)


def _edit(request: HttpRequest, found: Release, form: ReleaseForm) -> None:
    drafting.edit(
        release=found.pk,
        fields=form.fields_value(ReleaseFields.of(queries.release(found.pk))),
        revision=form.cleaned_data["revision"] or 0,
        ask_again="ask_again" in request.POST,
        answers=None if _is_fixed(found) else answers_in(request.POST),
        by=request.user,
        clock=timezone.now,
    )


def _is_fixed(found: Release) -> bool:
    """Whether the answers on risk were fixed when it was handed in."""
    return found.submitted_at is not None and found.withdrawn_at is None and found.rolled_back_at is None


def _answers(request: HttpRequest, found: Release | None) -> AnswersForm:
    review = Review.objects.filter(release=found).select_related("questionnaire").first() if found else None
    fixed = found is not None and _is_fixed(found)
    asked = review.questionnaire if review and fixed else scale_in_force()
    known = {f"answer-{question}": choice for question, choice in (review.answers if review else {}).items()}
    return AnswersForm(request.POST or None, initial=known, scale=scale_of(asked), fixed=fixed)


def _side(request: HttpRequest, begun: dict[str, Any]) -> dict[str, Any]:
    """The side panel as the form is shown; from then on it follows what is typed."""
    if request.method == "POST":
        return side(request, request.POST)
    if "of" in begun:
        return side_of(request, begun["of"])
    return side(request, {name: str(getattr(value, "pk", value) or "") for name, value in begun.items()})


def _ways(found: Release, said: ReleaseFields, zone: ZoneInfo) -> list[tuple[queries.Chance, str]]:
    """Where it could ride as it would be (C3)."""
    booking = queries.booking_or_none(found.pk)
    if booking is None:
        return []
    ways = queries.ways_out(found.pk, train=booking.slot.train_id, now=timezone.now(), said=said)
    return [(way, cost(way, zone=zone)) for way in ways]


def _why(request: HttpRequest, found: Release, refused: Refused, said: ReleaseFields) -> dict[str, Any]:
    """The reasons in words: conflicts where it rides, or what somebody else changed meanwhile."""
    seen = Release.objects.filter(pk__in={found.pk, *sides(refused.conflicts, SideKind.RELEASE)})
    called = names(seen, zone=_zone(request), conflicts=refused.conflicts)
    changed = refused.details.get("changed", [])
    return {
        "reasons": [(sentence(one, of=found.pk, names=called), one.code) for one in refused.conflicts],
        "changed": [(FIELDS.get(name, name), in_words(queries.release(found.pk), name)) for name in changed],
        "changed_by": User.objects.filter(pk=refused.details.get("by")).first(),
        "latest_revision": refused.details.get("revision"),
        "ways": _ways(found, said, _zone(request)) if refused.conflicts else [],
        "zone": request.user.zone,
    }


urlpatterns = [
    path("releases/new/", new, name="release-new"),
    path("releases/<int:number>/edit/", edit, name="release-edit"),
]
