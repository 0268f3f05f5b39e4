"""The two rules about large releases. The database holds their twin (trains, migration "wall")."""

from collections.abc import Iterable

from releasetrain.domain.conflicts.claims import Booked, Claim
from releasetrain.domain.conflicts.rule import Remedy, Rule
from releasetrain.domain.conflicts.values import Basis, Conflict, LargeMode, SideKind, fact

LARGE_RULES = ("large-rides-alone", "large-overlap")


def large_rides_alone(claim: Claim, *, booked: Booked | Iterable[Claim]) -> list[Conflict]:
    """Return a conflict for each rider of the slot that a large release may not share it with."""
    return [
        Conflict.between("large-rides-alone", claim, other, basis=Basis(frozenset({fact("slot", claim.slot.id)})))
        for other in Booked.given(booked).aboard(claim.slot.id)
        if other.release != claim.release
        and (claim.is_large or other.is_large)
        and (claim.slot.large_mode is LargeMode.ALONE or claim.shares_with(other))
    ]


def large_overlaps(claim: Claim, *, booked: Booked | Iterable[Claim]) -> list[Conflict]:
    """Return a conflict for each large release whose hold and resources meet those of ``claim``."""
    if not claim.is_large:
        return []
    return [
        Conflict.between("large-overlap", claim, other, basis=claim.shared_with(other))
        for other in Booked.given(booked).large
        if other.release != claim.release and claim.meets(other)
    ]


_WAYS = (Remedy.MOVE, Remedy.MOVE_OTHER, Remedy.SWAP, Remedy.SHRINK, Remedy.WAIVE)
RULES = (
    Rule(
        code="large-rides-alone",
        rank=10,
        predicate=large_rides_alone,
        sides=(SideKind.RELEASE,),
        basis=("slot",),
        remedies=_WAYS,
    ),
    Rule(
        code="large-overlap",
        rank=20,
        predicate=large_overlaps,
        sides=(SideKind.RELEASE,),
        basis=("service", "table"),
        remedies=_WAYS,
    ),
)
