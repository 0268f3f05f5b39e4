"""The values that rules read and return. Values only: no text, no waivers, no clock."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Self

from releasetrain.domain.sizes import Size
from releasetrain.domain.windows import Window


class SlotKind(StrEnum):
    """A departure of the timetable, one opened by a release manager, or imported history."""

    REGULAR = "regular"
    HOTFIX = "hotfix"
    PAST = "past"


class LargeMode(StrEnum):
    """What a large release may share its slot with: nothing, or whatever shares no service or table."""

    ALONE = "alone"
    APART = "apart"


class SideKind(StrEnum):
    """What can stand on a side of a conflict or a waiver."""

    RELEASE = "release"
    SLOT = "slot"
    FREEZE = "freeze"
    TABLE = "table"
    DATABASE = "database"


class Severity(StrEnum):
    """Whether a conflict blocks or only warns."""

    BLOCKS = "blocks"
    WARNS = "warns"


@dataclass(frozen=True, slots=True, order=True)
class Side:
    """One side of a conflict: a kind and an id."""

    kind: SideKind
    id: int

    @classmethod
    def release(cls, id: int) -> Self:
        """Return the side that is the release ``id``."""
        return cls(SideKind.RELEASE, id)

    @classmethod
    def slot(cls, id: int) -> Self:
        """Return the side that is the slot ``id``."""
        return cls(SideKind.SLOT, id)


@dataclass(frozen=True, slots=True)
class Basis:
    """What a conflict read: facts ("service:3") and amounts ({"points": 2})."""

    facts: frozenset[str] = frozenset()
    amounts: Mapping[str, int] = field(default_factory=dict)

    def within(self, other: "Basis") -> bool:
        """Return whether every fact is among the other's and no amount is larger than the other's."""
        return self.facts <= other.facts and all(
            amount <= other.amounts.get(name, 0) for name, amount in self.amounts.items()
        )

    def __hash__(self) -> int:
        return hash((self.facts, frozenset(self.amounts.items())))


def fact(kind: str, id: int) -> str:
    """Return how a fact of ``kind`` with ``id`` is written in a basis."""
    return f"{kind}:{id}"


def releases_in(facts: Iterable[str]) -> set[int]:
    """Return the ids of the releases among ``facts``."""
    return {int(one.removeprefix("release:")) for one in facts if one.startswith("release:")}


@dataclass(frozen=True, slots=True)
class Conflict:
    """What the rule ``code`` found between ``a`` and ``b``.

    Between two releases the sides are in the order of their ids, so that a pair is one pair. ``departs_at`` is the
    later departure of the sides: a waiver's ``until`` is judged against it.
    """

    code: str
    a: Side
    b: Side
    basis: Basis
    departs_at: datetime
    severity: Severity = Severity.BLOCKS

    @classmethod
    def between(cls, code: str, one: "Claim", other: "Claim", *, basis: Basis) -> Self:
        """Return the conflict of two releases."""
        a, b = sorted((Side.release(one.release), Side.release(other.release)))
        departs_at = max(one.slot.departs.start, other.slot.departs.start)
        return cls(code, a, b, basis, departs_at)

    @property
    def blocks(self) -> bool:
        """Whether it is in the way, and no mere warning."""
        return self.severity is Severity.BLOCKS

    @property
    def name(self) -> str:
        """How forms and scripts refer to it: code, sides and what it rests on, so that no other is taken for it."""
        facts = ",".join(sorted(self.basis.facts))
        amounts = ",".join(f"{name}={amount}" for name, amount in sorted(self.basis.amounts.items()))
        return f"{self.code}|{self.a.kind}:{self.a.id}|{self.b.kind}:{self.b.id}|{facts}|{amounts}"

    def has(self, release: int) -> bool:
        """Return whether the release is one of the sides."""
        return Side.release(release) in (self.a, self.b)

    def other_than(self, release: int) -> Side:
        """Return the side that faces the release."""
        return self.b if self.a == Side.release(release) else self.a


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotFacts:
    """One dated departure, with what the rules read of its train."""

    id: int
    train: int
    kind: SlotKind
    departs: Window
    cut_off_at: datetime
    capacity: int
    large_mode: LargeMode
    closed_at: datetime | None = None

    @property
    def shut_at(self) -> datetime:
        """The instant from which nobody boards any more: the cut-off, or an earlier closing."""
        return min(self.cut_off_at, self.closed_at) if self.closed_at else self.cut_off_at

    def is_over(self, now: datetime) -> bool:
        """Return whether nobody can take a place here any more: it has departed, or is imported history."""
        return self.kind is SlotKind.PAST or self.departs.start <= now


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A release that rides, or would ride, in a slot.

    ``holds``: the hold window, already joined with what really happened. ``boarded_at``: when it took its place, for a
    would-be rider the present instant. ``open_gates``: the reviews it still lacks; ``is_due``: it is due by now.
    """

    release: int
    team: int
    team_limit: int
    size: Size
    points: int
    services: frozenset[int]
    tables: frozenset[int]
    slot: SlotFacts
    holds: Window
    boarded_at: datetime
    open_gates: frozenset[str] = frozenset()
    is_due: bool = False

    @property
    def is_large(self) -> bool:
        """Whether the two large rules speak of it."""
        return self.size is Size.LARGE

    def meets(self, other: "Claim") -> bool:
        """Return whether the two share a service or a table while both hold."""
        return self.holds.meets(other.holds) and self.shares_with(other)

    def shares_with(self, other: "Claim") -> bool:
        """Return whether the two have a service or a table in common."""
        return bool(self.services & other.services or self.tables & other.tables)

    def shared_with(self, other: "Claim") -> Basis:
        """Return the common services and tables as a basis."""
        services = (fact("service", id) for id in self.services & other.services)
        tables = (fact("table", id) for id in self.tables & other.tables)
        return Basis(frozenset((*services, *tables)))


def others(claim: Claim, booked: Iterable[Claim]) -> list[Claim]:
    """Return ``booked`` without the claim's own release."""
    return [other for other in booked if other.release != claim.release]


def riders(claim: Claim, booked: Iterable[Claim]) -> list[Claim]:
    """Return the claim itself and all that are booked into its slot."""
    return [claim, *(other for other in others(claim, booked) if other.slot.id == claim.slot.id)]
