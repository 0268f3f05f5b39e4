"""Which facts of a problem contradict each other, decided fact by fact: an assumption for each, and a core.

A fact is one of: a release wants a place among its options; a slot takes so many points; a slot's large one rides
alone; a team's limit; a service's or table's holds; a pair kept apart; an order; a closure for one toucher. Leaving out
the first takes the release out of the problem, with whatever is said of it; leaving out another lets that pass.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from time import monotonic

from ortools.sat.python import cp_model

from releasetrain.domain.planner.compiled import NO_LIMIT, Compiled
from releasetrain.domain.planner.problem import LargeRule
from releasetrain.domain.planner.rows import Fact, Part, Row, Var, rows

WINDOW, CAPACITY, ALONE, TEAM = "window", "capacity", "large-rides-alone", "team-limit"


@dataclass(frozen=True, slots=True)
class _Said:
    """A row with the fact that says it, and whose places it needs to be worth anything."""

    row: Row
    needs: tuple[int, ...] = ()
    only_with: tuple[Var, ...] = ()  # it holds only where one of these rides


class Facts:
    """The facts about some releases of a problem, each to be taken or left."""

    def __init__(self, known: Compiled, releases: Collection[int]) -> None:
        self.known = known
        problem = known.problem
        self.candidates = {at: problem.releases[at].options for at in sorted(releases)}
        self.settled = {at for at in self.candidates if problem.releases[at].settled}
        self._lasts: dict[tuple[object, ...], int | None] = {
            (one.change, *one.carriers): one.last for one in problem.closures
        }
        self._said = list(self._every())
        wanted = [Fact(WINDOW, releases=(at,)) for at in self.candidates]
        self.all = [*dict.fromkeys(one.row.fact for one in self._said), *wanted]

    def _every(self) -> Iterator[_Said]:
        part = Part(self.known, self.candidates, [None] * self.known.n)
        yield from self._rooms()
        for row in rows(part):
            if row.fact.code not in (CAPACITY, ALONE):
                yield from self._of(row)

    def _rooms(self) -> Iterator[_Said]:
        problem, aboard = self.known.problem, dict[int, list[int]]()
        for at, slots in self.candidates.items():
            for slot in slots:
                aboard.setdefault(slot, []).append(at)
        for slot, riders in aboard.items():
            capacity = self.known.capacity[slot]
            terms = tuple(((at, slot), problem.releases[at].points) for at in riders)
            if capacity < NO_LIMIT and sum(points for _, points in terms) > capacity:
                yield from self._limit(Row(Fact(CAPACITY, slot), terms, capacity))
            if problem.slots[slot].large is not LargeRule.FREE:
                yield from self._alone(slot, riders)

    def _alone(self, slot: int, riders: Sequence[int]) -> Iterator[_Said]:
        releases, alone = self.known.problem.releases, self.known.problem.slots[slot].large is LargeRule.ALONE
        for place, one in enumerate(riders):
            for other in riders[place + 1 :]:
                a, b = releases[one], releases[other]
                if (a.is_large or b.is_large) and (alone or a.resources & b.resources):
                    row = Row(Fact(ALONE, slot), (((one, slot), 1), ((other, slot), 1)), 1, clique=True)
                    yield from self._clique(row)

    def _of(self, row: Row) -> Iterator[_Said]:
        fact = row.fact
        if fact.releases and self.settled.issuperset(fact.releases):
            return
        if fact.code == "same-table":
            last = self._lasts.get((fact.of, *fact.releases[1:]))
            yield _Said(row, () if last is None else (last,))
        elif fact.code == TEAM:
            yield from self._limit(row)
        elif row.clique and len(fact.releases) != 2:
            yield from self._clique(row)
        else:
            yield _Said(row, fact.releases)

    def _limit(self, row: Row) -> Iterator[_Said]:
        """Settled ones alone may be beyond a limit: nobody else boards there then."""
        stay = [term for term in row.terms if term[0][0] in self.settled]
        if len(stay) == len(row.terms):
            return
        beyond = sum(factor for _, factor in stay) > row.most
        free = tuple(var for var, _ in row.terms if var[0] not in self.settled)
        yield _Said(Row(row.fact, row.terms, row.most), only_with=free if beyond else ())

    def _clique(self, row: Row) -> Iterator[_Said]:
        """What stands among settled ones only is no contradiction: each is held against the others by itself."""
        stay = [term for term in row.terms if term[0][0] in self.settled]
        free = tuple(term for term in row.terms if term[0][0] not in self.settled)
        if len(stay) < 2:
            yield _Said(row)
            return
        for one in stay if free else ():
            yield _Said(Row(row.fact, (one, *free), 1, clique=True))

    def core(self, taken: Collection[Fact], seconds: float) -> tuple[Fact, ...] | bool | None:
        """Return facts among ``taken`` that contradict each other; True: all can hold; None: not known in time."""
        model, chosen = cp_model.CpModel(), dict[Var, cp_model.IntVar]()
        literals = {fact: model.new_bool_var("") for fact in taken}
        for at, slots in self.candidates.items():
            own = [chosen.setdefault((at, slot), model.new_bool_var("")) for slot in slots]
            model.add_at_most_one(own)
            wanted = literals.get(Fact(WINDOW, releases=(at,)))
            model.add(sum(own) == (0 if wanted is None else wanted))
        for said in self._said:
            if said.row.fact in literals:
                self._add(model, said, chosen, literals)
        model.add_assumptions(list(literals.values()))
        return _told(model, literals, seconds)

    def _add(
        self,
        model: cp_model.CpModel,
        said: _Said,
        chosen: dict[Var, cp_model.IntVar],
        literals: Mapping[Fact, cp_model.IntVar],
    ) -> None:
        only = [literals[said.row.fact]]
        for at in said.needs:
            wanted = literals.get(Fact(WINDOW, releases=(at,)))
            if wanted is None:
                return
            only.append(wanted)
        if said.only_with:
            some = model.new_bool_var("")
            model.add_max_equality(some, [chosen[var] for var in said.only_with])
            only.append(some)
        own = [
            chosen[var] if var in chosen else chosen.setdefault(var, model.new_bool_var(""))
            for var, _ in said.row.terms
        ]
        total = cp_model.LinearExpr.weighted_sum(own, [factor for _, factor in said.row.terms])
        model.add(total <= said.row.most).only_enforce_if(only)

    def smallest(self, until: float) -> tuple[tuple[Fact, ...], bool] | None:
        """Return facts that contradict each other, and whether none of them can be left out; None: none are known.

        A deletion filter: each fact is left out once, and stays out where the others contradict each other without it.
        """
        found = self.core(self.all, until - monotonic())
        if not isinstance(found, tuple):
            return None
        proven, kept = True, list(found)
        for fact in sorted(found, key=_first_to_go):
            if fact not in kept:
                continue
            others = [one for one in kept if one != fact]
            left = until - monotonic()
            answer = self.core(others, left) if left > 0 else None
            proven = proven and answer is not None
            if isinstance(answer, tuple):
                kept = [one for one in others if one in answer]
        return tuple(kept), proven


def _first_to_go(fact: Fact) -> tuple[bool, int]:
    """Rules are tried before releases, and slots that depart late before early ones."""
    return fact.code == WINDOW, -(fact.slot or 0)


def _told(
    model: cp_model.CpModel, literals: Mapping[Fact, cp_model.IntVar], seconds: float
) -> tuple[Fact, ...] | bool | None:
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = max(0.01, seconds)
    solver.parameters.num_workers = 1
    status = solver.solve(model)
    if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return True
    if status != cp_model.INFEASIBLE:
        return None
    named = set(solver.sufficient_assumptions_for_infeasibility())
    return tuple(fact for fact, literal in literals.items() if literal.index in named)


def windows_of(facts: Iterable[Fact]) -> tuple[int, ...]:
    """Return the releases that want a place by these facts."""
    return tuple(fact.releases[0] for fact in facts if fact.code == WINDOW)
