"""One form for all waivable conflicts of a release in a slot, one row each (C4)."""

import uuid
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _

from releasetrain.audit import queries as log
from releasetrain.boarding import queries
from releasetrain.boarding.actions import waiving
from releasetrain.boarding.actions.asking import known_slot
from releasetrain.boarding.actions.rebooking import boardable
from releasetrain.conflict_names import names
from releasetrain.conflict_wording import Names, day, sentence
from releasetrain.domain.conflicts.values import Conflict
from releasetrain.domain.errors import Refused
from releasetrain.domain.permissions import Permission
from releasetrain.releases.models import Release
from releasetrain.trains import queries as trains
from releasetrain.trains.models import Slot
from releasetrain.trains.queries import waivers_of
from releasetrain.web import typed
from releasetrain.web.access import access
from releasetrain.web.refusals import refused as answer_refused
from releasetrain.web.releases.reading import page, visible
from releasetrain.wording import refusal


@access(Permission.WAIVE)
def waive(request: HttpRequest, number: int, slot: int) -> HttpResponse:
    """Show the conflicts with a reason each; on a post waive those that have one and board it with the last."""
    release = get_object_or_404(Release.objects.visible_to(request.person).select_related("team"), pk=number)
    where = get_object_or_404(Slot.objects.select_related("train"), pk=slot)
    context = _page(request, release, where)
    if request.method != "POST":
        return render(request, "waivers/form.html", context | {"cannot": _cannot(release, where)})
    try:
        rides = _waive(request, context)
    except Refused as refused:
        return answer_refused(request, refused, "waivers/form.html", context)
    said = {"code": release.code, "day": day(where.start_at, ZoneInfo(request.user.zone))}
    words = _("Waived: %(code)s rides on %(day)s.") if rides else _("Waived; %(code)s still has a conflict on %(day)s.")
    messages.success(request, words % said)
    return redirect("web:board", where.train.slug)


def _page(request: HttpRequest, release: Release, slot: Slot) -> dict[str, Any]:
    found = queries.standing_conflicts(release.pk, slot=slot.pk, now=timezone.now())
    called, typed_before = _names(request, found, release, slot), _own_reasons(request)
    rows = [
        {
            "conflict": one,
            "name": one.name,
            "number": index,
            "words": sentence(one, of=release.pk, names=called),
            "waivable": queries.is_waivable(one),
            "reason": typed_before.get(one.name, ""),
        }
        for index, one in enumerate(found)
    ]
    return {
        "release": release,
        "slot": slot,
        "rows": rows,
        "key": request.POST.get("key") or uuid.uuid4(),
        "until": request.POST.get("until", ""),
        "for_all": request.POST.get("for_all", ""),
        "zone": request.user.zone,
    }


def _cannot(release: Release, slot: Slot) -> str:
    """Why nobody need waive here: the release may not board at all, or the slot is over."""
    try:
        boardable(release)
        known_slot(slot.pk, now=timezone.now())
    except Refused as refused:
        return refusal(refused)
    return ""


def _names(request: HttpRequest, found: list[Conflict], release: Release, slot: Slot) -> Names:
    picture = trains.picture(releases={release.pk}, slots=[slot], now=timezone.now())
    seen = Release.objects.filter(pk__in=picture.riders)
    return names(seen, zone=ZoneInfo(request.user.zone), picture=picture, conflicts=found)


def _waive(request: HttpRequest, context: dict[str, Any]) -> bool:
    """Waive what has a reason; a reason for one conflict must not waive another that took its row meanwhile."""
    standing = {row["name"]: row["conflict"] for row in context["rows"]}
    reasons, key = (
        {name: reason for name, reason in _reasons(request).items() if reason},
        typed.one_time_key(request.POST.get("key"), deed=request.path),
    )
    if reasons.keys() - standing.keys() and log.result_of(key, by=request.user.pk) is None:
        raise Refused("conflict-is-gone")
    return waiving.waive(
        release=context["release"].pk,
        slot=context["slot"].pk,
        reasons={waiving.key_of(standing[name]): reasons[name] for name in reasons.keys() & standing.keys()},
        until=_until(request),
        key=key,
        by=request.user,
        clock=timezone.now,
    )


def _reasons(request: HttpRequest) -> dict[str, str]:
    """The reason for each conflict that the reader saw: its own, else the one for all."""
    own, for_all = _own_reasons(request), request.POST.get("for_all", "").strip()
    return {name: reason or for_all for name, reason in own.items()}


def _own_reasons(request: HttpRequest) -> dict[str, str]:
    seen = {field.removeprefix("conflict-"): name for field, name in request.POST.items() if field[:9] == "conflict-"}
    return {name: request.POST.get(f"reason-{number}", "").strip() for number, name in seen.items()}


def _until(request: HttpRequest) -> datetime | None:
    """The end of the day that was typed, where the reader is; nothing typed: for good."""
    on = typed.day_or_refuse(request.POST.get("until", ""))
    return datetime.combine(on, time.max, tzinfo=ZoneInfo(request.user.zone)) if on else None


@access(Permission.WAIVE, post_only=True)
def amend(request: HttpRequest, number: int, waiver: int) -> HttpResponse:
    """Change until when a waiver of this release holds, and why."""
    release = get_object_or_404(visible(request), pk=number)
    get_object_or_404(waivers_of(number), pk=waiver)
    try:
        until, reason = _until(request), request.POST.get("reason", "")
        waiving.amend_waiver(waiver=waiver, until=until, reason=reason, by=request.user, clock=timezone.now)
    except Refused as refused:
        return answer_refused(request, refused, "releases/release.html", page(request, release))
    messages.success(request, _("The waiver is changed."))
    return redirect("web:release", number)


urlpatterns = [
    path("releases/<int:number>/waive/<int:slot>/", waive, name="waive"),
    path("releases/<int:number>/waivers/<int:waiver>/amend/", amend, name="waiver-amend"),
]
