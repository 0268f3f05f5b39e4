"""A release rides only once its gates are clear: warned of before the cut-off, blocking from then on."""

from collections.abc import Iterable

from releasetrain.domain.conflicts.claims import Booked, Claim
from releasetrain.domain.conflicts.rule import Grade, Remedy, Rule
from releasetrain.domain.conflicts.values import Basis, Conflict, Severity, Side, SideKind


def not_cleared(claim: Claim, *, booked: Booked | Iterable[Claim]) -> list[Conflict]:
    """Return a conflict with the slot while gates are open. Grace moves the instant from which it blocks."""
    if not claim.open_gates:
        return []
    basis = Basis(frozenset(f"gate:{code}" for code in claim.open_gates))
    severity = Severity.BLOCKS if claim.is_due else Severity.WARNS
    sides = Side.release(claim.release), Side.slot(claim.slot.id)
    return [Conflict("not-cleared", *sides, basis, claim.slot.departs.start, severity)]


RULES = (
    Rule(
        code="not-cleared",
        rank=150,
        predicate=not_cleared,
        grade=Grade.AT_CUT_OFF,
        sides=(SideKind.SLOT,),
        basis=("gate",),
        waivable=False,
        remedies=(Remedy.REVIEW, Remedy.GRACE, Remedy.MOVE),
    ),
)
