"""What really happened at a departure. A report is never refused for what it means to others (C5).

Each verb takes effect once per ``key``, the one-time key that a form carries.
"""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from releasetrain.audit import actions as audit
from releasetrain.audit import queries as log
from releasetrain.boarding import queries
from releasetrain.boarding.actions.rebooking import Hand, end_bookings, queue
from releasetrain.domain.errors import Refused
from releasetrain.domain.permissions import Permission, require
from releasetrain.outbox import actions as outbox
from releasetrain.releases.models import Release
from releasetrain.reviews.actions.refreshing import refresh
from releasetrain.rollouts.queries import latest_outcome
from releasetrain.teams.models import User
from releasetrain.teams.queries import person
from releasetrain.trains import queries as trains
from releasetrain.trains.lock import locked_calendar, retried
from releasetrain.trains.models import Booking, Outcome

Clock = Callable[[], datetime]


@retried
def departed(
    *,
    release: int,
    by: User,
    clock: Clock,
    started_at: datetime | None = None,
    finished_at: datetime | None = None,
    slot: int | None = None,
    key: UUID | None = None,
) -> None:
    """Report that a release departed: since ``started_at`` (None: since the slot's start), until ``finished_at``.

    Without ``finished_at`` it is still going on, and its hold grows until somebody says that it is over.
    """
    with locked_calendar():
        if log.result_of(key, by=by.pk) is not None:
            return
        now = clock()
        booking = _rider(release, slot, by=by, now=now)
        said = latest_outcome(booking.pk)
        started = started_at or (said and said.started_at) or booking.slot.start_at
        if not started <= (finished_at or now) <= now:
            raise Refused("not-in-that-order", details={"release": release})
        kind = Outcome.Kind.DEPARTED
        _report(booking, Outcome(kind=kind, started_at=started, finished_at=finished_at), Hand(at=now, by=by.pk))
        audit.keep_result(key, by=by.pk, result=True)


@retried
def not_departed(
    *, release: int, reason: str, by: User, clock: Clock, slot: int | None = None, key: UUID | None = None
) -> None:
    """Report that a release did not depart: it loses its place and waits again."""
    with locked_calendar():
        if log.result_of(key, by=by.pk) is not None:
            return
        now = clock()
        booking = _rider(release, slot, by=by, now=now)
        if (said := latest_outcome(booking.pk)) is not None:
            raise Refused("has-departed", details={"release": release, "slot": booking.slot_id, "said": said.kind})
        hand = Hand(at=now, by=by.pk, because={"code": "not-departed", "reason": _stated(reason)})
        before = trains.picture(releases={release}, slots=set(), now=now)
        _report(booking, Outcome(kind=Outcome.Kind.NOT_DEPARTED, reason=reason.strip()), hand)
        end_bookings([release], hand)
        queue([release], before, hand)
        audit.keep_result(key, by=by.pk, result=True)


@retried
def rolled_back(
    *, release: int, reason: str, by: User, clock: Clock, slot: int | None = None, key: UUID | None = None
) -> None:
    """Report that a release was rolled back: it loses its place and waits for being submitted again."""
    with locked_calendar():
        if log.result_of(key, by=by.pk) is not None:
            return
        now = clock()
        booking = _rider(release, slot, by=by, now=now)
        hand = Hand(at=now, by=by.pk, because={"code": "rolled-back", "reason": _stated(reason)})
        _report(booking, Outcome(kind=Outcome.Kind.ROLLED_BACK, reason=reason.strip()), hand)
        end_bookings([release], hand)
        Release.objects.filter(pk=release).update(rolled_back_at=now)
        refresh([release], at=now, by=by.pk, code="rolled-back")
        audit.keep_result(key, by=by.pk, result=True)


def _stated(reason: str) -> str:
    if not reason.strip():
        raise Refused("reason-missing")
    return reason.strip()


def _rider(release: int, slot: int | None, *, by: User, now: datetime) -> Booking:
    """The booking that is spoken of; with ``slot`` only if it is still the one that was read."""
    require(person(by), Permission.DEPART, team=queries.releases([release])[0].team_id)
    booking = queries.booking_or_none(release)
    if booking is None or slot not in (None, booking.slot_id):
        raise Refused("not-booked", details={"release": release})
    if now < booking.slot.start_at:
        raise Refused("not-yet", details={"release": release, "slot": booking.slot_id})
    return booking


def _report(booking: Booking, outcome: Outcome, hand: Hand) -> None:
    outcome.booking, outcome.at, outcome.by_id = booking, hand.at, hand.by
    outcome.save()
    verb = f"rollout.{outcome.kind}"
    facts = {"slot": booking.slot_id, "reason": outcome.reason}
    audit.record(verb, subject=f"release:{booking.release_id}", by=hand.by, at=hand.at, **facts)
    happened = {
        "slot_starts": booking.slot.start_at.isoformat(),
        "reason": outcome.reason,
        "started_at": outcome.started_at and outcome.started_at.isoformat(),
        "finished_at": outcome.finished_at and outcome.finished_at.isoformat(),
    }
    outbox.post(verb, release=booking.release_id, slot=booking.slot_id, **happened, **hand.deed)
