"""How a train looks in JSON."""

from datetime import time

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from releasetrain.api.setup.noun import Lines, seen_of
from releasetrain.api.shapes import Answer, Number, Said, Text
from releasetrain.trains.fields import TrainFields
from releasetrain.trains.models import TimetableEntry, Train

_USUAL = TrainFields(name="-")
USUAL_MINUTES = 60
MOST_ENTRIES = 60


class DepartureAnswer(Answer):
    """A departure each week, in the train's local time."""

    weekday = serializers.IntegerField(help_text="0 is Monday.")
    at = serializers.CharField(help_text="22:00:00")
    minutes = serializers.IntegerField()


class TrainAnswer(Answer):
    """A shared line."""

    id = serializers.IntegerField(source="pk")
    slug = serializers.CharField()
    name = serializers.CharField()
    zone = serializers.CharField(help_text="IANA zone of its timetable.")
    horizon_days = serializers.IntegerField()
    capacity = serializers.IntegerField(help_text="Points a slot takes.")
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
    """A departure each week."""

    weekday = Number(min_value=0, max_value=6, help_text="0 is Monday.")
    at = Clock(help_text="In the train's zone, such as 22:00.")
    minutes = Number(default=USUAL_MINUTES)


class TrainSaid(Said):
    """What a train is."""

    name = Text(max_length=80)
    slug = Text(max_length=80, allow_blank=True, default="", help_text="Its address; empty: from the name.")
    zone = Text(max_length=64, default=_USUAL.zone, help_text="A place such as Europe/Berlin, or UTC.")
    horizon_days = Number(default=_USUAL.horizon_days)
    capacity = Number(default=_USUAL.capacity)
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


class TimetableSaid(Said):
    """Every departure of a week. ``seen``: the timetable that was read; what was saved since is not undone: 409."""

    timetable = DepartureSaid(many=True, max_length=MOST_ENTRIES)
    seen = DepartureSaid(many=True, required=False, max_length=MOST_ENTRIES)


def departing(train: Train) -> Train:
    """Return the train with its ``departures`` and ``holder``, as its answer reads them."""
    departures: list[TimetableEntry] = list(train.timetable.all())
    train.departures = departures
    train.holder = train.held_by.name if train.held_by else None
    return train
