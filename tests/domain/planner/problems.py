"""Small random problems with everything in them that a rule reads, for properties held against every plan there is."""

import random
from itertools import product

from releasetrain.domain.planner.check import violations
from releasetrain.domain.planner.problem import DAY, NEVER, Closure, LargeRule, Order, Problem, Release, Slot

HOUR = 3600


def small_problem(seed: int, *, releases: int = 5, slots: int = 4) -> Problem:
    """Return the problem of a seed: crowded, on up to two trains whose departures may lie across each other."""
    dice = random.Random(seed)
    starts = sorted(dice.sample(range(60), slots))
    made = tuple(_slot(dice, at, start) for at, start in enumerate(starts))
    every = tuple(_release(dice, at, slots) for at in range(releases))
    return Problem(
        slots=made,
        releases=every,
        team_limits={"pay": 2, "inv": 1} if dice.random() < 0.5 else {},
        orders=tuple(_order(dice, releases, made) for _ in range(dice.randint(0, 3))),
        closures=tuple(_closure(dice, releases) for _ in range(dice.randint(0, 1))),
        apart=((0, 1),) if dice.random() < 0.3 else (),
    )


def _slot(dice: random.Random, at: int, start: int) -> Slot:
    begins = start * 4 * HOUR
    return Slot(
        id=f"slot {at}",
        start=begins,
        end=begins + dice.choice([1, 1, 30]) * HOUR,
        clock=begins + HOUR,
        capacity=dice.choice([None, 3, 6, 10]),
        large=dice.choice([LargeRule.ALONE, LargeRule.ALONE, LargeRule.APART, LargeRule.FREE]),
    )


def _release(dice: random.Random, at: int, slots: int) -> Release:
    options = tuple(sorted(dice.sample(range(slots), dice.randint(2, slots))))
    settled = dice.random() < 0.15
    current = dice.choice([None, *options])
    if settled:
        current = dice.choice(options)
        options = (current,)
    return Release(
        id=f"release {at}",
        points=dice.choice([0, 1, 3, 6]),
        is_large=dice.random() < 0.4,
        team=dice.choice(["pay", "inv"]),
        resources=frozenset(dice.sample(["service:1", "service:2", "table:1"], dice.randint(0, 2))),
        soak=dice.choice([0, 24, 120]) * HOUR,
        weight=dice.randint(1, 3),
        due=dice.choice([None, dice.randint(0, 8) * DAY]),
        current=current,
        options=options,
        settled=settled,
        holds=(0, dice.randint(1, 200) * HOUR) if settled and dice.random() < 0.3 else None,
    )


def _order(dice: random.Random, releases: int, slots: tuple[Slot, ...]) -> Order:
    before, then = sorted(dice.sample(range(releases), 2))
    ready = {at: dice.choice([NEVER, slot.end + 50 * HOUR]) for at, slot in enumerate(slots)}
    return Order(
        before=before,
        then=then,
        code=dice.choice(["dependency", "stage-order"]),
        lag=dice.choice([0, 24, 72]) * HOUR,
        together=dice.random() < 0.4,
        ready=ready if dice.random() < 0.3 else None,
    )


def _closure(dice: random.Random, releases: int) -> Closure:
    drawn = dice.sample(range(releases), 4)
    return Closure(
        table="payment",
        change="sums",
        carriers=tuple(drawn[:2]),
        touchers=tuple(drawn[2:]),
        last=dice.choice([None, drawn[1], drawn[1]]),
        until=dice.choice([NEVER, NEVER, 100 * HOUR]),
    )


def every_plan(problem: Problem):
    """Yield every plan that holds."""
    for plan in product(*(known.options for known in problem.releases)):
        if not violations(problem, plan):
            yield plan
