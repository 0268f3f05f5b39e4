"""Who may open a view: every view says it with ``@access(...)``, and a test walks the resolver for one without."""

from collections.abc import Callable
from enum import Enum
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseNotAllowed
from django.shortcuts import redirect, resolve_url
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.http import urlencode
from django_htmx.http import HttpResponseClientRedirect

from releasetrain.domain.permissions import Permission, Person, may
from releasetrain.teams import queries as teams

View = Callable[..., HttpResponse]


class Door(Enum):
    """Who may come in where no permission is needed."""

    UNASKED = "unasked"  # not even who it is: no session and no database is needed to answer
    PUBLIC = "public"
    SIGNED_IN = "signed-in"


UNASKED, PUBLIC, SIGNED_IN = Door.UNASKED, Door.PUBLIC, Door.SIGNED_IN


def access(needed: Door | Permission, *, post_only: bool = False) -> Callable[[View], View]:
    """Let a view answer only who may see it; inside, ``request.person`` is the domain's person or None.

    A permission is asked for anything at all: whoever has it in one team may open the page, and the action asks again
    with the team. Nobody signed in is sent to sign in; who lacks the permission gets 404.
    """

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if post_only and request.method != "POST":
                return HttpResponseNotAllowed(["POST"])
            if _holds_what_nobody_types(request):
                return HttpResponseBadRequest()
            if needed is UNASKED:
                return _unkept(view(request, *args, **kwargs))
            request.person = teams.person(request.user)
            with timezone.override(getattr(request.user, "zone", "UTC")):  # dates are the reader's
                return _unkept(_answer(view, needed, request, *args, **kwargs))

        guarded.access = needed
        return guarded

    return guard


def _answer(view: View, needed: Door | Permission, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    if needed is not PUBLIC and request.person is None:
        return to_sign_in(request)
    if isinstance(needed, Permission) and not may_anywhere(request.person, needed):
        raise Http404
    return view(request, *args, **kwargs)


def may_anywhere(person: Person | None, permission: Permission) -> bool:
    """Return whether the person has the permission everywhere or in one of their teams."""
    if person is None:
        return False
    return any(may(person, permission, team=team) for team in (None, *person.teams))


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """Send to the sign-in page and remember where to come back to; only a page can be come back to."""
    here = request.htmx.current_url_abs_path if request.htmx else request.get_full_path()
    back = here if request.method in ("GET", "HEAD") or request.htmx else ""
    address = resolve_url("web:sign-in") + (f"?{urlencode({'next': back})}" if back and back != "/" else "")
    return HttpResponseClientRedirect(address) if request.htmx else redirect(address)


def _holds_what_nobody_types(request: HttpRequest) -> bool:
    """Whether an address or form holds a NUL, which no text of the database can."""
    typed = (*request.GET.lists(), *request.POST.lists())
    return any("\x00" in word for name, values in typed for word in (name, *values))


def _unkept(response: HttpResponse) -> HttpResponse:
    """Pages show what is true now: no cache keeps them, and a fragment is never taken for its page."""
    if response.headers.get("Content-Type", "").startswith("text/html"):
        response.headers["Cache-Control"] = "no-store"
        patch_vary_headers(response, ["HX-Request"])
    return response
