"""Whoever asks: who they are, what their token lets through, and what they set for themselves."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.urls import path
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request

from releasetrain.api.door import Door, described, may_anywhere
from releasetrain.api.shapes import Answer, Said, Text
from releasetrain.domain.permissions import Permission, Role, Standing
from releasetrain.notices.models import Token
from releasetrain.teams import actions, queries
from releasetrain.teams.models import Team

STANDINGS = [standing.value for standing in Standing]


class OwnTeamAnswer(Answer):
    """A team one is in."""

    id = serializers.IntegerField()
    code = serializers.CharField()
    name = serializers.CharField()
    standing = serializers.ChoiceField(choices=STANDINGS)


class OwnTokenAnswer(Answer):
    """The token in hand."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    scopes = serializers.ListField(child=serializers.ChoiceField(choices=Token.Scope.choices))
    expires_at = serializers.DateTimeField()


class MeAnswer(Answer):
    """Who asks."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    email = serializers.CharField(allow_null=True, help_text="null: a service has none.")
    zone = serializers.CharField()
    keys_on = serializers.BooleanField(help_text="Whether single letters are keys on the pages.")
    is_service = serializers.BooleanField()
    roles = serializers.ListField(child=serializers.ChoiceField(choices=[role.value for role in Role]))
    teams = OwnTeamAnswer(many=True)
    token = OwnTokenAnswer(allow_null=True, help_text="null: the session of a browser.")
    may = serializers.ListField(
        child=serializers.ChoiceField(choices=[one.value for one in Permission]),
        help_text="What one may do anywhere or in one of one's teams, with this token.",
    )


class OwnSaid(Said):
    """What one sets for oneself."""

    name = Text(max_length=80)
    zone = Text(max_length=64)
    keys_on = serializers.BooleanField()


class PasswordSaid(Said):
    """The old one and the new one."""

    old = Text(max_length=256, trim_whitespace=False, write_only=True)
    new = Text(max_length=256, trim_whitespace=False, write_only=True)


class Me(Door):
    """Whoever asks. Whatever a token is good for, it may ask that."""

    family, needs = "me", None

    @described("Who I am and what I may do with this token", answers=MeAnswer)
    def get(self, request: Request) -> Mapping[str, Any]:
        """Return who asks."""
        return _told(request)

    @described("Change my name, zone or keys: what is not said stays", takes=OwnSaid, answers=MeAnswer)
    def patch(self, request: Request, said: Mapping[str, Any]) -> Mapping[str, Any]:
        """Keep what is said."""
        user = request.user
        now = {"name": user.name, "zone": user.zone, "keys_on": user.keys_on}
        actions.set_own(**{**now, **said}, by=user, clock=timezone.now)
        return _told(request)


class Password(Door):
    """One's own password."""

    family, needs = "me", None

    @described("Change my password; every session of mine ends", takes=PasswordSaid, keyed=False)
    def post(self, request: Request, said: Mapping[str, Any]) -> None:
        """Change it."""
        actions.change_password(**said, by=request.user, clock=timezone.now)


def _told(request: Request) -> Mapping[str, Any]:
    user, person = request.user, request._request.person
    rows = _teams(person.teams.keys())
    teams = [{"id": row.pk, "code": row.code, "name": row.name, "standing": person.teams[row.pk]} for row in rows]
    token = request.auth and {"id": request.auth.pk, "name": request.auth.name, "scopes": request.auth.scopes}
    return {
        "id": user.pk,
        "name": user.name,
        "email": None if user.service_of_id else user.email,
        "zone": user.zone,
        "keys_on": user.keys_on,
        "is_service": bool(user.service_of_id),
        "roles": sorted(person.roles),
        "teams": teams,
        "token": token and {**token, "expires_at": request.auth.expires_at},
        "may": [one for one in Permission if may_anywhere(person, one)],
    }


def _teams(among: Any) -> QuerySet[Team]:
    return queries.teams().filter(pk__in=list(among))


urlpatterns = [
    path("me", Me.as_view(), name="me"),
    path("me/password", Password.as_view(), name="me-password"),
]
