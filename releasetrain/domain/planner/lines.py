"""Fill bins one after the other and keep the best part fillings: beam search over whole bin loads.

For ordered items (assembly lines) from either end. After the branch, bound and remember of Sewell and Jacobson (2012)
and of Morrison, Sewell and Jacobson (2014), with a beam in place of the full memory: the width grows until it is found.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import count

from releasetrain.domain.planner.bare import Bare, members

Stop = Callable[[], bool]


@dataclass(frozen=True, kw_only=True)
class Line:
    """A bare problem prepared for filling: items in the order in which they are tried; masks are of items."""

    bare: Bare

    @cached_property
    def befores(self) -> tuple[int, ...]:
        """Everybody who comes before an item, over others too."""
        return _closed([a | b for a, b in zip(self.bare.befores, self.bare.earlier, strict=True)])

    @cached_property
    def afters(self) -> tuple[int, ...]:
        """Everybody who comes after an item."""
        found = [0] * len(self.befores)
        for item, mask in enumerate(self.befores):
            for other in members(mask):
                found[other] |= 1 << item
        return tuple(found)

    @cached_property
    def weights(self) -> tuple[int, ...]:
        """What hangs on an item: its own size and that of all that come after (ranked positional weight)."""
        sizes = self.bare.sizes
        return tuple(sizes[item] + sum(sizes[one] for one in members(mask)) for item, mask in enumerate(self.afters))

    @cached_property
    def merits(self) -> tuple[int, ...]:
        """How good it is to have an item done: what hangs on it, or that it is large."""
        return self.weights if self.bare.is_ordered else tuple(size * size for size in self.bare.sizes)

    @cached_property
    def shares(self) -> tuple[tuple[int, int], ...]:
        """Per item the least part of a bin that it takes, in sixths: by halves, and by thirds.

        Bounds 2 and 3 of Scholl and Becker (2006) for assembly lines, and of Martello and Toth for packing.
        """
        room = max(self.bare.rooms)
        return tuple((_by_halves(size, room), _by_thirds(size, room)) for size in self.bare.sizes)

    @cached_property
    def due(self) -> tuple[int, ...]:
        """Per bin the mask of items that must be in it or before: what comes after needs the rest of the bins."""
        found = [0] * len(self.bare.rooms)
        for item in range(len(self.weights)):
            last, room = len(self.bare.rooms) - 1, 0
            while last > 0 and room + self.bare.rooms[last] < self.weights[item]:
                room += self.bare.rooms[last]
                last -= 1
            for at in range(last, len(found)):
                found[at] |= 1 << item
        return tuple(found)


def _by_halves(size: int, room: int) -> int:
    return 6 if 2 * size > room else 3 if 2 * size == room else 0


def _by_thirds(size: int, room: int) -> int:
    if 3 * size > 2 * room:
        return 6
    if 3 * size == 2 * room:
        return 4
    return 3 if 3 * size > room else 2 if 3 * size == room else 0


def _closed(masks: list[int]) -> tuple[int, ...]:
    found: dict[int, int] = {}

    def of(item: int) -> int:
        if item not in found:
            found[item] = masks[item]
            for other in members(masks[item]):
                found[item] |= of(other)
        return found[item]

    return tuple(of(item) for item in range(len(masks)))


@dataclass(frozen=True, slots=True)
class Filled:
    """The items of the bins so far, how much room they left empty, and the loads that led there.

    ``merit``: much of what others hang on is done; where nobody hangs on anybody, large items are. ``large``:
    the squares of the sizes done. ``shares``: the bins that the items left need by either count of ``Line.shares``, in
    sixths.
    """

    done: int
    idle: int
    merit: int
    large: int
    shares: tuple[int, int]
    loads: tuple[int, ...]


def fill(
    bare: Bare, stop: Stop, dice: random.Random, *, rounds: Iterator[int] | None = None, widest: int = 1 << 16
) -> list[int] | None:
    """Return the bin of every item, or None: not found before ``stop`` says so or the widest beam has failed.

    ``rounds``: a count to go on with; each beam is as wide as its round says.
    """
    ways = [Line(bare=bare), Line(bare=bare.reversed)] if bare.is_ordered else [Line(bare=bare)]
    for round in rounds or count():
        width = 8 << (round // 3)
        if width > widest:
            return None
        for at, line in enumerate(ways):
            loads = _beam(line, width, stop, dice)
            if loads is not None:
                return _bins(len(bare.sizes), loads if at == 0 else loads[::-1])
            if stop():
                return None
    return None


def _bins(items: int, loads: list[int]) -> list[int]:
    found = [0] * items
    for at, load in enumerate(loads):
        for item in members(load):
            found[item] = at
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Taste:
    """What a beam prefers, drawn anew for each so that they fail differently.

    ``hanging``, ``size``: by what items are tried first; ``large``: what a large item done is worth in room left empty.
    """

    hanging: float
    size: float
    large: float

    @classmethod
    def drawn(cls, dice: random.Random) -> "Taste":
        """Return one by chance."""
        return cls(hanging=dice.choice([0, 0.5, 1]), size=dice.choice([0, 0.5, 1]), large=dice.choice([0, 0, 0.1, 0.4]))


def _beam(line: Line, width: int, stop: Stop, dice: random.Random) -> list[int] | None:
    taste, room = Taste.drawn(dice), max(line.bare.rooms)
    everything = (1 << len(line.bare.sizes)) - 1
    beam = [Filled(0, 0, 0, 0, _sum(line.shares), ())]
    for at in range(len(line.bare.rooms)):
        found: dict[int, Filled] = {}
        for state in beam:
            if stop():
                return None
            for load, left in _loads(line, state.done, at, max(8, width // 4), taste, dice):
                if (state.done | load) not in found and (more := _with(line, state, at, load, left)):
                    found[more.done] = more
        if everything in found:
            loads = found[everything].loads
            return [*loads, *[0] * (len(line.bare.rooms) - len(loads))]
        beam = sorted(found.values(), key=lambda one: (one.idle - taste.large * one.large / room, -one.merit))[:width]
    return None


def _with(line: Line, state: Filled, at: int, load: int, left: int) -> Filled | None:
    """The state with one more load; None where it is seen already that the rest cannot fit."""
    done, idle = state.done | load, state.idle + left
    if idle > line.bare.slack or line.due[at] & ~done:
        return None
    items = members(load)
    less = _sum([line.shares[item] for item in items])
    shares = (state.shares[0] - less[0], state.shares[1] - less[1])
    if max(shares) > 6 * (len(line.bare.rooms) - at - 1):
        return None
    merit = state.merit + sum(line.merits[item] for item in items)
    large = state.large + sum(line.bare.sizes[item] ** 2 for item in items)
    return Filled(done, idle, merit, large, shares, (*state.loads, load))


def _sum(shares: Sequence[tuple[int, int]]) -> tuple[int, int]:
    return sum(one[0] for one in shares), sum(one[1] for one in shares)


def _loads(line: Line, done: int, at: int, most: int, taste: Taste, dice: random.Random) -> Iterator[tuple[int, int]]:
    """Yield up to ``most`` full loads of a bin with the room that each leaves: nothing more would go in."""
    bare = line.bare
    ready = [item for item in range(len(bare.sizes)) if not done >> item & 1]
    open_items = [item for item in ready if bare.sizes[item] <= bare.rooms[at] and not bare.earlier[item] & ~done]
    noise = {item: _first(line, item, taste) * (1 + dice.random() / 5) for item in open_items}
    order = sorted(open_items, key=noise.__getitem__, reverse=True)
    first = None if bare.is_ordered or not order else max(open_items, key=lambda item: (bare.sizes[item], -item))
    told, seen = 0, set[int]()
    todo = [_start(line, first, at)]
    steps = 0
    while todo and told < most and steps < 40 * most:
        steps += 1
        load, left, banned, since = todo.pop()
        found = False
        for place in range(since, len(order)):
            item = order[place]
            bit = 1 << item
            if load & bit or banned & bit or bare.sizes[item] > left:
                continue
            if bare.befores[item] & ~(done | load) or bare.earlier[item] & ~done:
                continue
            found = True
            todo.append((load, left, banned, place + 1))
            todo.append(
                (load | bit, left - bare.sizes[item], banned | bare.apart[item], 0 if bare.is_ordered else place + 1)
            )
            break
        if not found and load not in seen:
            seen.add(load)
            if since == 0 or _is_full(bare, order, done, load, left, banned):
                told += 1
                yield load, left


def _first(line: Line, item: int, taste: Taste) -> float:
    return float((1 + line.weights[item]) ** taste.hanging * (1 + line.bare.sizes[item]) ** taste.size)


def _start(line: Line, first: int | None, at: int) -> tuple[int, int, int, int]:
    room = line.bare.rooms[at]
    if first is None or line.bare.sizes[first] > room:
        return 0, room, 0, 0
    return 1 << first, room - line.bare.sizes[first], line.bare.apart[first], 0


def _is_full(bare: Bare, order: list[int], done: int, load: int, left: int, banned: int) -> bool:
    return not any(
        bare.sizes[item] <= left
        and not (load | banned) >> item & 1
        and not bare.befores[item] & ~(done | load)
        and not bare.earlier[item] & ~done
        for item in order
    )
