"""Take a place, change it, swap two, leave."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from uuid import UUID

from releasetrain.audit import actions as audit
from releasetrain.audit import queries as log
from releasetrain.boarding import queries
from releasetrain.boarding.actions.claiming import claim
from releasetrain.boarding.actions.rebooking import Hand, boardable, rebook
from releasetrain.domain.errors import Refused
from releasetrain.domain.permissions import Permission, require
from releasetrain.releases.models import Release
from releasetrain.teams.models import User
from releasetrain.teams.queries import person
from releasetrain.trains.lock import locked_calendar, retried
from releasetrain.trains.models import Booking

Clock = Callable[[], datetime]


@retried
def book(*, release: int, slot: int, by: User, clock: Clock) -> Booking:
    """Put ``release`` on ``slot``, from wherever it is, or raise ``Refused`` with the standing conflicts."""
    with locked_calendar():
        _place({release: slot}, by=by, now=clock())
        return queries.booking_of(release)


@retried
def move(*, release: int, slot: int, by: User, clock: Clock) -> Booking:
    """Move a release that has a place to ``slot``, or raise ``Refused``."""
    with locked_calendar():
        if queries.booking_or_none(release) is None:
            raise Refused("not-booked", details={"release": release})
        _place({release: slot}, by=by, now=clock())
        return queries.booking_of(release)


@retried
def swap(*, one: int, other: int, by: User, clock: Clock) -> None:
    """Let two booked releases change places in one step, or raise ``Refused``."""
    with locked_calendar():
        places = {release: queries.booking_or_none(release) for release in (one, other)}
        if missing := [release for release, place in places.items() if place is None]:
            raise Refused("not-booked", details={"release": missing[0]})
        crossed = {one: places[other].slot_id, other: places[one].slot_id}
        _place(crossed, by=by, now=clock())


@retried
def leave(*, release: int, reason: str, by: User, clock: Clock, key: UUID | None = None) -> None:
    """Give the place back, once per ``key``: always allowed before the departure, with a reason. It waits again."""
    if not reason.strip():
        raise Refused("reason-missing")
    with locked_calendar():
        if log.result_of(key, by=by.pk) is not None:
            return
        now = clock()
        _allowed({release}, by=by)
        if queries.booking_or_none(release) is None:
            raise Refused("not-booked", details={"release": release})
        hand = Hand(at=now, by=by.pk, because={"code": "left", "reason": reason.strip()})
        rebook({release: None}, hand=hand)
        audit.keep_result(key, by=by.pk, result=True)


def _place(changes: Mapping[int, int | None], *, by: User, now: datetime) -> None:
    for release in _allowed(changes.keys(), by=by):
        boardable(release)
    claim(changes, hand=Hand(at=now, by=by.pk))


def _allowed(releases: Collection[int], *, by: User) -> list[Release]:
    """Return the releases if ``by`` may book every one of them."""
    who, found = person(by), queries.releases(releases)
    for release in found:
        require(who, Permission.BOOK, team=release.team_id)
    return found
