"""What every page's frame shows: theme, time, where the reader is and where they may go."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

THEMES = ("light", "dark")
NAV = (
    ("board", _("Board"), "web:home"),
    ("releases", _("Releases"), "web:releases"),
    ("imports", _("Import"), "web:import"),
    ("setup", _("Set-up"), "web:setup"),
)
_STANDS_UNDER = {"slots": "board", "waivers": "board", "home": "board"}


def shell(request: HttpRequest) -> dict[str, Any]:
    """Return the frame's values; they hold for an error page too, where nothing may be asked of the database."""
    user = getattr(request, "user", None)
    return {
        "theme": theme(request),
        "reader_zone": getattr(user, "zone", "UTC"),
        "now": timezone.now(),
        "section": section(request),
        "nav": NAV if user is not None and user.is_authenticated else (),
    }


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
