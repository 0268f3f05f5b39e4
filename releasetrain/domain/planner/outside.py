"""Problems from outside as JSON, version 1 (docs/planner-file.md): a text becomes a problem, an outcome an answer.

Ids are told apart by their text: 1 and "1" are the same. Clocks are UTC.
"""

import json
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter

from releasetrain.domain.planner.check import violations
from releasetrain.domain.planner.problem import Id, LargeRule, Order, Problem, Release, Slot
from releasetrain.domain.planner.said import HOUR, MOST, MOST_WEIGHT, Fault, Said, Unreadable, is_id, number_in
from releasetrain.domain.planner.values import Aim, Clash, Outcome, Plan

VERSION = 1
KEYS = ("version", "slots", "releases", "team_limit", "large_rides_alone", "apart", "after", "needs")
OF_A_SLOT = ("id", "start", "end", "capacity")
OF_A_RELEASE = ("id", "points", "large", "team", "resources", "soak_hours", "earliest", "due", "weight", "pinned")
AFTER, NEEDS = "after", "dependency"  # codes of the two kinds of order


def read(text: str) -> Problem:
    """Return the problem that a text states; raises ``Unreadable`` with everything that is wrong with it."""
    doubles: list[Fault] = []
    try:
        found = json.loads(text, object_pairs_hook=lambda pairs: _object(pairs, doubles), parse_constant=_no_number)
    except json.JSONDecodeError as error:
        where = {"line": error.lineno, "column": error.colno}
        raise Unreadable([Fault(code="not-json", facts=where)]) from error
    except (ValueError, RecursionError) as error:
        raise Unreadable([Fault(code="not-json", facts={"line": 0, "column": 0})]) from error
    if not isinstance(found, dict):
        raise Unreadable([Fault(code="not-an-object")])
    return _problem(Said(found, "", doubles))


def _object(pairs: Sequence[tuple[str, object]], doubles: list[Fault]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        doubles += [Fault(code="double-key", where=name) for name in found if names.count(name) > 1]
    return found


def _no_number(word: str) -> float:
    raise ValueError(word)


@dataclass(frozen=True, slots=True)
class _Names:
    """Where the slots and releases of a file ended up, by the text of their id."""

    slots: dict[str, int] = field(default_factory=dict)
    releases: dict[str, int] = field(default_factory=dict)


def _problem(said: Said) -> Problem:
    version = said.values.get("version")
    if version != VERSION or isinstance(version, bool):
        said.wrong("version", "version", known=VERSION)
        raise Unreadable(said.faults)
    said.only(KEYS)
    alone = said.yes("large_rides_alone", False)
    slots = _slots(said, LargeRule.ALONE if alone else LargeRule.FREE)
    names = _Names({str(slot.id): at for at, slot in enumerate(slots)})
    releases = _releases(said, slots, names)
    limit = said.amount("team_limit", None)
    teams = {known.team for known in releases if known.team is not None}
    problem = Problem(
        slots=slots,
        releases=releases,
        team_limits={} if limit is None else dict.fromkeys(sorted(teams, key=str), limit),
        apart=_apart(said, names),
        orders=(*_orders(said, "after", names), *_orders(said, "needs", names)),
    )
    _no_circles(said, problem)
    if said.faults:
        raise Unreadable(said.faults)
    return problem


def _slots(said: Said, large: LargeRule) -> tuple[Slot, ...]:
    found, seen = list[Slot](), set[str]()
    if said.values.get("slots") in (None, []):
        said.wrong("empty-horizon", "slots")
    for one in said.objects("slots"):
        one.only(OF_A_SLOT)
        id, start = _own_id(one, seen), one.instant("start")
        end, capacity = one.instant("end"), one.amount("capacity", None)
        if one.values.get("start") is None:
            one.wrong("missing", "start")
        if start is not None and end is not None and end < start:
            one.wrong("end-before-start", "end")
        if id is not None and start is not None:
            end = start if end is None else end
            found.append(Slot(id=id, start=start, end=end, clock=start, capacity=capacity, large=large))
    return tuple(sorted(found, key=lambda slot: (slot.start, str(slot.id))))


def _own_id(one: Said, seen: set[str]) -> Id | None:
    id = one.id("id")
    if one.values.get("id") is None:
        one.wrong("missing", "id")
    if id is not None and str(id) in seen:
        one.wrong("double-id", "id", id=id)
        return None
    seen.add(str(id))
    return id


def _releases(said: Said, slots: Sequence[Slot], names: _Names) -> tuple[Release, ...]:
    found, seen, places = list[Release](), set[str](), _Places(slots)
    for one in said.objects("releases"):
        one.only((*OF_A_RELEASE, "current"))
        id = _own_id(one, seen)
        release = _release(one, id if id is not None else "", places, names)
        if id is not None:
            names.releases[str(id)] = len(found)
            found.append(release)
    return tuple(found)


def _release(one: Said, id: Id, places: "_Places", names: _Names) -> Release:
    points, large = one.amount("points", 1) or 0, one.yes("large", False)
    current = _slot_named(one, "current", one.values.get("current"), names)
    pinned = _pinned(one, current, names)
    first = places.first(one.instant("earliest"))
    if pinned is not None and pinned < first:
        one.wrong("pin-too-early", "pinned", slot=places.slots[pinned].id)
    options, refused = places.of(first, points) if pinned is None else ((pinned,), {})
    return Release(
        id=id,
        points=points,
        is_large=large,
        team=one.id("team"),
        resources=_resources(one),
        soak=one.hours("soak_hours"),
        weight=_or(one.amount("weight", None, MOST_WEIGHT), 1),
        due=one.first_late("due"),
        current=current,
        options=options,
        refused=refused,
        stays="" if pinned is None else "pinned",
    )


def _or(value: int | None, default: int) -> int:
    return default if value is None else value


def _resources(one: Said) -> frozenset[str]:
    found = one.list_of("resources")
    for at, name in enumerate(found):
        if not is_id(name):
            one.wrong("not-an-id", f"resources[{at}]")
    return frozenset(str(name) for name in found)


def _pinned(one: Said, current: int | None, names: _Names) -> int | None:
    pinned = one.values.get("pinned")
    if pinned is None or pinned is False:
        return None
    if pinned is not True:
        return _slot_named(one, "pinned", pinned, names)
    if one.values.get("current") is None:
        one.wrong("pin-without-current", "pinned")
    return current


def _slot_named(one: Said, key: str, id: object, names: _Names) -> int | None:
    if id is None:
        return None
    if not is_id(id):
        one.wrong("not-an-id", key)
    elif str(id) not in names.slots:
        one.wrong("unknown-slot", key, id=id)
    return names.slots.get(str(id))


class _Places:
    """Where a release may ride by its own facts; the answer is shared by all that say the same."""

    def __init__(self, slots: Sequence[Slot]) -> None:
        self.slots = slots
        self._starts = [slot.start for slot in slots]
        self._known: dict[tuple[int, int], tuple[tuple[int, ...], Mapping[int, str]]] = {}

    def first(self, earliest: int | None) -> int:
        """Return the first slot that departs at an instant or later."""
        return 0 if earliest is None else bisect_left(self._starts, earliest)

    def of(self, first: int, points: int) -> tuple[tuple[int, ...], Mapping[int, str]]:
        """Return the options from the slot ``first`` on, and why not the others."""
        if (first, points) not in self._known:
            refused = dict.fromkeys(range(first), "before-earliest")
            for at in range(first, len(self.slots)):
                capacity = self.slots[at].capacity
                if capacity is not None and capacity < points:
                    refused[at] = "capacity"
            options = tuple(at for at in range(first, len(self.slots)) if at not in refused)
            self._known[first, points] = options, refused
        return self._known[first, points]


def _apart(said: Said, names: _Names) -> tuple[tuple[int, int], ...]:
    found = []
    for at, one in enumerate(said.list_of("apart")):
        pair = _pair(said, f"apart[{at}]", one, 2, names)
        if pair and pair[0] == pair[1]:
            said.wrong("with-itself", f"apart[{at}]")
        elif pair:
            found.append(pair)
    return tuple(found)


def _orders(said: Said, key: str, names: _Names) -> list[Order]:
    found, most = [], 3 if key == "after" else 2
    for at, one in enumerate(said.list_of(key)):
        where = f"{key}[{at}]"
        pair = _pair(said, where, one, most, names)
        lag = one[2] if isinstance(one, list) and most == len(one) == 3 else 0
        hours = number_in(said, f"{where}[2]", lag, MOST) or 0
        if pair:
            code, together = (NEEDS, True) if key == "needs" else (AFTER, False)
            found.append(Order(before=pair[0], then=pair[1], code=code, lag=round(hours * HOUR), together=together))
    return found


def _pair(said: Said, where: str, one: object, most: int, names: _Names) -> tuple[int, int] | None:
    if not isinstance(one, list) or not 2 <= len(one) <= most:
        said.wrong("not-a-pair", where, most=most)
        return None
    for at, id in enumerate(one[:2]):
        if not is_id(id):
            said.wrong("not-an-id", f"{where}[{at}]")
        elif str(id) not in names.releases:
            said.wrong("unknown-release", f"{where}[{at}]", id=id)
    places = [names.releases.get(str(id)) for id in one[:2]]
    return None if places[0] is None or places[1] is None else (places[0], places[1])


def _no_circles(said: Said, problem: Problem) -> None:
    before: dict[int, set[int]] = {}
    for order in problem.orders:
        before.setdefault(order.then, set()).add(order.before)
    try:
        TopologicalSorter(before).prepare()
    except CycleError as error:
        said.wrong("circle", circle=[problem.releases[at].id for at in error.args[1]])


def answer(problem: Problem, outcome: Outcome, aim: Aim, say: Callable[[Clash], str]) -> dict[str, object]:
    """Return an outcome as the object that is printed; ``say`` puts a clash into words."""
    plan, none = outcome.plans.get(aim), outcome.contradiction
    return {
        "version": VERSION,
        "feasible": True if plan else False if none else None,
        "aim": aim.value,
        "assignments": _assignments(problem, plan) if plan else {},
        "levels": _levels(plan) if plan else [],
        "contradiction": none
        and {"minimal": none.minimal, "facts": [_clash(problem, one, say(one)) for one in none.clashes]},
        "seconds": round(outcome.seconds, 3),
        "checked": plan is not None and not violations(problem, plan.places),
    }


def _assignments(problem: Problem, plan: Plan) -> dict[str, Id]:
    return {str(known.id): problem.slots[plan.places[at]].id for at, known in enumerate(problem.releases)}


def _levels(plan: Plan) -> list[dict[str, object]]:
    return [
        {
            "name": one.level.value,
            "value": one.value,
            "bound": one.bound,
            "given": {level.value: value for level, value in one.given},
        }
        for one in plan.levels
    ]


def _clash(problem: Problem, clash: Clash, words: str) -> dict[str, object]:
    return {
        "code": clash.code,
        "releases": [problem.releases[at].id for at in clash.releases],
        "slots": [problem.slots[at].id for at in clash.slots],
        "of": clash.of,
        "amounts": dict(clash.amounts),
        "words": words,
    }
