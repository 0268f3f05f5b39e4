"""A release manager's yes, in writing: what stands, waive it, change it, take it back."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request

from releasetrain.api.conflicts import ConflictAnswer, told
from releasetrain.api.door import Door, described
from releasetrain.api.releases.whole import known
from releasetrain.api.shapes import Answer, Reason, Said, earliest_year
from releasetrain.boarding import queries as boarding
from releasetrain.boarding.actions import waiving
from releasetrain.domain.conflicts.values import Conflict, SideKind
from releasetrain.domain.errors import Refused
from releasetrain.domain.permissions import Permission, require
from releasetrain.trains.models import Slot, Waiver
from releasetrain.trains.queries import waivers_of


class NamedAnswer(ConflictAnswer):
    """A conflict with the name that a waiver refers to it by."""

    name = serializers.CharField()


class WaiverAnswer(Answer):
    """A waiver: what it covers, who said so, why, until when."""

    id = serializers.IntegerField(source="pk")
    code = serializers.CharField()
    a_kind = serializers.ChoiceField(choices=[kind.value for kind in SideKind])
    a_id = serializers.IntegerField()
    b_kind = serializers.ChoiceField(choices=[kind.value for kind in SideKind])
    b_id = serializers.IntegerField()
    facts = serializers.ListField(child=serializers.CharField())
    amounts = serializers.DictField(child=serializers.IntegerField())
    until = serializers.DateTimeField(allow_null=True)
    reason = serializers.CharField()
    at = serializers.DateTimeField()
    by = serializers.CharField(source="by.name")


class WaiveSaid(Said):
    """A reason for each conflict by its name; until when, or for good."""

    reasons = serializers.DictField(child=Reason(), allow_empty=False)
    until = serializers.DateTimeField(allow_null=True, default=None, validators=[earliest_year])


class AmendSaid(Said):
    """Until when, and why."""

    reason = Reason()
    until = serializers.DateTimeField(allow_null=True, default=None, validators=[earliest_year])


class WaivedAnswer(Answer):
    """What came of it."""

    rides = serializers.BooleanField(help_text="true: the last one was waived, and it rides there now.")


class InSlot(Door):
    """A release in a slot."""

    family = "waivers"
    named_by_address = ("no-such-release", "no-such-slot")


class Standing(InSlot):
    """What the waiver form lists."""

    @described("What stands against a release in a slot, by name", answers=NamedAnswer, many=True)
    def get(self, request: Request, number: int, slot: int) -> list[dict[str, Any]]:
        """Return the conflicts."""
        release, where = known(request, number), get_object_or_404(Slot, pk=slot).pk
        found = boarding.standing_conflicts(release, slot=where, now=timezone.now())
        words = told(found, of=release, zone=timezone.get_current_timezone())
        return [{**one, "name": conflict.name} for conflict, one in zip(found, words, strict=True)]


class Waive(InSlot):
    """Say yes."""

    @described("Waive conflicts; with the last one it boards", takes=WaiveSaid, answers=WaivedAnswer)
    def post(self, request: Request, number: int, slot: int, said: dict[str, Any]) -> dict[str, Any]:
        """Waive what has a reason."""
        require(request._request.person, Permission.WAIVE)  # before the names, which say what stands
        release, where = known(request, number), get_object_or_404(Slot, pk=slot).pk
        found = {one.name: one for one in boarding.standing_conflicts(release, slot=where, now=timezone.now())}
        reasons = {waiving.key_of(_named(name, found)): reason for name, reason in said["reasons"].items()}
        facts = {"release": release, "slot": where, "reasons": reasons, "until": said["until"]}
        return {"rides": waiving.waive(**facts, by=request.user, clock=timezone.now)}


def _named(name: str, found: dict[str, Conflict]) -> Conflict:
    """Return the conflict that was read; one that grew since has another name and is not waived unseen."""
    if name not in found:
        raise Refused("conflict-is-gone", details={"name": name[:200]})
    return found[name]


class OfRelease(Door):
    """The waivers of a release."""

    family = "waivers"

    @described("The live waivers in which a release is a side", answers=WaiverAnswer, paged=True)
    def get(self, request: Request, number: int, said: dict[str, Any]) -> QuerySet[Waiver]:
        """Return them."""
        return waivers_of(known(request, number))


class One(Door):
    """One waiver."""

    family = "waivers"
    named_by_address = ("no-such-waiver",)

    @described("Change until when a waiver holds, and why", takes=AmendSaid, answers=WaiverAnswer)
    def put(self, request: Request, waiver: int, said: dict[str, Any]) -> Waiver:
        """Change it; refused where an unwaived large pair would stand."""
        waiving.amend_waiver(waiver=waiver, **said, by=request.user, clock=timezone.now)
        return Waiver.objects.select_related("by").get(pk=waiver)

    @described("Take a waiver back")
    def delete(self, request: Request, waiver: int) -> None:
        """Take it back; refused where an unwaived large pair would stand."""
        waiving.end_waiver(waiver=waiver, by=request.user, clock=timezone.now)


urlpatterns = [
    path("releases/<release:number>/slots/<row:slot>/conflicts", Standing.as_view(), name="slot-conflicts"),
    path("releases/<release:number>/slots/<row:slot>/waive", Waive.as_view(), name="waive"),
    path("releases/<release:number>/waivers", OfRelease.as_view(), name="waivers"),
    path("waivers/<row:waiver>", One.as_view(), name="waiver"),
]
