"""A release manager lets a release stay aboard past its cut-off with gates open, until an instant."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from releasetrain.audit import actions as audit
from releasetrain.audit import queries as log
from releasetrain.boarding import queries
from releasetrain.boarding.actions.rebooking import Hand
from releasetrain.boarding.actions.waiving import refuse_own_release
from releasetrain.domain.errors import Refused
from releasetrain.domain.permissions import Permission, require
from releasetrain.outbox import actions as outbox
from releasetrain.teams.models import User
from releasetrain.teams.queries import person
from releasetrain.trains.lock import locked_calendar, retried
from releasetrain.trains.models import Grace

Clock = Callable[[], datetime]


@retried
def give_grace(*, release: int, until: datetime, reason: str, by: User, clock: Clock, key: UUID | None = None) -> None:
    """Let a release that rides keep its place uncleared until ``until``; later graces take the place of earlier ones.

    At that instant, and at its departure, open gates block it all the same. Nobody gives it to what they edited (R7).
    """
    with locked_calendar():
        if log.result_of(key, by=by.pk) is not None:
            return
        now = clock()
        require(person(by), Permission.WAIVE)
        booking = queries.booking_or_none(queries.release(release).pk)
        if booking is None:
            raise Refused("not-booked", details={"release": release})
        if not reason.strip():
            raise Refused("reason-missing", details={"field": "reason"})
        if not now < until <= booking.slot.start_at:
            raise Refused("grace-outside", details={"release": release, "slot": booking.slot_id, "field": "until"})
        refuse_own_release([release], by=by)
        Grace.objects.create(booking=booking, until=until, reason=reason.strip(), at=now, by=by)
        facts = {"until": until.isoformat(), "reason": reason.strip(), "slot": booking.slot_id}
        audit.record("grace.given", subject=f"release:{release}", by=by.pk, at=now, **facts)
        outbox.post("grace.given", release=release, **facts, **Hand(at=now, by=by.pk).deed)
        audit.keep_result(key, by=by.pk, result=True)
