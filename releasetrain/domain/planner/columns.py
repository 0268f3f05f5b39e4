"""Pack by whole bins: a linear program over bins worth filling, made as they are needed, and then rounded bin by bin.

Column generation after Gilmore and Gomory (1961), with the diving heuristic of Sadykov and Vanderbeck (2013) for bin
packing with conflicts; at the end CP-SAT chooses among all bins that were made.
"""

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from ortools.linear_solver import pywraplp
from ortools.sat.python import cp_model

from releasetrain.domain.planner.bare import Bare, members

Stop = Callable[[], bool]
TINY = 1e-6
NODES = 4000  # looked at for one best bin


@dataclass(slots=True)
class Master:
    """The bins made so far, all as large as ``room``; ``open``: the items that no fixed bin carries yet."""

    bare: Bare
    room: int
    bins: dict[int, None] = field(default_factory=dict)
    open: int = 0

    def usable(self) -> list[int]:
        """Return the bins that carry open items only."""
        return [load for load in self.bins if not load & ~self.open]


def choose(bare: Bare, stop: Stop, dice: random.Random, *, master: Master | None = None) -> list[int] | None:
    """Return the bin of every item, or None: not found before ``stop`` says so. For alike bins without any order.

    ``master``: of ``begun``, to go on with the bins that were made before.
    """
    master = master or begun(bare)
    while master is not None and not stop():
        loads = _dive(master, stop, dice) or _chosen(master, stop)
        if loads is not None:
            return _bins(bare, loads)
    return None


def begun(bare: Bare) -> Master | None:
    """Return the master with a bin for each item alone; None where bins differ or order matters."""
    if bare.is_ordered or len(set(bare.rooms)) != 1 or max(bare.sizes) > bare.rooms[0]:
        return None
    alone = dict.fromkeys(1 << item for item in range(len(bare.sizes)))
    return Master(bare=bare, room=bare.rooms[0], bins=alone, open=(1 << len(bare.sizes)) - 1)


def _bins(bare: Bare, loads: Iterable[int]) -> list[int]:
    """The first bin that carries an item has it: those made by covering may carry it twice."""
    found = [-1] * len(bare.sizes)
    for at, load in enumerate(loads):
        for item in members(load):
            found[item] = at if found[item] < 0 else found[item]
    return found


def _dive(master: Master, stop: Stop, dice: random.Random) -> list[int] | None:
    """Fix one bin after the other as the linear program likes them; None: it came out with too many."""
    everything, fixed = master.open, list[int]()
    try:
        while master.open:
            value, shares = _relaxed(master, stop, dice, rounds=60 if not fixed else 12)
            if stop() or len(fixed) + value > len(master.bare.rooms) + 1 - TINY:
                return None
            for load in _likely(master, shares, dice):
                fixed.append(load)
                master.open &= ~load
        return fixed if len(fixed) <= len(master.bare.rooms) else None
    finally:
        master.open = everything


def _likely(master: Master, shares: dict[int, float], dice: random.Random) -> list[int]:
    """The bins taken almost whole; without any, the one with the largest share, by chance another that is close."""
    sure, taken = [], 0
    for load, share in sorted(shares.items(), key=lambda one: -one[1]):
        if share > 0.95 and not load & taken:
            sure.append(load)
            taken |= load
    if sure:
        return sure
    ranked = sorted(shares, key=lambda load: -shares[load] * (1 + dice.random() / 4))
    return ranked[:1]


def _relaxed(master: Master, stop: Stop, dice: random.Random, *, rounds: int) -> tuple[float, dict[int, float]]:
    """Return how many bins the linear program needs for the open items, and its shares of each bin."""
    solver = pywraplp.Solver.CreateSolver("GLOP")
    items = members(master.open)
    rows = {item: solver.Constraint(1, solver.infinity()) for item in items}
    shares: dict[int, pywraplp.Variable] = {}
    solver.Objective().SetMinimization()
    for load in master.usable():
        _enter(solver, rows, shares, load)
    value, taken = float("inf"), dict[int, float]()
    for _ in range(rounds):
        solver.Solve()
        value = solver.Objective().Value()
        prices = {item: row.dual_value() for item, row in rows.items()}
        taken = {load: share for load, one in shares.items() if (share := one.solution_value()) > TINY}
        fresh = [load for load in _worth(master, prices, dice) if load not in shares]
        if not fresh or stop():
            break
        for load in fresh:
            master.bins[load] = None
            _enter(solver, rows, shares, load)
    return value, taken


def _enter(
    solver: pywraplp.Solver,
    rows: dict[int, pywraplp.Constraint],
    shares: dict[int, pywraplp.Variable],
    load: int,
) -> None:
    share = solver.NumVar(0, solver.infinity(), "")
    solver.Objective().SetCoefficient(share, 1)
    for item in members(load):
        rows[item].SetCoefficient(share, 1)
    shares[load] = share


def _worth(master: Master, prices: dict[int, float], dice: random.Random) -> list[int]:
    """Return bins worth more than they cost: greedy ones from every item, and the best of a short search."""
    sizes = master.bare.sizes
    useful = [item for item, price in prices.items() if price > TINY]
    order = sorted(useful, key=lambda item: -prices[item] / max(1, sizes[item]) ** dice.choice([0.5, 1, 1.5]))
    found: dict[int, float] = {}
    for first in useful if len(useful) <= 150 else dice.sample(useful, 150):
        load, worth = _greedy(master, prices, order, first)
        found[load] = worth
    load, worth = _best(master, prices, sorted(useful, key=lambda item: -prices[item] / max(1, sizes[item])))
    found[load] = worth
    best = sorted((load for load in found if found[load] > 1 + TINY), key=lambda load: -found[load])
    return best[:40]


def _greedy(master: Master, prices: dict[int, float], order: Sequence[int], first: int) -> tuple[int, float]:
    sizes, apart = master.bare.sizes, master.bare.apart
    load, left, banned, worth = 1 << first, master.room - sizes[first], apart[first] | 1 << first, prices[first]
    for item in order:
        if sizes[item] <= left and not banned >> item & 1:
            load |= 1 << item
            left -= sizes[item]
            banned |= apart[item] | 1 << item
            worth += prices[item]
    return load, worth


def _best(master: Master, prices: dict[int, float], order: Sequence[int]) -> tuple[int, float]:
    """Depth first with the knapsack's bound, as far as the nodes reach."""
    sizes, apart = master.bare.sizes, master.bare.apart
    best, found, nodes = 1 + TINY, 0, 0
    todo = [(0, 0, master.room, 0, 0.0)]
    while todo and nodes < NODES:
        nodes += 1
        at, load, left, banned, worth = todo.pop()
        if worth > best:
            best, found = worth, load
        while at < len(order) and (sizes[order[at]] > left or banned >> order[at] & 1):
            at += 1
        if at == len(order) or worth + left * prices[order[at]] / max(1, sizes[order[at]]) <= best:
            continue
        item = order[at]
        todo.append((at + 1, load, left, banned, worth))
        todo.append((at + 1, load | 1 << item, left - sizes[item], banned | apart[item], worth + prices[item]))
    return found, best if found else 0.0


def _chosen(master: Master, stop: Stop) -> list[int] | None:
    """Let CP-SAT cover every item with as many of the bins made as there are."""
    if stop():
        return None
    model = cp_model.CpModel()
    taken = {load: model.new_bool_var("") for load in master.usable()}
    carried: dict[int, list[cp_model.IntVar]] = {item: [] for item in members(master.open)}
    for load, one in taken.items():
        for item in members(load):
            carried[item].append(one)
    for ones in carried.values():
        model.add_bool_or(ones)
    model.add(sum(taken.values()) <= len(master.bare.rooms))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = 4
    solver.parameters.num_workers = 1
    status = solver.solve(model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    return [load for load, one in taken.items() if solver.boolean_value(one)]
