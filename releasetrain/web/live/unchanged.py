"""A page whose content did not change answers so in a few queries: 304 instead of itself."""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils import timezone, translation
from django.utils.http import parse_etags

from releasetrain.live.queries import stamp
from releasetrain.web.context import theme

View = Callable[..., HttpResponse]


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """What a page's live part says of itself: topics, where it is fetched, how much had changed when it was read."""

    topics: str
    at: str
    stamp: int


def unless_unchanged(view: View) -> View:
    """Let a view, inside ``@access``, answer with an ETag, and with 304 to whoever shows that already."""

    @wraps(view)
    def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            return view(request, *args, **kwargs)
        tag = _tag(request)
        if tag in parse_etags(request.headers.get("If-None-Match", "")) and not len(get_messages(request)):
            return HttpResponseNotModified(headers={"ETag": tag, "Cache-Control": "no-store"})
        response = view(request, *args, **kwargs)
        if response.status_code == 200:
            response["ETag"] = tag
        return response

    return asked


def followed(request: HttpRequest, topics: Iterable[str], *, at: str) -> Followed:
    """Return what the page's live part says of itself. Note the stamp before anything else is read."""
    return Followed(topics=" ".join(topics), at=at, stamp=noted_stamp(request))


def noted_stamp(request: HttpRequest) -> int:
    """Read once per request, before what the page shows: a change in between is found at the next look."""
    if not hasattr(request, "stamp"):
        request.stamp = stamp()
    return request.stamp


def _tag(request: HttpRequest) -> str:
    """Everything a page depends on: what was committed, the minute, and whoever asks, how and from where."""
    person, user = request.person, request.user
    facts = (
        (person.id, sorted(person.roles), sorted(person.teams.items())),
        (user.name, user.zone, user.keys_on),
        (request.session.session_key, request.COOKIES.get(settings.CSRF_COOKIE_NAME)),
        (request.get_full_path(), bool(request.htmx), request.headers.get("X-Live")),
        (translation.get_language(), theme(request)),
    )
    minute = int(timezone.now().timestamp()) // 60
    return f'W/"{noted_stamp(request)}-{minute}-{hashlib.sha256(repr(facts).encode()).hexdigest()[:20]}"'
