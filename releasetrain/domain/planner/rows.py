"""What releases ask of each other, as rows of a linear program over "release i rides in slot s".

One knowledge for every use of the solver: windows of the search, replanning, contradictions. Each row belongs to a
fact that has a name in the business's words, so that a contradiction can be told.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from releasetrain.domain.planner.compiled import NO_LIMIT, Compiled
from releasetrain.domain.planner.problem import Closure, LargeRule

Var = tuple[int, int]  # (release, slot); (-1 - closure, toucher): the toucher departs before the closure begins


@dataclass(frozen=True, slots=True)
class Fact:
    """What a row says, by rule code.

    ``releases``: whom it ties together; empty for what holds for everybody in ``slot``. ``of``: the team, the service
    or table, or the change that it is about.
    """

    code: str
    slot: int | None = None
    releases: tuple[int, ...] = ()
    of: object = None


@dataclass(frozen=True, slots=True)
class Row:
    """The sum of ``terms`` (variable, factor) is at most ``most``. ``clique``: at most one of them, all factors 1."""

    fact: Fact
    terms: tuple[tuple[Var, int], ...]
    most: int
    clique: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a problem to decide: where each free release may ride; everybody else keeps ``plan`` (None: nowhere).

    A candidate that meets a fixed one is left out beforehand (``narrowed``), so that rows speak of free ones only.
    """

    compiled: Compiled
    candidates: Mapping[int, Sequence[int]]
    plan: Sequence[int | None]

    def fixed(self) -> Iterator[tuple[int, int]]:
        """Yield everybody who keeps a place."""
        return ((at, slot) for at, slot in enumerate(self.plan) if slot is not None and at not in self.candidates)

    def kept(self) -> "Kept":
        """Return what everybody who keeps a place takes of the slots."""
        known, used, watched = self.compiled, dict[int, int](), dict[tuple[object, int], int]()
        for at, slot in self.fixed():
            used[slot] = used.get(slot, 0) + known.load(at, slot)
            team = (known.problem.releases[at].team, slot)
            watched[team] = watched.get(team, 0) + 1
        return Kept(used, watched)

    def orders(self) -> Iterator[int]:
        """Yield the orders between two free releases, by number."""
        for at in self.candidates:
            for number in self.compiled.succs[at]:
                if self.compiled.problem.orders[number].then in self.candidates:
                    yield number

    def closures(self) -> Iterable[int]:
        """Return the closures that a free release is part of, by number."""
        of = self.compiled.closures_of
        return sorted({number for at in self.candidates for number in of.get(at, ())}) if of else ()


@dataclass(frozen=True, slots=True)
class Kept:
    """What those who keep a place take: points per slot, and how many of a team there are."""

    used: Mapping[int, int]
    watched: Mapping[tuple[object, int], int]


def rows(part: Part) -> Iterator[Row]:
    """Yield every row that the free releases of a part must keep, beside each riding in exactly one slot."""
    aboard = _by_slot(part)
    yield from _rooms(part, aboard)
    yield from _alone(part, aboard)
    yield from _overlaps(part)
    yield from _apart(part)
    yield from _orders(part)
    yield from _closures(part)


def _by_slot(part: Part) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for at, slots in part.candidates.items():
        for slot in slots:
            found[slot].append(at)
    return found


def _rooms(part: Part, aboard: Mapping[int, list[int]]) -> Iterator[Row]:
    known, kept = part.compiled, part.kept()
    for slot, riders in aboard.items():
        room = known.capacity[slot] - kept.used.get(slot, 0)
        terms = [((at, slot), load) for at in riders if (load := known.load(at, slot))]
        if room < 0:  # those who stay overfill it: nobody else rides here, however small
            yield Row(Fact("capacity", slot), tuple(((at, slot), 1) for at in riders), 0)
        elif known.capacity[slot] < NO_LIMIT and sum(load for _, load in terms) > room:
            yield Row(Fact("capacity", slot), tuple(terms), room)
        yield from _teams(part, slot, riders, kept.watched)


def _teams(part: Part, slot: int, riders: Collection[int], watched: Mapping[tuple[object, int], int]) -> Iterator[Row]:
    known, members = part.compiled, defaultdict(list)
    for at in riders:
        if known.limit[at] < NO_LIMIT:
            members[known.problem.releases[at].team].append(at)
    for team, own in members.items():
        left = known.limit[own[0]] - watched.get((team, slot), 0)
        if len(own) > left:
            terms = tuple(((at, slot), 1) for at in own)
            yield Row(Fact("team-limit", slot, of=team), terms, max(0, left), clique=left == 1)


def _alone(part: Part, aboard: Mapping[int, list[int]]) -> Iterator[Row]:
    """Riding alone is said by capacity (``Compiled.load``) but for riders without points and slots without limit."""
    releases = part.compiled.problem.releases
    for slot, riders in aboard.items():
        rule = part.compiled.problem.slots[slot].large
        if rule is LargeRule.FREE:
            continue
        large = [at for at in riders if releases[at].is_large]
        unlimited = part.compiled.capacity[slot] >= NO_LIMIT
        if rule is LargeRule.APART:
            yield from _apart_in(part, slot, riders, large)
            continue
        others = [at for at in riders if not releases[at].is_large and (unlimited or not releases[at].points)]
        for at in others if large else ():
            yield _clique("large-rides-alone", slot, [at, *large])
        if len(large) > 1:
            yield _clique("large-rides-alone", slot, large)


def _apart_in(part: Part, slot: int, riders: Sequence[int], large: Sequence[int]) -> Iterator[Row]:
    releases = part.compiled.problem.releases
    for one in large:
        for other in riders:
            told = other == one or (releases[other].is_large and other < one)
            if not told and releases[one].resources & releases[other].resources:
                yield _clique("large-rides-alone", slot, [one, other])


def _clique(code: str, slot: int, riders: Sequence[int]) -> Row:
    return Row(Fact(code, slot), tuple(((at, slot), 1) for at in riders), 1, clique=True)


def _overlaps(part: Part) -> Iterator[Row]:
    """Holds of large ones meet where the later begins within the other: at each start, at most one holds."""
    problem = part.compiled.problem
    sharing: dict[str, list[int]] = defaultdict(list)
    for at in part.candidates:
        for resource in problem.releases[at].resources if problem.releases[at].is_large else ():
            sharing[resource].append(at)
    for resource, members in sharing.items():
        if len(members) < 2:
            continue
        holds = [((at, slot), problem.hold_of(at, slot)) for at in members for slot in part.candidates[at]]
        for start in sorted({begins for _, (begins, _) in holds}):
            terms = tuple((var, 1) for var, (begins, ends) in holds if begins <= start < ends)
            if len({at for (at, _), _ in terms}) > 1:
                yield Row(Fact("large-overlap", of=resource), terms, 1, clique=True)


def _apart(part: Part) -> Iterator[Row]:
    apart_of = part.compiled.apart_of
    for one in part.candidates if apart_of else ():
        for other in apart_of.get(one, ()):
            both = one < other and other in part.candidates
            for slot in set(part.candidates[one]) & set(part.candidates[other]) if both else ():
                terms = (((one, slot), 1), ((other, slot), 1))
                yield Row(Fact("apart", releases=(one, other)), terms, 1, clique=True)


def _orders(part: Part) -> Iterator[Row]:
    """Slots are in order of departure: the place of ``then`` is at least the first that ``before`` allows."""
    for number in part.orders():
        order = part.compiled.problem.orders[number]
        fact = Fact(order.code, releases=(order.before, order.then))
        first = part.compiled.first_after[number]
        least = {
            slot: min(slot, first[slot]) if order.together else first[slot] for slot in part.candidates[order.before]
        }
        terms = [((order.before, slot), place) for slot, place in least.items()]
        terms += [((order.then, slot), -slot) for slot in part.candidates[order.then]]
        yield Row(fact, tuple(terms), 0)
        for slot in part.candidates[order.before] if order.together else ():
            between = [one for one in part.candidates[order.then] if slot < one < first[slot]]
            if between:
                terms = [((order.before, slot), 1), *(((order.then, one), 1) for one in between)]
                yield Row(fact, tuple(terms), 1, clique=True)


def _closures(part: Part) -> Iterator[Row]:
    for number in part.closures():
        closure = part.compiled.problem.closures[number]
        if closure.carriers:
            for at in closure.touchers:
                yield from _closed(part, number, closure, at)


def _closed(part: Part, number: int, closure: Closure, at: int) -> Iterator[Row]:
    """Either the toucher has departed before any carrier departs, or after the last one has soaked."""
    problem, before = part.compiled.problem, (-1 - number, at)
    fact = Fact("same-table", releases=(at, *closure.carriers), of=closure.change)
    if not any(one in part.candidates for one in (at, *closure.carriers)):
        return
    for slot in _places(part, at):
        starts, ends = problem.slots[slot].start, problem.slots[slot].end
        if starts >= closure.until:
            continue
        mine = _term(part, at, slot)
        for carrier in closure.carriers:
            early = [one for one in _places(part, carrier) if problem.slots[one].start < ends]
            yield from _row(part, fact, [(mine, 1), (before, 1)], [(carrier, one) for one in early], 2)
        last = closure.last
        late = (
            [one for one in _places(part, last) if problem.hold_of(last, one)[1] > starts] if last is not None else []
        )
        never = last is None or (part.plan[last] is None and last not in part.candidates)
        yield from _row(
            part, fact, [(mine, 1), (before, -1)], [(last, one) for one in late if last is not None], 0 if never else 1
        )


def _places(part: Part, at: int) -> Sequence[int]:
    if at in part.candidates:
        return part.candidates[at]
    place = part.plan[at]
    return () if place is None else (place,)


def _term(part: Part, at: int, slot: int) -> Var | None:
    """The variable, or None where it is fixed to ride there."""
    return (at, slot) if at in part.candidates else None


def _row(
    part: Part, fact: Fact, own: Sequence[tuple[Var | None, int]], others: Sequence[Var], most: int
) -> Iterator[Row]:
    terms, left = [], most
    for var, factor in (*own, *((_term(part, *one), 1) for one in others)):
        if var is None:
            left -= factor
        else:
            terms.append((var, factor))
    if sum(factor for _, factor in terms if factor > 0) > left:
        yield Row(fact, tuple(terms), left)
