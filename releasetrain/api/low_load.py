"""When each database has low load: see it, set it, and ask first what that would make stand."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import path
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request

from releasetrain.api.door import Door, described
from releasetrain.api.shapes import Answer, Number, Said, Text
from releasetrain.api.standing import EffectAnswer, told_effect
from releasetrain.api.train_shapes import Clock
from releasetrain.boarding import freezes as queries
from releasetrain.boarding.actions import low_load as actions
from releasetrain.boarding.standing import Load, would_stand
from releasetrain.domain.permissions import Permission
from releasetrain.teams import checks
from releasetrain.trains.freeze_fields import LowHours

Facts = Mapping[str, Any]


class HoursAnswer(Answer):
    """A window of low load, in the database's zone."""

    weekdays = serializers.ListField(child=serializers.IntegerField(), help_text="0 is Monday.")
    since = serializers.CharField(help_text="23:00:00")
    until = serializers.CharField(help_text="An earlier time lies on the next day; the same is a whole day.")


class LowLoadAnswer(Answer):
    """A database that data tables name. Without hours it is never at its peak."""

    database = serializers.CharField()
    zone = serializers.CharField()
    hours = HoursAnswer(many=True)
    tables = serializers.IntegerField(help_text="How many data tables name it.")


class HoursSaid(Said):
    """A window of low load."""

    weekdays = serializers.ListField(child=Number(min_value=0, max_value=6), allow_empty=False, max_length=7)
    since = Clock()
    until = Clock()


class LowLoadThoughtSaid(Said):
    """All hours of a database."""

    database = Text(max_length=80)
    zone = Text(max_length=64, default="UTC")
    hours = HoursSaid(many=True, max_length=actions.MOST_HOURS)


class LowLoadSeen(Said):
    """What was read. What was saved since is not undone: 409."""

    zone = Text(max_length=64)
    hours = HoursSaid(many=True, max_length=actions.MOST_HOURS)


class LowLoadSaid(LowLoadThoughtSaid):
    """All hours of a database, and what was read before."""

    seen = LowLoadSeen(required=False)


class All(Door):
    """All databases."""

    family = "low-load"

    @described("Every database that data tables name, with its hours of low load", answers=LowLoadAnswer, many=True)
    def get(self, request: Request) -> list[queries.Loaded]:
        """Return them by name."""
        return queries.databases()

    @described("Set the hours of low load of a database", takes=LowLoadSaid, answers=LowLoadAnswer)
    def put(self, request: Request, said: Facts) -> queries.Loaded:
        """Set them; it moves nobody."""
        seen = said.get("seen")
        was = actions.low_load_seen(seen["zone"], _hours(seen["hours"])) if seen else None
        facts = {"database": said["database"], "zone": said["zone"], "hours": _hours(said["hours"]), "seen": was}
        row = actions.set_low_load(**facts, by=request.user, clock=timezone.now)
        return queries.database(row.name)


class Preview(Door):
    """What other hours would make stand."""

    family, needs = "low-load", Permission.SET_UP_CATALOGUE

    @described(
        "What other hours of low load would make stand; writes nothing", takes=LowLoadThoughtSaid, answers=EffectAnswer
    )
    def post(self, request: Request, said: Facts) -> Facts:
        """Judge the calendar with them."""
        name, zone = actions.named_by_tables(said["database"]), checks.zone(said["zone"])
        load = Load(database=name, zone=zone, hours=actions.checked_hours(_hours(said["hours"])))
        return told_effect(would_stand(timezone.now(), low_load=load))


def _hours(said: Iterable[Facts]) -> list[LowHours]:
    return [LowHours(weekdays=tuple(one["weekdays"]), since=one["since"], until=one["until"]) for one in said]


urlpatterns = [
    path("low-load", All.as_view(), name="low-load"),
    path("low-load/preview", Preview.as_view(), name="low-load-preview"),
]
