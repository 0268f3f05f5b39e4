"""Who asks: a token in the Authorization header, or the session of somebody who reads the docs page."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, SessionAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from releasetrain.notices import actions, queries
from releasetrain.notices.models import Token
from releasetrain.teams import queries as teams
from releasetrain.teams.models import User

KEYWORD = b"bearer"


class ByToken(BaseAuthentication):
    """``Authorization: Bearer rtp_...``; the permissions of whoever it is are cut down to the token's scopes."""

    def authenticate(self, request: Request) -> tuple[User, Token] | None:
        """Return who asks, None where no token is shown, or refuse one that lets nobody in."""
        words = get_authorization_header(request).split()
        if not words or words[0].lower() != KEYWORD:
            return None
        now = timezone.now()
        found = queries.let_in(words[1].decode("latin-1"), now=now) if len(words) == 2 else None
        if found is None or found[0].is_feed:  # that one stands in an address, where others may read it
            raise AuthenticationFailed(_("This token lets nobody in: it is unknown, expired or revoked."))
        token, user, request._request.person = found
        actions.note_use(token, now=now)
        return user, token

    def authenticate_header(self, request: Request) -> str:
        """Return what an answer 401 asks for."""
        return "Bearer"


class BySession(SessionAuthentication):
    """The browser's own session, with the usual token against forged requests."""

    def authenticate(self, request: Request) -> tuple[User, None] | None:
        """Return who is signed in here, if anybody."""
        if found := super().authenticate(request):
            request._request.person = teams.person(found[0])
        return found


class TokenScheme(OpenApiAuthenticationExtension):
    """How the description names it."""

    target_class = ByToken
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """Return the scheme."""
        return {"type": "http", "scheme": "bearer", "description": "A personal token, or a service token of a team."}


class SessionScheme(OpenApiAuthenticationExtension):
    """The session's cookie."""

    target_class = BySession
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """Return the scheme."""
        return {"type": "apiKey", "in": "cookie", "name": "sessionid"}
