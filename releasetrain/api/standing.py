"""What stands on the whole calendar, and what would: conflicts with the release and the slot they are told of."""

from collections.abc import Iterable
from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request

from releasetrain.api.conflicts import ConflictAnswer, told_of_each
from releasetrain.api.door import Door, described
from releasetrain.api.shapes import Answer, Said, Text
from releasetrain.boarding.standing import Effect, Standing, standing
from releasetrain.trains.models import Train


class StandingAnswer(Answer):
    """A conflict, the release it is told of (of two, the one that departs later), and its slot."""

    release = serializers.CharField()
    slot = serializers.IntegerField()
    departs_at = serializers.DateTimeField()
    conflict = ConflictAnswer()


class EffectAnswer(Answer):
    """What a deed would make stand, and what would stand no more; nobody is moved by it."""

    arises = StandingAnswer(many=True)
    goes = StandingAnswer(many=True)


class StandingAsked(Said):
    """Of which train; of all if none is named."""

    train = Text(required=False, max_length=80, help_text="Its slug.")


class All(Door):
    """What stands."""

    family = "conflicts"

    @described(
        "What stands against the departures to come, blocking or warning, in order of departure",
        asks=StandingAsked,
        answers=StandingAnswer,
        many=True,
    )
    def get(self, request: Request, said: dict[str, Any]) -> list[dict[str, Any]]:
        """Return it, in a constant number of queries."""
        slug = said.get("train")
        train = get_object_or_404(Train, slug=slug).pk if slug else None
        return told(standing(timezone.now(), train=train))


def told(found: Iterable[Standing]) -> list[dict[str, Any]]:
    """Return conflicts as they are answered."""
    rows = list(found)
    words = told_of_each([(one.conflict, one.release) for one in rows], zone=timezone.get_current_timezone())
    return [
        {"release": f"RT-{one.release}", "slot": one.slot, "departs_at": one.departs_at, "conflict": said}
        for one, said in zip(rows, words, strict=True)
    ]


def told_effect(effect: Effect) -> dict[str, Any]:
    """Return a preview as it is answered."""
    return {"arises": told(effect.arises), "goes": told(effect.goes)}


urlpatterns = [path("standing", All.as_view(), name="standing")]
