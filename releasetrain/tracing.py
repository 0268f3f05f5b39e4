"""An id for every request, on every line that is logged while it is answered, and one line about the request itself."""

import re
import time
import uuid
from collections.abc import Callable, Mapping
from typing import Any

import structlog
from django.http import HttpRequest, HttpResponse
from structlog.contextvars import bind_contextvars, clear_contextvars

HEADER = "X-Request-ID"
_SANE = re.compile(r"[A-Za-z0-9._-]{8,64}")
_RELEASE = re.compile(r"(?:RT-)?([0-9]{1,18})")

log = structlog.get_logger("releasetrain.requests")


class Traced:
    """Gives each request its id: the caller's if it is a sane one, else a new one, told in the answer's header.

    Who it was is logged where the answer needed to know anyway; addresses are logged without their query.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request, with its id bound to whatever is logged or posted meanwhile."""
        given = request.headers.get(HEADER, "")
        id = given if _SANE.fullmatch(given) else uuid.uuid4().hex
        begun = time.perf_counter()
        clear_contextvars()  # the thread has answered others before
        bind_contextvars(request_id=id)
        try:
            response = self.get_response(request)
            response.headers[HEADER] = id
            _tell(request, response, milliseconds=(time.perf_counter() - begun) * 1000)
            return response
        finally:
            clear_contextvars()

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Mapping[str, Any]) -> None:
        """Bind the release that the address names."""
        if release := _release(kwargs):
            bind_contextvars(release=release)


def _release(kwargs: Mapping[str, Any]) -> int | None:
    named = kwargs.get("number", kwargs.get("release"))
    found = _RELEASE.fullmatch(str(named)) if named is not None else None
    return int(found[1]) if found else None


def _tell(request: HttpRequest, response: HttpResponse, *, milliseconds: float) -> None:
    who = _user(request)
    log.info(
        "request",
        method=request.method,
        path=request.path,
        status=response.status_code,
        ms=round(milliseconds, 1),
        **({"user": who} if who else {}),
    )


def _user(request: HttpRequest) -> int | None:
    """Who it is, if anybody asked: finding out now would cost a question that nobody needs the answer of."""
    known = getattr(request, "_cached_user", None)  # where Django keeps whom the session names
    if known is None:
        user = request.__dict__.get("user")
        known = user if hasattr(type(user), "_meta") else None  # put there by a door, a token's for example
    return getattr(known, "pk", None)
