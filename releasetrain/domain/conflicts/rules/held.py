"""A train that is held does not depart; hotfix departures go all the same (S5)."""

from collections.abc import Iterable

from releasetrain.domain.conflicts.claims import Booked, Claim
from releasetrain.domain.conflicts.rule import Grade, Remedy, Rule
from releasetrain.domain.conflicts.values import Basis, Conflict, Severity, Side, SideKind, SlotKind, fact


def held(claim: Claim, *, booked: Booked | Iterable[Claim]) -> list[Conflict]:
    """Return a conflict with the slot while its train is held: a warning until its departure begins."""
    slot = claim.slot
    if not slot.is_held or slot.kind is SlotKind.HOTFIX:
        return []
    severity = Severity.BLOCKS if claim.is_departing else Severity.WARNS
    basis = Basis(frozenset({fact("slot", slot.id)}))
    return [Conflict("held", Side.release(claim.release), Side.slot(slot.id), basis, slot.departs.start, severity)]


RULES = (
    Rule(
        code="held",
        rank=80,
        predicate=held,
        grade=Grade.AT_DEPARTURE,
        sides=(SideKind.SLOT,),
        basis=("slot",),
        waivable=False,
        remedies=(Remedy.RESTART, Remedy.MOVE),
    ),
)
