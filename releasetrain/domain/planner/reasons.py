"""Why a plan moves whom it moves, and which moves need each other. Asks the checker, no solver.

| code | meaning |
|---|---|
| boards | it only asks today, and gets a place; ``amounts``: days late, if it is |
| cannot-stay | where it rides it may not: ``rule`` says which rule, ``releases`` against whom |
| makes-room | it could stay but for those that come or move in the plan: ``releases``, by ``rule`` |
| in-time | ``amounts``: the days by which it is less late |
| earlier | ``amounts``: the days by which it departs earlier |
| no-worse | it could stay; nothing gets worse by its move |
"""

from collections.abc import Collection, Mapping, Sequence

from releasetrain.domain.planner.check import Violation, violations
from releasetrain.domain.planner.problem import Problem
from releasetrain.domain.planner.values import Reason


def moved(problem: Problem, plan: Sequence[int]) -> list[int]:
    """Return the releases that a plan places elsewhere than today."""
    return [at for at in problem.free if problem.releases[at].current != plan[at]]


def reasons(problem: Problem, plan: Sequence[int]) -> Mapping[int, Reason]:
    """Return the reason of every move of a plan."""
    today = [known.current for known in problem.releases]
    return {at: _reason(problem, plan, today, at) for at in moved(problem, plan)}


def _reason(problem: Problem, plan: Sequence[int], today: Sequence[int | None], at: int) -> Reason:
    current = today[at]
    if current is None:
        late = problem.days_late(at, plan[at])
        return Reason(code="boards", amounts={"days": late} if late else {})
    stayed = _found(problem, [*plan[:at], current, *plan[at + 1 :]], at)
    if not stayed:
        return _gain(problem, at, current, plan[at])
    stood = {_matter(one) for one in _found(problem, today, at)}
    forced = [one for one in stayed if _matter(one) in stood or set(one.releases) == {at}]
    first = (forced or stayed)[0]
    others = tuple(dict.fromkeys(other for one in forced or stayed for other in one.releases if other != at))
    return Reason(code="cannot-stay" if forced else "makes-room", rule=first.code, releases=others)


def _found(problem: Problem, plan: Sequence[int | None], at: int) -> list[Violation]:
    return [one for one in violations(problem, plan, of=[at]) if one.code != "unplaced"]


def _matter(one: Violation) -> tuple[object, ...]:
    """A slot that is too full is one matter, whoever is in it; else it is one between the same releases."""
    return (one.code, one.slot) if one.code in ("capacity", "team-limit") else (one.code, one.releases)


def _gain(problem: Problem, at: int, old: int, new: int) -> Reason:
    less_late = problem.days_late(at, old) - problem.days_late(at, new)
    if less_late > 0:
        return Reason(code="in-time", amounts={"days": less_late})
    earlier = problem.days_out(old) - problem.days_out(new)
    return Reason(code="earlier", amounts={"days": earlier}) if earlier > 0 else Reason(code="no-worse")


def closed(problem: Problem, plan: Sequence[int], chosen: Collection[int]) -> frozenset[int]:
    """Return ``chosen`` and every other move of the plan without which they would break a rule.

    It grows from the chosen ones: whoever is in the way and moves in the plan moves along, and so does what one of them
    needs and that has no place today. What stands today among those who stay is not the selection's matter.
    """
    every = set(moved(problem, plan))
    taken = set(chosen) & every
    while joined := (_in_the_way(problem, plan, taken) | _without_a_place(problem, taken)) & every - taken:
        taken |= joined
    return frozenset(taken)


def needed(problem: Problem, plan: Sequence[int]) -> Mapping[int, frozenset[int]]:
    """Return per move the other moves that it needs."""
    return {at: closed(problem, plan, [at]) - {at} for at in moved(problem, plan)}


def _in_the_way(problem: Problem, plan: Sequence[int], taken: Collection[int]) -> set[int]:
    partly = [plan[at] if at in taken else known.current for at, known in enumerate(problem.releases)]
    found = violations(problem, partly, of=taken)
    return {at for one in found if one.code != "unplaced" for at in one.releases}


def _without_a_place(problem: Problem, taken: Collection[int]) -> set[int]:
    orders = (order for at in taken for order in problem.orders_of.get(at, ()) if order.then == at)
    return {order.before for order in orders if problem.releases[order.before].current is None}
