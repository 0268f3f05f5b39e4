"""Hand a release in, and take it back."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from releasetrain.audit import actions as audit
from releasetrain.audit import queries as log
from releasetrain.boarding import queries
from releasetrain.boarding.actions.asking import put_request, usual_wish
from releasetrain.boarding.actions.claiming import claim
from releasetrain.boarding.actions.rebooking import Hand, rebook
from releasetrain.domain.conflicts.values import Conflict
from releasetrain.domain.errors import Refused
from releasetrain.domain.permissions import Permission, require
from releasetrain.outbox import actions as outbox
from releasetrain.releases.models import Release
from releasetrain.reviews.actions import beginning as reviews
from releasetrain.reviews.actions.refreshing import refresh
from releasetrain.teams.models import User
from releasetrain.teams.queries import person
from releasetrain.trains.lock import locked_calendar, retried
from releasetrain.trains.models import Booking, Outcome, Request

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitted:
    """What came of it: the slot it rides in, or none and the conflicts of the one it asks for."""

    release: int
    slot: int | None = None
    conflicts: tuple[Conflict, ...] = ()
    refusal: str = ""


@retried
def submit(*, release: int, by: User, clock: Clock, key: UUID | None = None) -> Submitted:
    """Hand in a draft (or one withdrawn or rolled back, again).

    It boards the slot it wishes, or the first that would do if it wishes that; a conflict leaves it asking, and
    nothing to wish leaves it waiting. Said again with the same ``key``: what came of it, without the conflicts.
    """
    with locked_calendar():
        if (done := log.result_of(key, by=by.pk)) is not None:
            return Submitted(release=release, slot=done["slot"], refusal=done["refusal"])
        now = clock()
        handed_in = queries.release(release)
        require(person(by), Permission.SUBMIT, team=handed_in.team_id)
        came = hand_in(handed_in, hand=Hand(at=now, by=by.pk))
        audit.keep_result(key, by=by.pk, result={"slot": came.slot, "refusal": came.refusal})
        return came


def hand_in(release: Release, *, hand: Hand) -> Submitted:
    """Submit under the lock that the verb holds."""
    if release.submitted_at and not (release.withdrawn_at or release.rolled_back_at):
        raise Refused("already-submitted", details={"release": release.pk})
    _mark(release, hand)
    request = _activate(release, hand)
    reviews.fix(release, now=hand.at)
    refresh([release.pk], at=hand.at, by=hand.by, code="submitted")
    wanted = [request.slot_id] if request.slot_id else _first_that_would_do(release, request, hand)
    return _try(release, wanted[0], hand) if wanted else Submitted(release=release.pk)


def _mark(release: Release, hand: Hand) -> None:
    release.submitted_at, release.submitted_by_id = hand.at, hand.by
    release.withdrawn_at = release.rolled_back_at = None
    release.save(update_fields=["submitted_at", "submitted_by", "withdrawn_at", "rolled_back_at"])
    audit.record("release.submitted", subject=f"release:{release.pk}", by=hand.by, at=hand.at)
    outbox.post("release.submitted", release=release.pk, **hand.deed)


def _activate(release: Release, hand: Hand) -> Request:
    """The wish becomes a request; a slot that departed while it was a draft is wished no more."""
    wish = queries.request_or_none(release.pk)
    slot = wish.slot if wish and wish.slot and wish.slot.start_at > hand.at else None
    return put_request(release, slot=slot, wish=wish.wish if wish else usual_wish(release), hand=hand)


def _first_that_would_do(release: Release, request: Request, hand: Hand) -> list[int]:
    """Where it boards by itself (S2): any size that asked for the first that would do, small ones do by default."""
    if request.wish != Request.Wish.FIRST:
        return []
    ways = queries.ways_out(release.pk, train=request.train_id, now=hand.at, count=1)
    return [way.slot for way in ways]


def _try(release: Release, slot: int, hand: Hand) -> Submitted:
    by_itself = queries.request_or_none(release.pk).slot_id is None
    try:
        claim({release.pk: slot}, hand=Hand(at=hand.at, by=hand.by, by_itself=by_itself))
    except Refused as refused:
        return Submitted(release=release.pk, conflicts=refused.conflicts, refusal=refused.code)
    return Submitted(release=release.pk, slot=slot)


@retried
def withdraw(*, release: int, reason: str, by: User, clock: Clock, key: UUID | None = None) -> None:
    """Take a release back, off the train and out of the queue, once per ``key``; it may be submitted again."""
    if not reason.strip():
        raise Refused("reason-missing")
    with locked_calendar():
        if log.result_of(key, by=by.pk) is not None:
            return
        now = clock()
        taken_back = queries.release(release)
        require(person(by), Permission.WITHDRAW, team=taken_back.team_id)
        _refuse_withdrawing(taken_back)
        hand = Hand(at=now, by=by.pk, because={"code": "withdrawn", "reason": reason.strip()})
        place = queries.booking_or_none(release)
        if place is not None:
            rebook({release: None}, hand=hand)
        _end(taken_back, place, hand)
        audit.keep_result(key, by=by.pk, result=True)


def _refuse_withdrawing(release: Release) -> None:
    if release.withdrawn_at is not None:
        raise Refused("withdrawn", details={"release": release.pk})
    departed = Outcome.objects.filter(
        booking__release=release, kind=Outcome.Kind.DEPARTED, booking__left_at__isnull=True
    )
    if departed.exists():
        slot = Booking.objects.get(release=release, left_at__isnull=True).slot_id
        raise Refused("has-departed", details={"release": release.pk, "slot": slot})


def _end(release: Release, place: Booking | None, hand: Hand) -> None:
    """Keep the wish for the next submission, but ask for nothing."""
    Request.objects.filter(release=release, ended_at__isnull=True).update(asked_at=None, slot=None)
    release.withdrawn_at = hand.at
    release.save(update_fields=["withdrawn_at"])
    refresh([release.pk], at=hand.at, by=hand.by, code="withdrawn")
    reason = (hand.because or {}).get("reason", "")
    audit.record("release.withdrawn", subject=f"release:{release.pk}", by=hand.by, at=hand.at, reason=reason)
    old = {"old": place and place.slot_id, "old_starts": place and place.slot.start_at.isoformat()}
    outbox.post("release.withdrawn", release=release.pk, **old, **hand.deed)
