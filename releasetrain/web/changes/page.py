"""The page of a schema change, in parts: each part is a module with ``part(request, change)``, joined here."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path

from releasetrain.web.access import SIGNED_IN, access
from releasetrain.web.changes import backfill, editing, sql, versions
from releasetrain.web.changes.listing import lines, seen_by

PARTS = (versions, backfill, editing, sql)  # modules, in the order of the page


@access(SIGNED_IN)
def show(request: HttpRequest, change: int) -> HttpResponse:
    """Show one change."""
    return render(request, "changes/change.html", context(request, change))


def context(request: HttpRequest, number: int, **more: Any) -> dict[str, Any]:
    """Return what the page shows; ``more``: what was typed and refused."""
    found = get_object_or_404(seen_by(request.person), pk=number)
    known = {"change": found, "line": lines([found], request.person)[0], "zone": request.user.zone, **more}
    for part in PARTS:
        known |= part.part(request, found)
    return known


urlpatterns = [path("changes/<int:change>/", show, name="change")]
