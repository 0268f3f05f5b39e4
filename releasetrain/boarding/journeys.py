"""Where one release is on its way: its state, its place, what it asks for."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from releasetrain.boarding import queries
from releasetrain.domain.conflicts.values import Conflict
from releasetrain.domain.holds import hold
from releasetrain.domain.picture import Picture
from releasetrain.domain.states import Facts, State, state
from releasetrain.domain.windows import Window
from releasetrain.releases.models import Release
from releasetrain.trains import queries as trains
from releasetrain.trains.models import Request


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """The state of a release, its live booking (with ``ran``) or its request, and what stands against it."""

    release: Release
    state: State
    booking: Any = None
    request: Request | None = None
    holds: Window | None = None
    standing: tuple[Conflict, ...] = ()
    picture: Picture | None = None


def journey(release: Release, *, now: datetime) -> Journey:
    """Return where ``release`` is at ``now``, in a constant number of queries."""
    booking = trains.facts_of(trains.holding().filter(release=release)).first()
    if booking:
        booking.release.open_gates = release.open_gates  # of the release that is asked about, as it was read or judged
    request = None if booking else queries.request_or_none(release.pk)
    asked = asked_slot(request, now=now)
    wanted = {asked} if asked else set()
    picture = trains.picture(releases={release.pk}, slots=wanted, now=now, own=[booking] if booking else [])
    after = picture.moved({release.pk: asked}) if asked else picture
    return Journey(
        release=release,
        state=state_of(release, booking, request, now=now),
        booking=booking,
        request=request,
        holds=holds_of(booking, now=now) if booking else None,
        standing=tuple(after.standing_of([release.pk])),
        picture=after,
    )


def asked_slot(request: Request | None, *, now: datetime) -> int | None:
    """Return the slot that is asked for; one that departed is asked for no more: the release waits."""
    if request is None or request.slot is None or request.asked_at is None or request.slot.start_at <= now:
        return None
    return request.slot_id


def state_of(release: Release, booking: Any, request: Request | None, *, now: datetime) -> State:
    """Return the derived state; ``booking`` was read with ``trains.facts_of``."""
    ran = trains.ran_of(booking.ran) if booking else None
    facts = Facts(
        submitted=release.submitted_at is not None,
        withdrawn=release.withdrawn_at is not None,
        rolled_back=release.rolled_back_at is not None,
        asks=asked_slot(request, now=now) is not None,
        departs=Window(booking.slot.start_at, booking.slot.end_at) if booking else None,
        holds=holds_of(booking, now=now) if booking else None,
        cleared=release.open_gates == [],
        departed=ran is not None,
        finished=ran is not None and ran.finished_at is not None,
    )
    return state(facts, now=now)


def holds_of(booking: Any, *, now: datetime) -> Window:
    """Return the hold window of a booking, joined with what really happened."""
    soak = booking.slot.train.soak_hours_of(booking.release.size)
    departs = Window(booking.slot.start_at, booking.slot.end_at)
    return hold(departs, soak_hours=soak, ran=trains.ran_of(booking.ran), now=now)
