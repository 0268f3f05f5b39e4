"""A window of the search: some releases are lifted out and put back in the best way, everybody else stays."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from releasetrain.domain.planner.compiled import Costs
from releasetrain.domain.planner.cp_sat import Answer, Brake, Budget, Limit, decide
from releasetrain.domain.planner.rows import Kept, Part
from releasetrain.domain.planner.state import State, bits


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """What to make small: ``costs``, and among equals ``then``; ``limits``: what upper levels may cost at most."""

    costs: Costs
    then: Costs | None = None
    limits: tuple[tuple[Costs, int], ...] = ()

    def total(self, places: Sequence[int | None]) -> int:
        """Return what everybody who rides costs."""
        return total(self.costs, places)


def total(costs: Costs, places: Sequence[int | None]) -> int:
    """Return what everybody who rides costs."""
    return sum(int(costs[at, slot]) for at, slot in enumerate(places) if slot is not None)


@dataclass(frozen=True, slots=True)
class LivePart(Part):
    """A part whose fixed riders a state has counted already."""

    counted: Kept

    def kept(self) -> Kept:
        """Return what the state has counted."""
        return self.counted


Choice = Callable[[int, int], int]  # of a release's slots that fit (bits), those that are worth a try (bits)


def nothing_else(at: int, fitting: int) -> int:
    """Choose no other slot."""
    return 0


def lifted(state: State, free: Collection[int], slots: int, others: Choice = nothing_else) -> LivePart:
    """Return the part in which ``free`` may ride in ``slots`` (bits), in ``others``, or where they ride now."""
    old = {at: state.take(at) for at in free}
    candidates = {}
    for at, place in old.items():
        fitting = state.fitting(at, closures=False)
        own = 0 if place is None else 1 << place
        candidates[at] = list(bits(fitting & (slots | own | others(at, fitting & ~slots))))
    counted = _counted(state, candidates)
    for at, place in old.items():
        if place is not None:
            state.put(at, place)
    return LivePart(state.known, candidates, list(state.places), counted)


def _counted(state: State, candidates: Mapping[int, Sequence[int]]) -> Kept:
    """What stays in the slots in question. A large one that rides alone leaves no candidates beside it."""
    concerned = {slot for slots in candidates.values() for slot in slots}
    teams = {state.problem.releases[at].team for at in candidates}
    used = {slot: state.used[slot] for slot in concerned}
    watched: dict[tuple[object, int], int] = {
        (team, slot): state.teams[team][slot]
        for team in teams
        if team is not None and team in state.teams
        for slot in concerned
    }
    return Kept(used, watched)


def decided(state: State, goal: Goal, part: Part, spare: Sequence[int], budget: Budget, brake: Brake) -> Answer:
    """Return the best places of a window's releases; ``spare``: what is left of each of the goal's limits."""
    prices = _prices(goal, part)
    limits = [
        Limit(costs=costs, most=left + sum(int(costs[at, place]) for at, place in _placed(part)))
        for (costs, _), left in zip(goal.limits, spare, strict=True)
    ]
    outside = dict.fromkeys((at for at in part.candidates if part.plan[at] is None), _dearer(prices, part))
    return decide(part, prices, budget, limits=limits, outside=outside, brake=brake)


def _dearer(prices: Mapping[tuple[int, int], int], part: Part) -> int:
    """More than anything that a window's releases could cost: the price of leaving one out."""
    return 1 + sum(max((prices[at, slot] for slot in slots), default=0) for at, slots in part.candidates.items())


def _placed(part: Part) -> list[tuple[int, int]]:
    return [(at, place) for at in part.candidates if (place := part.plan[at]) is not None]


def _prices(goal: Goal, part: Part) -> dict[tuple[int, int], int]:
    """The goal's costs with what comes next below them: one more of the first outweighs all of the next."""
    if goal.then is None:
        return {(at, slot): int(goal.costs[at, slot]) for at, slots in part.candidates.items() for slot in slots}
    lowest = {at: min((int(goal.then[at, slot]) for slot in slots), default=0) for at, slots in part.candidates.items()}
    below = {
        (at, slot): int(goal.then[at, slot]) - lowest[at] for at, slots in part.candidates.items() for slot in slots
    }
    factor = 1 + sum(max((below[at, slot] for slot in slots), default=0) for at, slots in part.candidates.items())
    return {var: int(goal.costs[var]) * factor + own for var, own in below.items()}
