"""Problems shaped like the company of the article, each with a plan that is known to hold.

The plan comes first: places are drawn, and what the releases ask of each other is drawn so that these places grant it.
The same numbers and seed make the same problem.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from releasetrain.domain.planner.problem import DAY, Closure, Id, LargeRule, Order, Problem, Release, Slot

HOUR = 3600
AHEAD_OF_UTC = 3 * HOUR  # the wall clock of the train
FIRST = datetime(2031, 1, 7, 22, tzinfo=UTC)  # on the wall clock, a Tuesday
POINTS = {"S": 1, "M": 3, "L": 6}
SOAK = {"S": 24 * HOUR, "M": 48 * HOUR, "L": 120 * HOUR}
STAGE_SOAK = 120 * HOUR
SLOTS_PER_LARGE = 4
SLOTS_PER_FREEZE = 25
RELEASES_PER_TEAM = 12
RELEASES_PER_CHANGE = 40
RELEASES_PER_NEED = 10
TEAM_LIMIT = 2
MAIN = "service:1"


def generate(releases: int, slots: int, seed: int) -> tuple[Problem, tuple[int, ...]]:
    """Return a problem of that many releases and departures, and a plan for it that ``check`` passes."""
    drawing = _Drawing(random.Random(seed), releases, slots)  # noqa: S311
    drawing.draw()
    return drawing.problem(), tuple(one.place for one in drawing.drawn)


@dataclass(slots=True)
class _Drawn:
    """A release while it is drawn; ``place``: where the known plan has it."""

    place: int
    size: str
    team: int = 0
    resources: set[str] = field(default_factory=set)
    is_tied: bool = False  # a carrier of a change, or kept off its table


class _Drawing:
    """Draws places first, then everything that these places must grant."""

    def __init__(self, dice: random.Random, releases: int, slots: int) -> None:
        self.dice, self.n, self.m = dice, releases, slots
        self.starts = [_start(at) for at in range(slots)]
        self.frozen = set(dice.sample(range(slots), slots // SLOTS_PER_FREEZE))
        self.alone = self._places_of_larges()
        self.open = [at for at in range(slots) if at not in self.frozen and at not in self.alone]
        self.sizes = self._sizes()
        self.capacity = self._capacities()
        self.load = [0] * slots
        self.drawn: list[_Drawn] = []
        self.orders: list[Order] = []
        self.closures: list[Closure] = []
        self.narrow: list[tuple[int, str | int]] = []  # a freeze of one departure for a service (str) or a team

    def draw(self) -> None:
        """Draw everything, the plan first."""
        self._place()
        self._change_tables()
        self._share_services()
        self._share_teams()
        self._need()
        self._freeze_some()

    def _places_of_larges(self) -> list[int]:
        """At most one in four departures, and two departures or more apart, so that no two holds meet."""
        blocks = range(self.m // SLOTS_PER_LARGE)
        wanted = min(len(blocks), self.n // 8)
        free = [[at for at in range(4 * one, 4 * one + 3) if at not in self.frozen] for one in blocks]
        return sorted(self.dice.choice(among) for among in self.dice.sample([f for f in free if f], wanted) if among)

    def _sizes(self) -> list[str]:
        others = self.n - len(self.alone)
        return ["M" if self.dice.random() < 0.3 else "S" for _ in range(others)]

    def _capacities(self) -> list[int]:
        """A load of 80 to 88 % where several ride, spread by 15 % to either side; a large one fits where it rides."""
        points = sum(POINTS[size] for size in self.sizes)
        even = points / max(1, len(self.open)) / self.dice.uniform(0.80, 0.88)
        drawn = [max(POINTS["M"], round(even * self.dice.uniform(0.85, 1.15))) for _ in range(self.m)]
        return [max(POINTS["L"], one) if at in self.alone else one for at, one in enumerate(drawn)]

    def _place(self) -> None:
        """Larges where they ride alone; then whoever takes most, each where there is room."""
        self.drawn += [_Drawn(place, "L") for place in self.alone]
        for size in sorted(self.sizes):  # M before S
            self._board(_Drawn(self._with_room(size), size))
        self.dice.shuffle(self.drawn)

    def _board(self, one: _Drawn) -> None:
        self.load[one.place] += POINTS[one.size]
        self.capacity[one.place] = max(self.capacity[one.place], self.load[one.place])
        self.drawn.append(one)

    def _with_room(self, size: str) -> int:
        for _ in range(8):
            at = self.dice.choice(self.open)
            if self.load[at] + POINTS[size] <= self.capacity[at]:
                return at
        return max(self.open, key=lambda at: self.capacity[at] - self.load[at])

    def _change_tables(self) -> None:
        """Changes in three stages on three or four releases, and some others that touch their tables."""
        for table in range(1, max(1, self.n // RELEASES_PER_CHANGE) + 1):
            if carriers := self._carriers(self.dice.choice([3, 4])):
                self._change(table, carriers)

    def _carriers(self, steps: int) -> list[int]:
        """Releases that already stand in the order of the stages, with the soak between them; none: nobody does."""
        for _ in range(20):
            found: list[int] = []
            ready = self.starts[self.dice.randrange(max(1, self.m // 2))]
            for _ in range(steps):
                near = [at for at in self._untied() if ready <= self.starts[self.drawn[at].place] <= ready + 21 * DAY]
                if not near:
                    break
                found.append(self.dice.choice(near))
                ready = self._end(self.drawn[found[-1]].place) + STAGE_SOAK
            if len(found) == steps:
                return found
        return []

    def _untied(self) -> list[int]:
        return [at for at, one in enumerate(self.drawn) if not one.is_tied and one.size != "L"]

    def _change(self, table: int, carriers: list[int]) -> None:
        for at in carriers:
            self._tie(at, table)
        for before, then in pairwise(carriers):
            self.orders.append(Order(before=before, then=then, code="stage-order"))
            self.orders.append(Order(before=before, then=then, code="soak", lag=STAGE_SOAK))
        touchers = self._outside(carriers)
        for at in touchers:
            self._tie(at, table)
        last = carriers[-1]
        closure = Closure(
            table=table, change=table, carriers=tuple(carriers), touchers=tuple(sorted(touchers)), last=last
        )
        self.closures.append(closure)

    def _tie(self, at: int, table: int) -> None:
        self.drawn[at].is_tied = True
        self.drawn[at].resources.add(f"table:{table}")

    def _outside(self, carriers: list[int]) -> list[int]:
        """Up to three who touch the table before the change begins or once it has soaked."""
        first, last = self.drawn[carriers[0]], self.drawn[carriers[-1]]
        start, end = self.starts[first.place], self._end(last.place) + SOAK[last.size]
        away = [
            at
            for at in self._untied()
            if self._end(self.drawn[at].place) <= start or self.starts[self.drawn[at].place] >= end
        ]
        return self.dice.sample(away, min(len(away), self.dice.randint(1, 3)))

    def _share_services(self) -> None:
        """The main service in four of five releases, the others each less often than the one before (Zipf)."""
        others = [f"service:{at}" for at in range(2, 2 + max(6, self.n // RELEASES_PER_CHANGE))]
        weights = [1 / rank for rank in range(1, len(others) + 1)]
        for one in self.drawn:
            is_main = self.dice.random() < 0.8
            more = self.dice.choices(others, weights, k=1) if not is_main or self.dice.random() < 0.25 else []
            one.resources.update([MAIN] if is_main else [], more)

    def _share_teams(self) -> None:
        teams = range(1, max(10, self.n // RELEASES_PER_TEAM, self._most_aboard() // TEAM_LIMIT + 1) + 1)
        aboard: dict[tuple[int, int], int] = defaultdict(int)
        for one in self.drawn:
            team = self.dice.choice(teams)
            while aboard[one.place, team] >= TEAM_LIMIT:
                team = team % len(teams) + 1
            aboard[one.place, team] += 1
            one.team = team

    def _most_aboard(self) -> int:
        return max(Counter(one.place for one in self.drawn).values(), default=0)

    def _need(self) -> None:
        """Dependencies between releases that stand in their order: the same slot, or a client a day later."""
        in_order = sorted(range(self.n), key=lambda at: (self.drawn[at].place, at))
        rank = {at: position for position, at in enumerate(in_order)}
        for _ in range(self.n // RELEASES_PER_NEED if self.n > 1 else 0):
            before, then = sorted(self.dice.sample(range(self.n), 2), key=rank.__getitem__)
            if self.drawn[before].place < self.drawn[then].place and self.dice.random() < 0.4:
                self.orders.append(Order(before=before, then=then, code="dependency", lag=24 * HOUR))
            else:
                self.orders.append(Order(before=before, then=then, code="dependency", together=True))

    def _freeze_some(self) -> None:
        """A few departures are frozen for one service or one team, nobody of which the known plan has there."""
        teams = sorted({one.team for one in self.drawn})
        services = sorted({res for one in self.drawn for res in one.resources if res.startswith("service")} - {MAIN})
        whoever: list[str | int] = [*services, *teams]
        for _ in range(max(1, self.m // SLOTS_PER_FREEZE) if whoever else 0):
            whom: str | int = self.dice.choice(whoever)
            at = self.dice.randrange(self.m)
            if not any(one.place == at and _is_of(one, whom) for one in self.drawn):
                self.narrow.append((at, whom))

    def _end(self, slot: int) -> int:
        return self.starts[slot] + HOUR

    def problem(self) -> Problem:
        """Return what was drawn as a problem."""
        return Problem(
            slots=tuple(self._slot(at) for at in range(self.m)),
            releases=tuple(self._release(at, one) for at, one in enumerate(self.drawn)),
            team_limits=self._limits(),
            orders=tuple(self.orders),
            closures=tuple(self.closures),
        )

    def _limits(self) -> Mapping[Id, int]:
        return dict.fromkeys(sorted({one.team for one in self.drawn}), TEAM_LIMIT)

    def _slot(self, at: int) -> Slot:
        start = self.starts[at]
        return Slot(
            id=at,
            start=start,
            end=start + HOUR,
            clock=start + AHEAD_OF_UTC,
            capacity=self.capacity[at],
            large=LargeRule.ALONE,
        )

    def _release(self, at: int, one: _Drawn) -> Release:
        is_pinned = self.dice.random() < 0.05
        earliest = one.place - self.dice.randint(0, self.m // 4) if self.dice.random() < 0.5 else 0
        refused = self._refused(one, earliest)
        options = tuple(slot for slot in range(self.m) if slot not in refused)
        return Release(
            id=at,
            points=POINTS[one.size],
            is_large=one.size == "L",
            team=one.team,
            resources=frozenset(one.resources),
            soak=SOAK[one.size],
            weight=self.dice.choices([1, 2, 3, 5], [50, 25, 15, 10])[0],
            due=self._due(one.place),
            current=one.place if is_pinned else self._today(one.place, options),
            options=(one.place,) if is_pinned else options,
            refused=refused,
            settled=is_pinned,
            stays="pinned" if is_pinned else "",
        )

    def _refused(self, one: _Drawn, earliest: int) -> dict[int, str]:
        early = dict.fromkeys(range(earliest), "before-earliest")
        narrow = {at: "frozen" for at, whom in self.narrow if _is_of(one, whom)}
        return early | dict.fromkeys(sorted(self.frozen), "frozen") | narrow

    def _due(self, place: int) -> int | None:
        """Around where the known plan has it, so that some must be late."""
        if self.dice.random() >= 0.6:
            return None
        day = (self.starts[place] + AHEAD_OF_UTC) // DAY
        return (day + self.dice.randint(-5, 14) + 1) * DAY

    def _today(self, place: int, options: tuple[int, ...]) -> int | None:
        """Most ride where the known plan has them, some elsewhere, the rest only ask."""
        if self.dice.random() >= 0.85:
            return None
        return place if self.dice.random() < 0.9 else self.dice.choice(options)


def _start(at: int) -> int:
    """Tuesdays and Thursdays at 22:00 on the wall clock."""
    on_the_wall = FIRST + timedelta(days=7 * (at // 2) + 2 * (at % 2))
    return int(on_the_wall.timestamp()) - AHEAD_OF_UTC


def _is_of(one: _Drawn, whom: str | int) -> bool:
    return whom in one.resources or whom == one.team
