"""The values that rules read and return. Values only: no text, no waivers, no clock."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from releasetrain.domain.conflicts.claims import Claim

HOUR = timedelta(hours=1)


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


def whole_hours(span: timedelta) -> int:
    """Return how many hours ``span`` takes, rounded up; nothing for none and for less."""
    return max(0, -(-span // HOUR))


def releases_in(facts: Iterable[str]) -> set[int]:
    """Return the ids of the releases among ``facts``."""
    return {int(one.removeprefix("release:")) for one in facts if one.startswith("release:")}


@dataclass(frozen=True, slots=True)
class Conflict:
    """What the rule ``code`` found between ``a`` and ``b``.

    Between two releases the sides are in the order of their ids, so that a pair is one pair. ``departs_at`` is the
    later departure of the sides: a waiver's ``until`` is judged against it. ``parties``: releases that stand behind a
    side that is no release (who carries the stages of a table's change): their deeds can make it too.
    """

    code: str
    a: Side
    b: Side
    basis: Basis
    departs_at: datetime
    severity: Severity = Severity.BLOCKS
    parties: frozenset[int] = field(default=frozenset(), compare=False)

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
        """Return whether the release is one of the sides, or stands behind one."""
        return Side.release(release) in (self.a, self.b) or release in self.parties

    def other_than(self, release: int) -> Side:
        """Return the side that faces the release."""
        return self.b if self.a == Side.release(release) else self.a
