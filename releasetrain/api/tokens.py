"""Tokens: one's own, and those of the services of teams that one sets up."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.urls import path
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from releasetrain.api.door import Door, described
from releasetrain.api.setup.teams import own_team
from releasetrain.api.shapes import Answer, Number, Said, Text
from releasetrain.notices import actions, queries
from releasetrain.notices.models import Token


class TokenAnswer(Answer):
    """A token. Its secret is told by the POST that makes it, and never again."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    acts_as = serializers.CharField()
    team = serializers.CharField(allow_null=True, help_text="The team whose service it is; null: one's own.")
    scopes = serializers.ListField(child=serializers.ChoiceField(choices=Token.Scope.choices))
    ends_in = serializers.CharField(help_text="The last four characters of the secret.")
    made_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    last_used_at = serializers.DateTimeField(allow_null=True, help_text="To the minute.")
    revoked_at = serializers.DateTimeField(allow_null=True)


class MadeAnswer(TokenAnswer):
    """A new token, with its secret."""

    secret = serializers.CharField(help_text="Told once, kept nowhere: send it as Authorization: Bearer ...")


class TokenSaid(Said):
    """A new token. With ``team`` it is for a pipeline of that team, which acts under its own name."""

    name = Text(max_length=80)
    scopes = serializers.ListField(child=serializers.ChoiceField(choices=Token.Scope.choices), allow_empty=False)
    days = Number(default=90, help_text="Good for so many days, at most 366.")
    team = Text(max_length=8, required=False, help_text="A team's code.")


class Tokens(Door):
    """Those that whoever asks looks after."""

    family, needs = "tokens", None

    @described("Tokens I look after, latest first; revoked and expired ones too", answers=TokenAnswer, paged=True)
    def get(self, request: Request, said: Mapping[str, Any]) -> QuerySet[Token]:
        """Return one's own, and the services' of one's teams."""
        return queries.seen_by(request._request.person)

    def with_more(self, page: list[Token]) -> list[Mapping[str, Any]]:
        """Return what is told of each."""
        return [_told(token) for token in page]

    @described(
        "Make a token; the secret is told this once", takes=TokenSaid, answers=MadeAnswer, status=201, keyed=False
    )
    def post(self, request: Request, said: Mapping[str, Any]) -> Response:
        """Make it; an Idempotency-Key is refused, since the answer must not be kept."""
        asked = {name: said[name] for name in ("name", "scopes", "days")}
        if "team" in said:
            team = own_team(request._request.person, said["team"]).pk
            token, secret = actions.make_service_token(team=team, **asked, by=request.user, clock=timezone.now)
        else:
            token, secret = actions.make_token(**asked, by=request.user, clock=timezone.now)
        return Response(
            {**_told(token), "secret": secret}, status=201, headers={"Location": f"/api/v1/tokens/{token.pk}"}
        )


def _told(token: Token) -> Mapping[str, Any]:
    same = ("name", "scopes", "made_at", "expires_at", "last_used_at", "revoked_at")
    team = token.team.code if token.team else None
    facts = {"id": token.pk, "acts_as": token.user.name, "team": team, "ends_in": token.ending}
    return facts | {name: getattr(token, name) for name in same}


class One(Door):
    """One token."""

    family, needs = "tokens", None
    named_by_address = ("no-such-token",)

    @described("Revoke a token: it lets nobody in any more; twice is once")
    def delete(self, request: Request, id: int) -> None:
        """Revoke it."""
        actions.revoke_token(token=id, by=request.user, clock=timezone.now)


urlpatterns = [
    path("tokens", Tokens.as_view(), name="tokens"),
    path("tokens/<row:id>", One.as_view(), name="tokens-one"),
]
