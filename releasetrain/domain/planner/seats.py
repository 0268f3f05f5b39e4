"""Who must give up a place: the fewest moves after which everybody who cannot stay has a slot.

Some releases are *asked*: each of them gets a slot. All others either stay where they ride today or give up their
place, and where they would go then is not looked at. So no plan moves fewer. Where nobody who was not asked gives up a
place, this is a plan of the fewest moves there is; else those who did are asked too, and so on: the bound only rises.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from ortools.sat.python import cp_model

from releasetrain.domain.planner.compiled import Compiled
from releasetrain.domain.planner.cp_sat import Budget, Status, add
from releasetrain.domain.planner.narrowing import narrowed
from releasetrain.domain.planner.problem import LargeRule
from releasetrain.domain.planner.rows import Fact, Part, Row, Var, rows

MOVE, LEAVE = 1000, 1001  # of plans with as many moves, the one in which fewer places are only given up


@dataclass(frozen=True, slots=True, kw_only=True)
class Seating:
    """``places``: of the asked and of whoever stays. ``gone``: who gave up a place and was not asked.

    ``least``: moves that every plan makes, proven.
    """

    status: Status
    places: Mapping[int, int] = field(default_factory=dict)
    gone: tuple[int, ...] = ()
    least: int = 0


def seating(known: Compiled, asked: Collection[int], budget: Budget, *, stay: Collection[int] = ()) -> Seating:
    """Return how the asked get a slot with the fewest moves; status NONE: proven that there is no plan at all.

    ``stay``: who may not give up a place; then nothing is proven of other plans.
    """
    part = _part(known, asked)
    if not all(part.candidates.values()):
        return Seating(status=Status.NONE)
    model, chosen = cp_model.CpModel(), dict[Var, cp_model.IntVar]()
    cost: list[tuple[cp_model.IntVar, int]] = []
    for at, slots in part.candidates.items():
        own = [chosen.setdefault((at, slot), model.new_bool_var("")) for slot in slots]
        current = known.problem.releases[at].current
        if at in asked:
            model.add_exactly_one(own)
            cost += [(one, MOVE) for one, slot in zip(own, slots, strict=True) if current not in (None, slot)]
        else:
            cost.append((own[0], -LEAVE))
            model.add_hint(own[0], True)
            if at in stay:
                model.add(own[0] == 1)
    for row in _rows(part):
        add(model, row, chosen)
    base = LEAVE * (len(part.candidates) - len(asked))
    model.minimize(cp_model.LinearExpr.weighted_sum([one for one, _ in cost], [price for _, price in cost]) + base)
    return _seated(model, budget, chosen, part)


def _part(known: Compiled, asked: Collection[int]) -> Part:
    """Settled ones keep their place, and nobody is a candidate for where one of them is in the way."""
    releases = known.problem.releases
    plan = [one.options[0] if one.settled else None for one in releases]
    candidates: dict[int, Sequence[int]] = {at: releases[at].options for at in sorted(asked)}
    for at in known.problem.free:
        current = releases[at].current
        if at not in candidates and current is not None and known.allowed[at, current]:
            candidates[at] = (current,)
    return narrowed(Part(known, candidates, plan))


def _rows(part: Part) -> Iterator[Row]:
    """All rows but those of orders: they would miss who is gone."""
    codes = {order.code for order in part.compiled.problem.orders}
    yield from (row for row in rows(part) if row.fact.code not in codes)
    yield from _alone(part)
    for number, order in enumerate(part.compiled.problem.orders):
        before, then = _slots(part, order.before), _slots(part, order.then)
        fact = Fact(order.code, releases=(order.before, order.then))
        for slot in before:
            late = [other for other in then if not part.compiled.keeps(number, slot, other)]
            terms = [((order.before, slot), 1), *(((order.then, other), 1) for other in late)]
            if late:
                yield from _free(part, Row(fact, tuple(terms), 1, clique=True))


def _alone(part: Part) -> Iterator[Row]:
    """Rider by rider, that a large one rides alone: capacity says so too, but half a large one would get by there."""
    aboard: dict[int, list[int]] = defaultdict(list)
    for at, slots in part.candidates.items():
        for slot in slots:
            if part.compiled.problem.slots[slot].large is LargeRule.ALONE:
                aboard[slot].append(at)
    for slot, riders in aboard.items():
        large = [at for at in riders if part.compiled.problem.releases[at].is_large]
        for at in riders if large else ():
            if at not in large:
                yield Row(
                    Fact("large-rides-alone", slot), tuple(((one, slot), 1) for one in (at, *large)), 1, clique=True
                )


def _slots(part: Part, at: int) -> Sequence[int]:
    place = part.plan[at]
    return part.candidates.get(at, ()) if place is None else (place,)


def _free(part: Part, row: Row) -> Iterator[Row]:
    """Without those that are settled there."""
    terms = tuple(term for term in row.terms if term[0][0] in part.candidates)
    if terms:
        yield Row(row.fact, terms, row.most - len(row.terms) + len(terms), clique=len(terms) == len(row.terms))


def quick_solver(budget: Budget) -> cp_model.CpSolver:
    """Return a solver for models of some thousand variables, which are sooner solved than simplified."""
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = max(0.01, budget.seconds)
    solver.parameters.max_deterministic_time = budget.deterministic
    solver.parameters.num_workers = budget.workers
    solver.parameters.random_seed = budget.seed
    solver.parameters.max_presolve_iterations = 1
    solver.parameters.cp_model_probing_level = 0
    solver.parameters.symmetry_level = 0
    return solver


def _seated(model: cp_model.CpModel, budget: Budget, chosen: Mapping[Var, cp_model.IntVar], part: Part) -> Seating:
    solver = quick_solver(budget)
    status = solver.solve(model)
    if status == cp_model.INFEASIBLE:
        return Seating(status=Status.NONE)
    least = max(0, int(np.ceil(round(solver.best_objective_bound, 3) / LEAVE)))
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Seating(status=Status.UNKNOWN, least=least)
    places = {at: slot for (at, slot), one in chosen.items() if at >= 0 and solver.boolean_value(one)}
    return Seating(
        status=Status.BEST if status == cp_model.OPTIMAL else Status.FOUND,
        places=places,
        gone=tuple(at for at in part.candidates if at not in places),
        least=least,
    )


def least_moves(known: Compiled) -> int:
    """Return moves that every plan makes: of whoever cannot stay, and of those in the way of large ones.

    However the large ones are placed, each rides alone in a slot of its own: whoever else rides there today moves, from
    the slots with the fewest riders at best.
    """
    releases = known.problem.releases
    stays = [one.current is not None and bool(known.allowed[at, one.current]) for at, one in enumerate(releases)]
    forced = sum(one.current is not None and not stays[at] for at, one in enumerate(releases))
    large = [at for at, one in enumerate(releases) if one.is_large]
    slots = {slot for at in large for slot in releases[at].options}
    if not all(known.problem.slots[slot].large is LargeRule.ALONE for slot in slots):
        return forced
    riders, shut = dict.fromkeys(slots, 0), set[int]()
    for at, one in enumerate(releases):
        place = one.options[0] if one.settled else one.current
        if place in slots and stays[at] and not one.is_large:
            riders[place] += 1
            shut |= {place} if one.settled else set()
    free = sorted(count for slot, count in riders.items() if slot not in shut)
    return forced + sum(free[: len(large)])
