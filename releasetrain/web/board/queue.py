"""The queue of a train, open to everybody: who waits, since when, for what, and the departure to expect (S3)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render, resolve_url
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _

from releasetrain.boarding.expecting import LONGEST_QUEUE, expected, queue
from releasetrain.domain.permissions import Permission
from releasetrain.releases.models import Release
from releasetrain.trains.models import Request, Slot, Train
from releasetrain.web.access import SIGNED_IN, access, may_anywhere
from releasetrain.web.board.cards import why_back
from releasetrain.web.live.unchanged import followed, unless_unchanged


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A line of the queue. ``asks_for``: the departure it wants, None: any; ``expects``: the one it may expect."""

    number: int
    release: Release
    since: datetime
    asks_for: Slot | None
    wish: str
    why_back: str
    only_cleared: bool
    is_late: bool
    expects: Slot | None


@access(SIGNED_IN)
@unless_unchanged
def show(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the queue in the order in which it is served."""
    train = get_object_or_404(Train, slug=slug)
    topics = [f"train:{train.pk}", "large", "setup"]
    live = followed(request, topics, at=resolve_url("web:queue", slug))
    shown = {"live": live, "train": train, "zone": request.user.zone, **context(train, now=timezone.now())}
    shown["may_plan"] = may_anywhere(request.person, Permission.PLAN)
    return render(request, "board/queue.html#queue" if request.htmx else "board/queue.html", shown)


def context(train: Train, *, now: datetime) -> dict[str, Any]:
    """Return what the page shows, in a constant number of queries."""
    waiting = list(queue(train)[: LONGEST_QUEUE + 1])
    slots = expected(train, now)
    known = Slot.objects.in_bulk({slot for slot in slots.values() if slot is not None})
    shown = waiting[:LONGEST_QUEUE]
    return {
        "places": [_place(number, one, slots, known, now) for number, one in enumerate(shown, 1)],
        "is_longer": len(waiting) > LONGEST_QUEUE,
        "now": now,
    }


def _place(
    number: int, one: Request, slots: Mapping[int, int | None], known: Mapping[int, Slot], now: datetime
) -> Place:
    is_ahead = one.slot is not None and one.slot.start_at > now
    return Place(
        number=number,
        release=one.release,
        since=one.asked_at,
        asks_for=one.slot if is_ahead else None,
        wish=_("the first that would do") if one.wish == Request.Wish.FIRST else _("a place on this train"),
        why_back=why_back(one.because),
        only_cleared=one.only_cleared,
        is_late=bool(one.release.due and one.release.due < now.astimezone(ZoneInfo(one.train.zone)).date()),
        expects=known.get(slots.get(one.release_id) or 0),
    )


urlpatterns = [path("trains/<slug:slug>/queue/", show, name="queue")]
