"""The neighbourhood of a repair: whom it may move beside those that it must."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

import numpy as np

from releasetrain.domain.planner.compiled import NO_LIMIT, Compiled
from releasetrain.domain.planner.values import Level

MOST = 90  # releases in it, as far as they were not asked
SLOTS_EACH, RIDERS_EACH, ELSEWHERE = 2, 14, 6


def neighbourhood(known: Compiled, places: Sequence[int], asked: Collection[int]) -> Mapping[int, Sequence[int]]:
    """Return who may move and where to: the asked anywhere, riders of slots that would suit those to where is room."""
    found: dict[int, Sequence[int]] = {at: known.problem.releases[at].options for at in sorted(asked)}
    riders, room = defaultdict(list), list(known.capacity)
    for at, slot in enumerate(places):
        riders[slot].append(at)
        room[slot] -= 0 if at in found else known.load(at, slot)
    late = known.costs[Level.LATENESS]
    wanting = sorted(asked, key=lambda at: (-late[at, places[at]], at))
    for at in wanting:
        if len(found) >= len(asked) + MOST or not late[at, places[at]]:
            break
        for slot in _better(known, at, places[at]):
            beside = [
                other for other in riders[slot] if other not in found and not known.problem.releases[other].settled
            ]
            for other in sorted(beside, key=lambda one: (known.load(one, slot), one))[:RIDERS_EACH]:
                found[other] = _elsewhere(known, other, slot, room)
    return found


def _better(known: Compiled, at: int, place: int) -> list[int]:
    """The slots that would make a release less late, the last of those that make it the least late first."""
    late = known.costs[Level.LATENESS][at]
    slots = [slot for slot in known.problem.releases[at].options if late[slot] < late[place]]
    return sorted(slots, key=lambda slot: (late[slot], -slot))[:SLOTS_EACH]


def _elsewhere(known: Compiled, at: int, place: int, room: Sequence[int]) -> list[int]:
    """Where a rider may go without being later than today: near, and with room, or where it is."""
    late = known.costs[Level.LATENESS][at]
    options = np.flatnonzero(known.allowed[at] & (late <= late[place]))
    free = [int(slot) for slot in options if slot != place and _has_room(known, at, int(slot), room)]
    return sorted([place, *sorted(free, key=lambda slot: (abs(slot - place), slot))[:ELSEWHERE]])


def _has_room(known: Compiled, at: int, slot: int, room: Sequence[int]) -> bool:
    return known.capacity[slot] >= NO_LIMIT or room[slot] >= known.load(at, slot)
