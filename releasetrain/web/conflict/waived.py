"""All waivers that were ever given, with what happened afterwards to the releases they spoke for."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from releasetrain.boarding import afterwards
from releasetrain.conflict_names import KINDS
from releasetrain.conflict_wording import moment
from releasetrain.domain.conflicts import RULES
from releasetrain.domain.conflicts.values import SideKind
from releasetrain.domain.fates import Fate
from releasetrain.releases.models import Release
from releasetrain.rule_wording import SIDES
from releasetrain.trains.models import Slot, Waiver
from releasetrain.web.access import SIGNED_IN, access
from releasetrain.web.typed import key

PAGE = 50
SHOW = {"": _("all"), "live": _("live"), "ended": _("ended")}
FATES = {  # meaning, shape, words
    Fate.COMING: ("is-info", "arrow", _("still to come")),
    Fate.SILENT: ("is-waiting", "waiting", _("nobody said")),
    Fate.DEPARTED: ("is-clear", "clear", _("departed")),
    Fate.ROLLED_BACK: ("is-blocked", "blocked", _("rolled back")),
    Fate.NOT_DEPARTED: ("is-waiting", "cost", _("did not depart")),
    Fate.AWAY: ("is-waiting", "cost", _("moved away")),
    Fate.NEVER: ("is-waiting", "waiting", _("has no place")),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A waiver as the list shows it. ``state``: live, outlived or ended; ``fates``: number, meaning, shape, words."""

    waiver: Waiver
    sides: list[tuple[str, int | None]]
    state: str
    covers: bool
    fates: list[tuple[int, str, str, Any]]


@access(SIGNED_IN)
def waivers(request: HttpRequest) -> HttpResponse:
    """Show the waivers that match, latest first; ``before`` is where the next page starts."""
    asked = {name: request.GET.get(name, "") for name in ("show", "code")}
    now, before = timezone.now(), key(request.GET.get("before"))
    found = matching(asked["show"], asked["code"], now=now)
    page = list((found.filter(pk__lt=before) if before else found)[: PAGE + 1])
    context = {
        "lines": lines(page[:PAGE], zone=ZoneInfo(request.user.zone), now=now),
        "more": page[PAGE - 1].pk if len(page) > PAGE else None,
        "shows": SHOW.items(),
        "codes": [rule.code for rule in RULES.values() if rule.waivable],
        "asked": asked,
        "zone": request.user.zone,
    }
    return render(request, "conflicts/waivers.html", context)


def matching(show: str, code: str, *, now: datetime) -> QuerySet[Waiver]:
    """Return the waivers that a filter asks for, latest first."""
    found = Waiver.objects.select_related("by", "ended_by").order_by("-pk")
    found = found.filter(code=code) if code else found
    live = Q(ended_at__isnull=True) & (Q(until__isnull=True) | Q(until__gt=now))
    return found.filter(live) if show == "live" else found.exclude(live) if show == "ended" else found


def lines(rows: list[Waiver], *, zone: ZoneInfo, now: datetime) -> list[Line]:
    """Return the lines of these waivers, in a constant number of queries."""
    fates, covering, called = (
        afterwards.fates_of(rows, now=now),
        afterwards.covering(rows, now=now),
        _called(rows, zone),
    )
    return [
        Line(
            waiver=one,
            sides=[_side(kind, id, called) for kind, id in ((one.a_kind, one.a_id), (one.b_kind, one.b_id))],
            state=_state(one, now),
            covers=one.pk in covering,
            fates=[(release, *FATES[came]) for release, came in fates[one.pk].items()],
        )
        for one in rows
    ]


def _state(waiver: Waiver, now: datetime) -> str:
    if waiver.ended_at is not None:
        return "ended"
    return "outlived" if waiver.until is not None and waiver.until <= now else "live"


def _called(rows: list[Waiver], zone: ZoneInfo) -> dict[tuple[str, int], str]:
    """What the sides are called; a query for each kind that is among them."""
    wanted: dict[str, set[int]] = {}
    for one in rows:
        wanted.setdefault(one.a_kind, set()).add(one.a_id)
        wanted.setdefault(one.b_kind, set()).add(one.b_id)
    releases = Release.objects.filter(pk__in=wanted.pop("release", ()))
    slots = Slot.objects.filter(pk__in=wanted.pop("slot", ()))
    found = {("release", one.pk): str(one) for one in releases}
    found |= {("slot", one.pk): moment(one.start_at, zone) for one in slots}
    for kind, ids in wanted.items():
        found |= {
            (kind, one.pk): f"{SIDES[SideKind(kind)]} {one.name}" for one in KINDS[kind].objects.filter(pk__in=ids)
        }
    return found


def _side(kind: str, id: int, called: dict[tuple[str, int], str]) -> tuple[str, int | None]:
    words = called.get((kind, id), f"{SIDES[SideKind(kind)]} {id}")
    return words, id if kind == SideKind.RELEASE else None


urlpatterns = [path("waivers/", waivers, name="waivers")]
