"""Ask for a place without holding one."""

from collections.abc import Callable
from datetime import datetime

from releasetrain.audit import actions as audit
from releasetrain.boarding import queries
from releasetrain.boarding.actions.rebooking import Hand, boardable, rebook
from releasetrain.domain.errors import Refused
from releasetrain.domain.permissions import Permission, require
from releasetrain.outbox import actions as outbox
from releasetrain.releases.models import Release
from releasetrain.reviews.actions.refreshing import refresh_promises
from releasetrain.teams.models import User
from releasetrain.teams.queries import person
from releasetrain.trains.lock import locked_calendar, retried
from releasetrain.trains.models import Request, Slot

Clock = Callable[[], datetime]


@retried
def ask(*, release: int, slot: int | None, by: User, clock: Clock, wish: str = Request.Wish.THIS) -> Request:
    """Let a release ask for ``slot`` (None: wait in the queue). A place it holds is given back in the same step."""
    with locked_calendar():
        now = clock()
        wanted = queries.release(release)
        require(person(by), Permission.BOOK, team=wanted.team_id)
        boardable(wanted)
        hand = Hand(at=now, by=by.pk, because={"code": "asks"})
        if queries.booking_or_none(release) is not None:
            if slot is None:  # giving a place back has a verb of its own, which asks why
                raise Refused("reason-missing")
            rebook({release: None}, hand=hand)
        return put_request(wanted, slot=known_slot(slot, now=now), wish=wish, hand=hand)


def known_slot(slot: int | None, *, now: datetime) -> Slot | None:
    """Return the slot that may still be asked for, or raise ``Refused``."""
    if slot is None:
        return None
    found = Slot.objects.filter(pk=slot).select_related("train").first()
    if found is None:
        raise Refused("no-such-slot", details={"slot": slot})
    if found.start_at <= now or found.kind == Slot.Kind.PAST:
        raise Refused("slot-departed", details={"slot": slot})
    return found


def put_request(release: Release, *, slot: Slot | None, wish: str, hand: Hand, train: int | None = None) -> Request:
    """Write the one live request of a release, under the lock; since when it waits is kept."""
    old = queries.request_or_none(release.pk)
    request = old or Request(release=release, made_at=hand.at, made_by_id=hand.by)
    request.slot, request.wish, request.only_cleared = slot, wish, False
    request.train_id = slot.train_id if slot else train or request.train_id or _train_of(release)
    request.asked_at = request.asked_at or (hand.at if release.submitted_at else None)
    request.save()
    if release.submitted_at:  # a draft's wish asks for nothing
        starts = slot and slot.start_at.isoformat()  # a free slot may go before the log is read
        facts = {"slot": slot and slot.pk, "slot_starts": starts}
        audit.record("request.made", subject=f"release:{release.pk}", by=hand.by, at=hand.at, **facts)
        outbox.post("request.made", release=release.pk, **facts, **hand.deed)
        refresh_promises([release.pk], at=hand.at, by=hand.by, code="moved")
    return request


def usual_wish(release: Release) -> str:
    """Return what a release wants that says nothing: a small one boards by itself (S2), a larger one waits."""
    return Request.Wish.FIRST if release.size == Release.Size.SMALL else Request.Wish.THIS


def _train_of(release: Release) -> int:
    train = queries.default_train(release.team_id)
    if train is None:
        raise Refused("no-train-yet")
    return train.pk
