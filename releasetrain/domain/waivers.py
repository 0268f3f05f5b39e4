"""A waiver: a release manager's yes, in writing, to one conflict."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from releasetrain.domain.conflicts.values import Basis, Conflict, Side, SideKind, fact, releases_in


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """A waiver of ``code`` for ``a`` against ``b`` on ``basis``, for departures before ``until`` (None: any)."""

    code: str
    a: Side
    b: Side
    basis: Basis
    until: datetime | None = None


def covers(waiver: Waiver, conflict: Conflict) -> bool:
    """Return whether ``waiver`` covers ``conflict``: always compared, never stored."""
    in_time = waiver.until is None or conflict.departs_at < waiver.until
    return (
        in_time
        and waiver.code == conflict.code
        and _same_sides(waiver, conflict)
        and conflict.basis.within(waiver.basis)
    )


def standing(conflicts: Iterable[Conflict], waivers: Iterable[Waiver]) -> list[Conflict]:
    """Return the conflicts that no waiver covers."""
    held = tuple(waivers)
    return [conflict for conflict in conflicts if not any(covers(waiver, conflict) for waiver in held)]


def _same_sides(waiver: Waiver, conflict: Conflict) -> bool:
    """A conflict of all riders with their slot is one matter, whichever rider it is told of."""
    if waiver.b != conflict.b:
        return False
    return waiver.a == conflict.a or (
        conflict.b.kind is SideKind.SLOT
        and conflict.a.kind is SideKind.RELEASE
        and fact("release", conflict.a.id) in waiver.basis.facts
    )


def speaks_for(conflict: Conflict) -> set[int]:
    """Return every release that a waiver of this conflict would speak for.

    Its sides, the riders it rests on, and who carries the change behind a table.
    """
    sides = {side.id for side in (conflict.a, conflict.b) if side.kind is SideKind.RELEASE}
    return sides | releases_in(conflict.basis.facts) | conflict.parties
