"""The list of releases: search, by team, by what they are waiting for; a page at a time."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from releasetrain.boarding.listing import lines, matching
from releasetrain.releases.models import Release
from releasetrain.teams.models import Team
from releasetrain.web.access import SIGNED_IN, access
from releasetrain.web.typed import key

PAGE = 50
SHOW = {
    "": _("all"),
    "mine": _("my teams'"),
    "drafts": _("drafts"),
    "waiting": _("waiting"),
    "riding": _("with a place"),
}


@access(SIGNED_IN)
def releases(request: HttpRequest) -> HttpResponse:
    """Show the releases that match, latest first; ``before`` is where the next page starts."""
    asked = {name: request.GET.get(name, "") for name in ("q", "team", "show")}
    mine = Release.objects.visible_to(request.person).select_related("team")
    said = {"words": asked["q"], "team": asked["team"], "show": asked["show"], "teams": request.person.teams.keys()}
    found = matching(mine, **said).order_by("-pk")
    before = key(request.GET.get("before"))
    page = list((found.filter(pk__lt=before) if before else found)[: PAGE + 1])
    context = {
        "lines": lines(page[:PAGE], now=timezone.now()),
        "more": page[PAGE - 1].pk if len(page) > PAGE else None,
        "teams": Team.objects.all(),
        "shows": SHOW.items(),
        "asked": asked,
        "zone": request.user.zone,
    }
    return render(request, "releases/list.html", context)


urlpatterns = [path("releases/", releases, name="releases")]
