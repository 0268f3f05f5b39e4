"""Making a plan better level by level, within a neighbourhood and a number of moves."""

from collections.abc import Callable

from ortools.sat.python import cp_model

from releasetrain.domain.planner.cp_sat import Budget, add
from releasetrain.domain.planner.narrowing import narrowed
from releasetrain.domain.planner.rows import Part, Var, rows
from releasetrain.domain.planner.seats import quick_solver
from releasetrain.domain.planner.values import Level

LEVELS = (Level.LATENESS, Level.MOVES, Level.EARLINESS)
PATIENCE = 0.3  # seconds for a level


def polished(part: Part, most: int, budget: Callable[[float], Budget]) -> tuple[int, ...]:
    """Return the whole plan of ``part`` with fewer late days, then moves, then days, and at most ``most`` moves."""
    places = [slot for slot in part.plan if slot is not None]
    narrow = narrowed(part)
    model, chosen = cp_model.CpModel(), dict[Var, cp_model.IntVar]()
    for at, slots in narrow.candidates.items():
        model.add_exactly_one([chosen.setdefault((at, slot), model.new_bool_var("")) for slot in slots])
    real = dict(chosen)
    for row in rows(narrow):
        add(model, row, chosen)
    beside = _cost_of_others(narrow, Level.MOVES, places)
    model.add(_total(narrow, Level.MOVES, real) <= most - beside)
    for level in LEVELS:
        model.clear_hints()  # type: ignore[no-untyped-call]
        for (at, slot), one in real.items():
            model.add_hint(one, slot == places[at])
        total = _total(narrow, level, real)
        model.minimize(total)
        solver = quick_solver(budget(PATIENCE))
        if solver.solve(model) in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            for (at, slot), one in real.items():
                if solver.boolean_value(one):
                    places[at] = slot
        model.add(total <= part.compiled.value(level, places) - _cost_of_others(narrow, level, places))
    return tuple(places)


def _total(part: Part, level: Level, real: dict[Var, cp_model.IntVar]) -> cp_model.LinearExpr:
    costs = part.compiled.costs[level]
    return cp_model.LinearExpr.weighted_sum(list(real.values()), [int(costs[var]) for var in real])


def _cost_of_others(part: Part, level: Level, places: list[int]) -> int:
    own = sum(int(part.compiled.costs[level][at, places[at]]) for at in part.candidates)
    return part.compiled.value(level, places) - own
