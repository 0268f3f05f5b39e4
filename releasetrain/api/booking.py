"""A release's place: what would do, and to take, change, swap or ask for one."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request

from releasetrain.api.conflicts import ConflictAnswer, told
from releasetrain.api.door import Door, described
from releasetrain.api.releases.deeds import Deed
from releasetrain.api.releases.shapes import ReleaseAnswer
from releasetrain.api.releases.whole import Whole, known, visible, whole
from releasetrain.api.shapes import Answer, Id, Said, Text
from releasetrain.boarding import queries as boarding
from releasetrain.boarding.actions import asking, riding
from releasetrain.domain.errors import Refused
from releasetrain.trains import queries as trains
from releasetrain.trains.models import Request as Wanted
from releasetrain.trains.models import Train


class SlotSaid(Said):
    """Which slot."""

    slot = Id()


class AskSaid(Said):
    """Which slot it asks for; null: it waits in the queue."""

    slot = Id(allow_null=True)
    wish = serializers.ChoiceField(choices=Wanted.Wish.choices, default=Wanted.Wish.THIS)


class SwapSaid(Said):
    """With which release."""

    def get_fields(self) -> dict[str, serializers.Field]:
        """``with`` is a word of the language, so it cannot be declared as a name."""
        return {"with": Id(help_text="The number of the other release.")}


class Book(Deed):
    """Take a place."""

    @described("Put a release on a slot, from wherever it is", takes=SlotSaid, answers=ReleaseAnswer)
    def post(self, request: Request, number: int, said: dict[str, Any]) -> Whole:
        """Board it, or refuse with both sides, the rule and the next slots that would do."""
        riding.book(release=known(request, number), slot=said["slot"], by=request.user, clock=timezone.now)
        return whole(request, number)


class Move(Deed):
    """Change a place."""

    @described("Move a release that has a place", takes=SlotSaid, answers=ReleaseAnswer)
    def post(self, request: Request, number: int, said: dict[str, Any]) -> Whole:
        """Move it, or refuse."""
        riding.move(release=known(request, number), slot=said["slot"], by=request.user, clock=timezone.now)
        return whole(request, number)


class Swap(Deed):
    """Change places with another."""

    @described("Let two booked releases change places in one step", takes=SwapSaid, answers=ReleaseAnswer)
    def post(self, request: Request, number: int, said: dict[str, Any]) -> Whole:
        """Swap them, or refuse."""
        riding.swap(one=known(request, number), other=_other(request, said), by=request.user, clock=timezone.now)
        return whole(request, number)


def _other(request: Request, said: dict[str, Any]) -> int:
    other = said["with"]
    if not visible(request).filter(pk=other).exists():
        raise Refused("no-such-release", details={"field": "with"})
    return other


class Ask(Deed):
    """Ask for a place without holding one."""

    @described("Ask for a slot, or wait in the queue", takes=AskSaid, answers=ReleaseAnswer)
    def post(self, request: Request, number: int, said: dict[str, Any]) -> Whole:
        """Let it ask; a place it holds is given back in the same step."""
        asking.ask(release=known(request, number), **said, by=request.user, clock=timezone.now)
        return whole(request, number)


class ChanceAnswer(Answer):
    """Whether a release may ride in a slot, why not, and how late it would be."""

    slot = serializers.IntegerField()
    departs_at = serializers.DateTimeField()
    would_do = serializers.BooleanField()
    days_late = serializers.IntegerField()
    refusal = serializers.CharField(allow_blank=True, help_text="Why it cannot ride then, whatever is waived.")
    conflicts = ConflictAnswer(many=True)


class ChancesAsked(Said):
    """Of which train; its own if not said."""

    train = Text(required=False, max_length=80)


class Chances(Door):
    """What the board lights for a chosen release."""

    family = "releases"

    @described(
        "What the rules say of every coming slot", asks=ChancesAsked, answers=ChanceAnswer, many=True, refuses=True
    )
    def get(self, request: Request, number: int, said: dict[str, Any]) -> list[dict[str, Any]]:
        """Return the next 60 slots of its train."""
        release, now = known(request, number), timezone.now()
        slots = list(trains.coming(_train(release, said), now=now)[: boarding.AHEAD])
        found = boarding.chances(release, slots, now=now)
        conflicts = _told([one for slot in slots for one in found[slot.pk].standing], release)
        return [_chance(found[slot.pk], conflicts) for slot in slots]


def _train(release: int, said: dict[str, Any]) -> Train:
    if "train" in said:
        return get_object_or_404(Train, slug=said["train"])
    booking, request = boarding.booking_or_none(release), boarding.request_or_none(release)
    on = booking.slot.train if booking else request.train if request else None
    on = on or boarding.default_train(boarding.releases([release])[0].team_id)
    if on is None:
        raise Refused("no-train-yet")
    return on


def _told(found: list[Any], release: int) -> dict[Any, dict[str, Any]]:
    words = told(found, of=release, zone=timezone.get_current_timezone())
    return dict(zip(found, words, strict=True))


def _chance(one: boarding.Chance, conflicts: dict[Any, dict[str, Any]]) -> dict[str, Any]:
    facts = {name: getattr(one, name) for name in ("slot", "departs_at", "would_do", "days_late", "refusal")}
    return {**facts, "conflicts": [conflicts[found] for found in one.standing]}


urlpatterns = [
    path("releases/<release:number>/book", Book.as_view(), name="release-book"),
    path("releases/<release:number>/move", Move.as_view(), name="release-move"),
    path("releases/<release:number>/swap", Swap.as_view(), name="release-swap"),
    path("releases/<release:number>/ask", Ask.as_view(), name="release-ask"),
    path("releases/<release:number>/chances", Chances.as_view(), name="release-chances"),
]
