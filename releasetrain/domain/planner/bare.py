"""The bare core of a problem: sizes, alike departures, pairs kept apart, who comes before whom, and nothing else.

In the literature: bin packing with conflicts, with (generalised) precedence, and simple assembly-line balancing. For
these "does everything fit at all?" is the whole question, and searches of their own answer it far better.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from releasetrain.domain.planner.problem import Order, Problem


@dataclass(frozen=True, kw_only=True)
class Bare:
    """``sizes`` of the items, ``rooms`` of the bins in order; ``apart``: per item a mask of those it may not meet.

    ``befores``: per item a mask of those that must be in the same bin or an earlier one; ``earlier``: a mask of those
    that must be in an earlier one. Without any of these two the order of bins means nothing.
    """

    sizes: tuple[int, ...]
    rooms: tuple[int, ...]
    apart: tuple[int, ...]
    befores: tuple[int, ...]
    earlier: tuple[int, ...]

    @property
    def is_ordered(self) -> bool:
        """Whether somebody must come before somebody."""
        return any(self.befores) or any(self.earlier)

    @property
    def slack(self) -> int:
        """How much room stays empty when everything fits."""
        return sum(self.rooms) - sum(self.sizes)

    @cached_property
    def reversed(self) -> "Bare":
        """The same question from the last bin to the first."""
        return Bare(
            sizes=self.sizes,
            rooms=self.rooms[::-1],
            apart=self.apart,
            befores=_turned(self.befores),
            earlier=_turned(self.earlier),
        )

    def holds(self, bins: Sequence[int]) -> bool:
        """Return whether these bins of the items keep everything."""
        used = [0] * len(self.rooms)
        for item, at in enumerate(bins):
            used[at] += self.sizes[item]
        return all(one <= room for one, room in zip(used, self.rooms, strict=True)) and all(
            self._keeps(item, other, bins) for item in range(len(bins)) for other in range(len(bins))
        )

    def _keeps(self, item: int, other: int, bins: Sequence[int]) -> bool:
        bit = 1 << other
        return not (
            (self.apart[item] & bit and bins[item] == bins[other])
            or (self.befores[item] & bit and bins[other] > bins[item])
            or (self.earlier[item] & bit and bins[other] >= bins[item])
        )


def members(mask: int) -> list[int]:
    """Return the places of the ones of a mask."""
    found = []
    while mask:
        low = mask & -mask
        found.append(low.bit_length() - 1)
        mask ^= low
    return found


def _turned(masks: Sequence[int]) -> tuple[int, ...]:
    found = [0] * len(masks)
    for item, mask in enumerate(masks):
        for other in members(mask):
            found[other] |= 1 << item
    return tuple(found)


def bare(problem: Problem) -> Bare | None:
    """Return the bare core of a problem; None where it asks for more, so that the general search must answer.

    That is: nobody large, settled, limited to some departures or watched by a team's limit; departures one after the
    other, each with its room; orders about the same or the next departure only.
    """
    if not problem.releases or not problem.slots or not _is_plain(problem):
        return None
    befores, earlier = [0] * len(problem.releases), [0] * len(problem.releases)
    for order in problem.orders:
        kind = _kind(problem, order)
        if kind is None:
            return None
        (befores if kind == 0 else earlier)[order.then] |= 1 << order.before
    apart = [0] * len(problem.releases)
    for one, other in problem.apart:
        apart[one] |= 1 << other
        apart[other] |= 1 << one
    return Bare(
        sizes=tuple(known.points for known in problem.releases),
        rooms=tuple(slot.capacity or 0 for slot in problem.slots),
        apart=tuple(apart),
        befores=tuple(befores),
        earlier=tuple(earlier),
    )


def _is_plain(problem: Problem) -> bool:
    every = tuple(range(len(problem.slots)))
    teams: dict[object, int] = {}
    for known in problem.releases:
        teams[known.team] = teams.get(known.team, 0) + 1
    in_a_row = all(a.end <= b.start for a, b in pairwise(problem.slots))
    return (
        in_a_row
        and not problem.closures
        and all(slot.capacity is not None for slot in problem.slots)
        and all(known.options == every and not known.is_large and not known.settled for known in problem.releases)
        and all(teams.get(team, 0) <= limit for team, limit in problem.team_limits.items())
    )


def _kind(problem: Problem, order: Order) -> int | None:
    """0: the same departure or a later one; 1: a later one; None: something else."""
    if order.ready is not None:
        return None
    slots = problem.slots
    is_next = all(one.end + order.lag <= other.start for one, other in pairwise(slots))
    return int(not order.together) if is_next else None
