"""What stands on the whole calendar: the release managers' list, open to everybody who signed in."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.urls import path
from django.utils import timezone

from releasetrain.boarding.standing import judged
from releasetrain.domain.permissions import Permission
from releasetrain.trains import queries as trains
from releasetrain.trains.models import Slot, Train
from releasetrain.web.access import SIGNED_IN, access, may_anywhere
from releasetrain.web.live.topics import MOST as MOST_TOPICS
from releasetrain.web.live.unchanged import followed, unless_unchanged
from releasetrain.web.told import Told, tell

SHOWN = 200  # of each: a list that is longer is not read


@dataclass(frozen=True, slots=True, kw_only=True)
class Departing:
    """A departure with what stands against its riders."""

    slot: Slot
    conflicts: list[Told]


@access(SIGNED_IN)
@unless_unchanged
def conflicts(request: HttpRequest) -> HttpResponse:
    """List what stands: what blocks, then what only warns, by departure."""
    topics = ["large", "setup", *(f"train:{pk}" for pk in Train.objects.values_list("pk", flat=True))]
    live = followed(request, topics[:MOST_TOPICS], at=resolve_url("web:conflicts"))
    picture = trains.ahead(now=timezone.now())
    found = judged(picture)
    blocking, warning = ([one for one in found if one.conflict.blocks is wanted] for wanted in (True, False))
    shown = [*blocking[:SHOWN], *warning[:SHOWN]]
    told = tell(shown, picture=picture, zone=ZoneInfo(request.user.zone))
    context = {
        "live": live,
        "blocking": _by_departure(one for one in told if one.blocks),
        "warning": _by_departure(one for one in told if not one.blocks),
        "blocking_count": len(blocking),
        "warning_count": len(warning),
        "shown": SHOWN,
        "zone": request.user.zone,
        "may_waive": may_anywhere(request.person, Permission.WAIVE),
        "may_plan": may_anywhere(request.person, Permission.PLAN),
        "may_freeze": may_anywhere(request.person, Permission.FREEZE),
    }
    fragment = request.htmx and not request.htmx.boosted
    return render(request, "standing/conflicts.html#conflicts" if fragment else "standing/conflicts.html", context)


def _by_departure(told: Iterable[Told]) -> list[Departing]:
    groups = groupby(told, key=lambda one: one.slot.pk)
    return [Departing(slot=rows[0].slot, conflicts=rows) for rows in (list(group) for _slot, group in groups)]


urlpatterns = [path("conflicts/", conflicts, name="conflicts")]
