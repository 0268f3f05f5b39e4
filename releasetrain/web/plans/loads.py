"""What departures carry before and after a plan: the meters side by side."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from releasetrain.planning.models import Move
from releasetrain.trains import queries as trains
from releasetrain.trains.models import Slot
from releasetrain.web.board.meter import Coach, coaches

Riders = Mapping[int, str]  # the size of each release that rides


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """A departure's meter and its figures."""

    coaches: list[Coach]
    points: int
    words: str
    is_over: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a departure carries today, and what it would carry."""

    before: Load
    after: Load


def changes(moves: Collection[Move], slots: Mapping[int, Slot], capacities: Mapping[int, int]) -> dict[int, Change]:
    """Return the change of each slot if ``moves`` were done on the calendar of today; one query."""
    today = riders(moves, slots)
    then = _after(today, moves)
    return {
        pk: Change(
            before=_load(slot, today[pk].values(), slot.capacity),
            after=_load(slot, then[pk].values(), capacities.get(pk, slot.capacity)),
        )
        for pk, slot in slots.items()
    }


def riders(moves: Iterable[Move], slots: Collection[int]) -> dict[int, dict[int, str]]:
    """Return who rides today in these slots, and wherever a release of ``moves`` rides."""
    moving = [move.release_id for move in moves]
    found: dict[int, dict[int, str]] = defaultdict(dict)
    near = trains.holding().filter(Q(slot__in=slots) | Q(release__in=moving))
    for slot, release, size in near.order_by("booked_at", "pk").values_list("slot", "release", "release__size"):
        found[slot][release] = size
    return found


def _after(today: Mapping[int, Riders], moves: Collection[Move]) -> dict[int, dict[int, str]]:
    going = {move.release_id for move in moves}
    then = defaultdict(
        dict, {slot: {pk: size for pk, size in own.items() if pk not in going} for slot, own in today.items()}
    )
    for move in moves:
        if move.new_id is not None:
            then[move.new_id][move.release_id] = move.release.size
    return then


def _load(slot: Slot, sizes: Iterable[str], capacity: int) -> Load:
    points = [(slot.train.points_of(size), size == "L") for size in sizes]
    total, large = sum(taken for taken, _is_large in points), sum(is_large for _taken, is_large in points)
    words = _("%(taken)s of %(capacity)s") % {"taken": total, "capacity": capacity}
    return Load(
        coaches=coaches(points, capacity=capacity),
        points=total,
        words=f"{words} · {large} L" if large else words,
        is_over=total > capacity,
    )
