"""Where free releases may ride beside those who stay, and who can ride nowhere so, whatever else is planned."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from releasetrain.domain.planner.problem import NEVER, Closure, LargeRule, Order, Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Stuck:
    """A release of a problem that can ride nowhere: the code of the rule, and who is in its way."""

    release: int
    code: str
    of: tuple[int, ...] = ()


def stuck(problem: Problem) -> list[Stuck]:
    """Return the free releases that can ride nowhere beside those who stay, or that wait for each other in a circle."""
    beside = Beside(problem)
    alone = (beside.stuck(at) for at in problem.free)
    return [one for one in alone if one is not None] or list(_in_circles(problem))


class Beside:
    """A problem with only those in their places who stay."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.aboard: dict[int, list[int]] = defaultdict(list)
        self.large: dict[str, list[int]] = defaultdict(list)
        for at, known in enumerate(problem.releases):
            if known.settled:
                self.aboard[known.options[0]].append(at)
                for resource in known.resources if known.is_large else ():
                    self.large[resource].append(at)
        self.orders: dict[int, list[Order]] = defaultdict(list)
        for order in problem.orders:
            self.orders[order.before].append(order)
            self.orders[order.then].append(order)
        self.closures: dict[int, list[Closure]] = defaultdict(list)
        for closure in problem.closures:
            for at in closure.touchers:
                self.closures[at].append(closure)

    def stuck(self, at: int) -> Stuck | None:
        """Return what is in the way of a release in the last of its options, if there is something in each."""
        found = None
        for slot in self.problem.releases[at].options:
            found = next(self._against(at, slot), None)
            if found is None:
                return None
        return found

    def room(self, at: int) -> tuple[int, ...]:
        """Return the options of a release that get along with those who stay."""
        return tuple(slot for slot in self.problem.releases[at].options if next(self._against(at, slot), None) is None)

    def _against(self, at: int, slot: int) -> Iterator[Stuck]:
        for code, of in (
            *self._ordered(at, slot),
            *self._closed(at, slot),
            *self._crowded(at, slot),
            *self._held(at, slot),
        ):
            yield Stuck(release=at, code=code, of=tuple(of))

    def _ordered(self, at: int, slot: int) -> Iterator[tuple[str, list[int]]]:
        """Who comes after somebody is looked at wherever that one may ride, or stays if it can ride nowhere else; who
        comes before, where the other stays.
        """
        for order in self.orders[at]:
            other = order.before if order.then == at else order.then
            known = self.problem.releases[other]
            if order.then == at:
                befores = known.options if known.current is None else (*known.options, known.current)
                is_kept = any(self._keeps(order, before, slot) for before in befores)
            else:
                is_kept = not known.settled or self._keeps(order, slot, known.options[0])
            if not is_kept:
                yield order.code, [other]

    def _keeps(self, order: Order, before: int, then: int) -> bool:
        together = order.together and before == then
        return together or self.problem.slots[then].start >= self.problem.ready_after(order, before)

    def _closed(self, at: int, slot: int) -> Iterator[tuple[str, list[int]]]:
        """Tables that those who stay keep closed: only that is looked at, whoever of the carriers may still move."""
        departs = self.problem.slots[slot]
        for closure in self.closures[at]:
            staying = [one for one in closure.carriers if self.problem.releases[one].settled]
            starts = min((self.problem.slots[self._place(one)].start for one in staying), default=NEVER)
            if max(starts, departs.start) < min(self._end(closure), closure.until, departs.end):
                yield "same-table", staying

    def _end(self, closure: Closure) -> int:
        """When the change is over; as soon as it began where its last stage may still move."""
        if closure.last is None:
            return NEVER
        is_known = self.problem.releases[closure.last].settled
        return self.problem.hold_of(closure.last, self._place(closure.last))[1] if is_known else 0

    def _place(self, at: int) -> int:
        return self.problem.releases[at].options[0]

    def _crowded(self, at: int, slot: int) -> Iterator[tuple[str, list[int]]]:
        releases, there, aboard = self.problem.releases, self.problem.slots[slot], self.aboard.get(slot, [])
        known = releases[at]
        if there.capacity is not None and known.points + sum(releases[one].points for one in aboard) > there.capacity:
            yield "capacity", aboard
        limit = None if known.team is None else self.problem.team_limits.get(known.team)
        mates = [one for one in aboard if releases[one].team == known.team]
        if limit is not None and len(mates) >= limit:
            yield "team-limit", mates
        apart = [one for one in aboard if self._rides_apart(at, one, there.large)]
        if apart:
            yield "large-rides-alone", apart

    def _rides_apart(self, one: int, other: int, rule: LargeRule) -> bool:
        a, b = self.problem.releases[one], self.problem.releases[other]
        shares = rule is LargeRule.ALONE or bool(a.resources & b.resources)
        return rule is not LargeRule.FREE and (a.is_large or b.is_large) and shares

    def _held(self, at: int, slot: int) -> Iterator[tuple[str, list[int]]]:
        known = self.problem.releases[at]
        start, end = self.problem.hold_of(at, slot)
        for resource in sorted(known.resources) if known.is_large else ():
            for other in self.large.get(resource, ()):
                since, until = self.problem.hold_of(other, self._place(other))
                if max(start, since) < min(end, until):
                    yield "large-overlap", [other]


def _in_circles(problem: Problem) -> Iterator[Stuck]:
    """Releases of which each departs strictly before itself, over others: stages in the wrong order, say.

    Some of them could ride if the others did not; all stay out, since nobody can say who gives way.
    """
    after: dict[int, set[int]] = defaultdict(set)
    before: dict[int, set[int]] = defaultdict(set)
    for order in problem.orders:
        after[order.before].add(order.then)
        before[order.then].add(order.before)
    for order in problem.orders:
        if not order.together and order.before in (reached := _reached(after, order.then)):
            circle = reached & _reached(before, order.before)
            free = [at for at in sorted(circle) if not problem.releases[at].settled]
            yield from (Stuck(release=at, code=order.code, of=tuple(sorted(circle))) for at in free)


def _reached(after: Mapping[int, set[int]], start: int) -> set[int]:
    found, todo = {start}, [start]
    while todo:
        new = after.get(todo.pop(), set()) - found
        found |= new
        todo.extend(new)
    return found
