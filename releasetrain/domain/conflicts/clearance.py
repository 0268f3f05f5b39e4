"""A release rides only once its gates are clear: warned of before the cut-off, blocking from then on."""

from collections.abc import Iterable

from releasetrain.domain.conflicts.values import Basis, Claim, Conflict, Severity, Side


def not_cleared(claim: Claim, *, booked: Iterable[Claim]) -> list[Conflict]:
    """Return a conflict with the slot while gates are open. Grace moves the instant from which it blocks."""
    if not claim.open_gates:
        return []
    basis = Basis(frozenset(f"gate:{code}" for code in claim.open_gates))
    severity = Severity.BLOCKS if claim.is_due else Severity.WARNS
    sides = Side.release(claim.release), Side.slot(claim.slot.id)
    return [Conflict("not-cleared", *sides, basis, claim.slot.departs.start, severity)]
