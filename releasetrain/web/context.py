"""What every page's frame shows: theme, time, where the reader is and where they may go."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from releasetrain.domain.permissions import Permission
from releasetrain.reviews.queries.inbox import count_for
from releasetrain.teams import queries as teams
from releasetrain.web.access import may_anywhere

THEMES = ("light", "dark")
NAV = (
    ("board", _("Board"), "web:home", Permission.SEE),
    ("calendar", _("Calendar"), "web:calendar", Permission.SEE),
    ("reviews", _("Waiting on me"), "web:waiting", Permission.SEE),
    ("standing", _("Conflicts"), "web:conflicts", Permission.SEE),
    ("plans", _("Plans"), "web:plans", Permission.SEE),
    ("releases", _("Releases"), "web:releases", Permission.SEE),
    ("changes", _("Schema changes"), "web:changes", Permission.SEE),
    ("imports", _("Import"), "web:import", Permission.IMPORT),
    ("setup", _("Set-up"), "web:setup", Permission.SEE),
)
MAILS = ("notices", _("Mails"), "web:mails")  # where mails are kept here to be read
_STANDS_UNDER = {
    "slots": "board",
    "waivers": "conflicts",
    "conflict": "conflicts",
    "home": "board",
    "status": "setup",
    "dead_letters": "setup",
}


def shell(request: HttpRequest) -> dict[str, Any]:
    """Return the frame's values, for any page and for an address that leads nowhere."""
    user = getattr(request, "user", None)
    return {
        "theme": theme(request),
        "reader_zone": getattr(user, "zone", "UTC"),
        "now": timezone.now(),
        "section": section(request),
        "nav": nav(request),
        "waiting_count": SimpleLazyObject(lambda: count_for(getattr(request, "person", None), now=timezone.now())),
        "here": request.get_full_path() if request.method == "GET" else "/",
    }


def nav(request: HttpRequest) -> list[tuple[str, Any, str]]:
    """Return the pages that whoever asks may open; an address that leads nowhere was not asked by any view."""
    person = request.person if hasattr(request, "person") else teams.person(getattr(request, "user", None))
    pages = [(name, words, page) for name, words, page, needed in NAV if may_anywhere(person, needed)]
    return [*pages, MAILS] if person is not None and settings.MAIL_IS_KEPT else pages


def theme(request: HttpRequest) -> str:
    """Return what the cookie says, or nothing: then the system decides."""
    kept = request.COOKIES.get("theme", "")
    return kept if kept in THEMES else ""


def section(request: HttpRequest) -> str:
    """Return the entry of the navigation that the page stands under: the name of its view's module."""
    match = request.resolver_match
    parts = match.func.__module__.split(".") if match else []
    name = parts[2] if parts[:2] == ["releasetrain", "web"] and len(parts) > 2 else ""
    return _STANDS_UNDER.get(name, name)
