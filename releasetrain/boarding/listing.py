"""Lists of releases: which match, and where each of a page is on its way. Both doors ask here."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from releasetrain.boarding.journeys import asked_slot, state_of
from releasetrain.domain.states import State
from releasetrain.releases.models import Release, ReleaseService, ReleaseTable
from releasetrain.trains import queries as trains
from releasetrain.trains.models import Booking, Request, Slot

LONGEST_NUMBER = 18  # digits: what fits into a database's key


class Show(StrEnum):
    """What a list can be narrowed to."""

    MINE = "mine"
    DRAFTS = "drafts"
    WAITING = "waiting"
    RIDING = "riding"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A release in a list: with its state, and its live booking or request."""

    release: Release
    state: State
    booking: Any = None
    request: Request | None = None
    asked: int | None = None

    @property
    def is_booked(self) -> bool:
        """Whether it has a place."""
        return self.booking is not None

    @property
    def slot(self) -> Slot | None:
        """Where it rides, or would like to."""
        if self.booking:
            return self.booking.slot
        return self.request.slot if self.request and self.asked else None


def matching(
    found: QuerySet[Release], *, team: str = "", words: str = "", show: str = "", teams: Collection[int] = ()
) -> QuerySet[Release]:
    """Return those of ``found`` of the team with this code that match ``words``; ``teams``: whose are mine."""
    if team:
        found = found.filter(team__code=team)
    if words.strip():
        found = found.filter(_search(words.strip()))
    return _shown(found, show, teams)


def _search(words: str) -> Q:
    number = words.upper().removeprefix("RT-")
    is_number = number.isascii() and number.isdigit() and len(number) <= LONGEST_NUMBER
    of = {"release": OuterRef("pk")}
    named = Q(Exists(ReleaseService.objects.filter(service__name__iexact=words, **of)))
    named |= Q(Exists(ReleaseTable.objects.filter(table__name__iexact=words, **of)))
    return Q(title__icontains=words) | named | (Q(pk=int(number)) if is_number else Q())


def _shown(found: QuerySet[Release], show: str, teams: Collection[int]) -> QuerySet[Release]:
    match show:
        case Show.MINE:
            return found.filter(team__in=list(teams))
        case Show.DRAFTS:
            return found.filter(submitted_at__isnull=True)
        case Show.WAITING:
            live = {"release": OuterRef("pk"), "ended_at__isnull": True, "asked_at__isnull": False}
            return found.filter(Exists(Request.objects.filter(**live)))
        case Show.RIDING:
            return found.filter(Exists(Booking.objects.filter(release=OuterRef("pk"), left_at__isnull=True)))
    return found


def lines(page: Iterable[Release], *, now: datetime) -> list[Line]:
    """Return a line for each release of a page; two queries, however long it is."""
    rows = list(page)
    ids = [release.pk for release in rows]
    bookings = {one.release_id: one for one in trains.facts_of(trains.holding().filter(release__in=ids))}
    requests = Request.objects.filter(release__in=ids, ended_at__isnull=True).select_related("slot", "train")
    asked = {one.release_id: one for one in requests}
    return [_line(release, bookings.get(release.pk), asked.get(release.pk), now) for release in rows]


def _line(release: Release, booking: Any, request: Request | None, now: datetime) -> Line:
    return Line(
        release=release,
        state=state_of(release, booking, request, now=now),
        booking=booking,
        request=request,
        asked=asked_slot(request, now=now),
    )
