"""Which candidates of free releases get along with whoever keeps a place: a part of a problem before it is decided."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from releasetrain.domain.planner.compiled import Compiled
from releasetrain.domain.planner.problem import LargeRule
from releasetrain.domain.planner.rows import Part


def narrowed(part: Part) -> Part:
    """Return the part with those candidates only that meet nobody who keeps a place.

    Closures and room are left to rows.
    """
    aboard: dict[int, list[int]] = defaultdict(list)
    for at, slot in part.fixed():
        aboard[slot].append(at)
    candidates = {
        at: [slot for slot in slots if _gets_along(part, at, slot, aboard.get(slot, ()))]
        for at, slots in part.candidates.items()
    }
    return replace(part, candidates=candidates)


def _gets_along(part: Part, at: int, slot: int, aboard: Iterable[int]) -> bool:
    known = part.compiled
    return (
        bool(known.allowed[at, slot])
        and all(rides_with(known, at, other, slot) for other in aboard)
        and not any(_holds_meet(part, at, slot, other) for other in _large_beside(known, at))
        and _in_order(part, at, slot)
    )


def rides_with(known: Compiled, one: int, other: int, slot: int) -> bool:
    """Return whether two releases may share a slot as far as size, services, tables and pairs kept apart go."""
    a, b = known.problem.releases[one], known.problem.releases[other]
    rule = known.problem.slots[slot].large
    if other in known.apart_of.get(one, ()):
        return False
    if rule is LargeRule.FREE or not (a.is_large or b.is_large):
        return True
    return rule is LargeRule.APART and not a.resources & b.resources


def _large_beside(known: Compiled, at: int) -> set[int]:
    release = known.problem.releases[at]
    if not release.is_large:
        return set()
    return {other for resource in release.resources for other in known.large_of.get(resource, ())} - {at}


def _holds_meet(part: Part, at: int, slot: int, other: int) -> bool:
    place = part.plan[other]
    if place is None or other in part.candidates:
        return False
    one, two = part.compiled.problem.hold_of(at, slot), part.compiled.problem.hold_of(other, place)
    return max(one[0], two[0]) < min(one[1], two[1])


def _in_order(part: Part, at: int, slot: int) -> bool:
    known = part.compiled
    for number in known.preds[at]:
        before = known.problem.orders[number].before
        place = part.plan[before]
        if before not in part.candidates and place is not None and not known.keeps(number, place, slot):
            return False
    for number in known.succs[at]:
        then = known.problem.orders[number].then
        place = part.plan[then]
        if then not in part.candidates and place is not None and not known.keeps(number, slot, place):
            return False
    return True
