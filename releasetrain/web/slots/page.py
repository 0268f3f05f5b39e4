"""What the page of a departure shows: who rides, what stands against it, go or no-go, and what really happened."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.shortcuts import get_object_or_404, resolve_url
from django.utils import timezone

from releasetrain.boarding.stages import stages_of
from releasetrain.conflict_names import names
from releasetrain.domain.conflicts.values import Conflict
from releasetrain.domain.permissions import Permission, may
from releasetrain.domain.picture import Picture
from releasetrain.domain.waivers import covers
from releasetrain.reviews.queries.gates import gates_of
from releasetrain.trains import queries as trains
from releasetrain.trains.models import Slot, Waiver
from releasetrain.web.board.meter import coaches
from releasetrain.web.live.unchanged import followed
from releasetrain.web.slots import sections
from releasetrain.web.slots.conditions import rows as conditions_of
from releasetrain.web.slots.writing import letters_to

TRAIN_WIDTH = 420.0


def known(number: int) -> Slot:
    """Return the departure with who skipped it and who holds its train, or raise 404."""
    return get_object_or_404(Slot.objects.select_related("train__held_by", "skipped_by", "opened_by"), pk=number)


def page(request: HttpRequest, slot: Slot) -> dict[str, Any]:
    """Return what the page of a departure shows."""
    live = followed(request, [f"slot:{slot.pk}", "large", "setup"], at=resolve_url("web:slot", slot.pk))
    now, zone = timezone.now(), ZoneInfo(request.user.zone)
    aboard = list(trains.facts_of(trains.holding().filter(slot=slot)).order_by("booked_at", "pk"))
    asking = list(trains.live_requests().filter(slot=slot))
    ids = [place.release_id for place in (*aboard, *asking)]
    picture = trains.picture(releases=set(ids), slots=[slot], now=now)
    riders = {booking.release_id for booking in aboard}
    found = [one for one in picture.conflicts_of(riders) if one.blocks]
    standing, told = picture.blocking_of(riders), picture.blocking_of(picture.places.keys())
    seen = [place.release for place in (*aboard, *asking)]
    called = names(seen, zone=zone, picture=picture, conflicts=told)
    known_of = {"stages": stages_of(ids), "gates": gates_of(ids)}
    rows = [sections.rider(booking, standing, known_of, now) for booking in aboard]
    asks = [sections.asker(picture, one, called, known_of["stages"]) for one in asking]
    boarded = _boarded(rows, slot)
    missed = sections.missed(slot, aboard=riders)
    conditions = conditions_of(slot, aboard, standing, found, picture=picture, zone=zone)
    return {
        "live": live,
        "slot": slot,
        **_state(slot, now),
        **boarded,
        "aboard": rows,
        "asking": asks,
        "missed": missed,
        "letters": letters_to(request, **boarded, asking=asks, missed=missed),
        "standing": [sections.told(one, riders, called, slot) for one in standing],
        "waived": _waived(picture, found, slot, riders),
        "conditions": conditions,
        "is_no_go": any(one.is_no_go for one in conditions),
        **_drawn(aboard, slot),
        "may_report": may(request.person, Permission.DEPART),
        "may_waive": may(request.person, Permission.WAIVE) and slot.start_at > now,
        "may_hold": may(request.person, Permission.HOLD) and slot.kind != Slot.Kind.PAST and slot.end_at > now,
        "may_set_up": may(request.person, Permission.SET_UP_TRAINS),
        "may_skip": may(request.person, Permission.SET_UP_TRAINS) and _is_to_come(slot, now),
        "now": now,
        "zone": request.user.zone,
    }


def _is_to_come(slot: Slot, now: datetime) -> bool:
    return bool(slot.kind != Slot.Kind.PAST and slot.start_at > now)


def _state(slot: Slot, now: datetime) -> dict[str, Any]:
    """What it is just now: each a yes or no."""
    is_real, is_hotfix = slot.kind != Slot.Kind.PAST, slot.kind == Slot.Kind.HOTFIX
    return {
        "has_started": is_real and slot.start_at <= now,
        "is_over": is_real and slot.end_at <= now,
        "is_hotfix": is_hotfix,
        "is_held": is_real and slot.train.held_at is not None and slot.end_at > now,
        "stands": is_real and not is_hotfix and slot.train.held_at is not None and slot.end_at > now,
    }


def _boarded(rows: list[dict[str, Any]], slot: Slot) -> dict[str, Any]:
    """The riders in their sections: cleared, and still to be reviewed; of history nobody asks."""
    waiting = [one for one in rows if one["release"].open_gates != [] and not one["said"] and slot.kind != "past"]
    return {"cleared": [one for one in rows if one not in waiting], "reviewing": waiting}


def _waived(picture: Picture, found: list[Conflict], slot: Slot, riders: set[int]) -> list[Waiver]:
    """The waivers that cover something here, with who said so and why."""
    about = Waiver.objects.filter(ended_at__isnull=True, code__in={one.code for one in found}).select_related("by")
    near = about.filter(b_id__in=[*riders, slot.pk]) | about.filter(a_id__in=riders)
    return [one for one in near if any(covers(trains.waiver_facts(one), conflict) for conflict in found)]


def _drawn(aboard: list[Any], slot: Slot) -> Mapping[str, Any]:
    """The train of the page's head: its coaches with their codes, and how full it is."""
    points = [(slot.train.points_of(one.release.size), one.release.size == "L") for one in aboard]
    drawn = coaches(points, capacity=slot.capacity, width=TRAIN_WIDTH)
    labelled = [
        (coach, one.release.code if float(coach.width) > 60 else str(one.release_id), str(float(coach.x) + 6))
        for coach, one in zip(drawn, aboard, strict=True)
    ]
    return {
        "coaches": labelled,
        "taken": sum(size for size, _large in points),
        "large": sum(large for _size, large in points),
    }
