"""One departure: who rides, what stands against it, go or no-go, and what really happened."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from releasetrain.boarding.journeys import holds_of
from releasetrain.boarding.stages import stages_of
from releasetrain.conflict_names import names
from releasetrain.conflict_wording import Names, sentence
from releasetrain.domain.conflicts.values import Conflict
from releasetrain.domain.errors import Refused
from releasetrain.domain.permissions import Permission, may
from releasetrain.domain.picture import Picture
from releasetrain.domain.waivers import covers
from releasetrain.reviews.queries.gates import gates_of
from releasetrain.rollouts import actions as rollouts
from releasetrain.trains import queries as trains
from releasetrain.trains.models import Booking, Outcome, Slot, Waiver
from releasetrain.web import typed
from releasetrain.web.access import SIGNED_IN, access
from releasetrain.web.board.meter import coaches
from releasetrain.web.live.unchanged import followed, unless_unchanged
from releasetrain.web.refusals import refused as answer_refused

TRAIN_WIDTH = 420.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One row of go / no-go."""

    look: str
    name: str
    words: str


@access(SIGNED_IN)
@unless_unchanged
def show(request: HttpRequest, slot: int) -> HttpResponse:
    """Show one departure."""
    template = "slots/slot.html#departure" if request.htmx else "slots/slot.html"
    return render(request, template, page(request, _slot(slot)))


def _slot(number: int) -> Slot:
    return get_object_or_404(Slot.objects.select_related("train", "opened_by"), pk=number)


def page(request: HttpRequest, slot: Slot) -> dict[str, Any]:
    """Return what the page of a departure shows."""
    live = followed(request, [f"slot:{slot.pk}", "large", "setup"], at=resolve_url("web:slot", slot.pk))
    now, zone = timezone.now(), ZoneInfo(request.user.zone)
    aboard = list(trains.facts_of(trains.holding().filter(slot=slot)).order_by("booked_at", "pk"))
    asking = list(trains.live_requests().filter(slot=slot))
    picture = trains.picture(releases={place.release_id for place in (*aboard, *asking)}, slots=[slot], now=now)
    riders = {booking.release_id for booking in aboard}
    found = [one for one in picture.conflicts_of(riders) if one.blocks]
    standing = picture.blocking_of(riders)
    told = picture.blocking_of(picture.places.keys())
    seen = [place.release for place in (*aboard, *asking)]
    called = names(seen, zone=zone, picture=picture, conflicts=told)
    stages = stages_of([place.release_id for place in (*aboard, *asking)])
    gates = gates_of([place.release_id for place in (*aboard, *asking)])
    points = [(slot.train.points_of(one.release.size), one.release.size == "L") for one in aboard]
    return {
        "live": live,
        "slot": slot,
        "aboard": [_rider(booking, standing, stages, gates, now) for booking in _cleared_first(aboard)],
        "asking": [_asker(picture, request_, called, stages) for request_ in asking],
        "missed": _missed(slot),
        "standing": [_told(one, riders, called) for one in standing],
        "waived": _waived(picture, found, slot, riders),
        "conditions": _conditions(slot, aboard, standing, found, now),
        "coaches": _labelled(aboard, points, slot),
        "taken": sum(size for size, _large in points),
        "large": sum(large for _size, large in points),
        "has_started": slot.start_at <= now and slot.kind != Slot.Kind.PAST,
        "is_over": slot.end_at <= now and slot.kind != Slot.Kind.PAST,
        "may_report": may(request.person, Permission.DEPART),
        "may_waive": may(request.person, Permission.WAIVE) and slot.start_at > now,
        "may_set_up": may(request.person, Permission.SET_UP_TRAINS),
        "now": now,
        "zone": request.user.zone,
    }


def _cleared_first(aboard: list[Any]) -> list[Any]:
    return sorted(aboard, key=lambda booking: bool(booking.release.open_gates))


def _rider(booking: Any, standing: list[Conflict], stages: Any, gates: Any, now: datetime) -> dict[str, Any]:
    said = booking.ran["kind"] if booking.ran else ""
    return {
        "booking": booking,
        "release": booking.release,
        "stage": stages.get(booking.release_id),
        "gates": gates.get(booking.release_id, ()),
        "is_open": booking.release.open_gates != [] and slot_is_ahead(booking, now),
        "said": said,
        "departed": said == Outcome.Kind.DEPARTED,
        "finished": bool(booking.ran and booking.ran["finished"]),
        "holds": holds_of(booking, now=now),
        "is_blocked": any(one.has(booking.release_id) for one in standing),
        "is_silent": not said and booking.slot.end_at <= now and booking.slot.kind != Slot.Kind.PAST,
    }


def slot_is_ahead(booking: Any, now: datetime) -> bool:
    """Return whether it still has to leave."""
    return bool(booking.slot.kind != Slot.Kind.PAST and booking.slot.end_at > now)


def _asker(picture: Picture, request: Any, called: Names, stages: Any) -> dict[str, Any]:
    found = picture.moved({request.release_id: request.slot_id}).blocking_of([request.release_id])
    return {
        "release": request.release,
        "since": request.asked_at,
        "stage": stages.get(request.release_id),
        "reasons": [(sentence(one, of=request.release_id, names=called), one.code) for one in found],
    }


def _told(conflict: Conflict, riders: set[int], called: Names) -> dict[str, Any]:
    rider = next(id for id in sorted(riders) if conflict.has(id))
    return {"code": conflict.code, "of": called.release(rider), "words": sentence(conflict, of=rider, names=called)}


def _missed(slot: Slot) -> list[Booking]:
    """Who had a place here and lost it otherwise than by moving on: not departed, rolled back, left."""
    gone = Booking.objects.filter(slot=slot, left_at__isnull=False).exclude(left_because__code="moved")
    return list(gone.select_related("release__team", "left_by").order_by("-left_at")[:20])


def _waived(picture: Picture, found: list[Conflict], slot: Slot, riders: set[int]) -> list[Waiver]:
    """The waivers that cover something here, with who said so and why."""
    about = Waiver.objects.filter(ended_at__isnull=True, code__in={one.code for one in found}).select_related("by")
    near = about.filter(b_id__in=[*riders, slot.pk]) | about.filter(a_id__in=riders)
    return [one for one in near if any(covers(trains.waiver_facts(one), conflict) for conflict in found)]


def _conditions(
    slot: Slot, aboard: list[Any], standing: list[Conflict], found: list[Conflict], now: datetime
) -> list[Condition]:
    waived = len(found) - len(standing)
    words = (
        ngettext("%(n)s blocks", "%(n)s block", len(standing)) % {"n": len(standing)} if standing else _("none blocks")
    )
    words += _(", %(waived)s waived") % {"waived": waived} if waived else ""
    rows = [Condition(look="is-blocked" if standing else "is-clear", name=_("Conflicts"), words=words)]
    full = sum(slot.train.points_of(one.release.size) for one in aboard)
    over = full > slot.capacity
    room = _("%(full)s of %(capacity)s points") % {"full": full, "capacity": slot.capacity}
    rows.append(Condition(look="is-waiting" if over else "is-clear", name=_("Room"), words=room))
    shut = _("passed: nobody boards without a waiver") if slot.cut_off_at <= now else _("open")
    rows.append(Condition(look="is-clear" if slot.cut_off_at <= now else "is-waiting", name=_("Cut-off"), words=shut))
    return [*rows, *_reviews(slot, aboard, now), *_reports(slot, aboard, now)]


def _reviews(slot: Slot, aboard: list[Any], now: datetime) -> list[Condition]:
    """How many riders are cleared; open gates block from the cut-off on."""
    riders = [one for one in aboard if not one.ran]
    if slot.kind == Slot.Kind.PAST or not riders:
        return []
    waiting = sum(one.release.open_gates != [] for one in riders)
    look = "is-clear" if not waiting else "is-blocked" if slot.cut_off_at <= now else "is-waiting"
    words = _("%(n)s of %(all)s cleared") % {"n": len(riders) - waiting, "all": len(riders)}
    return [Condition(look=look, name=_("Reviews"), words=words)]


def _reports(slot: Slot, aboard: list[Any], now: datetime) -> list[Condition]:
    if slot.start_at > now:
        return []
    silent = sum(1 for one in aboard if not one.ran)
    words = ngettext("%(n)s release without a word", "%(n)s releases without a word", silent) % {"n": silent}
    look = "is-clear" if not silent else "is-blocked" if slot.end_at <= now else "is-waiting"
    return [Condition(look=look, name=_("Reported"), words=words if silent else _("all"))]


def _labelled(aboard: list[Any], points: list[tuple[int, bool]], slot: Slot) -> list[tuple[Any, str, str]]:
    """The train of the page's head: its coaches with their codes."""
    drawn = coaches(points, capacity=slot.capacity, width=TRAIN_WIDTH)
    return [
        (coach, one.release.code if float(coach.width) > 60 else str(one.release_id), str(float(coach.x) + 6))
        for coach, one in zip(drawn, aboard, strict=True)
    ]


@access(Permission.DEPART, post_only=True)
def report(request: HttpRequest, slot: int, number: int) -> HttpResponse:
    """Say what happened to a rider: departed, not departed or rolled back."""
    found = _slot(slot)
    try:
        said = _report(request, slot, number)
    except Refused as refused:
        return answer_refused(request, refused, "slots/slot.html", page(request, found))
    messages.success(request, said % {"code": f"RT-{number}"})
    return redirect("web:slot", slot)


def _report(request: HttpRequest, slot: int, number: int) -> str:
    reason, key = request.POST.get("reason", ""), typed.one_time_key(request.POST.get("key"), deed=request.path)
    common = {"slot": slot, "key": key, "by": request.user, "clock": timezone.now}
    match request.POST.get("said"):
        case Outcome.Kind.NOT_DEPARTED:
            rollouts.not_departed(release=number, reason=reason, **common)
            return _("%(code)s did not depart and waits again.")
        case Outcome.Kind.ROLLED_BACK:
            rollouts.rolled_back(release=number, reason=reason, **common)
            return _("%(code)s is rolled back and waits for being submitted again.")
    zone = ZoneInfo(request.user.zone)
    started, finished = (
        typed.instant_or_refuse(request.POST.get(name, ""), zone) for name in ("started_at", "finished_at")
    )
    rollouts.departed(release=number, started_at=started, finished_at=finished, **common)
    return _("%(code)s departed.")


urlpatterns = [
    path("slots/<int:slot>/", show, name="slot"),
    path("slots/<int:slot>/releases/<int:number>/report/", report, name="slot-report"),
]
