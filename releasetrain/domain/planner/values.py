"""What the planner is asked, tells on its way and answers. Values only.

Releases and slots are named by their place in the problem.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Aim(StrEnum):
    """The three plans of P1, and the repair of P2."""

    FEWEST_MOVES = "fewest-moves"  # moves, then lateness, then earliness
    BALANCED = "balanced"  # lateness within a tolerance of the best, then moves, then earliness
    EARLIEST = "earliest"  # lateness, then earliness, then moves
    REPAIR = "repair"  # at most the displaced plus three moves, then lateness, moves, earliness


class Level(StrEnum):
    """What a plan is measured by; each is a sum over releases of what the slot of each costs."""

    EXCESS = "excess"  # moves beyond the displaced and three more (a repair's first level)
    MOVES = "moves"  # releases that ride today and would ride elsewhere
    LATENESS = "lateness"  # weighted days late
    EARLINESS = "earliness"  # weighted days until departure, from the first departure on


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """How hard to look.

    ``rounds``: of the search, in place of seconds: one worker then, and the same answer for the same seed.
    """

    seconds: float = 30.0
    rounds: int | None = None
    workers: int = 2
    seed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A level of a plan: its value, and a proven bound that no plan goes below.

    The bound holds for plans that keep the levels of ``given`` within those values; empty: for every plan there is.
    """

    level: Level
    value: int
    bound: int
    given: tuple[tuple[Level, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A plan that ``check`` passes: the slot of every release of the problem, the settled ones among them."""

    aim: Aim
    places: tuple[int, ...]
    levels: tuple[Measured, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Where the search stands. ``value`` None: no plan yet; ``bound`` None: not reckoned yet."""

    aim: Aim
    level: Level
    value: int | None
    bound: int | None
    seconds: float


Tell = Callable[[Progress], bool]  # False: stop, the best so far will do


@dataclass(frozen=True, slots=True, kw_only=True)
class Clash:
    """One of the facts that contradict each other, by code; see ``explain`` for the codes and their amounts."""

    code: str
    releases: tuple[int, ...] = ()
    slots: tuple[int, ...] = ()
    of: int | str | None = None
    amounts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradiction:
    """The facts of which not all can hold. ``minimal``: proven that none of them can be left out."""

    clashes: tuple[Clash, ...]
    minimal: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Plans by aim; none and a contradiction where there is proven to be none; none and nothing: not found in time."""

    plans: Mapping[Aim, Plan] = field(default_factory=dict)
    contradiction: Contradiction | None = None
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a plan moves a release, by code (see ``reasons``), with the others it does it for.

    ``rule``: the code of the rule for which it cannot stay.
    """

    code: str
    rule: str = ""
    releases: tuple[int, ...] = ()
    amounts: Mapping[str, int] = field(default_factory=dict)
