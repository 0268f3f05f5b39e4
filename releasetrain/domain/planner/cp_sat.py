"""CP-SAT decides a part of a problem: the one place that speaks the solver's language.

One worker and a budget of deterministic time make the answer the same for the same seed; wall time does not.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from threading import Lock
from types import MappingProxyType

from ortools.sat.python import cp_model

from releasetrain.domain.planner.compiled import Costs
from releasetrain.domain.planner.rows import Part, Row, Var, rows

Prices = Costs | Mapping[Var, int]  # what each slot costs each release
NOBODY: Mapping[int, int] = MappingProxyType({})


class Status(StrEnum):
    """How it ended."""

    BEST = "best"  # proven: no other choice costs less
    FOUND = "found"
    NONE = "none"  # proven: there is no choice at all
    UNKNOWN = "unknown"  # the budget ran out


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """How long to look: seconds by the wall, or deterministic ones, which depend on nothing but the question."""

    seconds: float = 1e9
    deterministic: float = 1e9
    workers: int = 1
    seed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """What the free releases may cost at most, by a table of costs over releases and slots."""

    costs: Prices
    most: int


class Brake:
    """Stops every search that is under way, from another thread, and lets none begin."""

    def __init__(self) -> None:
        self.pulled = False
        self._running: set[cp_model.CpSolver] = set()
        self._lock = Lock()

    def pull(self) -> None:
        """Stop."""
        with self._lock:
            self.pulled = True
            for solver in self._running:
                solver.stop_search()

    def solve(self, solver: cp_model.CpSolver, model: cp_model.CpModel) -> cp_model.CpSolverStatus:
        """Solve a model unless the brake was pulled or until it is."""
        with self._lock:
            if self.pulled:
                return cp_model.UNKNOWN
            self._running.add(solver)
        try:
            return solver.solve(model)
        finally:
            with self._lock:
                self._running.discard(solver)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Where each free release rides, what that costs, and what no choice can cost less than."""

    status: Status
    places: Mapping[int, int] = field(default_factory=dict)
    value: int = 0
    bound: float = 0.0


def decide(
    part: Part,
    costs: Prices | None,
    budget: Budget,
    *,
    limits: Sequence[Limit] = (),
    hint: bool = True,
    outside: Mapping[int, int] = NOBODY,
    brake: Brake | None = None,
) -> Answer:
    """Return the cheapest places of the free releases of ``part`` that keep every row and every limit.

    ``costs`` None: any will do. ``hint``: start from where they ride in the part's plan. ``outside``: who may be left
    out, and what that costs.
    """
    if not all(slots or at in outside for at, slots in part.candidates.items()):
        return Answer(status=Status.NONE)
    model, chosen = cp_model.CpModel(), dict[Var, cp_model.IntVar]()
    left_out = {at: model.new_bool_var("") for at in outside}
    for at, slots in part.candidates.items():
        own = [chosen.setdefault((at, slot), model.new_bool_var("")) for slot in slots]
        model.add_exactly_one([*own, left_out[at]] if at in left_out else own)
        place = part.plan[at]
        if hint and (at, place) in chosen and place is not None:
            model.add_hint(chosen[at, place], True)  # the others follow
    for row in rows(part):
        add(model, row, chosen)
    places = list(chosen.items())
    for limit in limits:
        model.add(_total(places, limit.costs) <= limit.most)
    real = [(var, one) for var, one in places if var[0] >= 0]
    if costs is not None:
        lost = cp_model.LinearExpr.weighted_sum(list(left_out.values()), [outside[at] for at in left_out])
        model.minimize(_total(real, costs) + lost if left_out else _total(real, costs))
    return _answer(model, budget, real, brake or Brake())


def add(model: cp_model.CpModel, row: Row, chosen: dict[Var, cp_model.IntVar]) -> None:
    """Add a row to the model; what it names and nobody else yet gets its variable."""
    own = [chosen[var] if var in chosen else chosen.setdefault(var, model.new_bool_var("")) for var, _ in row.terms]
    if row.clique:
        model.add_at_most_one(own)
    else:
        model.add(cp_model.LinearExpr.weighted_sum(own, [factor for _, factor in row.terms]) <= row.most)


def _total(places: Sequence[tuple[Var, cp_model.IntVar]], costs: Prices) -> cp_model.LinearExpr:
    real = [(var, one) for var, one in places if var[0] >= 0]
    return cp_model.LinearExpr.weighted_sum([one for _, one in real], [int(costs[var]) for var, _ in real])


def _answer(
    model: cp_model.CpModel, budget: Budget, places: Sequence[tuple[Var, cp_model.IntVar]], brake: Brake
) -> Answer:
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = budget.seconds
    solver.parameters.max_deterministic_time = budget.deterministic
    solver.parameters.num_workers = budget.workers
    solver.parameters.random_seed = budget.seed
    solver.parameters.linearization_level = 2
    status = brake.solve(solver, model)
    if status == cp_model.INFEASIBLE:
        return Answer(status=Status.NONE)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Answer(status=Status.UNKNOWN, bound=-math.inf if brake.pulled else solver.best_objective_bound)
    found = {at: slot for (at, slot), one in places if solver.boolean_value(one)}
    return Answer(
        status=Status.BEST if status == cp_model.OPTIMAL else Status.FOUND,
        places=found,
        value=round(solver.objective_value),
        bound=solver.best_objective_bound,
    )
