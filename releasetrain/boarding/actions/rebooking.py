"""The one writer of bookings. Everything here runs under the calendar's lock, which the verb takes."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, QuerySet

from releasetrain.audit import actions as audit
from releasetrain.domain.conflicts.values import Conflict
from releasetrain.domain.errors import Refused
from releasetrain.domain.picture import Picture
from releasetrain.outbox import actions as outbox
from releasetrain.releases.models import Release
from releasetrain.reviews.actions.refreshing import refresh_promises
from releasetrain.trains import queries
from releasetrain.trains.models import Booking, Request, Slot

SERVED = 200  # requests looked at in one go, so that the lock is held briefly


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """Whose deed it is, at which instant; ``by`` None: the product itself. ``because`` is kept with who left.

    ``behind``: who made the token that a service acts with.
    """

    at: datetime
    by: int | None
    by_itself: bool = False
    behind: int | None = None
    because: Mapping[str, Any] | None = None

    @property
    def editors(self) -> list[int]:
        """Everybody whose edit it is (R7): who hides behind a pipeline edited too."""
        return sorted({one for one in (self.by, self.behind) if one is not None})

    @property
    def deed(self) -> dict[str, Any]:
        """What an event says of the deed that made it: whose, when, why."""
        because = dict(self.because) if self.because else None
        return {"by": self.by, "at": self.at.isoformat(), "because": because, "by_itself": self.by_itself}


def rebook(
    changes: Mapping[int, int | None],
    *,
    hand: Hand,
    picture: Picture | None = None,
    by_themselves: Collection[int] = (),
) -> Picture:
    """Move each release to its slot (None: off the train) all at once, or raise ``Refused``; return the new picture.

    The calendar is judged after all changes, so that swaps and cascades pass, and only what the deed itself makes is
    refused (C5). Who boards asks no more; who leaves waits again for the same train. Where somebody gave a place back,
    the requests that it stood in the way of become bookings. ``by_themselves``: those that nobody put there, where the
    hand itself does not say so of all.
    """
    before = picture or taken(changes, at=hand.at)
    _refuse_what_is_over(changes, before)
    after = before.moved(changes)
    placed = [release for release, slot in changes.items() if slot is not None]
    refuse_conflicts(before.made_by(after, releases=placed), of={one: changes[one] for one in placed})
    _write(changes, before, hand, by_themselves)
    if any(before.places[release].slot != slot for release, slot in changes.items() if release in before.places):
        serve(at=hand.at, but_not=changes.keys())
    return after


def serve(*, at: datetime, but_not: Collection[int] = ()) -> None:
    """Let every request for a slot that would do by now become a booking: due first, then weight, then asked first.

    Called under the lock, wherever something that stood in the way was moved or shrunk.
    """
    asking = _asking(at).exclude(release__in=list(but_not))
    if not (wanted := dict(asking.values_list("release_id", "slot_id")[:SERVED])):
        return
    picture = queries.picture(releases=wanted.keys(), slots=set(wanted.values()), now=at)
    for release, slot in wanted.items():
        moved = picture.moved({release: slot})
        if not picture.refusal(release, slot) and not picture.made_by(moved, releases=[release]):
            picture = rebook({release: slot}, hand=Hand(at=at, by=None, by_itself=True), picture=picture)


def _asking(at: datetime) -> QuerySet[Request]:
    asked = Request.objects.filter(ended_at__isnull=True, asked_at__isnull=False, slot__start_at__gt=at)
    regular = asked.exclude(slot__kind=Slot.Kind.HOTFIX)  # nothing enters a hotfix slot by itself (S2)
    return regular.order_by(F("release__due").asc(nulls_last=True), "-release__weight", "asked_at", "pk")


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


def _write(changes: Mapping[int, int | None], before: Picture, hand: Hand, alone: Collection[int]) -> None:
    moving = {
        release: slot
        for release, slot in changes.items()
        if (before.places[release].slot if release in before.places else None) != slot
    }
    gone = [release for release in moving if release in before.places]
    waiting = [release for release in gone if moving[release] is None]
    end_bookings([release for release in gone if release not in waiting], hand, code="moved")
    end_bookings(waiting, hand)
    queue(waiting, before, hand)
    _board({release: slot for release, slot in moving.items() if slot is not None}, hand, alone)
    _tell(moving, before, hand)
    refresh_promises(moving, at=hand.at, by=hand.by, code="moved")


def end_bookings(releases: list[int], hand: Hand, *, code: str = "left") -> None:
    """Let releases give their place back, under the lock; ``code`` says why unless the hand does."""
    live = Booking.objects.filter(release__in=releases, left_at__isnull=True)
    live.update(left_at=hand.at, left_by=hand.by, left_because=dict(hand.because or {"code": code}))


def queue(releases: Iterable[int], before: Picture, hand: Hand) -> None:
    """Let releases that lost their place wait for the train they were on."""
    Request.objects.bulk_create(
        Request(
            release_id=release,
            train_id=before.departures[before.places[release].slot].slot.train,
            wish=Request.Wish.THIS,
            because=dict(hand.because) if hand.because else None,
            made_at=hand.at,
            made_by_id=hand.by,
            asked_at=hand.at,
        )
        for release in releases
    )


def _board(boarding: Mapping[int, int], hand: Hand, alone: Collection[int]) -> None:
    Request.objects.filter(release__in=list(boarding), ended_at__isnull=True).update(ended_at=hand.at)
    Booking.objects.bulk_create(
        Booking(
            release_id=release,
            slot_id=slot,
            booked_at=hand.at,
            booked_by_id=hand.by,
            by_itself=hand.by_itself or release in alone,
        )
        for release, slot in boarding.items()
    )


def _tell(moving: Mapping[int, int | None], before: Picture, hand: Hand) -> None:
    for release, slot in moving.items():
        old = before.places[release].slot if release in before.places else None
        verb = "booking.left" if slot is None else "booking.moved" if old else "booking.made"
        facts = {"slot": slot, "old": old, "because": dict(hand.because) if hand.because else None}
        audit.record(verb, subject=f"release:{release}", by=hand.by, at=hand.at, **facts)
        starts = {f"{name}_starts": _start(before, id) for name, id in (("slot", slot), ("old", old))}
        outbox.post(verb, release=release, slot=slot, old=old, **starts, **hand.deed)


def _start(picture: Picture, slot: int | None) -> str | None:
    """When a departure starts: it is said with the event, since a free one may be gone when somebody is told."""
    return None if slot is None else picture.departures[slot].slot.departs.start.isoformat()


def boardable(release: Release) -> None:
    """Raise ``Refused`` unless the release is submitted and on its way."""
    if release.withdrawn_at is not None:
        raise Refused("withdrawn", details={"release": release.pk})
    if release.rolled_back_at is not None:
        raise Refused("rolled-back", details={"release": release.pk})
    if release.submitted_at is None:
        raise Refused("still-a-draft", details={"release": release.pk})
