"""The one writer of bookings, and the queue that it serves. Everything here runs under the calendar's lock."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from releasetrain.boarding.actions.places import Hand, Manner, end_bookings, queue, write
from releasetrain.domain.chances import would_do_unasked
from releasetrain.domain.conflicts.values import Conflict
from releasetrain.domain.errors import Refused
from releasetrain.domain.picture import Picture
from releasetrain.releases.models import Release
from releasetrain.trains import queries
from releasetrain.trains.models import Request, Slot

SERVED = 200  # requests looked at in one go, so that the lock is held briefly
AHEAD = 60  # departures looked at for the first that would do

__all__ = [
    "Hand",
    "boardable",
    "end_bookings",
    "queue",
    "rebook",
    "refuse_by_time",
    "refuse_conflicts",
    "serve",
    "taken",
]


def rebook(
    changes: Mapping[int, int | None],
    *,
    hand: Hand,
    picture: Picture | None = None,
    by_themselves: Collection[int] = (),
    because: Mapping[int, Mapping[str, Any]] | None = None,
    quiet: bool = False,
    however_late: bool = False,
) -> Picture:
    """Move each release to its slot (None: off the train) all at once, or raise ``Refused``; return the new picture.

    The calendar is judged after all changes, so that swaps and cascades pass, and only what the deed itself makes is
    refused (C5). Who boards asks no more; who leaves waits again for the same train. Where somebody gave a place back,
    the requests that it stood in the way of become bookings. ``by_themselves``: those that nobody put there, where the
    hand itself does not say so of all. ``because``: why each leaves its place, where the hand does not say so.
    ``quiet``: the verb itself tells everybody about all of it. ``however_late``: a closing takes places back even once
    the departure has begun, which nobody else may.
    """
    before = picture or taken(changes, at=hand.at)
    if not however_late:
        _refuse_what_is_over(changes, before)
    after = before.moved(changes)
    placed = [release for release, slot in changes.items() if slot is not None]
    refuse_conflicts(before.made_by(after, releases=placed), of={one: changes[one] for one in placed})
    moving = write(changes, before, hand, Manner(by_themselves=by_themselves, because=because or {}, quiet=quiet))
    if left := {before.places[release].slot for release in moving if release in before.places}:
        serve(at=hand.at, but_not=changes.keys(), freed=left)
    return after


def serve(*, at: datetime, but_not: Collection[int] = (), freed: Collection[int] | None = None) -> None:
    """Let every request that would do by now become a booking: due first, then weight, then submitted first.

    Those who ask for a slot board it; those who want the first that would do board that. ``freed``: the slots where
    room appeared, and no others are looked at for them; None: all that come. Nothing enters a hotfix slot or a soft
    freeze by itself, and nobody is displaced.
    """
    waiting = list(_waiting(at).exclude(release__in=list(but_not))[:SERVED])
    if not waiting:
        return
    ahead = _ahead({one.train_id for one in waiting if one.wish == Request.Wish.FIRST}, freed, at)
    slots = {one.slot_id for one in waiting if one.slot_id} | {id for ids in ahead.values() for id in ids}
    picture = queries.picture(releases={one.release_id for one in waiting}, slots=slots, now=at)
    for one in waiting:
        picture = _board(one, picture, ahead.get(one.train_id, []))


def _waiting(at: datetime) -> QuerySet[Request]:
    """Who asks for a slot to come, or for the first that would do; who was bumped twice only once it is cleared."""
    asked = Request.objects.filter(ended_at__isnull=True, asked_at__isnull=False)
    wanted = Q(slot__start_at__gt=at) & ~Q(slot__kind=Slot.Kind.HOTFIX) | Q(slot=None, wish=Request.Wish.FIRST)
    held_back = Q(only_cleared=True) & ~Q(release__open_gates=[])
    return queries.in_queue_order(asked.filter(wanted).exclude(held_back))


def _ahead(trains: Collection[int], freed: Collection[int] | None, at: datetime) -> Mapping[int, list[int]]:
    """The departures that may do, by train, next first."""
    found: dict[int, list[int]] = {}
    for train in sorted(trains):
        coming = queries.coming(train, now=at).filter(kind=Slot.Kind.REGULAR)
        within = coming if freed is None else coming.filter(pk__in=list(freed))
        found[train] = list(within.values_list("pk", flat=True)[:AHEAD])
    return found


def _board(request: Request, picture: Picture, ahead: Iterable[int]) -> Picture:
    named = [request.slot_id] if request.slot_id else []
    wanted = [*named, *(ahead if request.wish == Request.Wish.FIRST else ())]
    slot = next((one for one in wanted if would_do_unasked(picture, request.release_id, one)), None)
    if slot is None:
        return picture
    hand = Hand(at=picture.now, by=None, by_itself=True)
    return rebook({request.release_id: slot}, hand=hand, picture=picture)


def taken(changes: Mapping[int, int | None], *, at: datetime) -> Picture:
    """Return the picture that judging these changes needs."""
    slots = {slot for slot in changes.values() if slot is not None}
    return queries.picture(releases=changes.keys(), slots=slots, now=at)


def refuse_conflicts(found: Iterable[Conflict], *, of: Mapping[int, int | None] | None = None) -> None:
    """Raise ``Refused("conflict")`` if anything was found; ``of``: the release that was placed, and its slot."""
    conflicts = tuple(found)
    if conflicts:
        one = [{"release": release, "slot": slot} for release, slot in (of or {}).items()]
        raise Refused("conflict", conflicts=conflicts, details=one[0] if len(one) == 1 else None)


def _refuse_what_is_over(changes: Mapping[int, int | None], picture: Picture) -> None:
    for release, slot in changes.items():
        refuse_by_time(picture, release, slot)


def refuse_by_time(picture: Picture, release: int, slot: int | None = None) -> None:
    """Raise ``Refused`` where time has passed over the release or the slot; without a slot, over the release."""
    if code := picture.refusal(release, slot):
        place = picture.places.get(release)
        raise Refused(code, details={"release": release, "slot": slot or (place and place.slot)})


def boardable(release: Release) -> None:
    """Raise ``Refused`` unless the release is submitted and on its way."""
    if release.withdrawn_at is not None:
        raise Refused("withdrawn", details={"release": release.pk})
    if release.rolled_back_at is not None:
        raise Refused("rolled-back", details={"release": release.pk})
    if release.submitted_at is None:
        raise Refused("still-a-draft", details={"release": release.pk})
