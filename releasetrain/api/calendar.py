"""The calendar between two days: departures with load and riders, freezes, and what soaks."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request

from releasetrain.api.door import Door, described
from releasetrain.api.shapes import Answer, Said, Text, earliest_year
from releasetrain.boarding.agenda import Agenda, Stop, agenda
from releasetrain.domain.timetable import to_instant
from releasetrain.domain.windows import Window
from releasetrain.teams.models import Team
from releasetrain.trains.models import Slot, Train

USUAL, MOST = timedelta(days=31), timedelta(days=366)


class CalendarDepartureAnswer(Answer):
    """A departure. What is skipped is there too, with the reason."""

    slot = serializers.IntegerField()
    train = serializers.CharField()
    kind = serializers.ChoiceField(choices=Slot.Kind.choices)
    start_at = serializers.DateTimeField()
    end_at = serializers.DateTimeField()
    cut_off_at = serializers.DateTimeField()
    closed_at = serializers.DateTimeField(allow_null=True)
    capacity = serializers.IntegerField()
    points = serializers.IntegerField(help_text="Points taken by those who ride.")
    riders = serializers.DictField(
        child=serializers.ListField(child=serializers.CharField()),
        help_text="Codes of releases by the code of the team.",
    )
    large = serializers.ListField(child=serializers.CharField())
    conflicts = serializers.ListField(
        child=serializers.CharField(), help_text="Codes of what stands, each matter once."
    )
    frozen_by = serializers.ListField(
        child=serializers.CharField(), help_text="Freezes of the whole departure, by name."
    )
    held_because = serializers.CharField(allow_null=True, help_text="null: its train is not held.")
    skipped_because = serializers.CharField(allow_null=True, help_text="null: it is not skipped.")


class FreezeWindowAnswer(Answer):
    """One time in which a freeze lasts."""

    name = serializers.CharField()
    reason = serializers.CharField()
    is_hard = serializers.BooleanField()
    start_at = serializers.DateTimeField()
    end_at = serializers.DateTimeField()


class HoldAnswer(Answer):
    """A large release, from the start of its departure to the end of its soak."""

    release = serializers.CharField()
    slot = serializers.IntegerField()
    start_at = serializers.DateTimeField()
    end_at = serializers.DateTimeField()


class CalendarAnswer(Answer):
    """Everything between two days of whoever asks."""

    since = serializers.DateField()
    until = serializers.DateField()
    is_cut = serializers.BooleanField(help_text="true: there are more departures than are told; ask for less.")
    departures = CalendarDepartureAnswer(many=True)
    freezes = FreezeWindowAnswer(many=True)
    holds = HoldAnswer(many=True)


class Between(Said):
    """Which part of the calendar. Days are those of whoever asks."""

    since = serializers.DateField(
        required=False, validators=[earliest_year], help_text="The first day; today if not said."
    )
    until = serializers.DateField(
        required=False,
        validators=[earliest_year],
        help_text="The day after the last; 31 days on if not said, at most 366.",
    )
    train = Text(required=False, max_length=80, help_text="A train's slug.")
    team = Text(required=False, max_length=8, help_text="A team's code: the departures on which it rides.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse what is no stretch of time, and more than a year."""
        since = attrs.setdefault("since", timezone.localdate())
        until = attrs.setdefault("until", since + USUAL)
        if not since < until <= since + MOST:
            raise serializers.ValidationError({"until": [_("Take a day after the first, at most 366 days on.")]})
        return attrs


class Calendar(Door):
    """The calendar."""

    family = "trains"

    @described("The calendar between two days: departures, freezes, what soaks", asks=Between, answers=CalendarAnswer)
    def get(self, request: Request, said: Mapping[str, Any]) -> dict[str, Any]:
        """Return it, in a constant number of queries."""
        train = get_object_or_404(Train, slug=said["train"]) if "train" in said else None
        team = get_object_or_404(Team, code=said["team"]) if "team" in said else None
        now, near = timezone.now(), Window(_midnight(said["since"]), _midnight(said["until"]))
        seen = agenda(near, now=now, train=train, team=team)
        return {
            "since": said["since"],
            "until": said["until"],
            "is_cut": seen.is_cut,
            "departures": [_departure(stop, now) for stop in seen.stops],
            "freezes": _freezes(seen),
            "holds": [{"release": one.release.code, "slot": one.slot.pk, **_times(one.window)} for one in seen.holds],
        }


def _midnight(day: date) -> datetime:
    return to_instant(datetime.combine(day, time()), timezone.get_current_timezone())


def _departure(stop: Stop, now: datetime) -> dict[str, Any]:
    slot = stop.slot
    riders: dict[str, list[str]] = {}
    for one in stop.releases:
        riders.setdefault(one.team.code, []).append(one.code)
    same = ("kind", "start_at", "end_at", "cut_off_at", "closed_at", "capacity")
    return {name: getattr(slot, name) for name in same} | {
        "slot": slot.pk,
        "train": slot.train.slug,
        "points": stop.points,
        "riders": riders,
        "large": [one.code for one in stop.large],
        "conflicts": [one.code for one in stop.conflicts],
        "frozen_by": [one.freeze.name for one in stop.frozen],
        "held_because": slot.train.held_because if stop.is_held(now) else None,
        "skipped_because": slot.skipped_because if slot.skipped_at else None,
    }


def _freezes(seen: Agenda) -> list[dict[str, Any]]:
    return [
        {"name": one.freeze.name, "reason": one.freeze.reason, "is_hard": one.freeze.is_hard, **_times(window)}
        for one in seen.freezes
        for window in one.facts.windows
        if window.meets(seen.near)
    ]


def _times(window: Window) -> dict[str, Any]:
    return {"start_at": window.start, "end_at": window.end}


urlpatterns = [path("calendar", Calendar.as_view(), name="calendar")]
