"""Pack items that may not all meet: let one in, put out whoever is in its way, and remember who was put out often.

A tabu search over part packings, as partial colouring does it (Blöchliger and Zufferey 2008), with weights that grow
for items that are put out again and again.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field

from releasetrain.domain.planner.bare import Bare, members

Stop = Callable[[], bool]


@dataclass(slots=True)
class Packing:
    """A part packing: who is in which bin, who is outside, and until when an item may not return to a bin."""

    bare: Bare
    bins: list[int]
    rooms: list[int]
    place: list[int]
    outside: list[int]
    weights: list[float]
    barred: dict[tuple[int, int], int] = field(default_factory=dict)
    step: int = 0

    @classmethod
    def begun(cls, bare: Bare, dice: random.Random) -> "Packing":
        """Return the packing of first fit: large items and those that may meet few first."""
        found = cls(
            bare=bare,
            bins=[0] * len(bare.rooms),
            rooms=list(bare.rooms),
            place=[-1] * len(bare.sizes),
            outside=[],
            weights=[1.0 + size / max(bare.rooms) for size in bare.sizes],
        )
        degree = [mask.bit_count() for mask in bare.apart]
        most = max(bare.rooms)

        def hard(item: int) -> float:
            return (bare.sizes[item] / most + degree[item] / len(degree)) * (1 + dice.random() / 10)

        for item in sorted(range(len(bare.sizes)), key=hard, reverse=True):
            found._first_fit(item)
        return found

    def _first_fit(self, item: int) -> None:
        fitting = (
            at
            for at, load in enumerate(self.bins)
            if not load & self.bare.apart[item] and self.rooms[at] >= self.bare.sizes[item]
        )
        at = next(fitting, None)
        if at is None:
            self.outside.append(item)
        else:
            self.put(item, at)

    def put(self, item: int, at: int) -> None:
        """Put an item into a bin."""
        self.bins[at] |= 1 << item
        self.rooms[at] -= self.bare.sizes[item]
        self.place[item] = at

    def take(self, item: int) -> None:
        """Take an item out of its bin."""
        at = self.place[item]
        self.bins[at] &= ~(1 << item)
        self.rooms[at] += self.bare.sizes[item]
        self.place[item] = -1
        self.outside.append(item)

    def in_the_way(self, item: int, at: int) -> list[int]:
        """Return who must leave a bin for an item: whom it may not meet, then the cheapest that make room."""
        out = members(self.bins[at] & self.bare.apart[item])
        missing = self.bare.sizes[item] - self.rooms[at] - sum(self.bare.sizes[one] for one in out)
        if missing > 0:
            out += self._making_room(self.bins[at] & ~self.bare.apart[item], missing)
        return out

    def _making_room(self, among: int, missing: int) -> list[int]:
        sizes, weights = self.bare.sizes, self.weights
        staying = members(among)
        alone = [one for one in staying if sizes[one] >= missing]
        if alone:
            return [min(alone, key=weights.__getitem__)]
        out: list[int] = []
        for one in sorted(staying, key=lambda item: weights[item] / max(1, sizes[item])):
            if missing <= 0:
                break
            out.append(one)
            missing -= sizes[one]
        return out


def pack(bare: Bare, stop: Stop, dice: random.Random, *, packing: Packing | None = None) -> list[int] | None:
    """Return the bin of every item, or None: not found before ``stop`` says so. For items without any order.

    ``packing``: one to go on with.
    """
    packing = packing or Packing.begun(bare, dice)
    while packing.outside:
        packing.step += 1
        if packing.step % 64 == 0 and stop():
            return None
        _let_in(packing, dice.choice(packing.outside), packing.step, dice)
    return packing.place


def _let_in(packing: Packing, item: int, step: int, dice: random.Random) -> None:
    best, ways = float("inf"), list[tuple[int, list[int]]]()
    for at, room in enumerate(packing.bare.rooms):
        if packing.bare.sizes[item] > room or packing.barred.get((item, at), 0) > step:
            continue
        out = packing.in_the_way(item, at)
        cost = sum(packing.weights[one] for one in out)
        if cost < best:
            best, ways = cost, [(at, out)]
        elif cost == best:
            ways.append((at, out))
    if ways:
        at, out = dice.choice(ways)
        _change(packing, item, at, out, step, dice)


def _change(packing: Packing, item: int, at: int, out: list[int], step: int, dice: random.Random) -> None:
    for one in out:
        packing.take(one)
        packing.weights[one] += 0.3
        packing.barred[one, at] = step + 3 + dice.randrange(8) + len(packing.outside)
    packing.outside.remove(item)
    packing.put(item, at)
