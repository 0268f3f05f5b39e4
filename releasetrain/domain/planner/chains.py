"""Orders within a relaxation, kept exactly: trees of releases that follow each other, decided together.

Dynamic programming from the leaves to the roots of a forest. Orders that would close a ring are left out, which can
only lower what it finds.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from releasetrain.domain.planner.compiled import Compiled

Reals = NDArray[np.float64]
Places = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Edges:
    """Some edges of one depth and one direction, side by side; ``edge[e]`` per slot of the parent.

    ``reach``: how many slots of the child go with it (``leads``: the first ones, else: from which slot on). ``same``:
    whether the child may also share the slot.
    """

    child: Places
    parent: Places
    reach: Places
    same: NDArray[np.bool_]
    leads: bool  # the child is the one that goes before

    def cheapest(self, costs: Reals) -> Reals:
        """Per edge and slot of the parent: what the child costs at least."""
        own, blank = costs[self.child], np.full((len(self.child), 1), np.inf)
        if self.leads:
            best = np.hstack([blank, np.minimum.accumulate(own, axis=1)])
        else:
            best = np.hstack([np.minimum.accumulate(own[:, ::-1], axis=1)[:, ::-1], blank])
        found: Reals = np.take_along_axis(best, self.reach, axis=1)
        return np.where(self.same, np.minimum(found, own), found)

    def follow(self, costs: Reals, places: Places) -> None:
        """Set the children's places to the cheapest that go with those of their parents."""
        at, rows = places[self.parent], np.arange(len(self.child))
        reach, slots = self.reach[rows, at][:, None], np.arange(costs.shape[1])[None, :]
        goes = slots < reach if self.leads else slots >= reach
        goes |= self.same[rows, at][:, None] & (slots == at[:, None])
        places[self.child] = np.where(goes, costs[self.child], np.inf).argmin(axis=1)


class Forest:
    """The orders of a problem as far as they make no ring, ready to be decided at any costs."""

    def __init__(self, known: Compiled) -> None:
        self.known = known
        pairs: dict[tuple[int, int], list[int]] = defaultdict(list)
        for number, order in enumerate(known.problem.orders):
            if known.problem.releases[order.before].settled and known.problem.releases[order.then].settled:
                continue  # what stands among settled ones only is not the plan's matter
            pairs[order.before, order.then].append(number)
        self.layers = self._layers(pairs)

    def decide(self, costs: Reals) -> tuple[float, Places]:
        """Return the least that everybody costs together, and the places for it. ``costs`` is changed."""
        for edges in self.layers:
            np.add.at(costs, edges.parent, edges.cheapest(costs))
        places = costs.argmin(axis=1)
        roots = np.ones(len(costs), dtype=bool)
        for edges in reversed(self.layers):
            edges.follow(costs, places)
            roots[edges.child] = False
        least = costs[np.arange(len(costs)), places]
        return float(least[roots].sum()), places

    def _layers(self, pairs: dict[tuple[int, int], list[int]]) -> list[_Edges]:
        near: dict[int, list[tuple[int, tuple[int, int]]]] = defaultdict(list)
        for before, then in pairs:
            near[before].append((then, (before, then)))
            near[then].append((before, (before, then)))
        depth: dict[int, int] = {}
        by_depth: dict[tuple[int, bool], list[tuple[int, int, list[int]]]] = defaultdict(list)
        for root in near:
            if root in depth:
                continue
            depth[root], queue = 0, [root]
            for parent in queue:
                for child, pair in near[parent]:
                    if child not in depth:
                        depth[child] = depth[parent] + 1
                        queue.append(child)
                        by_depth[-depth[child], pair[0] == child].append((child, parent, pairs[pair]))
        return [self._edges(found, leads) for (_, leads), found in sorted(by_depth.items(), key=lambda one: one[0])]

    def _edges(self, found: Sequence[tuple[int, int, list[int]]], leads: bool) -> _Edges:
        slots = np.arange(self.known.m)
        reach, same = [], []
        for _, _, numbers in found:
            first, together = self._relation(numbers)
            reach.append(np.searchsorted(first, slots, side="right") if leads else first)
            same.append(together)
        return _Edges(
            np.array([child for child, _, _ in found]),
            np.array([parent for _, parent, _ in found]),
            np.array(reach, dtype=np.int64),
            np.array(same, dtype=bool),
            leads,
        )

    def _relation(self, numbers: Sequence[int]) -> tuple[Places, NDArray[np.bool_]]:
        """From which slot on ``then`` may ride per slot of ``before``, never falling, and where both may share one.

        Where the first slot falls from one slot to the next (departures that lie across each other), the lower holds
        for both: a relaxation.
        """
        slots = np.arange(self.known.m)
        first, same = np.zeros(self.known.m, dtype=np.int64), np.ones(self.known.m, dtype=bool)
        for number in numbers:
            own = np.array(self.known.first_after[number], dtype=np.int64)
            first = np.maximum(first, own)
            same &= (own <= slots) | self.known.problem.orders[number].together
        return np.minimum.accumulate(first[::-1])[::-1], same
