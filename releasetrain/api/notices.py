"""What somebody wants to be told, and how."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.urls import path
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request

from releasetrain.api.door import Door, described
from releasetrain.api.releases.deeds import Nothing
from releasetrain.api.shapes import Answer, Number, Said, Text
from releasetrain.domain.errors import Refused
from releasetrain.domain.permissions import Permission
from releasetrain.domain.telling import Capacity, How, Kind
from releasetrain.notices import actions, queries

KINDS, WAYS = [kind.value for kind in Kind], [how.value for how in How]


class CellAnswer(Answer):
    """How one is told of a kind of event, as one of the things one is."""

    kind = serializers.ChoiceField(choices=KINDS)
    told_as = serializers.CharField(help_text="team:3, role:architect, or needs: what one's teams' releases need.")
    how = serializers.ChoiceField(choices=WAYS)


class ChoicesAnswer(Answer):
    """How one is told."""

    hour = serializers.IntegerField(help_text="At which hour of one's own clock the daily mail comes.")
    language = serializers.CharField()
    cells = CellAnswer(many=True)


class CellSaid(Said):
    """One choice."""

    kind = serializers.ChoiceField(choices=KINDS)
    told_as = Text(max_length=40)
    how = serializers.ChoiceField(choices=WAYS)


class ChoicesSaid(Said):
    """What is chosen; what is left out stays as it was."""

    hour = Number(min_value=0, max_value=23)
    language = serializers.ChoiceField(choices=[code for code, _name in settings.LANGUAGES])
    cells = CellSaid(many=True, max_length=1000)


class Choices(Door):
    """How one is told."""

    family, needs = "me", Permission.OWN

    @described("How I am told of what happens", answers=ChoicesAnswer)
    def get(self, request: Request) -> Mapping[str, Any]:
        """Return every choice."""
        return _told(request)

    @described("Choose how I am told: what is not said stays", takes=ChoicesSaid, answers=ChoicesAnswer)
    def patch(self, request: Request, said: Mapping[str, Any]) -> Mapping[str, Any]:
        """Keep what is chosen."""
        cells = {(Kind(one["kind"]), _capacity(one["told_as"])): How(one["how"]) for one in said.get("cells", ())}
        habits = {name: said.get(name) for name in ("hour", "language")}
        actions.choose(cells=cells, **habits, by=request.user, clock=timezone.now)
        return _told(request)


class Daily(Door):
    """Everything once a day."""

    family, needs = "me", Permission.OWN

    @described("Be told everything once a day that I am told at all", takes=Nothing, answers=ChoicesAnswer)
    def post(self, request: Request, said: Mapping[str, Any]) -> Mapping[str, Any]:
        """Choose it."""
        actions.choose_all(how=How.DAILY, by=request.user, clock=timezone.now)
        return _told(request)


def _capacity(said: str) -> Capacity:
    try:
        return Capacity.read(said)
    except ValueError:
        raise Refused("no-such-choice", details={"field": "told_as"}) from None


def _told(request: Request) -> Mapping[str, Any]:
    person = request._request.person
    habit, told = queries.habit_of(person.id), queries.how_told(person)
    cells = [{"kind": kind, "told_as": str(column), "how": how} for (kind, column), how in told.items()]
    return {"hour": habit.hour, "language": habit.language, "cells": cells}


urlpatterns = [
    path("me/notices", Choices.as_view(), name="me-notices"),
    path("me/notices/daily", Daily.as_view(), name="me-notices-daily"),
]
