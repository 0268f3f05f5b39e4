"""The two rules about large releases. The database holds their twin (trains, migration "wall")."""

from collections.abc import Iterable

from releasetrain.domain.conflicts.values import Basis, Claim, Conflict, LargeMode, fact, others

LARGE_RULES = ("large-rides-alone", "large-overlap")


def large_rides_alone(claim: Claim, *, booked: Iterable[Claim]) -> list[Conflict]:
    """Return a conflict for each rider of the slot that a large release may not share it with."""
    return [
        Conflict.between("large-rides-alone", claim, other, basis=Basis(frozenset({fact("slot", claim.slot.id)})))
        for other in others(claim, booked)
        if other.slot.id == claim.slot.id and (claim.is_large or other.is_large) and _may_not_share(claim, other)
    ]


def _may_not_share(claim: Claim, other: Claim) -> bool:
    return claim.slot.large_mode is LargeMode.ALONE or claim.shares_with(other)


def large_overlaps(claim: Claim, *, booked: Iterable[Claim]) -> list[Conflict]:
    """Return a conflict for each large release whose hold and resources meet those of ``claim``."""
    if not claim.is_large:
        return []
    return [
        Conflict.between("large-overlap", claim, other, basis=claim.shared_with(other))
        for other in others(claim, booked)
        if other.is_large and claim.meets(other)
    ]
