"""One planning from its first plan to its last level: what is known so far, and what is tried next."""

import math
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from time import monotonic

from releasetrain.domain.planner.bounding import Bounds
from releasetrain.domain.planner.compiled import Compiled
from releasetrain.domain.planner.core import core_bound, decide_core, excess
from releasetrain.domain.planner.cp_sat import Brake, Budget, Limit, Status, decide
from releasetrain.domain.planner.descent import descend
from releasetrain.domain.planner.fewest import Clock, fewest_moves
from releasetrain.domain.planner.greedy import greedy
from releasetrain.domain.planner.levels import ORDER, Limits, Places, Valued, key, limits, valued
from releasetrain.domain.planner.propagation import left_options
from releasetrain.domain.planner.relaxed import Relaxed
from releasetrain.domain.planner.rows import Part
from releasetrain.domain.planner.search import Search
from releasetrain.domain.planner.state import Ground, State, bits
from releasetrain.domain.planner.values import Aim, Effort, Level, Progress
from releasetrain.domain.planner.window import Goal

First = Callable[[Compiled, Effort], State]
FEWEST_SHARE = 0.2  # of the time, for asking whoever cannot stay for a slot
TINY = 60  # free releases that the solver decides best without a start
WARMED = 0.3  # part of a level's time for a search before the solver
SMALL = 300  # free releases that the solver takes on at once
LEVELS_SHARE = {Level.MOVES: 3, Level.LATENESS: 4, Level.EARLINESS: 2}
BEST_LATENESS_SHARE = 14
FIRST_TRY, SECOND_TRY = 0.1, 0.6  # parts of the time for placing whom a first plan leaves out
MEDIUM = 1500  # free releases whose hard ones the solver takes on at once for a bound
SEARCHED = 0.6  # part of a level's time for the search where a bound is to be proven after it
CORES = (300, 450, 300, 600, 300, 450)  # releases of a stretch whose hard ones are decided at once
DESCENTS = 4
STALE = 200  # windows without progress after which a level is left


@dataclass(frozen=True, slots=True)
class Stage:
    """A level of an aim, and its share of the time that there is."""

    aim: Aim
    level: Level
    share: int


def stages(aims: Sequence[Aim]) -> list[Stage]:
    """Return what is to be made small one after the other. The best lateness serves every aim that begins with it."""
    late = [aim for aim in (Aim.EARLIEST, Aim.BALANCED) if aim in aims]
    found = [Stage(late[0], Level.LATENESS, BEST_LATENESS_SHARE)] if late else []
    for aim in (Aim.EARLIEST, Aim.BALANCED, Aim.FEWEST_MOVES):
        for level in ORDER[aim] if aim in aims else ():
            if not (aim in late and level is Level.LATENESS):
                found.append(Stage(aim, level, LEVELS_SHARE[level]))
    return found


class Planning:
    """What is known of a problem while plans are made: every plan that holds so far, and every bound."""

    def __init__(self, known: Compiled, aims: Sequence[Aim], effort: Effort, brake: Brake, first: First | None) -> None:
        self.known, self.effort, self.brake, self.first = known, effort, brake, first
        self.stages = stages(aims)
        self.pool: list[Valued] = []
        self.bounds: Bounds | None = None
        self.ground = Ground(known)
        self.begun = monotonic()
        start = self.stages[0] if self.stages else Stage(Aim.EARLIEST, Level.LATENESS, 1)
        self.standing = Progress(aim=start.aim, level=start.level, value=None, bound=None, seconds=0.0)
        self.news: dict[Stage, Progress] = {}  # what nobody was told yet

    @property
    def best_lateness(self) -> int:
        """The least lateness of the plans there are."""
        return min(one.values[Level.LATENESS] for one in self.pool)

    def bound(self, level: Level, given: Limits) -> int:
        """Return what is proven of a level."""
        return self.bounds.least(level, given) if self.bounds else 0

    def run(self) -> None:
        """Find plans and raise bounds until the effort is spent, all is proven or the brake is pulled."""
        options = left_options(self.ground)
        if options is None:
            return
        self.options = options
        self.bounds = Bounds(Relaxed(self.ground, options))
        self._begin()
        if not self.pool:
            return
        for number, stage in enumerate(self.stages):
            left = sum(one.share for one in self.stages[number:])
            if not self.brake.pulled:
                self._raise(stage, stage.share / left)

    def _begin(self) -> None:
        """Make the first plans, and place by windows whom they leave out."""
        states = list(self._first_states())
        for level, state in states:
            if state.unplaced:
                self._place_all(level, state, FIRST_TRY)
            self._pool(state)
        if not self.pool and not self.brake.pulled:
            level, fullest = min(states, key=lambda one: len(one[1].unplaced))
            self._place_all(level, fullest, SECOND_TRY)
            self._pool(fullest)

    def _place_all(self, level: Level, state: State, part: float) -> None:
        deadline = self._deadline(part)
        search = self._search(state, Goal(costs=self.known.costs[level]), deadline)
        search.run(self._windows(part), lambda: not state.unplaced or monotonic() > deadline)

    def _first_states(self) -> Iterator[tuple[Level, State]]:
        """First plans, and the level that each is made for."""
        if self.first is not None:
            yield Level.LATENESS, self.first(self.known, self.effort)
        if any(stage.aim is Aim.FEWEST_MOVES for stage in self.stages) and not self.brake.pulled:
            yield from self._fewest_moves()
        aims = dict.fromkeys([*(stage.aim for stage in self.stages), Aim.BALANCED])
        for aim in aims:  # that start is good for every aim that begins with lateness
            if not self.brake.pulled:
                yield ORDER[aim][0], greedy(self.ground, ORDER[aim], stay=aim is Aim.FEWEST_MOVES)

    def _fewest_moves(self) -> Iterator[tuple[Level, State]]:
        """The plan of the fewest moves, where it is found by asking whoever cannot stay; what is proven is kept."""
        rounds = None if self.effort.rounds is None else 1
        effort = replace(self.effort, seconds=FEWEST_SHARE * self.effort.seconds, rounds=rounds)
        found = fewest_moves(self.known, Clock(effort))
        if self.bounds:
            self.bounds.prove(Level.MOVES, (), found.least)
        if found.places is not None:
            yield Level.MOVES, self._seated(found.places)

    def _pool(self, state: State) -> None:
        places = state.whole()
        if places is not None:
            self.pool.append(valued(self.known, places))

    def _deadline(self, part: float) -> float:
        """When a part of what is left of the time will be over."""
        now = monotonic()
        spent = now - self.begun
        return float("inf") if self.effort.rounds is not None else now + part * max(0.0, self.effort.seconds - spent)

    def _windows(self, part: float) -> int:
        return 1 << 40 if self.effort.rounds is None else max(1, round(self.effort.rounds * part))

    def _search(self, state: State, goal: Goal, until: float) -> Search:
        dice = random.Random(self.effort.seed)  # noqa: S311
        search = Search(state, goal, dice, self.brake, until=until)
        search.lookout.first()
        return search

    def _raise(self, stage: Stage, part: float) -> None:
        """Make a level small from the best plan so far, as far as its part of the time goes."""
        if self.bounds is None:
            return
        deadline, best = self._deadline(part), self._best(stage)
        given = limits(stage.aim, best, stage.level, self.best_lateness)
        self._stand(stage, best.values[stage.level], given)
        if len(self.known.problem.free) <= SMALL:
            self._decide_whole(stage, self._warmed(stage, best, given, deadline), given, deadline)
        else:
            self._look(stage, best, given, deadline, part)
        self._stand(stage, self._best(stage).values[stage.level], given)

    def _warmed(self, stage: Stage, best: Valued, given: Limits, deadline: float) -> Valued:
        """The best after a short search, for lower levels: where departures are full, the solver is slow to begin."""
        if self.effort.rounds is not None or not given or len(self.known.problem.free) <= TINY:
            return best
        now = monotonic()
        self._look(stage, best, given, now + WARMED * (deadline - now), 1.0)
        return min((one for one in self.pool if self._keeps(one, given)), key=lambda one: one.values[stage.level])

    def _keeps(self, plan: Valued, given: Limits) -> bool:
        return all(plan.values[level] <= most for level, most in given)

    def _best(self, stage: Stage) -> Valued:
        return min(self.pool, key=lambda one: key(stage.aim, one, self.best_lateness))

    def _stand(self, stage: Stage, value: int | None, given: Limits) -> None:
        bound = self.bound(stage.level, given)
        seconds = monotonic() - self.begun
        self.standing = Progress(aim=stage.aim, level=stage.level, value=value, bound=bound, seconds=seconds)
        self.news[stage] = self.standing

    def _goal(self, stage: Stage, given: Limits) -> Goal:
        costs = self.known.costs
        return Goal(costs=costs[stage.level], limits=tuple((costs[level], most) for level, most in given))

    def _look(self, stage: Stage, best: Valued, given: Limits, deadline: float, part: float) -> None:
        """Windows of the search, and steps of the bound before and after them."""
        bounds = self.bounds
        if bounds is None:
            return
        now, value = monotonic(), best.values[stage.level]
        early = now + 0.15 * (deadline - now)
        bounds.sharpen(stage.level, given, value, 300, lambda: monotonic() < early and not self.brake.pulled)
        state = self._seated(best.places)
        search = self._search(state, self._goal(stage, given), deadline)
        search.lookout.guide = bounds.ascent(stage.level, given).best.reduced

        by_core = stage.level is Level.LATENESS and not given and len(self.known.problem.free) <= MEDIUM
        searched = now + SEARCHED * (deadline - now) if by_core else deadline

        def enough() -> bool:
            self._stand(stage, search.value, given)
            proven = search.value <= bounds.least(stage.level, given)
            return proven or search.stale > STALE or monotonic() > searched

        descend(search, DESCENTS, enough)
        if stage.level is Level.LATENESS and not given and not enough():
            for size in CORES:
                self._cores(search, size, bounds.least(stage.level, given), enough)
        search.stale = 0
        search.run(self._windows(part), enough)
        self._pool(state)
        if by_core and search.value > bounds.least(stage.level, given) and not self.brake.pulled:
            self._prove_by_core(stage.level, self._best(stage), deadline)

    def _prove_by_core(self, level: Level, best: Valued, deadline: float) -> None:
        if self.bounds:
            budget = self._budget(deadline)
            found = core_bound(self.bounds.relaxed, self.known.costs[level], best.places, budget, self.brake)
            if found is not None:
                self.bounds.prove(level, (), found)

    def _cores(self, search: Search, size: int, bound: int, enough: Callable[[], bool]) -> None:
        """Decide the hard ones of long stretches of departures at once, those first where most is to be gained."""
        m, n = self.known.m, max(1, len(self.known.problem.free))
        width = min(m, max(1, size * m // n))
        firsts = range(0, max(1, m - width // 2), max(1, width // 2))
        stretches = [(first, min(m - 1, first + width - 1)) for first in firsts]
        for first, last in sorted(stretches, key=lambda one: -excess(search, *one)):
            if enough():
                return
            if excess(search, first, last):
                decide_core(search, first, last, bound)

    def _seated(self, places: Places) -> State:
        state = State(self.ground)
        for at in self.known.problem.free:
            state.put(at, places[at])
        return state

    def _decide_whole(self, stage: Stage, best: Valued, given: Limits, deadline: float) -> None:
        """Let the solver decide a small problem at once, from the best plan so far."""
        candidates = {at: list(bits(self.options[at])) for at in self.known.problem.free}
        goal, settled = self._goal(stage, given), self._settled(stage.level)
        answer = decide(
            Part(self.known, candidates, best.places),
            goal.costs,
            self._budget(deadline),
            limits=[Limit(costs=self.known.costs[one], most=most - self._settled(one)) for one, most in given],
            brake=self.brake,
        )
        if answer.status in (Status.BEST, Status.FOUND):
            places = [answer.places.get(at, place) for at, place in enumerate(best.places)]
            self.pool.append(valued(self.known, places))
        if self.bounds and answer.bound > float("-inf") and answer.status is not Status.NONE:
            self.bounds.prove(stage.level, given, round_up(answer.bound) + settled)

    def _budget(self, deadline: float) -> Budget:
        if self.effort.rounds is not None:
            return Budget(deterministic=0.1 * self.effort.rounds, workers=1, seed=self.effort.seed)
        seconds = max(0.05, deadline - monotonic())
        return Budget(seconds=seconds, workers=self.effort.workers, seed=self.effort.seed)

    def _settled(self, level: Level) -> int:
        """What the settled releases cost on a level."""
        return sum(
            int(self.known.costs[level][at, one.options[0]])
            for at, one in enumerate(self.known.problem.releases)
            if one.settled
        )


def round_up(bound: float) -> int:
    """Return the whole number that a solver's bound proves."""
    return math.ceil(bound - 1e-6)
