"""Skip a departure, and take that back: it stays visible with who, why and when (S1)."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from releasetrain.audit import actions as audit
from releasetrain.audit import queries as log
from releasetrain.boarding.actions.closing import lose_the_slot, take_away
from releasetrain.boarding.actions.rebooking import Hand, serve
from releasetrain.domain.errors import Refused
from releasetrain.domain.permissions import Permission, require
from releasetrain.outbox import actions as outbox
from releasetrain.teams.models import User
from releasetrain.teams.queries import person
from releasetrain.trains import queries as trains
from releasetrain.trains.lock import locked_calendar, retried
from releasetrain.trains.models import Slot

Clock = Callable[[], datetime]


@retried
def skip_slot(*, slot: int, reason: str, by: User, clock: Clock, key: UUID | None = None) -> None:
    """Let a departure not take place. Its riders wait again, who boarded by itself for the first that would do."""
    with locked_calendar():
        if log.result_of(key, by=by.pk) is not None:
            return
        now, skipped = clock(), _allowed(slot, by=by)
        if not reason.strip():
            raise Refused("reason-missing", details={"field": "reason"})
        if skipped.start_at <= now:
            raise Refused("slot-departed", details={"slot": slot})
        if skipped.skipped_at is not None:
            raise Refused("slot-skipped", details={"slot": slot})
        hand = Hand(at=now, by=by.pk)
        riders = list(trains.holding().filter(slot=slot).order_by("booked_at", "pk").values_list("release", flat=True))
        if riders:
            take_away(riders, hand=hand, because={"code": "skipped", "reason": reason.strip()})
        unheard = lose_the_slot(skipped, hand)
        skipped.skipped_at, skipped.skipped_by, skipped.skipped_because = now, by, reason.strip()
        skipped.save(update_fields=["skipped_at", "skipped_by", "skipped_because"])
        gone = [{"release": release, "slot": None, "rests_on": []} for release in riders]
        _tell("slot.skipped", skipped, hand, reason=reason.strip(), gone=gone, unheard=unheard)
        serve(at=now)
        audit.keep_result(key, by=by.pk, result=True)


@retried
def reopen_slot(*, slot: int, reason: str, by: User, clock: Clock, key: UUID | None = None) -> None:
    """Let a skipped departure take place after all, if it is still to come; nobody gets an old place back."""
    with locked_calendar():
        if log.result_of(key, by=by.pk) is not None:
            return
        now, skipped = clock(), _allowed(slot, by=by)
        if not reason.strip():
            raise Refused("reason-missing", details={"field": "reason"})
        if skipped.skipped_at is None:
            raise Refused("not-skipped", details={"slot": slot})
        if skipped.start_at <= now:
            raise Refused("slot-departed", details={"slot": slot})
        skipped.skipped_at, skipped.skipped_by, skipped.skipped_because = None, None, ""
        skipped.save(update_fields=["skipped_at", "skipped_by", "skipped_because"])
        _tell("slot.reopened", skipped, Hand(at=now, by=by.pk), reason=reason.strip())
        serve(at=now)
        audit.keep_result(key, by=by.pk, result=True)


def _allowed(slot: int, *, by: User) -> Slot:
    require(person(by), Permission.SET_UP_TRAINS)
    found = Slot.objects.select_related("train").exclude(kind=Slot.Kind.PAST).filter(pk=slot).first()
    if found is None:
        raise Refused("no-such-slot", details={"slot": slot})
    return found


def _tell(verb: str, slot: Slot, hand: Hand, **facts: object) -> None:
    audit.record(verb, subject=f"slot:{slot.pk}", by=hand.by, at=hand.at, **facts)
    outbox.post(verb, slot=slot.pk, slot_starts=slot.start_at.isoformat(), **facts, **hand.deed)
