"""Who needs whom, as a graph: a circle is refused when it is drawn, and what is needed goes first."""

from collections.abc import Collection, Iterable, Mapping
from typing import TypeVar

K = TypeVar("K", int, str)


def circle(edges: Mapping[K, Collection[K]], start: K) -> list[K]:
    """Return a way from ``start`` over what it needs back to itself, both ends named; empty if there is none."""
    came_from: dict[K, K] = {}
    todo = [start]
    while todo:
        at = todo.pop()
        for on in sorted(edges.get(at, ())):
            if on == start:
                return _way_back(came_from, start, at)
            if on not in came_from:
                came_from[on] = at
                todo.append(on)
    return []


def _way_back(came_from: Mapping[K, K], start: K, last: K) -> list[K]:
    way: list[K] = [start]
    while last != start:
        way.append(last)
        last = came_from[last]
    way.append(start)
    return way[::-1]


def needed_first(order: Iterable[K], edges: Mapping[K, Collection[K]]) -> list[K]:
    """Return ``order`` with everything after what it needs, otherwise as it was; a circle is broken anywhere."""
    wanted = list(order)
    known, done = set(wanted), dict[K, None]()
    for first in wanted:
        todo = [first]
        seen: set[K] = set()
        while todo:
            at = todo[-1]
            ahead = [on for on in edges.get(at, ()) if on in known and on not in done and on not in seen]
            seen.update(ahead)
            todo.extend(ahead)
            if not ahead:
                done.setdefault(todo.pop())
    return list(done)
