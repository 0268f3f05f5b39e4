"""Where everybody rides while a search goes on, and where else each might: sets of slots as bits of whole numbers.

It must agree with ``check``, with which it shares no code; a property test holds it to that.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from releasetrain.domain.planner.compiled import Compiled
from releasetrain.domain.planner.problem import NEVER, Closure, Id, LargeRule


def bits(mask: int) -> Iterator[int]:
    """Yield the slots of a set, the first first."""
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest


def mask_of(slots: Iterable[int]) -> int:
    """Return the set of these slots."""
    found = 0
    for slot in slots:
        found |= 1 << slot
    return found


class Ground:
    """What does not change while places do: sets of slots that a problem fixes."""

    def __init__(self, known: Compiled) -> None:
        problem = known.problem
        self.known, self.every = known, (1 << known.m) - 1
        self.options = [mask_of(one.options) for one in problem.releases]
        self.alone = mask_of(at for at, slot in enumerate(problem.slots) if slot.large is LargeRule.ALONE)
        self.apart = mask_of(at for at, slot in enumerate(problem.slots) if slot.large is LargeRule.APART)
        self.sizes = sorted({one.points for one in problem.releases})
        self.size_of = [bisect_left(self.sizes, one.points) for one in problem.releases]
        by_end = sorted(range(known.m), key=known.ends.__getitem__)
        self._ends = [known.ends[slot] for slot in by_end]
        self._ending = [0] * (known.m + 1)
        for place in range(known.m - 1, -1, -1):
            self._ending[place] = self._ending[place + 1] | 1 << by_end[place]
        self._leading: dict[tuple[int, int], int] = {}

    def starting_before(self, instant: int) -> int:
        """Return the slots that depart before an instant."""
        return (1 << bisect_left(self.known.starts, instant)) - 1

    def ending_after(self, instant: int) -> int:
        """Return the slots whose departure ends after an instant."""
        return self._ending[bisect_right(self._ends, instant)]

    def after(self, number: int, place: int) -> int:
        """Return the slots in which an order lets ``then`` ride when ``before`` rides in ``place``."""
        known = self.known
        found = self.every >> known.first_after[number][place] << known.first_after[number][place]
        return found | 1 << place if known.problem.orders[number].together else found

    def ahead(self, number: int, place: int) -> int:
        """Return the slots in which an order lets ``before`` ride when ``then`` rides in ``place``."""
        found = self._leading.get((number, place))
        if found is None:
            options = self.known.problem.releases[self.known.problem.orders[number].before].options
            found = mask_of(slot for slot in options if self.known.keeps(number, slot, place))
            self._leading[number, place] = found
        return found

    def meeting(self, at: int, hold: tuple[int, int]) -> int:
        """Return the slots in which a release would hold at the same time as ``hold``."""
        one = self.known.problem.releases[at]
        if one.holds:
            return self.every if max(one.holds[0], hold[0]) < min(one.holds[1], hold[1]) else 0
        return self.starting_before(hold[1]) & self.ending_after(hold[0] - one.soak)


class State:
    """Places while they change. Settled releases ride from the start; ``places[i]`` None: rides nowhere yet.

    ``hopeful``: a change whose last step rides nowhere yet closes no table, as that step may still depart in time.
    """

    def __init__(self, ground: Ground) -> None:
        known = ground.known
        self.ground, self.known, self.problem = ground, known, known.problem
        self.places: list[int | None] = [None] * known.n
        self.riders: list[set[int]] = [set() for _ in range(known.m)]
        self.used = [0] * known.m
        self.tight = [mask_of(s for s in range(known.m) if known.capacity[s] < size) for size in ground.sizes]
        self.teams: dict[Id, list[int]] = defaultdict(lambda: [0] * known.m)
        self.full: dict[Id, int] = defaultdict(int)
        self.taken = self.large = 0
        self.hopeful = False
        self._shared: dict[tuple[str, bool], list[int]] = defaultdict(lambda: [0] * known.m)
        self._sharing: dict[tuple[str, bool], int] = defaultdict(int)
        for at, one in enumerate(self.problem.releases):
            if one.settled:
                self.put(at, one.options[0])

    def copy(self) -> "State":
        """Return another state with the same places."""
        other = State(self.ground)
        for at in self.problem.free:
            if (place := self.places[at]) is not None:
                other.put(at, place)
        return other

    @property
    def unplaced(self) -> list[int]:
        """Who rides nowhere yet."""
        return [at for at in self.problem.free if self.places[at] is None]

    def whole(self) -> tuple[int, ...] | None:
        """Return everybody's places, or None while somebody has none."""
        found = tuple(place for place in self.places if place is not None)
        return found if len(found) == self.known.n else None

    def put(self, at: int, slot: int) -> None:
        """Let a release that rides nowhere ride in a slot. Whether it fits is the caller's to ask."""
        self.places[at] = slot
        self.riders[slot].add(at)
        self._count(at, slot, 1)

    def put_all(self, places: Mapping[int, int]) -> bool:
        """Put several who ride nowhere; False, and nobody put, where they do not fit beside each other and the rest."""
        put: list[int] = []
        hopeful, self.hopeful = self.hopeful, True
        for at, slot in places.items():
            if not self.fits(at, slot):
                break
            self.put(at, slot)
            put.append(at)
        self.hopeful = hopeful
        if len(put) == len(places) and all(self._stands(at) for at in put if at in self.known.closures_of):
            return True
        for at in put:
            self.take(at)
        return False

    def _stands(self, at: int) -> bool:
        """Whether a release fits where it rides, now that everybody is there."""
        slot = self.take(at)
        if slot is None:
            return True
        stands = self.fits(at, slot)
        self.put(at, slot)
        return stands

    def take(self, at: int) -> int | None:
        """Let a release ride nowhere; return where it rode."""
        slot = self.places[at]
        if slot is not None:
            self.places[at] = None
            self.riders[slot].discard(at)
            self._count(at, slot, -1)
        return slot

    def _count(self, at: int, slot: int, by: int) -> None:
        one, bit = self.problem.releases[at], 1 << slot
        self._fill(slot, by * one.points)
        if one.team is not None and (limit := self.problem.team_limits.get(one.team)) is not None:
            counts = self.teams[one.team]
            counts[slot] += by
            self.full[one.team] = self.full[one.team] | bit if counts[slot] >= limit else self.full[one.team] & ~bit
        self.taken = self.taken | bit if self.riders[slot] else self.taken & ~bit
        if one.is_large:
            any_large = any(self.problem.releases[other].is_large for other in self.riders[slot])
            self.large = self.large | bit if any_large else self.large & ~bit
        if self.ground.apart & bit:
            for resource in one.resources:
                self._share((resource, False), slot, by)
                if one.is_large:
                    self._share((resource, True), slot, by)

    def _fill(self, slot: int, points: int) -> None:
        room = self.known.capacity[slot] - self.used[slot]
        self.used[slot] += points
        old, new = (bisect_right(self.ground.sizes, one) for one in (room, room - points))
        for size in range(min(old, new), max(old, new)):
            self.tight[size] ^= 1 << slot

    def _share(self, key: tuple[str, bool], slot: int, by: int) -> None:
        self._shared[key][slot] += by
        bit = 1 << slot
        self._sharing[key] = self._sharing[key] | bit if self._shared[key][slot] else self._sharing[key] & ~bit

    def fits(self, at: int, slot: int) -> bool:
        """Return whether a release that rides nowhere may ride in a slot."""
        return bool(self.fitting(at) >> slot & 1)

    def fitting(self, at: int, *, closures: bool = True) -> int:
        """Return the slots in which a release that rides nowhere may ride beside everybody who rides.

        ``closures`` False: leave the tables under a change aside.
        """
        one = self.problem.releases[at]
        found = self.ground.options[at] & ~self.tight[self.ground.size_of[at]]
        if one.team is not None:
            found &= ~self.full.get(one.team, 0)
        found &= ~self._beside_large(at)
        for other in self.known.apart_of.get(at, ()):
            if (place := self.places[other]) is not None:
                found &= ~(1 << place)
        found &= self._in_order(at)
        if closures and found:
            for number in self.known.closures_of.get(at, ()):
                found &= ~self._closed(at, self.problem.closures[number])
        return found

    def _beside_large(self, at: int) -> int:
        one, ground = self.problem.releases[at], self.ground
        found = ground.alone & (self.taken if one.is_large else self.large)
        if ground.apart:
            for resource in one.resources:
                found |= self._sharing.get((resource, not one.is_large), 0)
        for resource in one.resources if one.is_large else ():
            for other in self.known.large_of.get(resource, ()):
                place = self.places[other]
                if place is not None and other != at:
                    found |= ground.meeting(at, self.problem.hold_of(other, place))
        return found

    def _in_order(self, at: int) -> int:
        found, known = self.ground.every, self.known
        for number in known.preds[at]:
            if (place := self.places[self.problem.orders[number].before]) is not None:
                found &= self.ground.after(number, place)
        for number in known.succs[at]:
            if (place := self.places[self.problem.orders[number].then]) is not None:
                found &= self.ground.ahead(number, place)
        return found

    def _closed(self, at: int, closure: Closure) -> int:
        """The slots that a closure keeps from a release, by what it is to the closure."""
        begins = [self.known.starts[place] for one in closure.carriers if (place := self.places[one]) is not None]
        begin = min(begins, default=NEVER)
        found = 0
        if at in closure.touchers and begins:
            end = self._closure_ends(closure)
            if begin < end:
                found = self.ground.starting_before(end) & self.ground.ending_after(begin)
        if at in closure.carriers or at == closure.last:
            found |= self._closing(at, closure, begin)
        return found

    def _closure_ends(self, closure: Closure) -> int:
        last = None if closure.last is None else self.places[closure.last]
        if last is None and closure.last is not None and self.hopeful:
            return -NEVER
        end = NEVER if closure.last is None or last is None else self.problem.hold_of(closure.last, last)[1]
        return min(end, closure.until)

    def _closing(self, at: int, closure: Closure, begin: int) -> int:
        """Where a carrier would make a closure meet a toucher that rides."""
        known = self.known
        there = sorted(
            (known.starts[place], known.ends[place])
            for one in closure.touchers
            if one != at and (place := self.places[one]) is not None
        )
        latest = _highest(there)
        starts, found = [start for start, _ in there], 0
        for slot in bits(self.ground.options[at]) if there else ():
            end = self._closure_ends(closure)
            if at == closure.last:
                end = min(self.problem.hold_of(at, slot)[1], closure.until)
            first = min(begin, known.starts[slot]) if at in closure.carriers else begin
            reached = bisect_left(starts, end)
            if first < end and reached and latest[reached - 1] > first:
                found |= 1 << slot
        return found


def _highest(spans: Sequence[tuple[int, int]]) -> list[int]:
    """Per span the latest end of it and all before it."""
    found: list[int] = []
    for _, end in spans:
        found.append(max(end, found[-1]) if found else end)
    return found
