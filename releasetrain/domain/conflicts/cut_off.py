"""The door of a slot shuts at its cut-off."""

from collections.abc import Iterable

from releasetrain.domain.conflicts.values import Basis, Claim, Conflict, Side, fact


def after_cut_off(claim: Claim, *, booked: Iterable[Claim]) -> list[Conflict]:
    """Return a conflict with the slot if the claim boarded at or after the cut-off instant, or once it was closed."""
    slot = claim.slot
    if claim.boarded_at < slot.shut_at:
        return []
    basis = Basis(frozenset({fact("slot", slot.id)}))
    return [Conflict("cut-off", Side.release(claim.release), Side.slot(slot.id), basis, slot.departs.start)]
