"""The list of releases: search, by team, by what they are waiting for; a page at a time."""

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from releasetrain.boarding.journeys import state_of
from releasetrain.releases.models import Release
from releasetrain.teams.models import Team
from releasetrain.trains import queries as trains
from releasetrain.trains.models import Booking, Request
from releasetrain.web import typed
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
    found = _matching(request).order_by("-pk")
    before = key(request.GET.get("before"))
    page = list((found.filter(pk__lt=before) if before else found)[: PAGE + 1])
    context = {
        "lines": _lines(page[:PAGE]),
        "more": page[PAGE - 1].pk if len(page) > PAGE else None,
        "teams": Team.objects.all(),
        "shows": SHOW.items(),
        "asked": {name: request.GET.get(name, "") for name in ("q", "team", "show")},
        "zone": request.user.zone,
    }
    return render(request, "releases/list.html", context)


def _matching(request: HttpRequest) -> QuerySet[Release]:
    found = Release.objects.visible_to(request.person).select_related("team")
    if team := request.GET.get("team"):
        found = found.filter(team__code=team)
    if words := request.GET.get("q", "").strip():
        found = found.filter(_search(words))
    return _shown(found, request)


def _search(words: str) -> Q:
    by_code = Q(pk=typed.key(words.upper().removeprefix("RT-")))
    return by_code | Q(title__icontains=words) | Q(services__name__iexact=words) | Q(tables__name__iexact=words)


def _shown(found: QuerySet[Release], request: HttpRequest) -> QuerySet[Release]:
    live = Booking.objects.filter(release=OuterRef("pk"), left_at__isnull=True)
    asks = Request.objects.filter(release=OuterRef("pk"), ended_at__isnull=True, asked_at__isnull=False)
    match request.GET.get("show"):
        case "mine":
            found = found.filter(team__in=list(request.person.teams))
        case "drafts":
            found = found.filter(submitted_at__isnull=True)
        case "waiting":
            found = found.filter(Exists(asks))
        case "riding":
            found = found.filter(Exists(live))
    return found.distinct()


def _lines(page: list[Release]) -> list[dict[str, object]]:
    ids, now = [release.pk for release in page], timezone.now()
    bookings = {one.release_id: one for one in trains.facts_of(trains.holding().filter(release__in=ids))}
    requests = Request.objects.filter(release__in=ids, ended_at__isnull=True).select_related("slot", "train")
    asked = {one.release_id: one for one in requests}
    return [
        {
            "release": release,
            "booking": bookings.get(release.pk),
            "request": asked.get(release.pk),
            "state": state_of(release, bookings.get(release.pk), asked.get(release.pk), now=now),
        }
        for release in page
    ]


urlpatterns = [path("releases/", releases, name="releases")]
