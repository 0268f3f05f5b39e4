"""What orders leave of the options of each release: arc consistency, with the orders that took something away."""

from collections import deque
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from releasetrain.domain.planner.compiled import Compiled


@dataclass(frozen=True, slots=True)
class Windows:
    """``left[i, s]``: whether an order still lets release ``i`` ride in ``s``. ``cut``: which orders cut each release.

    ``empty``: the first release that was left without any; then ``left`` is not finished.
    """

    left: NDArray[np.bool_]
    cut: tuple[frozenset[int], ...]
    empty: int | None = None

    def behind(self, known: Compiled, release: int) -> frozenset[int]:
        """Return every release that has a part in what is left of one: the whole path of orders."""
        found, ahead = {release}, [release]
        while ahead:
            for number in self.cut[ahead.pop()]:
                order = known.problem.orders[number]
                fresh = {order.before, order.then} - found
                found |= fresh
                ahead += fresh
        return frozenset(found)

    def all_behind(self, known: Compiled, releases: Collection[int]) -> frozenset[int]:
        """Return every release that has a part in what is left of any of these."""
        return frozenset().union(*(self.behind(known, at) for at in releases))


def windows(known: Compiled) -> Windows:
    """Return what is left of the options once every order between two releases has been heard to the end."""
    left, orders = known.allowed.copy(), known.problem.orders
    settled = [one.settled for one in known.problem.releases]
    heard = [at for at, one in enumerate(orders) if not (settled[one.before] and settled[one.then])]
    firsts = {at: np.array(known.first_after[at]) for at in heard}
    cut: list[set[int]] = [set() for _ in range(known.n)]
    waiting, queued = deque(heard), set(heard)
    while waiting:
        number = waiting.popleft()
        queued.discard(number)
        for at, kept in _heard(known, number, firsts[number], left):
            if (left[at] & ~kept).any():
                left[at] &= kept
                cut[at].add(number)
                if not left[at].any():
                    return Windows(left, tuple(map(frozenset, cut)), at)
                again = [one for one in (*known.preds[at], *known.succs[at]) if one in firsts and one not in queued]
                waiting.extend(again)
                queued.update(again)
    bare = np.flatnonzero(~left.any(axis=1))
    return Windows(left, tuple(map(frozenset, cut)), int(bare[0]) if len(bare) else None)


def _heard(
    known: Compiled, number: int, first: NDArray[np.int64], left: NDArray[np.bool_]
) -> list[tuple[int, NDArray[np.bool_]]]:
    """What an order lets its two releases keep."""
    order, places = known.problem.orders[number], np.arange(known.m)
    before, then = left[order.before], left[order.then]
    if not before.any() or not then.any():
        return []
    later = places >= first[before].min()
    earlier = first <= places[then].max()
    if order.together:
        later, earlier = later | before, earlier | then
    return [(order.then, later), (order.before, earlier)]
