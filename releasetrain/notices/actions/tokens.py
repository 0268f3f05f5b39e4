"""Make tokens, take them back. The secret is returned once and kept nowhere."""

import secrets
import uuid
from collections.abc import Callable, Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from releasetrain.audit import actions as audit
from releasetrain.domain.errors import Refused
from releasetrain.domain.permissions import Permission, require
from releasetrain.domain.scopes import OF_A_SERVICE, Scope, let_through
from releasetrain.notices import queries
from releasetrain.notices.models import Token
from releasetrain.teams import checks
from releasetrain.teams import queries as teams
from releasetrain.teams.models import Team, User

Clock = Callable[[], datetime]
LONGEST = 366  # days
MOST = 50  # live tokens of one person or team: a script that makes one a run is a mistake
NOTED_EVERY = timedelta(minutes=1)


@transaction.atomic
def make_token(*, name: str, scopes: Collection[str], days: int, by: User, clock: Clock) -> tuple[Token, str]:
    """Make a token that acts as ``by`` within ``scopes`` for so many days; return it and its secret."""
    require(teams.person(by), Permission.OWN)
    token = Token(user=by, made_by=by)
    return _make(token, "rtp", name=name, scopes=scopes, days=days, now=clock())


@transaction.atomic
def make_service_token(
    *, team: int, name: str, scopes: Collection[str], days: int, by: User, clock: Clock
) -> tuple[Token, str]:
    """Make a token for a pipeline of ``team``, which acts under its own name; return it and its secret."""
    known = teams.team(team)
    require(teams.person(by), Permission.SET_UP_TEAM, team=known.pk)
    if beyond := sorted(set(scopes) - OF_A_SERVICE):
        raise Refused("not-for-a-service", details={"field": "scopes", "scope": beyond[0]})
    called = checks.text(name, field="name", most=60)
    token = Token(user=_service(known, called), team=known, made_by=by)
    return _make(token, "rts", name=called, scopes=scopes, days=days, now=clock())


def _service(team: Team, called: str) -> User:
    service = User(name=f"{team.code} {called}", email=f"{uuid.uuid4()}@service.invalid", service_of=team)
    service.set_unusable_password()
    service.save()
    return service


def _make(
    token: Token, kind: str, *, name: str, scopes: Collection[str], days: int, now: datetime
) -> tuple[Token, str]:
    token.name = checks.text(name, field="name", most=80)
    token.scopes = _checked(scopes, by=token.made_by)
    checks.number(days, field="days", least=1, most=LONGEST)
    _refuse_hoarding(token, now)
    secret = f"{kind}_{secrets.token_urlsafe(32)}"
    token.digest, token.ending = queries.digest_of(secret), secret[-4:]
    token.made_at, token.expires_at = now, now + timedelta(days=days)
    token.save()
    facts = {"name": token.name, "scopes": token.scopes, "days": days}
    audit.record("token.made", subject=_subject(token), by=token.made_by_id, at=now, **facts)
    return token, secret


def _checked(scopes: Collection[str], *, by: User) -> list[str]:
    """Return the scopes in order; a token never makes one that is good for more than itself."""
    if unknown := sorted(set(scopes) - set(Scope)):
        raise Refused("unknown-scope", details={"field": "scopes", "scope": unknown[0][:40]})
    if not scopes:
        raise Refused("missing", details={"field": "scopes"})
    wanted = [scope for scope in Scope if scope in scopes]
    if by.only is not None and not let_through(wanted) <= by.only:
        raise Refused("more-than-own-token", details={"field": "scopes"})
    return [scope.value for scope in wanted]


def _refuse_hoarding(token: Token, now: datetime) -> None:
    whose = Q(team=token.team) if token.team_id else Q(user=token.user, team=None)
    if Token.objects.filter(whose, revoked_at=None, expires_at__gt=now).count() >= MOST:
        raise Refused("too-many-tokens", details={"most": MOST})


@transaction.atomic
def revoke_token(*, token: int, by: User, clock: Clock) -> Token:
    """Let a token let nobody in any more, at once; who may look after it may. Revoking twice is once."""
    found = queries.seen_by(teams.person(by)).select_for_update(of=("self",)).filter(pk=token).first()
    if found is None:
        raise Refused("no-such-token", details={"token": token})
    if found.revoked_at is None:
        found.revoked_at, found.revoked_by = clock(), by
        found.save(update_fields=["revoked_at", "revoked_by"])
        audit.record("token.revoked", subject=_subject(found), by=by.pk, at=found.revoked_at, name=found.name)
    return found


def _subject(token: Token) -> str:
    return f"team:{token.team_id}" if token.team_id else f"person:{token.user_id}"


def note_use(token: Token, *, now: datetime) -> None:
    """Remember when a token was used last, to the minute: a write for each request would be the dearest part of it."""
    if token.last_used_at is None or now - token.last_used_at >= NOTED_EVERY:
        Token.objects.filter(pk=token.pk).update(last_used_at=now)
