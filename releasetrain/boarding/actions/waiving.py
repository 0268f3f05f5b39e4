"""A release manager says yes, in writing (C4)."""

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from releasetrain.audit import actions as audit
from releasetrain.audit import queries as log
from releasetrain.boarding import queries
from releasetrain.boarding.actions.rebooking import Hand, boardable, rebook, refuse_conflicts
from releasetrain.domain.conflicts.rules.large import LARGE_RULES
from releasetrain.domain.conflicts.values import Conflict, Side, SideKind, releases_in
from releasetrain.domain.errors import Refused
from releasetrain.domain.permissions import Permission, require
from releasetrain.domain.waivers import speaks_for
from releasetrain.outbox import actions as outbox
from releasetrain.schema.queries import carriers_of
from releasetrain.teams.models import User
from releasetrain.teams.queries import person
from releasetrain.trains import queries as trains
from releasetrain.trains.lock import locked_calendar, retried
from releasetrain.trains.models import Waiver

Clock = Callable[[], datetime]
Key = tuple[str, Side, Side]


def key_of(conflict: Conflict) -> Key:
    """Return what names a conflict on the waiver form."""
    return conflict.code, conflict.a, conflict.b


@retried
def waive(
    *,
    release: int,
    slot: int,
    reasons: Mapping[Key, str],
    by: User,
    clock: Clock,
    until: datetime | None = None,
    key: UUID | None = None,
) -> bool:
    """Waive the named conflicts of ``release`` in ``slot``, one row each; return whether it rides there now.

    Waiving the last one boards it in the same step. Nobody waives for a release they edited (R7).
    """
    with locked_calendar():
        if (done := log.result_of(key, by=by.pk)) is not None:
            return bool(done)
        hand = Hand(at=clock(), by=by.pk)
        wanted = queries.release(release)
        require(person(by), Permission.WAIVE)
        boardable(wanted)
        found = {key_of(conflict): conflict for conflict in queries.standing_conflicts(release, slot=slot, now=hand.at)}
        _refuse_waiving(reasons, found, until=until, by=by)
        made = [_put_waiver(found[name], reason, until=until, hand=hand).pk for name, reason in reasons.items()]
        outbox.post("waiver.made", waivers=made, release=release, slot=slot, **hand.deed)
        rides = _board_when_clear(release, slot, left=found.keys() - reasons.keys(), hand=hand)
        audit.keep_result(key, by=by.pk, result=rides)
        return rides


def _refuse_waiving(
    reasons: Mapping[Key, str], found: Mapping[Key, Conflict], *, until: datetime | None, by: User
) -> None:
    if not reasons or any(not reason.strip() for reason in reasons.values()):
        raise Refused("reason-missing")
    if reasons.keys() - found.keys():
        raise Refused("conflict-is-gone")
    if locked := [
        conflict for name, conflict in found.items() if name in reasons and not queries.is_waivable(conflict)
    ]:
        raise Refused("not-waivable", conflicts=locked)
    if until is not None and (late := [found[name] for name in reasons if found[name].departs_at >= until]):
        raise Refused("until-too-early", conflicts=late)
    refuse_own_release({id for name in reasons for id in speaks_for(found[name])}, by=by)


def refuse_own_release(releases: Collection[int], *, by: User) -> None:
    """Nobody waives for a release they edited (R7); bringing it in from a file is no edit."""
    if own := queries.edited_by(by.pk, releases):
        raise Refused("edited-it-yourself", details={"release": min(own)})


def _put_waiver(conflict: Conflict, reason: str, *, until: datetime | None, hand: Hand) -> Waiver:
    waiver = Waiver.objects.create(
        code=conflict.code,
        a_kind=conflict.a.kind.value,
        a_id=conflict.a.id,
        b_kind=conflict.b.kind.value,
        b_id=conflict.b.id,
        facts=sorted(conflict.basis.facts),
        amounts=dict(conflict.basis.amounts),
        until=until,
        reason=reason.strip(),
        at=hand.at,
        by_id=hand.by,
    )
    for side in (conflict.a, conflict.b):
        _tell("waiver.made", waiver, side.kind.value, side.id, hand)
    return waiver


def _tell(verb: str, waiver: Waiver, kind: str, id: int, hand: Hand) -> None:
    facts = {"waiver": waiver.pk, "code": waiver.code, "reason": waiver.reason}
    audit.record(verb, subject=f"{kind}:{id}", by=hand.by, at=hand.at, **facts)


def _board_when_clear(release: int, slot: int, *, left: Collection[Key], hand: Hand) -> bool:
    place = queries.booking_or_none(release)
    if left or (place is not None and place.slot_id == slot):
        return place is not None and place.slot_id == slot
    rebook({release: slot}, hand=hand)
    return True


@retried
def amend_waiver(*, waiver: int, until: datetime | None, reason: str, by: User, clock: Clock) -> None:
    """Change until when a waiver holds, and why; refused if that would let an unwaived large pair stand (C5).

    That is waiving again: nobody does it for a release they edited.
    """
    if not reason.strip():
        raise Refused("reason-missing")
    with locked_calendar():
        now = clock()
        changed = _live_waiver(waiver, by=by)
        refuse_own_release(_spoken_for(changed), by=by)
        was = {"until": changed.until and changed.until.isoformat(), "reason": changed.reason}
        with _baring_no_large_pair(changed, now=now):
            changed.until, changed.reason = until, reason.strip()
            changed.save(update_fields=["until", "reason"])
        _tell_both("waiver.amended", changed, Hand(at=now, by=by.pk), was=was)


@retried
def end_waiver(*, waiver: int, by: User, clock: Clock) -> None:
    """Take a waiver back; refused while that would let an unwaived large pair stand (C5)."""
    with locked_calendar():
        now = clock()
        ended = _live_waiver(waiver, by=by)
        with _baring_no_large_pair(ended, now=now):
            ended.ended_at, ended.ended_by = now, by
            ended.save(update_fields=["ended_at", "ended_by"])
        _tell_both("waiver.ended", ended, Hand(at=now, by=by.pk))


def _live_waiver(waiver: int, *, by: User) -> Waiver:
    require(person(by), Permission.WAIVE)
    found = Waiver.objects.filter(pk=waiver, ended_at__isnull=True).first()
    if found is None:
        raise Refused("no-such-waiver")
    return found


@contextmanager
def _baring_no_large_pair(waiver: Waiver, *, now: datetime) -> Iterator[None]:
    """Refuse what is done inside if it lets an unwaived large pair stand that is not over yet."""
    sides = _releases_of(waiver)
    before = trains.picture(releases=sides, slots=(), now=now)
    yield
    after = trains.picture(releases=sides, slots=(), now=now)
    found = [one for one in before.made_by(after, releases=sides) if one.code in LARGE_RULES]
    refuse_conflicts(one for one in found if all(after.claim(side.id).holds.end > now for side in (one.a, one.b)))


def _releases_of(waiver: Waiver) -> set[int]:
    sides = ((waiver.a_kind, waiver.a_id), (waiver.b_kind, waiver.b_id))
    return {id for kind, id in sides if kind == SideKind.RELEASE}


def _spoken_for(waiver: Waiver) -> set[int]:
    """Every release that it speaks for, as ``domain.waivers.speaks_for`` has it."""
    is_of_table = waiver.b_kind == SideKind.TABLE
    changes = [int(one.removeprefix("change:")) for one in waiver.facts if is_of_table and one.startswith("change:")]
    return _releases_of(waiver) | releases_in(waiver.facts) | carriers_of(changes)


def _tell_both(verb: str, waiver: Waiver, hand: Hand, **was: Any) -> None:
    _tell(verb, waiver, waiver.a_kind, waiver.a_id, hand)
    _tell(verb, waiver, waiver.b_kind, waiver.b_id, hand)
    outbox.post(verb, waivers=[waiver.pk], **was, **hand.deed)
