"""Questions about tokens."""

from datetime import datetime
from hashlib import sha256

from django.db.models import Q, QuerySet

from releasetrain.domain.permissions import Permission, Person, may
from releasetrain.domain.scopes import Scope, let_through
from releasetrain.notices.models import Token
from releasetrain.teams.models import User
from releasetrain.teams.queries import known_as, person_facts


def digest_of(secret: str) -> str:
    """Return what is kept of a secret. It is 256 random bits, so a plain hash cannot be guessed back."""
    return sha256(secret.encode()).hexdigest()


def let_in(secret: str, *, now: datetime) -> tuple[Token, User, Person] | None:
    """Return the token with this secret, whom it acts as and what they may; None if it lets nobody in. One query."""
    roles, standings = person_facts("user")
    live = Token.objects.filter(digest=digest_of(secret), revoked_at=None, expires_at__gt=now, user__is_active=True)
    found = live.select_related("user").annotate(held=roles, stands=standings).first()
    if found is None:
        return None
    user = found.user
    user.behind = found.made_by_id if user.service_of_id else None
    user.only = let_through(map(Scope, found.scopes))
    return found, user, known_as(user.pk, True, user.service_of_id, found.held, found.stands, only=user.only)


def seen_by(person: Person) -> QuerySet[Token]:
    """Return the tokens that somebody may look after: their own, and those of services of teams they set up."""
    services = Q(team__in=[team for team in person.teams if may(person, Permission.SET_UP_TEAM, team=team)])
    if may(person, Permission.SET_UP_TEAMS):
        services = Q(team__isnull=False)
    own = Q(user=person.id) if may(person, Permission.OWN) else Q(pk__in=[])
    return Token.objects.filter(own | services).select_related("user", "team", "made_by")
