"""The values of a planning problem: departures, releases that want one, and what they ask of each other.

Whole numbers only, so that solvers and the checker reckon alike: instants are seconds since 1970 in UTC; ``clock`` is
the same instant as the wall clock of the train shows it, for everything that is counted in days. Releases and slots
refer to each other by their place in ``Problem.releases`` and ``Problem.slots``.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import TypeVar

Id = int | str
K = TypeVar("K")
V = TypeVar("V")
DAY = 86_400
NEVER = 1 << 62  # an instant that does not come


class LargeRule(StrEnum):
    """What a large release may share its slot with: nothing, whatever shares no service or table, or anything."""

    ALONE = "alone"
    APART = "apart"
    FREE = "free"


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A departure from ``start`` to ``end``; ``capacity``: the points that a plan may use (a reserve is taken off)."""

    id: Id
    start: int
    end: int
    clock: int
    capacity: int | None = None  # None: without limit
    large: LargeRule = LargeRule.ALONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """A release to place. Slots are named by their place in ``Problem.slots``.

    ``options``: where it may ride as far as that depends on nobody else, in the order of departure; ``refused``: why
    not elsewhere, as rule codes (for explaining; what is in neither is of another train). ``due``: the first second on
    the wall clock that is late; None: never. ``current``: where it rides today. ``settled``: it stays, with the
    one option that it has, and what stands among settled ones only is not the plan's matter (C5); ``stays``: why, as
    a code. ``soak``: seconds for which it holds after its departure. ``holds`` and ``ended``: what really happened, in
    place of what the slot says.
    """

    id: Id
    points: int = 1
    is_large: bool = False
    team: Id | None = None
    resources: frozenset[str] = frozenset()
    soak: int = 0
    weight: int = 1
    due: int | None = None
    current: int | None = None
    options: tuple[int, ...] = ()
    refused: Mapping[int, str] = field(default_factory=dict)
    settled: bool = False
    stays: str = ""
    holds: tuple[int, int] | None = None
    ended: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """``then`` departs at the earliest ``lag`` seconds after the end of the departure of ``before``.

    ``code``: whose rule it is. ``together``: the same slot is allowed. ``ready``: instead of end and lag, when ``then``
    may depart for each slot of ``before`` (a backfill's nights); NEVER: not at all.
    """

    before: int
    then: int
    code: str
    lag: int = 0
    together: bool = False
    ready: Mapping[int, int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Closure:
    """A table on which a schema change is under way: none of ``touchers`` departs meanwhile.

    From the first departure of ``carriers`` to the end of the hold of ``last`` (None: open-ended), at the latest
    ``until`` (the change was abandoned then).
    """

    table: Id
    change: Id
    carriers: tuple[int, ...]
    touchers: tuple[int, ...]
    last: int | None = None
    until: int = NEVER


@dataclass(frozen=True, kw_only=True)
class Problem:
    """Everything that a plan must respect. ``apart``: pairs that may not share a slot."""

    slots: tuple[Slot, ...]
    releases: tuple[Release, ...]
    team_limits: Mapping[Id, int] = field(default_factory=dict)
    orders: tuple[Order, ...] = ()
    closures: tuple[Closure, ...] = ()
    apart: tuple[tuple[int, int], ...] = ()

    @cached_property
    def free(self) -> tuple[int, ...]:
        """The releases that a plan may place."""
        return tuple(at for at, one in enumerate(self.releases) if not one.settled)

    @cached_property
    def first_clock(self) -> int:
        """The wall clock from which "early" is counted: midnight before the first departure that anybody may take."""
        open_slots = {slot for at in self.free for slot in self.releases[at].options}
        clocks = [self.slots[slot].clock for slot in open_slots] or [slot.clock for slot in self.slots]
        return min(clocks, default=0) // DAY * DAY

    @cached_property
    def orders_of(self) -> Mapping[int, list[Order]]:
        """The orders in which a release is before or after another."""
        return _grouped((at, one) for one in self.orders for at in {one.before, one.then})

    @cached_property
    def closures_of(self) -> Mapping[int, list[Closure]]:
        """The closures that a release makes or meets."""
        return _grouped((at, one) for one in self.closures for at in {*one.carriers, *one.touchers})

    @cached_property
    def large_of(self) -> Mapping[str, list[int]]:
        """The large releases of every service and table."""
        every = ((of, at) for at, known in enumerate(self.releases) if known.is_large for of in known.resources)
        return _grouped(every)

    @cached_property
    def apart_of(self) -> Mapping[int, list[tuple[int, int]]]:
        """The pairs kept apart of which a release is one."""
        return _grouped((at, pair) for pair in self.apart for at in pair)

    def days_late(self, release: int, slot: int) -> int:
        """Return by how many calendar days a departure misses what is due; a day begun is one."""
        due = self.releases[release].due
        late = -1 if due is None else self.slots[slot].clock - due
        return late // DAY + 1 if late >= 0 else 0

    def days_out(self, slot: int) -> int:
        """Return how many calendar days after the first possible departure a slot departs."""
        return max(0, self.slots[slot].clock - self.first_clock) // DAY

    def lateness(self, release: int, slot: int) -> int:
        """Return the weighted days by which a release is late in a slot."""
        return self.releases[release].weight * self.days_late(release, slot)

    def moves(self, release: int, slot: int) -> int:
        """Return 1 if a release that rides today would ride elsewhere; who only asks does not move."""
        current = self.releases[release].current
        return int(current is not None and current != slot)

    def earliness(self, release: int, slot: int) -> int:
        """Return the weighted days until a release departs in a slot."""
        return self.releases[release].weight * self.days_out(slot)

    def hold_of(self, release: int, slot: int) -> tuple[int, int]:
        """Return from when to when a release holds in a slot: what happened, else its departure and its soak."""
        known = self.releases[release]
        return known.holds or (self.slots[slot].start, self.slots[slot].end + known.soak)

    def end_of(self, release: int, slot: int) -> int:
        """Return when the departure of a release ends in a slot, as planned or as it happened, whichever is later."""
        return max(self.slots[slot].end, self.releases[release].ended or 0)

    def ready_after(self, order: Order, slot: int) -> int:
        """Return from when on ``order.then`` may depart if ``order.before`` rides in ``slot`` (the same slot apart)."""
        if order.ready is not None:
            return order.ready.get(slot, NEVER)
        return self.end_of(order.before, slot) + order.lag


Assignment = Sequence[int | None]  # per release the slot, or None: no place


def _grouped(pairs: Iterable[tuple[K, V]]) -> Mapping[K, list[V]]:
    found: dict[K, list[V]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return found
