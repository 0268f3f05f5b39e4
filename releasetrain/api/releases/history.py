"""What was done to a release, by whom, when."""

from typing import Any

from django.db.models import QuerySet
from django.urls import path
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request

from releasetrain.api.door import Door, described
from releasetrain.api.releases.whole import known
from releasetrain.api.shapes import Answer
from releasetrain.audit import queries as log
from releasetrain.audit.models import Entry
from releasetrain.log_wording import deed, slots_in
from releasetrain.trains.models import Slot


class DeedAnswer(Answer):
    """A line of the log."""

    at = serializers.DateTimeField()
    by = serializers.CharField(allow_null=True, help_text="null: the product itself.")
    verb = serializers.CharField(help_text="Such as booking.moved.")
    message = serializers.CharField()


class History(Door):
    """The log of one release."""

    family = "releases"

    @described("What was done to a release, latest first", answers=DeedAnswer, paged=True)
    def get(self, request: Request, number: int, said: dict[str, Any]) -> QuerySet[Entry]:
        """Return the entries about it."""
        return log.about([f"release:{known(request, number)}"])

    def with_more(self, page: list[Entry]) -> list[dict[str, Any]]:
        """Put each into words; one query for the slots they name."""
        slots = dict(Slot.objects.filter(pk__in=slots_in(page)).values_list("pk", "start_at"))
        zone = timezone.get_current_timezone()
        return [
            {
                "at": one.at,
                "by": one.by.name if one.by else None,
                "verb": one.verb,
                "message": deed(one, slots=slots, zone=zone),
            }
            for one in page
        ]


urlpatterns = [path("releases/<release:number>/history", History.as_view(), name="release-history")]
