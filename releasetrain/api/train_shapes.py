"""How a train looks in JSON."""

from collections.abc import Mapping
from datetime import time
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from releasetrain.api.setup.noun import Lines, seen_of
from releasetrain.api.shapes import Answer, Number, Said, Text
from releasetrain.boarding.timetables import timetable_of
from releasetrain.domain import recurrence
from releasetrain.domain.timetable import Recurring, weekly
from releasetrain.trains.fields import TrainFields
from releasetrain.trains.models import Train

_USUAL = TrainFields(name="-")
USUAL_MINUTES = 60
MOST_ENTRIES = 60


class DepartureAnswer(Answer):
    """Departures by a rule, in the train's local time."""

    rule = serializers.CharField(help_text="iCalendar, such as FREQ=WEEKLY;BYDAY=TU.")
    first_on = serializers.DateField(help_text="The first day it may depart; 2000-01-01: since ever.")
    at = serializers.CharField(help_text="22:00:00")
    minutes = serializers.IntegerField()
    weekday = serializers.IntegerField(
        allow_null=True, help_text="0 is Monday; null where it is not that day of every week since ever."
    )


class TrainAnswer(Answer):
    """A shared line."""

    id = serializers.IntegerField(source="pk")
    slug = serializers.CharField()
    name = serializers.CharField()
    zone = serializers.CharField(help_text="IANA zone of its timetable.")
    horizon_days = serializers.IntegerField()
    capacity = serializers.IntegerField(help_text="Points a slot takes.")
    reserve = serializers.IntegerField(help_text="Points of a slot that plans leave free; by hand they may be taken.")
    points_small = serializers.IntegerField()
    points_medium = serializers.IntegerField()
    points_large = serializers.IntegerField()
    soak_small_hours = serializers.IntegerField()
    soak_medium_hours = serializers.IntegerField()
    soak_large_hours = serializers.IntegerField()
    cut_off_days = serializers.IntegerField()
    cut_off_time = serializers.CharField(help_text="18:00:00, in the train's zone.")
    large_mode = serializers.ChoiceField(choices=Train.LargeMode.choices)
    held_at = serializers.DateTimeField(allow_null=True, help_text="Since when it is held; null: it goes.")
    held_by = serializers.CharField(source="holder", allow_null=True)
    held_because = serializers.CharField()
    timetable = DepartureAnswer(source="departures", many=True)


@extend_schema_field({"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9](:00)?$"})
class Clock(serializers.TimeField):
    """A time of day to the minute."""

    def to_internal_value(self, value: object) -> time:
        """Return the time; a departure has no seconds."""
        at = super().to_internal_value(value)
        if at.second or at.microsecond:
            raise serializers.ValidationError(_("Hours and minutes are taken, no seconds."))
        return at


class DepartureSaid(Said):
    """Departures on the days of a ``rule`` since ``first_on``; or each week on ``weekday``. One of the two is said."""

    rule = Text(
        required=False, max_length=recurrence.LONGEST, help_text="iCalendar by days, such as FREQ=MONTHLY;BYDAY=1TU."
    )
    first_on = serializers.DateField(
        default=recurrence.EVER, help_text="What an interval and a count begin at; 2000-01-01: since ever."
    )
    weekday = Number(min_value=0, max_value=6, allow_null=True, default=None, help_text="0 is Monday.")
    at = Clock(help_text="In the train's zone, such as 22:00.")
    minutes = Number(default=USUAL_MINUTES)

    def validate(self, said: dict[str, Any]) -> dict[str, Any]:
        """Refuse neither and, unless they say the same as an answer does, both."""
        if "rule" not in said and said["weekday"] is None:
            raise serializers.ValidationError({"rule": [_("Say a rule or a day of the week.")]})
        if "rule" in said and said["weekday"] not in (None, recurring(said).weekday):
            raise serializers.ValidationError({"weekday": [_("The rule says another day.")]})
        return said


class TrainSaid(Said):
    """What a train is."""

    name = Text(max_length=80)
    slug = Text(max_length=80, allow_blank=True, default="", help_text="Its address; empty: from the name.")
    zone = Text(max_length=64, default=_USUAL.zone, help_text="A place such as Europe/Berlin, or UTC.")
    horizon_days = Number(default=_USUAL.horizon_days)
    capacity = Number(default=_USUAL.capacity)
    reserve = Number(default=_USUAL.reserve, help_text="Points that plans leave free; at most the capacity.")
    points_small = Number(default=_USUAL.points_small)
    points_medium = Number(default=_USUAL.points_medium)
    points_large = Number(default=_USUAL.points_large)
    soak_small_hours = Number(default=_USUAL.soak_small_hours)
    soak_medium_hours = Number(default=_USUAL.soak_medium_hours)
    soak_large_hours = Number(default=_USUAL.soak_large_hours)
    cut_off_days = Number(default=_USUAL.cut_off_days)
    cut_off_time = Clock(default=_USUAL.cut_off_time)
    large_mode = serializers.ChoiceField(choices=Train.LargeMode.choices, default=_USUAL.large_mode)


class NewTrainSaid(TrainSaid):
    """A new train; as a line, a name that is known is edited, its timetable too."""

    timetable = DepartureSaid(many=True, default=list, max_length=MOST_ENTRIES)


class TrainChangeSaid(TrainSaid):
    """A change."""

    seen = seen_of(TrainSaid)


class TrainLines(Lines):
    """Lines of trains."""

    child = NewTrainSaid()


def recurring(said: Mapping[str, Any]) -> Recurring:
    """Return what a departure that was read says."""
    common = {"at": said["at"], "minutes": said["minutes"]}
    if "rule" in said:
        return Recurring(rule=recurrence.tidy(said["rule"]), first_on=said["first_on"], **common)
    return weekly(weekday=said["weekday"], **common)


class TimetableSaid(Said):
    """Every departure of a train. ``seen``: the timetable that was read; what was saved since is not undone: 409."""

    timetable = DepartureSaid(many=True, max_length=MOST_ENTRIES)
    seen = DepartureSaid(many=True, required=False, max_length=MOST_ENTRIES)


def departing(train: Train) -> Train:
    """Return the train with its ``departures`` and ``holder``, as its answer reads them."""
    train.departures = timetable_of(train)
    train.holder = train.held_by.name if train.held_by else None
    return train
