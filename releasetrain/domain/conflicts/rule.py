"""What a rule is: its code and predicate, and what forms, pages and scripts must know of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from releasetrain.domain.conflicts.claims import Booked, Claim
from releasetrain.domain.conflicts.values import Conflict, SideKind


class Predicate(Protocol):
    """A rule: what is wrong with ``claim`` among ``booked``."""

    def __call__(self, claim: Claim, *, booked: Booked | Iterable[Claim]) -> list[Conflict]:
        """Return the conflicts of ``claim``."""


class Grade(StrEnum):
    """How hard a rule is."""

    BLOCKS = "blocks"
    WARNS = "warns"
    BY_FREEZE = "by-freeze"  # blocks for a hard freeze, warns for a soft one
    AT_DEPARTURE = "at-departure"  # warns while it is planned, blocks when it departs
    AT_CUT_OFF = "at-cut-off"  # warns before the cut-off, blocks from then on


class Remedy(StrEnum):
    """A way out that a rule's conflicts have."""

    MOVE = "move"
    MOVE_OTHER = "move-other"
    SWAP = "swap"
    SHRINK = "shrink"
    WAIVE = "waive"
    REVIEW = "review"
    GRACE = "grace"
    RESTART = "restart"
    SUSPEND = "suspend"
    ABANDON = "abandon"
    ATTEST = "attest"
    WAIT = "wait"
    LOW_LOAD = "low-load"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule code with its predicate.

    ``sides``: what stands on side B (side A is a release); ``basis``: the kinds of facts and the amounts it reads.
    ``waivable``: a release manager who edited none of its releases may say yes in writing. ``rank``: its place in
    lists: what is told first.
    """

    code: str
    rank: int
    predicate: Predicate
    grade: Grade = Grade.BLOCKS
    sides: tuple[SideKind, ...]
    basis: tuple[str, ...]
    waivable: bool = True
    remedies: tuple[Remedy, ...] = ()
