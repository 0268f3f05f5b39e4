"""Who opens a stream and what they may follow, asked in one short visit to the database."""

from collections.abc import Iterable
from dataclasses import dataclass
from importlib import import_module

from django.conf import settings
from django.contrib.auth import get_user
from django.db import connection
from django.http import HttpRequest

from releasetrain.live.queries import stamp
from releasetrain.teams import queries as teams
from releasetrain.web.live.topics import followable

_sessions = import_module(settings.SESSION_ENGINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What somebody signed in may follow, and how much had changed then."""

    topics: frozenset[str]
    stamp: int


def ask(session_key: str | None, topics: Iterable[str]) -> Answer | None:
    """Return what the session's person may follow, None for nobody; keeps no connection. Call it in a thread."""
    if not session_key:
        return None
    try:
        request = HttpRequest()
        request.session = _sessions.SessionStore(session_key)
        person = teams.person(get_user(request))
        if person is None:
            return None
        return Answer(topics=followable(topics, person), stamp=stamp())
    finally:
        connection.close()  # back to the pool: a stream that is open needs none
