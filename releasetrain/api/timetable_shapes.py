"""How single departures are asked for, and how the preview of a timetable looks in JSON."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from releasetrain.api.shapes import Answer, Number, Said, Text
from releasetrain.api.train_shapes import MOST_ENTRIES, USUAL_MINUTES, DepartureAnswer, DepartureSaid
from releasetrain.boarding.actions.slots import LONGEST_REASON


class Local(serializers.CharField):
    """A local time of the train's zone, to the minute."""

    def to_internal_value(self, data: object) -> datetime:
        """Return the naive time; an offset is not taken, for the zone is the train's."""
        try:
            at = datetime.strptime(super().to_internal_value(data), "%Y-%m-%dT%H:%M")  # noqa: DTZ007 (it is local)
        except ValueError:
            raise serializers.ValidationError(_("Write it as 2031-12-02T22:00, without a zone.")) from None
        if not 1971 <= at.year <= 8999:
            raise serializers.ValidationError(_("Take a year from 1971 to 8999."))
        return at

    def to_representation(self, value: datetime) -> str:
        """Return it as it is written."""
        return f"{value:%Y-%m-%dT%H:%M}"


class NewSlotSaid(Said):
    """A departure that no timetable has. A hotfix needs a reason; nothing boards it by itself."""

    local = Local(help_text="When it departs in the train's zone: 2031-12-02T22:00.")
    minutes = Number(default=USUAL_MINUTES)
    is_hotfix = serializers.BooleanField(default=False)
    capacity = Number(allow_null=True, default=None, help_text="null: what the train takes.")
    cut_off = Local(
        allow_null=True, default=None, help_text="When its door shuts; null: as the train's, a hotfix's when it starts."
    )
    reason = Text(max_length=LONGEST_REASON, allow_blank=True, default="")


class WantedTimetable(Said):
    """Every departure of the timetable that is wanted."""

    timetable = DepartureSaid(many=True, max_length=MOST_ENTRIES)


class PlannedAnswer(Answer):
    """A departure."""

    start_at = serializers.DateTimeField()
    minutes = serializers.IntegerField()


class MovedAnswer(Answer):
    """A departure that changes its time."""

    was = PlannedAnswer()
    now = PlannedAnswer()


class StayingForAnswer(Answer):
    """For whose sake a departure stays."""

    release = serializers.CharField(source="code")
    title = serializers.CharField()
    team = serializers.CharField()
    rides = serializers.BooleanField(help_text="false: it asks.")


class StayingSlotAnswer(Answer):
    """A departure that stays as an exception."""

    slot = serializers.IntegerField()
    departure = PlannedAnswer()
    holders = StayingForAnswer(many=True)


class NextAnswer(Answer):
    """What an entry gives next."""

    entry = DepartureAnswer()
    starts = serializers.ListField(child=serializers.DateTimeField())


class PreviewAnswer(Answer):
    """What would become of the slots up to the horizon."""

    comes = PlannedAnswer(many=True)
    goes = PlannedAnswer(many=True)
    moves = MovedAnswer(many=True)
    stays = StayingSlotAnswer(many=True)
    next_of_each = NextAnswer(many=True)
