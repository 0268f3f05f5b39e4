"""Everybody at every operation of the JSON door: exactly who may do it does it, everybody else changes nothing.

The operations come from the description, which comes from the resolver: one that ``matrix.py`` does not name fails.
"""

import json
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from releasetrain.audit.models import Entry
from releasetrain.domain.permissions import Permission, Person, may
from releasetrain.domain.scopes import OF_A_SERVICE, Scope
from releasetrain.notices import actions as notices
from releasetrain.notices.models import Token
from releasetrain.notices.queries import let_in
from releasetrain.teams.models import User
from tests.api.conftest import token_of
from tests.api.matrix import OPEN, TABLE, Cell, World, world_of
from tests.api.test_everything_it_allows_and_forbids import OPERATIONS, _undone
from tests.factories import member_of

WHO = [
    *("nobody", "somebody deactivated", "a member", "the lead", "a member of another team", "an architect"),
    *("a release manager", "a release manager's token to read", "a release manager's token for the gate"),
    *("a token to read, expired", "a pipeline of the team", "a pipeline of another team"),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Somebody at the door: their secret, and what the permission table knows of them."""

    secret: str = ""
    person: Person | None = None


@pytest.fixture
def world(cast, scene) -> World:
    return world_of(cast, scene)


@pytest.fixture
def visitors(cast, world) -> dict[str, Visitor]:
    """Everybody, by what they are called above."""
    reads, gate = (token_of(cast.cleo, scope).secret for scope in (Scope.READ, Scope.GATE))
    everything = ("ada", "ben", "dov", "ines", "cleo")
    ada, ben, dov, ines, cleo = (token_of(getattr(cast, name)).secret for name in everything)
    gone, expired = token_of(member_of(cast.pay, name="Gone")).secret, token_of(cast.ben, Scope.READ).secret
    pay, inv = (_pipeline(team, cast) for team in (cast.pay, cast.inv))
    secrets = ["", gone, ben, ada, dov, ines, cleo, reads, gate, expired, pay, inv]
    User.objects.filter(name="Gone").update(is_active=False)
    over = {"made_at": "2020-01-01 00:00Z", "expires_at": "2020-01-02 00:00Z"}
    Token.objects.filter(ending=expired[-4:], user=cast.ben).update(**over)
    return dict(zip(WHO, map(_visitor, secrets), strict=True))


def _pipeline(team: Any, cast: Any) -> str:
    said = {"name": "deploy", "days": 9, "by": cast.cleo, "clock": timezone.now}
    return notices.make_service_token(team=team.pk, scopes=tuple(OF_A_SERVICE), **said)[1]


def _visitor(secret: str) -> Visitor:
    found = let_in(secret, now=timezone.now())
    return Visitor(secret=secret, person=found[2] if found else None)


def test_every_operation_is_in_the_matrix():
    assert set(OPERATIONS) - TABLE.keys() - OPEN == set()
    assert TABLE.keys() | OPEN <= set(OPERATIONS)


@pytest.mark.slow
@pytest.mark.parametrize("label", TABLE)
def test_exactly_who_may_does(label, world, visitors):
    cell = TABLE[label]
    wrong = {who: found for who in WHO if (found := _is_wrong(label, cell, world, visitors[who]))}

    assert wrong == {}


def _is_wrong(label: str, cell: Cell, world: World, visitor: Visitor) -> str:
    """Ask as somebody; say what is wrong with the answer, if anything."""
    before = Entry.objects.count()
    with _undone():
        answer = _ask(label, cell, world, visitor)
        changed = Entry.objects.count() - before
    status, allowed = answer.status_code, _allowed(cell, world, visitor.person)
    said = f"{status} {answer.content[:300]!r}"
    if visitor.person is None:
        return "" if status == 401 and not changed else said
    if allowed:
        return "" if status not in (401, 403, 404) and status < 500 else said
    return "" if status in (403, 404) and not changed else f"{said}, {changed} entries"


def _allowed(cell: Cell, world: World, person: Person | None) -> bool:
    if person is None or (cell.needs is not Permission.ASK_GATE and not may(person, Permission.SEE)):
        return False
    team = getattr(world.cast, cell.team).pk if cell.team else None
    teams = [None, *person.teams] if cell.anywhere else [team]
    return any(may(person, cell.needs, team=one) for one in teams)


def _ask(label: str, cell: Cell, world: World, visitor: Visitor) -> Any:
    method, template = label.split(" ")
    path, body = cell.path(template, world), cell.said(world)
    headers = {"Authorization": f"Bearer {visitor.secret}"} if visitor.secret else {}
    sent = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
    return Client(raise_request_exception=False).generic(method, path, headers=headers, **sent)
