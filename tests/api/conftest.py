"""Scripts at the JSON door: who asks with which token."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from releasetrain.domain.scopes import Scope
from releasetrain.notices import actions
from releasetrain.teams.models import User
from tests.web.conftest import Scene, cast, scene

__all__ = ["Scene", "cast", "scene"]
ROOT = "/api/v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Somebody with a token: ``caller.post("/releases/RT-1/submit", reason="...")``."""

    secret: str

    def ask(self, method: str, path: str, body: Any = None, *, key: str = "", **query: Any) -> Any:
        """Return the answer; its ``.data`` is the JSON."""
        headers = {"Authorization": f"Bearer {self.secret}"} if self.secret else {}
        if key:
            headers["Idempotency-Key"] = key
        sent = {"data": json.dumps(body), "content_type": "application/json"} if body is not None else {}
        client = Client(raise_request_exception=True)
        answer = client.generic(method, ROOT + path, headers=headers, query_params=query, **sent)
        answer.data = answer.json() if answer.content else None
        return answer

    def get(self, path: str, **query: Any) -> Any:
        """Ask a question."""
        return self.ask("GET", path, **query)

    def post(self, path: str, key: str = "", **body: Any) -> Any:
        """Do something."""
        return self.ask("POST", path, body, key=key)

    def patch(self, path: str, **body: Any) -> Any:
        """Change something."""
        return self.ask("PATCH", path, body)

    def put(self, path: str, body: Any = None, **said: Any) -> Any:
        """Set something."""
        return self.ask("PUT", path, said if body is None else body)

    def delete(self, path: str) -> Any:
        """Take something away."""
        return self.ask("DELETE", path)


NOBODY = Caller(secret="")


def token_of(person: User, *scopes: Scope, days: int = 30) -> Caller:
    """A caller with a token of ``person``; without scopes one that is good for everything."""
    wanted = scopes or tuple(Scope)
    made = actions.make_token(name="script", scopes=wanted, days=days, by=person, clock=timezone.now)
    return Caller(secret=made[1])


@pytest.fixture
def by() -> Callable[..., Caller]:
    """Return the caller with a token of somebody: ``by(cast.ada).get("/releases")``."""
    return token_of
