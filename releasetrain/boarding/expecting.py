"""The queue of a train, and where each of those who wait may expect to ride (S3)."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from releasetrain.boarding.queries import AHEAD
from releasetrain.domain import expecting
from releasetrain.domain.expecting import Waiting
from releasetrain.domain.picture import Picture
from releasetrain.trains import queries as trains
from releasetrain.trains.models import Request, Slot, Train

LONGEST_QUEUE = 150  # who waits behind them is not looked at


def queue(train: Train | int) -> QuerySet[Request]:
    """Return who waits for ``train``, in the order in which they are served: due, weight, submitted."""
    return trains.in_queue_order(trains.live_requests().select_related("train").filter(train=train))


def expected(train: Train, now: datetime) -> dict[int, int | None]:
    """Return the slot that each release in the queue of ``train`` may expect, None where none in sight would do.

    Looks at the first 150 of the queue and the next 60 regular departures; a constant number of queries.
    """
    waiting = list(queue(train)[:LONGEST_QUEUE])
    slots = in_sight(train, now=now)
    if not waiting or not slots:
        return {one.release_id: None for one in waiting}
    picture = trains.picture(releases={one.release_id for one in waiting}, slots=slots, now=now)
    return expected_in(picture, waiting, slots=slots)


def in_sight(train: Train, *, now: datetime) -> list[Slot]:
    """Return the departures that the queue looks at; nothing enters a hotfix slot by itself (S2)."""
    return list(trains.coming(train, now=now).filter(kind=Slot.Kind.REGULAR)[:AHEAD])


def expected_in(picture: Picture, waiting: Iterable[Any], *, slots: Iterable[Slot]) -> dict[int, int | None]:
    """Return the same where a picture with these requests and slots was read already."""
    departures = [slot.pk for slot in slots]
    asked = [Waiting(release=one.release_id, slot=_asked(one, picture)) for one in waiting]
    return expecting.expected(picture, asked, departures=departures)


def _asked(request: Any, picture: Picture) -> int | None:
    """The departure it asks for; one that is over is asked for no more."""
    is_ahead = request.slot is not None and request.slot.start_at > picture.now
    return request.slot_id if is_ahead else None
