"""People: who is here, and who holds which role."""

from collections.abc import Mapping
from typing import Any

from django.urls import path
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request

from releasetrain.api.door import Door, described
from releasetrain.api.releases.deeds import Nothing
from releasetrain.api.setup.noun import Lines, Noun, addresses, seen_of
from releasetrain.api.shapes import Answer, Said, Text
from releasetrain.domain.permissions import Permission
from releasetrain.teams import actions, queries
from releasetrain.teams.models import Membership, RoleHolder, User


class InTeamAnswer(Answer):
    """A team somebody is on."""

    team = serializers.CharField(help_text="The team's code.")
    standing = serializers.ChoiceField(choices=Membership.Standing.choices)


class PersonAnswer(Answer):
    """Somebody, as whoever sets people up sees them."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    email = serializers.EmailField()
    zone = serializers.CharField()
    is_active = serializers.BooleanField()
    roles = serializers.ListField(child=serializers.ChoiceField(choices=RoleHolder.Role.choices))
    teams = InTeamAnswer(many=True)


class NewPersonSaid(Said):
    """Somebody new; without a password they cannot sign in yet."""

    name = Text(max_length=80)
    email = Text(max_length=254)
    zone = Text(max_length=64, default="UTC", help_text="A place such as Europe/Berlin, or UTC.")
    password = Text(max_length=256, trim_whitespace=False, allow_blank=True, default="", write_only=True)


class PersonChangeSaid(NewPersonSaid):
    """A change; a new password ends their sessions."""

    seen = seen_of(NewPersonSaid)


class PersonLineSaid(Said):
    """One line: whose address is known is edited."""

    email = Text(max_length=254)
    name = Text(max_length=80)
    zone = Text(max_length=64, default="UTC")


class PeopleLines(Lines):
    """Lines of people."""

    child = PersonLineSaid()


def _told(person: User) -> Mapping[str, Any]:
    teams = [{"team": one.team.code, "standing": one.standing} for one in person.memberships.all()]
    facts = {name: getattr(person, name) for name in ("name", "email", "zone", "is_active")}
    return {"id": person.pk, **facts, "roles": sorted(one.role for one in person.roles.all()), "teams": teams}


def _now(person: User) -> Mapping[str, Any]:
    return {"name": person.name, "email": person.email, "zone": person.zone}


PEOPLE = Noun(
    name="people",
    one="a person",
    opens=Permission.SET_UP_PEOPLE,
    answer=PersonAnswer,
    new=NewPersonSaid,
    change=PersonChangeSaid,
    lines=PeopleLines,
    rows=lambda person: queries.everybody(),
    row=lambda person, id: queries.user(id),
    told=_told,
    add=actions.add_person,
    edit=lambda id, **said: actions.edit_person(person=id, **said),
    put=actions.put_people,
    now=_now,
)


class Deed(Door):
    """Something done to one person."""

    family, needs = "people", Permission.SET_UP_PEOPLE
    named_by_address = ("no-such-person",)


class Deactivate(Deed):
    """Let somebody go."""

    @described("Deactivate somebody: sessions and tokens end at once", takes=Nothing, answers=PersonAnswer)
    def post(self, request: Request, id: int, said: Mapping[str, Any]) -> Mapping[str, Any]:
        """Let them go; what they did stays."""
        actions.deactivate_person(person=id, by=request.user, clock=timezone.now)
        return _told(queries.user(id))


class Reactivate(Deed):
    """Let somebody back."""

    @described("Let somebody back in; they need a new password", takes=Nothing, answers=PersonAnswer)
    def post(self, request: Request, id: int, said: Mapping[str, Any]) -> Mapping[str, Any]:
        """Let them back."""
        actions.reactivate_person(person=id, by=request.user, clock=timezone.now)
        return _told(queries.user(id))


urlpatterns = [
    *addresses(PEOPLE),
    path("people/<row:id>/deactivate", Deactivate.as_view(), name="people-deactivate"),
    path("people/<row:id>/reactivate", Reactivate.as_view(), name="people-reactivate"),
]
