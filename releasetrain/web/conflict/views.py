"""One conflict: both its sides with what they share, the ways out of either, and the form to waive."""

from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _

from releasetrain.audit import queries as log
from releasetrain.boarding import queries
from releasetrain.boarding.actions import waiving
from releasetrain.boarding.actions.asking import known_slot
from releasetrain.boarding.actions.rebooking import boardable
from releasetrain.conflict_wording import day
from releasetrain.domain.conflicts.values import Side, SideKind
from releasetrain.domain.errors import Refused
from releasetrain.releases.models import Release
from releasetrain.trains.models import Slot
from releasetrain.web import typed
from releasetrain.web.access import SIGNED_IN, access
from releasetrain.web.conflict.page import Typed, page, warnings
from releasetrain.web.conflict.reading import rows_of
from releasetrain.web.live.unchanged import followed, unless_unchanged
from releasetrain.web.refusals import refused as answer_refused
from releasetrain.wording import refusal

TEMPLATE = "conflicts/conflict.html"
PLACE_OF = {  # where on the form a refusal is said
    "nothing-ticked": "rules",
    "conflict-is-gone": "rules",
    "not-waivable": "rules",
    "reason-missing": "reason",
    "until-too-early": "until",
    "not-a-time": "until",
}


@access(SIGNED_IN)
@unless_unchanged
def show(request: HttpRequest, number: int, slot: int) -> HttpResponse:
    """Show what stands against a release in a slot, one other side at a time (``with``); on a post waive it."""
    release = get_object_or_404(Release.objects.visible_to(request.person).select_related("team"), pk=number)
    where = get_object_or_404(Slot.objects.select_related("train"), pk=slot)
    if request.method != "POST":
        template = f"{TEMPLATE}#conflict" if request.htmx else TEMPLATE
        return render(request, template, _context(request, release, where, Typed()))
    said = _typed(request)
    try:
        rides = _waive(request, release, where, said)
    except Refused as refused:
        more = {"at": PLACE_OF.get(refused.code, "all")}
        return answer_refused(request, refused, TEMPLATE, _context(request, release, where, said) | more)
    words = _("Waived: %(code)s rides on %(day)s.") if rides else _("Waived; %(code)s still has a conflict on %(day)s.")
    messages.success(request, words % {"code": release.code, "day": day(where.start_at, _zone(request))})
    return redirect("web:board", where.train.slug) if rides else redirect("web:conflict", number, slot)


def _zone(request: HttpRequest) -> ZoneInfo:
    return ZoneInfo(request.user.zone)


def _typed(request: HttpRequest) -> Typed:
    chosen, reason = frozenset(request.POST.getlist("waive")), request.POST.get("reason", "")
    return Typed(chosen=chosen, reason=reason, until=request.POST.get("until", ""))


def _context(request: HttpRequest, release: Release, slot: Slot, said: Typed) -> dict[str, Any]:
    here = resolve_url("web:conflict", release.pk, slot.pk)
    wanted = side_in(request.GET.get("with") or request.POST.get("with") or "")
    at = f"{here}?with={wanted.kind}-{wanted.id}" if wanted else here
    topics = [f"release:{release.pk}", f"slot:{slot.pk}", f"train:{slot.train_id}", "large", "setup"]
    live = followed(request, topics, at=at)
    rows = rows_of(release, slot, person=request.person, now=timezone.now())
    shown = {"release": release, "slot": slot, "zone": request.user.zone, "live": live, "address": here}
    shown |= {"cannot": _cannot(release, slot), "wanted": wanted}
    side = wanted if wanted in rows.found.sides else rows.found.first
    if side is None:
        return {**shown, "warnings": warnings(rows, _zone(request))}
    said_of = page(rows, side, person=request.person, zone=_zone(request), typed=said)
    return {**shown, **said_of, "side": side, "is_gone": wanted is not None and wanted != side}


def side_in(words: str) -> Side | None:
    """Return the side that an address names ("release-40", "freeze-3", "40"), or None for nonsense."""
    kind, _dash, id = words.rpartition("-")
    number = typed.key(id)
    if number is None or (kind or "release") not in set(SideKind):
        return None
    return Side(SideKind(kind or "release"), number)


def _cannot(release: Release, slot: Slot) -> str:
    """Why nothing can be decided here any more, or yet: the release may not board, or the slot is over."""
    try:
        boardable(release)
        known_slot(slot.pk, now=timezone.now())
    except Refused as refused:
        return refusal(refused)
    return ""


def _waive(request: HttpRequest, release: Release, slot: Slot, said: Typed) -> bool:
    """Waive what was ticked, by the names that the reader saw: what changed meanwhile is another conflict."""
    key = typed.one_time_key(request.POST.get("key"), deed=request.path)
    standing = _standing(release, slot)
    if log.result_of(key, by=request.user.pk) is None:
        if not said.chosen:
            raise Refused("nothing-ticked")
        if said.chosen - standing.keys():
            raise Refused("conflict-is-gone")
    return waiving.waive(
        release=release.pk,
        slot=slot.pk,
        reasons={waiving.key_of(standing[name]): said.reason for name in said.chosen & standing.keys()},
        until=_until(request, said),
        key=key,
        by=request.user,
        clock=timezone.now,
    )


def _standing(release: Release, slot: Slot) -> dict[str, Any]:
    return {one.name: one for one in queries.standing_conflicts(release.pk, slot=slot.pk, now=timezone.now())}


def _until(request: HttpRequest, said: Typed) -> datetime | None:
    """The end of the day that was typed, where the reader is; nothing typed: for good."""
    on = typed.day_or_refuse(said.until)
    return datetime.combine(on, time.max, tzinfo=_zone(request)) if on else None


urlpatterns = [path("conflicts/<int:number>/<int:slot>/", show, name="conflict")]
