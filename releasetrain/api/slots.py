"""One departure: who rides, who asks, what stands against it, and what really happened."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request

from releasetrain.api.conflicts import ConflictAnswer, told_of_each
from releasetrain.api.door import Door, described
from releasetrain.api.releases.shapes import ReleaseAnswer
from releasetrain.api.releases.whole import Whole, known, whole
from releasetrain.api.shapes import Answer, Number, Reason, Said, Text, earliest_year, sizes
from releasetrain.api.standing import EffectAnswer, told_effect
from releasetrain.api.trains import Filled, SlotAnswer, filled
from releasetrain.boarding.actions import slots as opening
from releasetrain.boarding.journeys import holds_of
from releasetrain.boarding.standing import would_stand
from releasetrain.domain.conflicts.values import Conflict, SideKind
from releasetrain.domain.permissions import Permission
from releasetrain.rollouts import actions as rollouts
from releasetrain.trains import queries as trains
from releasetrain.trains.models import Outcome, Slot


class RiderAnswer(Answer):
    """Who rides in a slot."""

    release = serializers.CharField()
    title = serializers.CharField()
    team = serializers.CharField()
    size = serializers.ChoiceField(choices=sizes())
    booked_at = serializers.DateTimeField()
    by_itself = serializers.BooleanField(help_text="true: it boarded the next slot with room when submitted.")
    holds_until = serializers.DateTimeField()
    outcome = serializers.ChoiceField(choices=Outcome.Kind.choices, allow_null=True)
    conflicts = ConflictAnswer(many=True)


class AskerAnswer(Answer):
    """Who asks for a slot."""

    release = serializers.CharField(source="release.code")
    title = serializers.CharField(source="release.title")
    team = serializers.CharField(source="release.team.code")
    size = serializers.ChoiceField(source="release.size", choices=sizes())
    asked_at = serializers.DateTimeField()


class WholeSlotAnswer(Answer):
    """A departure with everybody in it."""

    slot = SlotAnswer()
    riders = RiderAnswer(many=True)
    asking = AskerAnswer(many=True)


class ReportSaid(Said):
    """What happened. Without ``finished_at`` a departure is still going on."""

    said = serializers.ChoiceField(choices=Outcome.Kind.choices)
    started_at = serializers.DateTimeField(allow_null=True, default=None, validators=[earliest_year])
    finished_at = serializers.DateTimeField(allow_null=True, default=None, validators=[earliest_year])
    reason = Text(max_length=2000, allow_blank=True, default="", help_text="Needed unless it departed.")


class One(Door):
    """One departure."""

    family = "slots"

    @described("A departure: who rides, who asks, what stands against them", answers=WholeSlotAnswer)
    def get(self, request: Request, slot: int) -> dict[str, Any]:
        """Return it, in a constant number of queries."""
        found = get_object_or_404(Slot.objects.select_related("train", "skipped_by"), pk=slot)
        asking = list(trains.live_requests().filter(slot=found))
        (full,) = filled([found])
        return {"slot": full, "riders": _riders(full), "asking": asking}


def _riders(full: Filled) -> list[dict[str, Any]]:
    now, slot = timezone.now(), full.slot
    aboard = list(trains.facts_of(trains.holding().filter(slot=slot)).order_by("booked_at", "pk"))
    riders = {booking.release_id for booking in aboard}
    standing = trains.picture(releases=riders, slots=[slot], now=now).standing_of(riders)
    against = _against(standing, riders)
    return [{**_rider(booking, now), "conflicts": against.get(booking.release_id, [])} for booking in aboard]


def _against(standing: list[Conflict], riders: set[int]) -> dict[int, list[dict[str, Any]]]:
    """What stands, by rider; each conflict in the words of its first rider here."""
    of_each = [(one, next(id for id in sorted(riders) if one.has(id))) for one in standing]
    found: dict[int, list[dict[str, Any]]] = {}
    for one, words in zip(standing, told_of_each(of_each, zone=timezone.get_current_timezone()), strict=True):
        for side in (one.a, one.b):
            if side.kind is SideKind.RELEASE and side.id in riders:
                found.setdefault(side.id, []).append(words)
    return found


def _rider(booking: Any, now: Any) -> dict[str, Any]:
    release = booking.release
    return {
        "release": release.code,
        "title": release.title,
        "team": release.team.code,
        "size": release.size,
        "booked_at": booking.booked_at,
        "by_itself": booking.by_itself,
        "holds_until": holds_of(booking, now=now).end,
        "outcome": booking.ran["kind"] if booking.ran else None,
    }


class CapacitySaid(Said):
    """How many points it takes; null: as its train."""

    capacity = Number(allow_null=True)
    reason = Reason()


class Capacity(Door):
    """What one departure takes."""

    family, needs = "slots", Permission.SET_UP_TRAINS
    named_by_address = ("no-such-slot",)

    @described("Set what one departure takes; whoever rides stays", takes=CapacitySaid, answers=SlotAnswer)
    def put(self, request: Request, slot: int, said: dict[str, Any]) -> Filled:
        """Set it, whatever its train does from then on."""
        found = get_object_or_404(Slot.objects.select_related("train"), pk=slot)
        opening.set_capacity(slot=slot, **said, by=request.user, clock=timezone.now)
        found.refresh_from_db(fields=["capacity", "own_capacity"])
        (full,) = filled([found])
        return full


class CapacityThoughtSaid(Said):
    """How many points it would take; null: as its train."""

    capacity = Number(allow_null=True)


class CapacityPreview(Door):
    """What another capacity would make stand."""

    family, needs = "slots", Permission.SET_UP_TRAINS
    named_by_address = ("no-such-slot",)

    @described(
        "What another capacity of a departure would make stand; writes nothing",
        takes=CapacityThoughtSaid,
        answers=EffectAnswer,
    )
    def post(self, request: Request, slot: int, said: dict[str, Any]) -> dict[str, Any]:
        """Judge the calendar with it."""
        found = get_object_or_404(Slot.objects.select_related("train"), pk=slot)
        points = found.train.capacity if said["capacity"] is None else said["capacity"]
        return told_effect(would_stand(timezone.now(), capacity={slot: points}))


class Report(Door):
    """What really happened to a rider."""

    family = "slots"
    named_by_address = ("no-such-release", "no-such-slot")

    @described(
        "Report that a rider departed, did not depart, or was rolled back", takes=ReportSaid, answers=ReleaseAnswer
    )
    def post(self, request: Request, slot: int, number: int, said: dict[str, Any]) -> Whole:
        """Report it; the slot says which booking is meant, so that an old page speaks of no other."""
        common = {"release": known(request, number), "slot": slot, "by": request.user, "clock": timezone.now}
        match said["said"]:
            case Outcome.Kind.NOT_DEPARTED:
                rollouts.not_departed(reason=said["reason"], **common)
            case Outcome.Kind.ROLLED_BACK:
                rollouts.rolled_back(reason=said["reason"], **common)
            case _:
                rollouts.departed(started_at=said["started_at"], finished_at=said["finished_at"], **common)
        return whole(request, number)


urlpatterns = [
    path("slots/<row:slot>/capacity", Capacity.as_view(), name="slot-capacity"),
    path("slots/<row:slot>/capacity/preview", CapacityPreview.as_view(), name="slot-capacity-preview"),
    path("slots/<row:slot>", One.as_view(), name="slot"),
    path("slots/<row:slot>/releases/<release:number>/report", Report.as_view(), name="slot-report"),
]
