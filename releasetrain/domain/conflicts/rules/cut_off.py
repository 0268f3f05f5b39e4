"""The door of a slot shuts at its cut-off."""

from collections.abc import Iterable

from releasetrain.domain.conflicts.claims import Booked, Claim
from releasetrain.domain.conflicts.rule import Remedy, Rule
from releasetrain.domain.conflicts.values import Basis, Conflict, Side, SideKind, fact


def after_cut_off(claim: Claim, *, booked: Booked | Iterable[Claim]) -> list[Conflict]:
    """Return a conflict with the slot if the claim boarded at or after the cut-off instant, or once it was closed."""
    slot = claim.slot
    if claim.boarded_at < slot.shut_at:
        return []
    basis = Basis(frozenset({fact("slot", slot.id)}))
    return [Conflict("cut-off", Side.release(claim.release), Side.slot(slot.id), basis, slot.departs.start)]


RULES = (
    Rule(
        code="cut-off",
        rank=70,
        predicate=after_cut_off,
        sides=(SideKind.SLOT,),
        basis=("slot",),
        remedies=(Remedy.MOVE, Remedy.WAIVE),
    ),
)
