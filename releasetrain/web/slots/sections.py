"""The boarding order in its sections: who rides, who asks, and who missed it, each with where it is now."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from releasetrain.audit import queries as log
from releasetrain.boarding.journeys import holds_of
from releasetrain.conflict_wording import Names, listed, sentence
from releasetrain.domain.conflicts.values import Conflict
from releasetrain.domain.picture import Picture
from releasetrain.releases.models import Release
from releasetrain.trains import queries as trains
from releasetrain.trains.models import Booking, Outcome, Slot

SHOWN = 40
TAKES_REQUESTS_AWAY = ("slot.closed", "slot.skipped")


def rider(booking: Any, standing: list[Conflict], known: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Return the line of a release that rides."""
    said = booking.ran["kind"] if booking.ran else ""
    is_real = booking.slot.kind != Slot.Kind.PAST
    return {
        "booking": booking,
        "release": booking.release,
        "stage": known["stages"].get(booking.release_id),
        "gates": known["gates"].get(booking.release_id, ()),
        "is_open": booking.release.open_gates != [] and is_real and booking.slot.end_at > now,
        "said": said,
        "departed": said == Outcome.Kind.DEPARTED,
        "finished": bool(booking.ran and booking.ran["finished"]),
        "holds": holds_of(booking, now=now),
        "is_blocked": any(one.has(booking.release_id) for one in standing),
        "is_silent": not said and booking.slot.end_at <= now and is_real,
    }


def asker(picture: Picture, request: Any, called: Names, stages: Mapping[int, Any]) -> dict[str, Any]:
    """Return the line of a release that asks for it, with what is in its way."""
    found = picture.moved({request.release_id: request.slot_id}).blocking_of([request.release_id])
    return {
        "release": request.release,
        "since": request.asked_at,
        "stage": stages.get(request.release_id),
        "reasons": [(sentence(one, of=request.release_id, names=called), one.code) for one in found],
        "href": conflict_page(request.release_id, request.slot_id) if found else "",
    }


def told(conflict: Conflict, riders: set[int], called: Names, slot: Slot) -> dict[str, Any]:
    """Return a conflict that stands, in the words of its first rider here."""
    of = next(id for id in sorted(riders) if conflict.has(id))
    words = sentence(conflict, of=of, names=called)
    return {"code": conflict.code, "of": called.release(of), "words": words, "href": conflict_page(of, slot.pk)}


def conflict_page(release: int, slot: int) -> str:
    """Return where both sides of what stands are looked at, if there is such a page."""
    try:
        return reverse("web:conflict", args=[release, slot])
    except NoReverseMatch:
        return ""


def missed(slot: Slot, *, aboard: set[int]) -> list[dict[str, Any]]:
    """Return who had a place here, or asked for one in vain, and has none: why, and where it is now.

    Who moved on because somebody or a plan moved it is not among them.
    """
    gone = Booking.objects.filter(slot=slot, left_at__isnull=False).exclude(left_because__code__in=("moved", "planned"))
    found = {one.release_id: one.left_because for one in gone.order_by("left_at")[:SHOWN]}
    for release in _unheard(slot):
        found.setdefault(release, {"code": "unheard"})
    lost = [id for id in found if id not in aboard]
    if not lost:
        return []
    releases = {one.pk: one for one in Release.objects.filter(pk__in=lost).select_related("team")}
    now = _now_at(lost)
    return [
        {"release": releases[id], "why": _why(found[id]), "code": found[id].get("code"), **now.get(id, {})}
        for id in lost
        if id in releases
    ]


def _unheard(slot: Slot) -> list[int]:
    """Whose request for it was lost when it shut or was skipped."""
    entries = log.about([f"slot:{slot.pk}"]).filter(verb__in=TAKES_REQUESTS_AWAY).order_by("pk")
    return [release for entry in entries for release in entry.facts.get("unheard") or ()]


def _now_at(releases: list[int]) -> dict[int, dict[str, Any]]:
    """Where each rides now, or asks to, or that it waits."""
    requests = trains.live_requests().filter(release__in=releases)
    found: dict[int, dict[str, Any]] = {one.release_id: {"asks": one.slot, "waits": True} for one in requests}
    rides = Booking.objects.filter(release__in=releases, left_at=None).select_related("slot")
    return found | {one.release_id: {"rides": one.slot} for one in rides}


def _why(because: Mapping[str, Any]) -> str:
    """Why it is not here any more, in a few words."""
    code = because.get("code", "")
    if code == "bumped" and because.get("with"):
        others = listed(f"RT-{release}" for release in because["with"])
        return _("rests on %(others)s, not cleared at the cut-off") % {"others": others}
    if code == "displaced":
        return _("gave way to RT-%(large)s, which is large") % {"large": because.get("for")}
    words = {
        "bumped": _("not cleared at the cut-off"),
        "missed": _("nobody reported that it departed"),
        "skipped": _("the departure is skipped"),
        "not-departed": _("did not depart"),
        "rolled-back": _("rolled back"),
        "withdrawn": _("withdrawn"),
        "unheard": _("asked for it in vain"),
    }.get(code, _("left"))
    reason = because.get("reason")
    return _("%(words)s: “%(reason)s”") % {"words": words, "reason": reason} if reason else words
