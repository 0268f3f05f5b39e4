"""Measures the planner on a fixed, seeded set: how near to its bound each level comes, and how soon.

``python -m scripts.bench_planner [--sizes 200x26 1000x52 5000x250] [--seeds N] [--seconds N] [--aims ...]``. Times to
5, 2 and 1 % are of the first level of the first aim, against its final bound, as told on the way.
"""

import argparse
import resource
from collections.abc import Sequence
from dataclasses import dataclass, field

from releasetrain.domain.planner.check import violations
from releasetrain.domain.planner.compiled import Compiled
from releasetrain.domain.planner.engine import plan
from releasetrain.domain.planner.generate import generate
from releasetrain.domain.planner.greedy import greedy
from releasetrain.domain.planner.levels import ORDER
from releasetrain.domain.planner.problem import Problem
from releasetrain.domain.planner.state import Ground
from releasetrain.domain.planner.values import Aim, Effort, Outcome, Progress

AIMS = (Aim.EARLIEST, Aim.BALANCED, Aim.FEWEST_MOVES)
SEEDS = {"200x26": 10, "1000x52": 3, "5000x250": 1}
SECONDS = {"200x26": 30.0, "1000x52": 30.0, "5000x250": 60.0}
WITHIN = (5.0, 2.0, 1.0)


@dataclass
class Followed:
    """Hears how a planning goes on, and remembers when the first level reached which value."""

    heard: list[Progress] = field(default_factory=list)

    def __call__(self, progress: Progress) -> bool:
        """Remember it; never stop."""
        self.heard.append(progress)
        return True

    def seconds_to(self, percent: float, bound: int, aim: Aim) -> float | None:
        """Return when the first level of an aim came within so much of its bound."""
        level = ORDER[aim][0]
        for one in self.heard:  # the best lateness of one aim serves the others
            if one.level is level and one.value is not None and gap(one.value, bound) <= percent:
                return one.seconds
        return None


def gap(value: int, bound: int) -> float:
    """Return by how many percent of itself a value lies above its bound."""
    return 100 * (value - bound) / value if value else 0.0


def main() -> None:
    """Run the set and print a line for every level of every plan."""
    asked = _asked()
    print(
        f"{'size':>9} {'seed':>4} {'aim':>13} {'level':>10} {'value':>9} {'bound':>9} {'gap %':>6} {'greedy':>9}"
        f" {'to 5 %':>7} {'to 2 %':>7} {'to 1 %':>7} {'took s':>7} {'MB':>6}"
    )
    for size in asked.sizes:
        releases, slots = (int(one) for one in size.split("x"))
        for seed in asked.seed or range(1, (asked.seeds or SEEDS.get(size, 1)) + 1):
            problem, _ = generate(releases, slots, seed)
            _measure(size, seed, problem, asked.aims, asked.seconds or SECONDS.get(size, 30.0))


def _asked() -> argparse.Namespace:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--sizes", nargs="+", default=list(SEEDS))
    words.add_argument("--seeds", type=int, default=None, help="how many, from 1 on")
    words.add_argument("--seed", type=int, nargs="+", default=None, help="these")
    words.add_argument("--seconds", type=float, default=None)
    words.add_argument("--aims", nargs="+", type=Aim, default=list(AIMS))
    return words.parse_args()


def _measure(size: str, seed: int, problem: Problem, aims: Sequence[Aim], seconds: float) -> None:
    followed = Followed()
    outcome = plan(problem, aims, Effort(seconds=seconds), tell=followed)
    if not outcome.plans:
        print(f"{size:>9} {seed:>4} no plan found in {outcome.seconds:.1f} s", flush=True)
    for aim in aims if outcome.plans else ():
        _print_plan(size, seed, problem, outcome, aim, followed)


def _print_plan(size: str, seed: int, problem: Problem, outcome: Outcome, aim: Aim, followed: Followed) -> None:
    found, known = outcome.plans[aim], Compiled(problem)
    start = greedy(Ground(known), ORDER[aim], stay=aim is Aim.FEWEST_MOVES).whole()
    wrong = "" if not violations(problem, found.places) else "  BREAKS A RULE"
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    for number, one in enumerate(found.levels):
        theirs = "-" if start is None else str(known.value(one.level, start))
        soon = [followed.seconds_to(percent, one.bound, aim) if number == 0 else None for percent in WITHIN]
        print(
            f"{size:>9} {seed:>4} {aim:>13} {one.level:>10} {one.value:>9} {one.bound:>9}"
            f" {gap(one.value, one.bound):>6.2f} {theirs:>9} "
            + " ".join(f"{'' if one is None else format(one, '.1f'):>7}" for one in soon)
            + f" {outcome.seconds:>7.1f} {memory:>6.0f}{wrong}",
            flush=True,
        )


if __name__ == "__main__":
    main()
