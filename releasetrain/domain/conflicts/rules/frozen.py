"""Nothing departs in a hard freeze, and nothing without thought in a soft one."""

from collections.abc import Iterable

from releasetrain.domain.conflicts.claims import Booked, Claim
from releasetrain.domain.conflicts.rule import Grade, Remedy, Rule
from releasetrain.domain.conflicts.values import Basis, Conflict, Severity, Side, SideKind, fact
from releasetrain.domain.world import Freeze


def frozen(claim: Claim, *, booked: Booked | Iterable[Claim]) -> list[Conflict]:
    """Return a conflict with each freeze that concerns the claim and that its departure meets."""
    met = (freeze for freeze in claim.world.freezes if freeze.meets(claim.departs))
    return [_in_freeze(claim, freeze) for freeze in met if _concerns(freeze, claim)]


def _concerns(freeze: Freeze, claim: Claim) -> bool:
    return freeze.concerns(train=claim.slot.train, services=claim.services, team=claim.team)


def _in_freeze(claim: Claim, freeze: Freeze) -> Conflict:
    severity = Severity.BLOCKS if freeze.is_hard else Severity.WARNS
    basis = Basis(frozenset({fact("freeze", freeze.id), fact("slot", claim.slot.id)}))
    sides = Side.release(claim.release), Side(SideKind.FREEZE, freeze.id)
    return Conflict("frozen", *sides, basis, claim.departs.start, severity)


RULES = (
    Rule(
        code="frozen",
        rank=40,
        predicate=frozen,
        grade=Grade.BY_FREEZE,
        sides=(SideKind.FREEZE,),
        basis=("freeze", "slot"),
        remedies=(Remedy.MOVE, Remedy.SUSPEND, Remedy.WAIVE),
    ),
)
