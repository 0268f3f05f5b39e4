"""The train board: see it, choose a card, place it, let it ask."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.urls import path
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from releasetrain.boarding.actions import asking, riding
from releasetrain.conflict_wording import day
from releasetrain.domain.errors import Refused
from releasetrain.releases.models import Release
from releasetrain.trains import queries as trains
from releasetrain.trains.models import Slot, Train
from releasetrain.web import typed
from releasetrain.web.access import SIGNED_IN, access
from releasetrain.web.board.page import context
from releasetrain.web.live.unchanged import followed, unless_unchanged
from releasetrain.web.refusals import status_of
from releasetrain.wording import refusal


@access(SIGNED_IN)
@unless_unchanged
def show(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the board; ``chosen`` lights every slot for a release, ``since`` and ``team`` narrow the view."""
    return answer(request, train_of(request, slug), chosen=_chosen(request, request.GET.get("chosen")))


@access(SIGNED_IN)
@require_POST
def place(request: HttpRequest, slug: str) -> HttpResponse:
    """Put the chosen release on a slot."""
    train = train_of(request, slug)
    release, slot = _chosen(request, request.POST.get("release")), _slot(request, train)
    if release is None:
        return answer(request, train)
    try:
        riding.book(release=release.pk, slot=slot.pk, by=request.user, clock=timezone.now)
    except Refused as refused:
        return answer(request, train, chosen=release, refused=(slot.pk, refused, refusal(refused)))
    said = {"code": release.code, "day": day(slot.start_at, ZoneInfo(request.user.zone))}
    messages.success(request, _("%(code)s rides on %(day)s.") % said)
    return done(request, train)


@access(SIGNED_IN)
@require_POST
def ask(request: HttpRequest, slug: str) -> HttpResponse:
    """Let the chosen release ask for a slot (or, without one, wait in the queue)."""
    train = train_of(request, slug)
    release = _chosen(request, request.POST.get("release"))
    slot = _slot(request, train) if request.POST.get("slot") else None
    if release is None:
        return answer(request, train)
    try:
        asking.ask(release=release.pk, slot=slot and slot.pk, by=request.user, clock=timezone.now)
    except Refused as refused:
        return answer(request, train, chosen=release, refused=(slot.pk if slot else 0, refused, refusal(refused)))
    words = _("%(code)s asks for %(day)s.") if slot else _("%(code)s waits in the queue.")
    said = {"code": release.code, "day": slot and day(slot.start_at, ZoneInfo(request.user.zone))}
    messages.success(request, words % said)
    return done(request, train)


@access(SIGNED_IN)
@require_POST
def swap(request: HttpRequest, slug: str) -> HttpResponse:
    """Let the chosen release and another change places."""
    train = train_of(request, slug)
    one, other = (_chosen(request, request.POST.get(name)) for name in ("release", "other"))
    if one is None or other is None:
        return answer(request, train)
    try:
        riding.swap(one=one.pk, other=other.pk, by=request.user, clock=timezone.now)
    except Refused as refused:
        return answer(request, train, chosen=one, refused=(0, refused, refusal(refused)))
    messages.success(request, _("%(one)s and %(other)s changed places.") % {"one": one.code, "other": other.code})
    return done(request, train)


def train_of(request: HttpRequest, slug: str) -> Train:
    """The train of the address; its menu shows them all, so all are read at once."""
    request.trains = list(Train.objects.select_related("held_by").order_by("pk"))
    found = next((one for one in request.trains if one.slug == slug), None)
    if found is None:
        raise Http404
    return found


def _chosen(request: HttpRequest, number: str | None) -> Release | None:
    if not number:
        return None
    visible = Release.objects.visible_to(request.person).select_related("team")
    return get_object_or_404(trains.with_resources(visible), pk=typed.key(number))


def _slot(request: HttpRequest, train: Train) -> Slot:
    return get_object_or_404(Slot, pk=typed.key(request.POST.get("slot")), train=train)


def _since(request: HttpRequest) -> str:
    """Where the view starts, as it was typed; empty: now. A malformed one is now."""
    words = request.GET.get("since") or request.POST.get("since") or ""
    return words if typed.since(words) else ""


def _here(request: HttpRequest, train: Train, chosen: Release | None) -> str:
    """The address of the board as it is shown, whatever deed it answers."""
    team = request.GET.get("team") or request.POST.get("team")
    shown = {"chosen": chosen and chosen.pk, "since": _since(request), "team": team}
    query = urlencode({name: value for name, value in shown.items() if value})
    return resolve_url("web:board", train.slug) + (f"?{query}" if query else "")


def done(request: HttpRequest, train: Train) -> HttpResponse:
    """After a deed: the board in place, or a redirect to it without JavaScript."""
    if request.htmx:
        return answer(request, train)
    since = _since(request)
    back = redirect("web:board", slug=train.slug)
    if since:
        back["Location"] += f"?{urlencode({'since': since})}"
    return back


def answer(
    request: HttpRequest,
    train: Train,
    *,
    chosen: Release | None = None,
    refused: tuple[int, Refused, str] | None = None,
    status: int = 200,
    more: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """Render the board, whole or as the fragment that htmx swaps; a refusal stands in the place it is about."""
    live = followed(request, [f"train:{train.pk}", "large", "setup"], at=_here(request, train, chosen))
    shown = context(
        train,
        person=request.person,
        zone=ZoneInfo(request.user.zone),
        now=timezone.now(),
        since=typed.since(_since(request)),
        team=request.GET.get("team") or request.POST.get("team") or "",
        chosen=chosen,
        refused=refused,
    )
    shown |= {
        **(more or {}),
        "live": live,
        "trains": request.trains,
        "since": _since(request),
        "zone": request.user.zone,
    }
    if refused and shown["refused"] is None:  # that place is not in view
        messages.error(request, refused[2])
    fragment = request.htmx and not request.htmx.boosted
    template = "board/board.html#board" if fragment else "board/board.html"
    return render(request, template, shown, status=status_of(refused[1]) if refused else status)


urlpatterns = [
    path("trains/<slug:slug>/", show, name="board"),
    path("trains/<slug:slug>/place/", place, name="board-place"),
    path("trains/<slug:slug>/ask/", ask, name="board-ask"),
    path("trains/<slug:slug>/swap/", swap, name="board-swap"),
]
