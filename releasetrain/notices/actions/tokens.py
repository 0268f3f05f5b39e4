"""Make tokens, take them back. The secret is returned once and kept nowhere."""

import secrets
import uuid
from base64 import urlsafe_b64encode
from collections.abc import Callable, Collection
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.crypto import salted_hmac

from releasetrain.audit import actions as audit
from releasetrain.audit import queries as log
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
TOLD_AGAIN = timedelta(minutes=1)  # to the second click of a double click: the page shows the last answer only


def make_token(
    *, name: str, scopes: Collection[str], days: int, by: User, clock: Clock, key: uuid.UUID | None = None
) -> tuple[Token, str]:
    """Make a token that acts as ``by`` within ``scopes`` for so many days; return it and its secret.

    ``key``: a form's one-time key. Its second click makes nothing and is told the same secret, within a minute.
    """

    def make() -> tuple[Token, str]:
        require(teams.person(by), Permission.OWN)
        token = Token(user=by, made_by=by)
        return _make(token, "rtp", key=key, name=name, scopes=scopes, days=days, now=clock())

    return _once(make, "rtp", key=key, by=by, clock=clock)


def make_service_token(
    *, team: int, name: str, scopes: Collection[str], days: int, by: User, clock: Clock, key: uuid.UUID | None = None
) -> tuple[Token, str]:
    """Make a token for a pipeline of ``team``, which acts under its own name; return it and its secret.

    ``key`` as with ``make_token``.
    """

    def make() -> tuple[Token, str]:
        known = teams.team(team)
        require(teams.person(by), Permission.SET_UP_TEAM, team=known.pk)
        if beyond := sorted(set(scopes) - OF_A_SERVICE):
            raise Refused("not-for-a-service", details={"field": "scopes", "scope": beyond[0]})
        called = checks.text(name, field="name", most=60)
        token = Token(user=_service(known, called), team=known, made_by=by)
        return _make(token, "rts", key=key, name=called, scopes=scopes, days=days, now=clock())

    return _once(make, "rts", key=key, by=by, clock=clock)


def _once(
    make: Callable[[], tuple[Token, str]], kind: str, *, key: uuid.UUID | None, by: User, clock: Clock
) -> tuple[Token, str]:
    if done := _made_before(kind, key, by, clock):
        return done
    try:
        with transaction.atomic():
            return make()
    except IntegrityError:  # the key's own row: the other click was faster
        if done := _made_before(kind, key, by, clock):
            return done
        raise


def _made_before(kind: str, key: uuid.UUID | None, by: User, clock: Clock) -> tuple[Token, str] | None:
    made = log.result_of(_kept(key), by=by.pk)
    if key is None or made is None:
        return None
    token = Token.objects.get(pk=made)
    if clock() - token.made_at > TOLD_AGAIN:
        raise Refused("token-made-already", details={"name": token.name})
    return token, _secret(kind, key, by)


def _kept(key: uuid.UUID | None) -> uuid.UUID | None:
    """What is kept of a key: nobody gets back to the key from it, nor with the key's help to the secret."""
    return key and uuid.uuid5(key, "token.made")


def _secret(kind: str, key: uuid.UUID | None, by: User) -> str:
    """256 bits: of chance, or of a one-time key that is random itself and kept nowhere, and of what only we know."""
    if key is None:
        return f"{kind}_{secrets.token_urlsafe(32)}"
    digest = salted_hmac("releasetrain.token", f"{kind} {key} {by.pk}", algorithm="sha256").digest()
    return f"{kind}_{urlsafe_b64encode(digest).rstrip(b'=').decode()}"


def _service(team: Team, called: str) -> User:
    service = User(name=f"{team.code} {called}", email=f"{uuid.uuid4()}@service.invalid", service_of=team)
    service.set_unusable_password()
    service.save()
    return service


def _make(
    token: Token, kind: str, *, key: uuid.UUID | None, name: str, scopes: Collection[str], days: int, now: datetime
) -> tuple[Token, str]:
    token.name = checks.text(name, field="name", most=80)
    token.scopes = _checked(scopes, by=token.made_by)
    checks.number(days, field="days", least=1, most=LONGEST)
    _refuse_hoarding(token, now)
    secret = _secret(kind, key, token.made_by)
    token.digest, token.ending = queries.digest_of(secret), secret[-4:]
    token.made_at, token.expires_at = now, now + timedelta(days=days)
    token.save()
    audit.keep_result(_kept(key), by=token.made_by_id, result=token.pk)
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
