"""Facts that contradict each other as ``Clash`` values; see ``explain`` for the codes."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from releasetrain.domain.planner.compiled import NO_LIMIT, Compiled
from releasetrain.domain.planner.crowding import Crowd
from releasetrain.domain.planner.facts import ALONE, CAPACITY, TEAM, WINDOW, windows_of
from releasetrain.domain.planner.problem import Closure, Id, Order
from releasetrain.domain.planner.rows import Fact
from releasetrain.domain.planner.values import Clash
from releasetrain.domain.planner.windows import Windows


def of_facts(known: Compiled, facts: Collection[Fact]) -> tuple[Clash, ...]:
    """Return the clashes of facts: what is too small first, then what ties releases together, then what each wants."""
    named = windows_of(facts)
    rooms = [_slots(known, named, code, facts) for code in (CAPACITY, ALONE)]
    teams = dict.fromkeys(fact.of for fact in facts if fact.code == TEAM)
    limits = [_team(known, team, named, _slots_in(facts, TEAM, team)) for team in teams]
    tied = [_tied(known, fact, named) for fact in facts if fact.code not in (WINDOW, CAPACITY, ALONE, TEAM)]
    return (*filter(None, rooms), *limits, *tied, *(wanted(known, at) for at in named))


def _slots_in(facts: Iterable[Fact], code: str, of: object = None) -> tuple[int, ...]:
    return tuple(sorted(fact.slot for fact in facts if fact.code == code and fact.of == of and fact.slot is not None))


def _slots(known: Compiled, named: Sequence[int], code: str, facts: Iterable[Fact]) -> Clash | None:
    slots = _slots_in(facts, code)
    return room(known, code, named, slots) if slots else None


def room(known: Compiled, code: str, named: Sequence[int], slots: Sequence[int]) -> Clash:
    """Return what slots take of the releases that are named and may ride there."""
    releases = known.problem.releases
    own = tuple(at for at in named if known.allowed[at, list(slots)].any())
    if code == ALONE:
        large = sum(releases[at].is_large for at in own)
        return Clash(code=ALONE, releases=own, slots=tuple(slots), amounts={"large": large, "slots": len(slots)})
    capacity = [known.capacity[slot] for slot in slots if known.capacity[slot] < NO_LIMIT]
    amounts = {"points": sum(releases[at].points for at in own), "capacity": sum(capacity)}
    return Clash(code="room", releases=own, slots=tuple(slots), amounts=amounts)


def wanted(known: Compiled, at: int) -> Clash:
    """Return that a release wants a place, and where it may have one."""
    release = known.problem.releases[at]
    first, last = release.options[0], release.options[-1]
    if len(release.options) == 1:
        return Clash(code="pin", releases=(at,), slots=(first,), of=release.stays)
    return Clash(code="window", releases=(at,), slots=(first, last), amounts={"options": len(release.options)})


def _tied(known: Compiled, fact: Fact, named: Collection[int]) -> Clash:
    if fact.code == "same-table":
        return _closed(known, fact, named)
    if fact.code == "large-overlap":
        own = tuple(at for at in named if at in known.large_of.get(str(fact.of), ()))
        return Clash(code=fact.code, releases=own, of=str(fact.of))
    if fact.code == "apart":
        return Clash(code=fact.code, releases=fact.releases)
    return _order(known, fact.code, fact.releases)


def _team(known: Compiled, of: object, named: Iterable[int], slots: Sequence[int]) -> Clash:
    team: Id | None = of if isinstance(of, int | str) else None
    own = tuple(at for at in named if known.problem.releases[at].team == team and known.allowed[at, list(slots)].any())
    limit = known.problem.team_limits.get(team, 0) if team is not None else 0
    return Clash(code=TEAM, releases=own, slots=tuple(slots), of=team, amounts={"limit": limit})


def _order(known: Compiled, code: str, pair: tuple[int, ...]) -> Clash:
    """Of several orders of one kind between two releases, the one that asks for most."""
    same = [one for one in known.problem.orders if (one.before, one.then) == pair and one.code == code]
    most = max(same, key=lambda one: (one.ready is not None, one.lag))
    amounts = {
        "lag": most.lag,
        "together": int(all(one.together for one in same)),
        "ready": int(most.ready is not None),
    }
    return Clash(code="order", releases=pair, of=code, amounts=amounts)


def _closed(known: Compiled, fact: Fact, named: Collection[int]) -> Clash:
    closure: Closure = next(
        one for one in known.problem.closures if one.change == fact.of and one.carriers == fact.releases[1:]
    )
    carriers = tuple(at for at in closure.carriers if at in named)
    amounts = {"last": int(closure.last is not None)}
    return Clash(code=fact.code, releases=(fact.releases[0], *carriers), of=closure.table, amounts=amounts)


def of_crowd(known: Compiled, crowd: Crowd, left: Windows) -> tuple[Clash, ...]:
    """Return the clashes of a crowd too big to be thinned out, its releases told by their options."""
    named = sorted(left.all_behind(known, crowd.releases))
    orders = {(one.code, (one.before, one.then)) for at in named for one in _orders_of(known, left, at)}
    paths = [_order(known, code, pair) for code, pair in sorted(orders)]
    if crowd.code == TEAM:
        return (_team(known, crowd.team, crowd.releases, crowd.slots), *paths, *_windows(known, named))
    return (*_rooms(known, crowd), *paths, *_windows(known, named))


def _orders_of(known: Compiled, left: Windows, at: int) -> Iterable[Order]:
    return (known.problem.orders[number] for number in left.cut[at])


def _windows(known: Compiled, named: Iterable[int]) -> list[Clash]:
    together = defaultdict(list)
    for at in named:
        together[known.problem.releases[at].options].append(at)
    return [
        wanted(known, own[0])
        if len(own) == 1
        else Clash(code="window", releases=tuple(own), slots=(slots[0], slots[-1]), amounts={"options": len(slots)})
        for slots, own in together.items()
    ]


def _rooms(known: Compiled, crowd: Crowd) -> list[Clash]:
    codes = [CAPACITY, ALONE] if any(known.problem.releases[at].is_large for at in crowd.releases) else [CAPACITY]
    return [room(known, code, crowd.releases, crowd.slots) for code in codes if crowd.code in (CAPACITY, code)]


def everything(known: Compiled, named: Sequence[int]) -> tuple[Clash, ...]:
    """Return all that is asked of releases that are known to be impossible together, where nothing less is known."""
    own = set(named)
    slots = tuple(sorted({slot for at in named for slot in known.problem.releases[at].options}))
    orders = {(one.code, (one.before, one.then)) for one in known.problem.orders if {one.before, one.then} <= own}
    facts = [Fact("large-overlap", of=resource) for resource, who in known.large_of.items() if len(own & set(who)) > 1]
    facts += [Fact("apart", releases=pair) for pair in known.problem.apart if own >= set(pair)]
    for closure in known.problem.closures:
        touchers = [at for at in closure.touchers if at in own and own & set(closure.carriers)]
        facts += [Fact("same-table", releases=(at, *closure.carriers), of=closure.change) for at in touchers]
    teams = {known.problem.releases[at].team for at in named} & known.problem.team_limits.keys()
    return (
        *_rooms(known, Crowd(code=CAPACITY, releases=tuple(named), slots=slots)),
        *(_team(known, team, named, slots) for team in sorted(teams, key=str)),
        *(_tied(known, fact, named) for fact in facts),
        *(_order(known, code, pair) for code, pair in sorted(orders)),
        *_windows(known, named),
    )
