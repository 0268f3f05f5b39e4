"""The list, and a new one."""

from typing import Any

from django.db.models import QuerySet
from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from releasetrain.api.door import Door, described
from releasetrain.api.paging import Asked
from releasetrain.api.releases.fields import fields_of, wish_of
from releasetrain.api.releases.shapes import LineAnswer, NewSaid, ReleaseAnswer
from releasetrain.api.releases.whole import visible, whole
from releasetrain.api.shapes import Text
from releasetrain.boarding.actions import drafting
from releasetrain.boarding.listing import Line, Show, lines, matching
from releasetrain.releases.models import Release
from releasetrain.teams import queries as teams


@extend_schema_serializer(component_name="ReleaseFilters")
class Filters(Asked):
    """What the list can be narrowed to."""

    team = Text(required=False, max_length=8, help_text="A team's code.")
    q = Text(required=False, max_length=120, help_text="Words of the title, a code, a service or table by name.")
    show = serializers.ChoiceField(required=False, choices=[show.value for show in Show])


class Releases(Door):
    """All that the reader may see."""

    family = "releases"

    @described("Releases, latest first", asks=Filters, answers=LineAnswer, paged=True)
    def get(self, request: Request, said: dict[str, Any]) -> QuerySet[Release]:
        """Return the releases that match."""
        mine = request._request.person.teams.keys()
        narrowed = {"team": said.get("team", ""), "words": said.get("q", ""), "show": said.get("show", "")}
        return matching(visible(request).select_related("team"), **narrowed, teams=mine)

    def with_more(self, page: list[Release]) -> list[Line]:
        """Add where each is on its way."""
        return lines(page, now=timezone.now())

    @described("Write a release down", takes=NewSaid, answers=ReleaseAnswer, status=201)
    def post(self, request: Request, said: dict[str, Any]) -> Response:
        """Write it down; with ``submit`` hand it in within the same step."""
        number = drafting.draft(
            team=teams.team_called(said["team"]).pk,
            fields=fields_of(said),
            wish=wish_of(said.get("wants")),
            submit=said["submit"],
            answers=said.get("answers"),
            by=request.user,
            clock=timezone.now,
        )
        written = ReleaseAnswer().to_representation(whole(request, number))
        return Response(written, status=201, headers={"Location": f"/api/v1/releases/RT-{number}"})


urlpatterns = [path("releases", Releases.as_view(), name="releases")]
