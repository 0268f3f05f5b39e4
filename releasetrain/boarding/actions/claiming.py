"""Take places; a large one may claim a slot from small ones that boarded by themselves (S2). Under the lock."""

from collections.abc import Mapping

from releasetrain.boarding.actions.rebooking import AHEAD, Hand, rebook, taken
from releasetrain.domain.chances import displaced, may_displace
from releasetrain.domain.picture import Picture
from releasetrain.trains import queries as trains
from releasetrain.trains.models import Slot


def claim(changes: Mapping[int, int | None], *, hand: Hand) -> Picture:
    """Move each release to its slot, or raise ``Refused``, as ``rebook`` does.

    Where one large release is in the way of nobody but small ones that boarded by themselves and are not yet cleared,
    they move on in the same step, to the first slot that would do by itself, and are told.
    """
    before = taken(changes, at=hand.at)
    moves = _moving_on(changes, before)
    because = {release: {"code": "displaced", "for": claimed} for claimed in changes for release in moves}
    return rebook(
        {**changes, **moves},
        hand=hand,
        picture=_wider(changes, moves, before) if moves else before,
        by_themselves={release for release, slot in moves.items() if slot is not None},
        because=because,
    )


def _moving_on(changes: Mapping[int, int | None], before: Picture) -> Mapping[int, int | None]:
    """Whoever gives way, and where to; nobody where nothing is in the way, or where giving way would not be enough."""
    if len(changes) != 1:
        return {}
    ((release, slot),) = changes.items()
    if slot is None or before.refusal(release, slot) or not (riders := may_displace(before, release, slot)):
        return {}
    if not before.made_by(before.moved(changes), releases=[release]):
        return {}
    coming = trains.coming(before.departures[slot].slot.train, now=before.now).filter(kind=Slot.Kind.REGULAR)
    later = list(coming.filter(start_at__gt=before.departures[slot].slot.departs.start)[:AHEAD])
    wider = trains.picture(releases={release, *riders}, slots=[slot, *later], now=before.now)
    return displaced(wider, release, slot, ahead=[one.pk for one in later]) or {}


def _wider(changes: Mapping[int, int | None], moves: Mapping[int, int | None], before: Picture) -> Picture:
    every = {**changes, **moves}
    slots = {slot for slot in every.values() if slot is not None}
    return trains.picture(releases=every.keys(), slots=slots, now=before.now)
