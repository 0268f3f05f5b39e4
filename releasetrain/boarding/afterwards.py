"""What happened after somebody waived: to the releases the waiver spoke for, and whether it covers anything today."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from releasetrain.domain.conflicts.values import Conflict, SideKind, releases_in
from releasetrain.domain.fates import Fate, Ride, fate
from releasetrain.domain.waivers import covers
from releasetrain.trains import queries as trains
from releasetrain.trains.models import Booking, Request, Slot, Waiver


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many waivers of a rule were made, and how many of them ended in a rollback."""

    made: int
    rolled_back: int


def releases_of(waiver: Waiver) -> set[int]:
    """Return the releases that are its sides, and the riders it rests on."""
    sides = ((waiver.a_kind, waiver.a_id), (waiver.b_kind, waiver.b_id))
    return {id for kind, id in sides if kind == SideKind.RELEASE} | releases_in(waiver.facts)


def slot_of(waiver: Waiver) -> int | None:
    """Return the slot that it names, if it names one."""
    if waiver.b_kind == SideKind.SLOT:
        return waiver.b_id
    return next((int(one.removeprefix("slot:")) for one in waiver.facts if one.startswith("slot:")), None)


def fates_of(waivers: Iterable[Waiver], *, now: datetime) -> Mapping[int, Mapping[int, Fate]]:
    """Return by waiver what came of each of its releases; one query."""
    rows = list(waivers)
    rides = _rides({release for one in rows for release in releases_of(one)})
    return {
        one.pk: {
            release: fate(rides.get(release, ()), since=one.at, slot=slot_of(one), now=now)
            for release in sorted(releases_of(one))
        }
        for one in rows
    }


def _rides(releases: Collection[int]) -> dict[int, list[Ride]]:
    found: dict[int, list[Ride]] = {}
    if not releases:
        return found
    taken = trains.facts_of(Booking.objects.filter(release__in=list(releases))).order_by("booked_at", "pk")
    for booking in taken:
        said = booking.ran["kind"] if booking.ran else ""
        ride = Ride(slot=booking.slot_id, ends_at=booking.slot.end_at, left_at=booking.left_at, said=said)
        found.setdefault(booking.release_id, []).append(ride)
    return found


def tally(code: str, *, since: datetime, now: datetime) -> Tally:
    """Return how many waivers of a rule were made since then, and how many of them a rollback followed; two queries."""
    made = list(Waiver.objects.filter(code=code, at__gte=since))
    hurt = [one for one, fates in fates_of(made, now=now).items() if Fate.ROLLED_BACK in fates.values()]
    return Tally(made=len(made), rolled_back=len(hurt))


def covering(waivers: Iterable[Waiver], *, now: datetime) -> set[int]:
    """Return those that cover something today, where their releases ride or ask to; a constant number of queries."""
    live = [one for one in waivers if one.ended_at is None]
    sides = {release for one in live for release in _sides_of(one)}
    found = _found(sides, now) if sides else []
    return {one.pk for one in live if any(covers(trains.waiver_facts(one), conflict) for conflict in found)}


def _sides_of(waiver: Waiver) -> set[int]:
    pairs: Any = ((waiver.a_kind, waiver.a_id), (waiver.b_kind, waiver.b_id))
    return {id for kind, id in pairs if kind == SideKind.RELEASE}


def _found(releases: set[int], now: datetime) -> list[Conflict]:
    """Everything that the rules find for them, waived or not, where they ride, and where each asks to."""
    asked = Request.objects.filter(release__in=releases, ended_at__isnull=True, slot__start_at__gt=now)
    wanted = dict(asked.values_list("release", "slot"))
    slots = list(Slot.objects.filter(pk__in=wanted.values()).select_related("train"))
    picture = trains.picture(releases=releases, slots=slots, now=now)
    found = picture.conflicts_of(releases - wanted.keys())
    for release, slot in wanted.items():
        found += picture.moved({release: slot}).conflicts_of([release])
    return found
