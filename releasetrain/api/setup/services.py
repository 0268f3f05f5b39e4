"""Services: what is deployed, and whose it is."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from releasetrain.api.setup.noun import Lines, Noun, addresses, seen_of
from releasetrain.api.shapes import Answer, Said, Text
from releasetrain.domain.permissions import Permission
from releasetrain.releases import actions, queries
from releasetrain.releases.models import Service
from releasetrain.teams import queries as teams


class ServiceAnswer(Answer):
    """A service."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=Service.Kind.choices)
    platform = serializers.CharField(help_text="Of a client: desktop, Android, iOS.")
    team = serializers.CharField(source="team.code", help_text="The owner's code.")


class ServiceSaid(Said):
    """A service; as a line, a name that is known is edited."""

    name = Text(max_length=80)
    kind = serializers.ChoiceField(choices=Service.Kind.choices, default=Service.Kind.SERVER.value)
    platform = Text(max_length=40, allow_blank=True, default="")
    team = Text(max_length=8, help_text="The owner's code.")


class ServiceChangeSaid(ServiceSaid):
    """A change."""

    seen = seen_of(ServiceSaid)


class ServiceLines(Lines):
    """Lines of services."""

    child = ServiceSaid()


def _facts(said: Mapping[str, Any]) -> Mapping[str, Any]:
    return {**said, "team": teams.team_called(said["team"]).pk} if "team" in said else said


def _now(service: Service) -> Mapping[str, Any]:
    return {name: getattr(service, name) for name in ("name", "kind", "platform")} | {"team": service.team_id}


SERVICES = Noun(
    name="services",
    one="a service",
    opens=Permission.SEE,  # whoever writes a release names them
    answer=ServiceAnswer,
    new=ServiceSaid,
    change=ServiceChangeSaid,
    lines=ServiceLines,
    rows=lambda person: queries.services(),
    row=lambda person, id: queries.service(id),
    told=lambda service: service,
    add=actions.add_service,
    edit=lambda id, **said: actions.edit_service(service=id, **said),
    put=actions.put_services,
    now=_now,
    facts=_facts,
)

urlpatterns = addresses(SERVICES)
