"""Replanning and explaining, measured: a part of `make bench-planner`.

A thousand random events on a calendar that was planned: seconds, failures (the checker knows a plan and the repair
found none), and moves beyond those displaced. Then problems without a plan, of several kinds: how soon it is named why.
"""

import argparse
import random
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from time import perf_counter, process_time

from releasetrain.domain.planner.check import violations
from releasetrain.domain.planner.explain import contradiction
from releasetrain.domain.planner.generate import HOUR, POINTS, SOAK, generate
from releasetrain.domain.planner.problem import Problem, Release
from releasetrain.domain.planner.repair import repair
from releasetrain.domain.planner.values import Aim, Effort, Level

Plan = tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What one event cost. ``beyond``: moves beyond those that every plan makes, as far as that is proven."""

    kind: str
    seconds: float
    cpu: float
    outcome: str
    moves: int = 0
    beyond: int = 0
    excess: int = 0


def with_release(problem: Problem, at: int, **facts: object) -> Problem:
    """Return the problem with one release changed."""
    releases = list(problem.releases)
    releases[at] = replace(releases[at], **facts)
    return replace(problem, releases=tuple(releases))


def with_slot(problem: Problem, at: int, **facts: object) -> Problem:
    """Return the problem with one slot changed."""
    slots = list(problem.slots)
    slots[at] = replace(slots[at], **facts)
    return replace(problem, slots=tuple(slots))


def cut(problem: Problem, dice: random.Random) -> Problem:
    """A slot loses 40 % of its capacity."""
    at = dice.randrange(len(problem.slots))
    return with_slot(problem, at, capacity=int((problem.slots[at].capacity or 0) * 0.6))


def grow(problem: Problem, dice: random.Random) -> Problem:
    """A release grows from S to M, or from M to L."""
    at = dice.choice([at for at in problem.free if not problem.releases[at].is_large])
    size = "M" if problem.releases[at].points == POINTS["S"] else "L"
    return with_release(problem, at, points=POINTS[size], soak=SOAK[size], is_large=size == "L")


def slip(problem: Problem, dice: random.Random) -> Problem:
    """A release is ready some slots later than it rides."""
    at = dice.choice(problem.free)
    known, later = problem.releases[at], dice.randint(1, 4)
    options = tuple(slot for slot in known.options if slot >= (known.current or 0) + later)
    return with_release(problem, at, options=options or known.options[-1:])


def expedite(problem: Problem, dice: random.Random) -> Problem:
    """A release is to ride in one of the four slots before its own."""
    at = dice.choice(
        [at for at in problem.free if problem.releases[at].options[0] < (problem.releases[at].current or 0)]
    )
    known = problem.releases[at]
    return with_release(problem, at, options=(dice.choice([one for one in known.options if one < known.current][-4:]),))


def freeze(problem: Problem, dice: random.Random) -> Problem:
    """Nobody may ride in a slot who is not settled."""
    at = dice.randrange(len(problem.slots))
    return replace(problem, releases=tuple(_without(one, at) for one in problem.releases))


def _without(release: Release, slot: int) -> Release:
    return (
        release if release.settled else replace(release, options=tuple(one for one in release.options if one != slot))
    )


EVENTS: dict[str, Callable[[Problem, random.Random], Problem]] = {
    "cut": cut,
    "grow": grow,
    "slip": slip,
    "expedite": expedite,
    "freeze": freeze,
}


def planned(releases: int, slots: int, seed: int) -> tuple[Problem, Plan]:
    """Return a problem with everybody riding where the known plan has it."""
    problem, plan = generate(releases, slots, seed)
    today = tuple(replace(one, current=plan[at]) for at, one in enumerate(problem.releases))
    return replace(problem, releases=today), plan


def measure(kind: str, problem: Problem, seconds: float) -> Measured:
    """Repair after one event."""
    began, began_cpu = perf_counter(), process_time()
    outcome = repair(problem, Effort(seconds=seconds))
    took, cpu = perf_counter() - began, process_time() - began_cpu
    plan = outcome.plans.get(Aim.REPAIR)
    if plan is None:
        return Measured(kind=kind, seconds=took, cpu=cpu, outcome="no plan" if outcome.contradiction else "failed")
    if violations(problem, plan.places):
        return Measured(kind=kind, seconds=took, cpu=cpu, outcome="broken")
    levels = {one.level: one for one in plan.levels}
    moves = levels[Level.MOVES]
    return Measured(
        kind=kind,
        seconds=took,
        cpu=cpu,
        outcome="repaired",
        moves=moves.value,
        beyond=moves.value - moves.bound,
        excess=levels[Level.EXCESS].value,
    )


def share(values: list[float], part: float) -> float:
    """Return the value that a part of all values does not go beyond."""
    return sorted(values)[min(len(values) - 1, int(part * len(values)))] if values else 0.0


def tell(name: str, found: list[Measured]) -> None:
    """Print a line of the table."""
    done = [one for one in found if one.outcome == "repaired"]
    seconds, beyond = [one.seconds for one in found], [float(one.beyond) for one in done]
    counts = {word: sum(one.outcome == word for one in found) for word in ("no plan", "failed", "broken")}
    print(
        f"{name:10} {len(found):6} {share(seconds, 0.5):7.2f} {share(seconds, 0.95):7.2f} {max(seconds):7.2f}"
        f" {share([one.cpu for one in found], 0.95):7.2f}"
        f" {share([float(one.moves) for one in done], 0.5):6.0f} {share(beyond, 0.5):6.0f} {share(beyond, 0.95):6.0f}"
        f" {sum(one.excess > 0 for one in done):6}   {counts['no plan']:7} {counts['failed']:6} {counts['broken']:6}",
        flush=True,
    )


def repairs(releases: int, slots: int, events: int, seconds: float) -> None:
    """Measure repairs after random events, spread over ten calendars."""
    print(f"\nRepair, {releases} releases x {slots} slots, {events} events, at most {seconds:.0f} s each")
    print("event       count     p50     p95     max cpu p95  moves  beyond: p50 p95  excess  no plan failed broken")
    found, dice = defaultdict(list), random.Random(1)  # noqa: S311
    calendars = [planned(releases, slots, seed) for seed in range(min(10, events))]
    for number in range(events):
        problem, _ = calendars[number % len(calendars)]
        kind = dice.choice(list(EVENTS))
        found[kind].append(measure(kind, EVENTS[kind](problem, dice), seconds))
    for kind, some in sorted(found.items()):
        tell(kind, some)
    tell("all", [one for some in found.values() for one in some])


def impossible(problem: Problem, plan: Plan, dice: random.Random) -> Iterator[tuple[str, Problem]]:
    """Yield problems without a plan, by what is the matter with them."""
    free = [at for at in problem.free if not problem.releases[at].is_large]
    large = [at for at in problem.free if problem.releases[at].is_large]
    lagging = [one for one in problem.orders if one.lag and {one.before, one.then} <= set(free)]
    order = dice.choice(lagging)
    then = with_release(problem, order.then, options=problem.releases[order.then].options[:2])
    yield "order", with_release(then, order.before, options=problem.releases[order.before].options[-2:])
    yield "crowd", _only(problem, dice.sample(free, min(len(free), 60)), 2)
    yield "large", _only(problem, large, 3)
    yield "team", _only(problem, [at for at in free if problem.releases[at].team == problem.releases[free[0]].team], 3)
    yield (
        "holds",
        replace(
            problem,
            releases=tuple(replace(one, soak=90 * 24 * HOUR) if one.is_large else one for one in problem.releases),
        ),
    )
    closure = problem.closures[0]
    carried = with_release(problem, closure.touchers[0], options=(plan[closure.carriers[1]],), settled=False)
    for at in closure.carriers:
        carried = with_release(carried, at, options=(plan[at],))
    yield "table", carried
    slots = tuple(replace(one, capacity=int((one.capacity or 0) * 0.75)) for one in problem.slots)
    yield "everything", replace(problem, slots=slots)
    yield "pair", _only(with_release(problem, large[0], options=(plan[large[0]],)), [free[0]], 1, plan[large[0]])


def _only(problem: Problem, releases: list[int], count: int, slot: int | None = None) -> Problem:
    for at in releases:
        options = problem.releases[at].options
        problem = with_release(problem, at, options=options[:count] if slot is None else (slot,))
    return problem


def reasons(releases: int, slots: int, seeds: int) -> None:
    """Measure how soon a contradiction is named."""
    print(f"\nContradiction, {releases} releases x {slots} slots, {seeds} problems each")
    print("kind        named    max s  proven smallest  facts")
    for kind in ("order", "crowd", "large", "team", "holds", "table", "everything", "pair"):
        took, found = [], []
        for seed in range(seeds):
            problem, plan = planned(releases, slots, seed)
            asked = dict(impossible(problem, plan, random.Random(seed)))[kind]  # noqa: S311
            began = perf_counter()
            found.append(contradiction(asked, seconds=10))
            took.append(perf_counter() - began)
        named = [one for one in found if one]
        facts = sorted(len(one.clashes) for one in named)
        print(
            f"{kind:10} {len(named):3}/{seeds:<3} {max(took):8.2f} {sum(one.minimal for one in named):16} "
            f"{facts[0] if facts else 0}–{facts[-1] if facts else 0}",
            flush=True,
        )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=1000)
    parser.add_argument("--size", default="1000x52")
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--seeds", type=int, default=5)
    asked = parser.parse_args()
    releases, slots = map(int, asked.size.split("x"))
    if asked.events:
        repairs(releases, slots, asked.events, asked.seconds)
    if asked.seeds:
        reasons(releases, slots, asked.seeds)


if __name__ == "__main__":
    main()
