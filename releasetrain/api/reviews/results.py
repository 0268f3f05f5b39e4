"""What came of trying a release with its clients: from people and from CI."""

from typing import Any

from django.db.models import QuerySet
from django.urls import path
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request

from releasetrain.api.door import Door, described
from releasetrain.api.releases.whole import known
from releasetrain.api.shapes import Answer, Id, Said, Text
from releasetrain.reviews.actions.results import Tried, record_results
from releasetrain.reviews.models import Result


class ResultAnswer(Answer):
    """A result; the latest of a service with a client counts, as long as the code is the one that was tried."""

    service = serializers.IntegerField(source="service_id", allow_null=True)
    client = serializers.IntegerField(source="client_id")
    kind = serializers.ChoiceField(choices=Result.Kind.choices)
    version = serializers.CharField(allow_blank=True)
    link = serializers.CharField(allow_blank=True)
    note = serializers.CharField(allow_blank=True)
    at = serializers.DateTimeField()
    by = serializers.CharField(source="by.name")


class TriedSaid(Said):
    """A service of the release (null: it names none) tried with a client; a pass or fail links, not-needed says why."""

    service = Id(allow_null=True, default=None)
    client = Id()
    kind = serializers.ChoiceField(choices=Result.Kind.choices)
    version = Text(allow_blank=True, default="", max_length=40)
    link = Text(allow_blank=True, default="", max_length=500)
    note = Text(allow_blank=True, default="", max_length=300)


class ResultsSaid(Said):
    """Results: all are kept, or none."""

    results = TriedSaid(many=True, allow_empty=False, max_length=500)


class Results(Door):
    """The results of a release."""

    family, ordering = "reviews", "-pk"
    named_by_address = ("no-such-release",)

    @described("Everything that was tried, the latest first", answers=ResultAnswer, paged=True)
    def get(self, request: Request, number: int, said: dict[str, Any]) -> QuerySet[Result]:
        """Return it."""
        return Result.objects.filter(release=known(request, number)).select_related("by")

    @described("Record what came of trying clients: all, or none", takes=ResultsSaid)
    def post(self, request: Request, number: int, said: dict[str, Any]) -> None:
        """Record it; recording is no edit."""
        tried = [Tried(**one) for one in said["results"]]
        record_results(release=known(request, number), results=tried, by=request.user, clock=timezone.now)


urlpatterns = [path("releases/<release:number>/results", Results.as_view(), name="results")]
