"""Questions that lead to a booking."""

from collections.abc import Collection, Iterable
from datetime import datetime, time
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from releasetrain.boarding.trying import as_said
from releasetrain.domain import conflicts
from releasetrain.domain.chances import Chance, chance, crossed
from releasetrain.domain.conflicts.values import Conflict
from releasetrain.domain.errors import Refused
from releasetrain.domain.timetable import to_instant
from releasetrain.releases.fields import ReleaseFields
from releasetrain.releases.models import Release, Revision
from releasetrain.trains import queries as trains
from releasetrain.trains.models import Booking, DefaultTrain, Request, Slot, Train

AHEAD = 60  # departures looked at for the next slot that would do
WAYS = 3


def releases(ids: Collection[int]) -> list[Release]:
    """Return these releases with their team; raise ``Refused("no-such-release")`` if one is missing."""
    found = list(Release.objects.filter(pk__in=ids).select_related("team"))
    if len(found) != len(set(ids)):
        raise Refused("no-such-release", details={"release": min(set(ids) - {release.pk for release in found})})
    return found


def release(id: int) -> Release:
    """Return the release with what it says."""
    links = ("service_links", "table_links", "needs", "client_links", "schema_stages")
    wanted = Release.objects.filter(pk=id).select_related("team").prefetch_related(*links).first()
    if wanted is None:
        raise Refused("no-such-release", details={"release": id})
    return wanted


def booking_or_none(release: int) -> Booking | None:
    """Return the release's live booking, if it has one."""
    return Booking.objects.filter(release=release, left_at__isnull=True).select_related("slot__train").first()


def booking_of(release: int) -> Booking:
    """Return the release's live booking."""
    return Booking.objects.select_related("slot__train").get(release=release, left_at__isnull=True)


def request_or_none(release: int) -> Request | None:
    """Return the release's request or wish, if it has one that has not ended."""
    return Request.objects.filter(release=release, ended_at__isnull=True).select_related("slot", "train").first()


def default_train(team: int) -> Train | None:
    """Return the train that the team's releases ask for unless they say otherwise."""
    default = DefaultTrain.objects.filter(team=team).select_related("train").first()
    return default.train if default else Train.objects.first()


def chances(
    release: int, slots: Iterable[Slot], *, now: datetime, said: ReleaseFields | None = None
) -> dict[int, Chance]:
    """Ask the rules once for all ``slots``: what would happen if ``release`` took each of them.

    With ``said`` the release is judged as if it said that: an edit that is only tried.
    """
    rows = list(slots)
    picture = trains.picture(releases={release}, slots=rows, now=now, tables=said.tables if said else ())
    if said is not None:
        picture = as_said(picture, release, said)
    due = picture.riders[release].due
    ahead = [slot.pk for slot in sorted(rows, key=lambda slot: (slot.start_at, slot.pk))]
    return {slot.pk: chance(picture, release, slot.pk, due, ahead=ahead) for slot in rows}


def ways_out(
    release: int, *, train: int, now: datetime, count: int = WAYS, said: ReleaseFields | None = None
) -> list[Chance]:
    """Return the next slots of the train that would do (C3), with what each costs.

    Nothing enters a hotfix slot or a soft freeze by itself (S2): they are no way out.
    """
    slots = coming_for(release, train=train, now=now)[:AHEAD]
    tried = chances(release, slots, now=now, said=said).values()
    return [chance for chance in tried if chance.would_do_unasked][:count]


def coming_for(release: int, *, train: int, now: datetime) -> QuerySet[Slot]:
    """Return the regular departures of the train from the day on which the release may ride."""
    earliest, zone = (
        Release.objects.values_list("earliest", flat=True).get(pk=release),
        Train.objects.get(pk=train).zone,
    )
    slots = trains.coming(train, now=now).filter(kind=Slot.Kind.REGULAR)
    if earliest is None:
        return slots
    return slots.filter(start_at__gte=to_instant(datetime.combine(earliest, time()), ZoneInfo(zone)))


def swap_would_do(one: int, other: int, *, now: datetime) -> bool:
    """Return whether two booked releases could change places without anybody's waiver."""
    picture = trains.picture(releases={one, other}, slots=set(), now=now)
    return crossed(picture, one, other) is not None


def standing_conflicts(release: int, *, slot: int | None, now: datetime) -> list[Conflict]:
    """Return what blocks the release in its place, or would in the slot it asks for; warnings are no hindrance."""
    picture = trains.picture(releases={release}, slots={slot} if slot else set(), now=now)
    if slot is not None:
        picture = picture.moved({release: slot})
    return picture.blocking_of([release])


def is_waivable(conflict: Conflict) -> bool:
    """Return whether a release manager may say yes to this conflict."""
    return conflict.blocks and conflicts.RULES[conflict.code].waivable


def edited_by(person: int, releases: Collection[int]) -> set[int]:
    """Return those of ``releases`` that somebody edited, so that they waive nothing for them (R7).

    Bringing one in from a file is no edit.
    """
    mine = Revision.objects.filter(release__in=list(releases), editors__contains=[person])
    return set(mine.values_list("release", flat=True))
