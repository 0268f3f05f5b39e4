"""Where free releases may ride beside those who stay, and who can ride nowhere so, whatever else is planned."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from releasetrain.domain.planner.problem import NEVER, Closure, Order, Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Stuck:
    """A release of a problem that can ride nowhere: the code of the rule, and who is in its way."""

    release: int
    code: str
    of: tuple[int, ...] = ()


def stuck(problem: Problem) -> list[Stuck]:
    """Return the free releases that can ride nowhere beside those who stay, or that wait for each other in a circle."""
    ties = _by_release(problem)
    alone = (_stuck(problem, at, ties.get(at, [])) for at in problem.free)
    return [one for one in alone if one is not None] or list(_in_circles(problem))


def room_beside(problem: Problem, release: int) -> tuple[int, ...]:
    """Return the options of a release that get along with those who stay, as far as orders and closed tables go."""
    ties = _by_release(problem).get(release, [])
    return tuple(slot for slot in problem.releases[release].options if _against(problem, release, slot, ties) is None)


def _by_release(problem: Problem) -> Mapping[int, list[Order | Closure]]:
    found: dict[int, list[Order | Closure]] = defaultdict(list)
    for order in problem.orders:
        found[order.before].append(order)
        found[order.then].append(order)
    for closure in problem.closures:
        for at in {*closure.carriers, *closure.touchers}:
            found[at].append(closure)
    return found


def _stuck(problem: Problem, at: int, ties: list[Order | Closure]) -> Stuck | None:
    found = None
    for slot in problem.releases[at].options:
        found = _against(problem, at, slot, ties)
        if found is None:
            return None
    return found


def _against(problem: Problem, at: int, slot: int, ties: list[Order | Closure]) -> Stuck | None:
    for tie in ties:
        found = _order(problem, at, slot, tie) if isinstance(tie, Order) else _closure(problem, at, slot, tie)
        if found is not None:
            return found
    return None


def _order(problem: Problem, at: int, slot: int, order: Order) -> Stuck | None:
    """Who comes after somebody is looked at wherever that one may ride; who comes before, where the other stays."""
    if order.then == at:
        other = order.before
        is_kept = any(_keeps(problem, order, before, slot) for before in problem.releases[other].options)
    else:
        other = order.then
        stays = problem.releases[other].settled
        is_kept = not stays or _keeps(problem, order, slot, problem.releases[other].options[0])
    return None if is_kept else Stuck(release=at, code=order.code, of=(other,))


def _keeps(problem: Problem, order: Order, before: int, then: int) -> bool:
    together = order.together and before == then
    return together or problem.slots[then].start >= problem.ready_after(order, before)


def _closure(problem: Problem, at: int, slot: int, closure: Closure) -> Stuck | None:
    """A table that those who stay keep closed: only that is looked at, whoever of the carriers may still move."""
    staying = [one for one in closure.carriers if problem.releases[one].settled]
    if at not in closure.touchers or not staying:
        return None
    starts = min(problem.slots[problem.releases[one].options[0]].start for one in staying)
    last = closure.last
    if last is None:
        ends = NEVER
    elif problem.releases[last].settled:
        ends = problem.hold_of(last, problem.releases[last].options[0])[1]
    else:
        return None
    departs = problem.slots[slot]
    is_closed = max(starts, departs.start) < min(ends, closure.until, departs.end)
    return Stuck(release=at, code="same-table", of=tuple(staying)) if is_closed else None


def _in_circles(problem: Problem) -> Iterator[Stuck]:
    """Releases of which each departs strictly before itself, over others: stages in the wrong order, say."""
    after: dict[int, set[int]] = defaultdict(set)
    for order in problem.orders:
        after[order.before].add(order.then)
    for order in problem.orders:
        if not order.together and order.before in _reached(after, order.then):
            free = [at for at in (order.before, order.then) if not problem.releases[at].settled]
            yield from (Stuck(release=at, code=order.code, of=(order.before, order.then)) for at in free)


def _reached(after: Mapping[int, set[int]], start: int) -> set[int]:
    found, todo = {start}, [start]
    while todo:
        new = after.get(todo.pop(), set()) - found
        found |= new
        todo.extend(new)
    return found
