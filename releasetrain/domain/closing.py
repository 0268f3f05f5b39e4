"""What closing a slot does to whom (S4): who is bumped, in which order, and where to."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from releasetrain.domain.chances import in_queue_order, with_whom, would_do_unasked
from releasetrain.domain.conflicts.claims import Claim
from releasetrain.domain.conflicts.values import SlotKind
from releasetrain.domain.graph import needed_first
from releasetrain.domain.picture import Picture


@dataclass(frozen=True, slots=True, kw_only=True)
class Bump:
    """Where a release goes that loses its place: to ``slot``, None: into the queue.

    ``rests_on``: the uncleared ones it goes with, none: it is not cleared itself.
    """

    release: int
    slot: int | None
    rests_on: tuple[int, ...] = ()


def uncleared(picture: Picture, slot: int) -> list[Claim]:
    """Return who is bumped for itself at the cut-off of ``slot``: gates open, and no grace that still holds."""
    if picture.departures[slot].slot.kind is not SlotKind.REGULAR:
        return []
    return [one for one in picture.booked.aboard(slot) if one.open_gates and one.is_due]


def bumps(
    picture: Picture,
    slot: int,
    *,
    ahead: Sequence[int],
    from_then: Mapping[int, datetime],
    second: Collection[int] = (),
) -> list[Bump]:
    """Return who loses the place in ``slot`` at its cut-off and where each goes, one after the other.

    Dependents go after what they need, then due, weight, submitted. Each takes the first of ``ahead`` that would do by
    itself and whose cut-off is not before the release's instant in ``from_then`` (a working day away); a bump
    displaces nobody. ``second``: who was bumped into this slot: into the queue.
    """
    gone = _gone(picture, slot)
    order = _order(picture, gone)
    picture = picture.moved(dict.fromkeys(order))
    found = []
    for release in order:
        where = None if release in second else _first(picture, release, ahead, from_then[release])
        found.append(Bump(release=release, slot=where, rests_on=gone[release]))
        if where is not None:
            picture = picture.moved({release: where}, by_itself=True)
    return found


def _gone(picture: Picture, slot: int) -> dict[int, tuple[int, ...]]:
    """Who goes, and with whom: nobody for the uncleared, for the others those they rest on."""
    aboard = {claim.release for claim in picture.booked.aboard(slot)}
    own = [claim.release for claim in uncleared(picture, slot)]
    found: dict[int, tuple[int, ...]] = dict.fromkeys(own, ())
    for release in own:
        for other in with_whom(picture, release, aboard) - set(own):
            found[other] = (*found.get(other, ()), release)
    return found


def _order(picture: Picture, gone: Collection[int]) -> list[int]:
    queue = in_queue_order(picture, [picture.claims[release] for release in gone])
    edges = {release: [need.on for need in picture.world.needs_of.get(release, ())] for release in gone}
    for change in picture.world.changes:
        carriers = [carrier for _, carrier in change.steps]
        for place, carrier in enumerate(carriers):
            if carrier in edges:
                edges[carrier] = [*edges[carrier], *carriers[:place]]
    return needed_first(queue, edges)


def _first(picture: Picture, release: int, ahead: Sequence[int], from_then: datetime) -> int | None:
    return next(
        (
            slot
            for slot in ahead
            if picture.departures[slot].slot.shut_at >= from_then and would_do_unasked(picture, release, slot)
        ),
        None,
    )
