"""The stages of a schema change: one strictly after the other, with the agreed soak between (M1)."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import pairwise

from releasetrain.domain.conflicts.claims import Booked, Claim
from releasetrain.domain.conflicts.rule import Remedy, Rule
from releasetrain.domain.conflicts.values import Basis, Conflict, Side, SideKind, fact, whole_hours
from releasetrain.domain.stages import Stage
from releasetrain.domain.world import Change

Step = tuple[Stage, int]


def out_of_order(claim: Claim, *, booked: Booked | Iterable[Claim]) -> list[Conflict]:
    """Return a conflict for each neighbour stage that is not strictly before, or after, the one that ``claim`` carries.

    A stage whose predecessor has no place is not after it. Relax may ship with the backfill's code (M1); what else
    one release carries of one change at once is out of order with itself.
    """
    every = Booked.given(booked)
    return [
        _pair("stage-order", change, claim, earlier, later, every)
        for change, earlier, later in _beside(claim)
        if _is_out_of_order(earlier, later, claim, every)
    ]


def soaks_too_short(claim: Claim, *, booked: Booked | Iterable[Claim]) -> list[Conflict]:
    """Return a conflict for each neighbour stage that is nearer than the agreed soak; its amount: missing hours."""
    every = Booked.given(booked)
    found = []
    for change, earlier, later in _beside(claim):
        before, after = _claim_of(earlier, claim, every), _claim_of(later, claim, every)
        if before is None or after is None or after.departs.start < before.ends_at:
            continue  # that is a matter of order
        missing = before.ends_at + timedelta(hours=change.soak_hours) - after.departs.start
        if missing > timedelta():
            amounts = {"hours": whole_hours(missing)}
            found.append(_pair("soak", change, claim, earlier, later, every, amounts))
    return found


def _beside(claim: Claim) -> Iterator[tuple[Change, Step, Step]]:
    """Yield each two stages of a live change that follow each other and of which the claim carries one."""
    for change in claim.world.changes_of.get(claim.release, ()):
        if change.abandoned_at is not None:
            continue
        for earlier, later in pairwise(change.steps):
            if claim.release in (earlier[1], later[1]):
                yield change, earlier, later


def _claim_of(step: Step, claim: Claim, booked: Booked) -> Claim | None:
    return claim if step[1] == claim.release else booked.of(step[1])


def _is_out_of_order(earlier: Step, later: Step, claim: Claim, booked: Booked) -> bool:
    if earlier[1] == later[1]:
        return (earlier[0], later[0]) != (Stage.BACKFILL, Stage.RELAX)
    before, after = _claim_of(earlier, claim, booked), _claim_of(later, claim, booked)
    if after is None:
        return False
    return before is None or after.departs.start < before.ends_at


def _pair(
    code: str,
    change: Change,
    claim: Claim,
    earlier: Step,
    later: Step,
    booked: Booked,
    amounts: dict[str, int] | None = None,
) -> Conflict:
    a, b = sorted((Side.release(earlier[1]), Side.release(later[1])))
    after = _claim_of(later, claim, booked) or claim
    basis = Basis(frozenset({fact("change", change.id), f"stage:{later[0]}"}), amounts or {})
    return Conflict(code, a, b, basis, after.departs.start)


RULES = (
    Rule(
        code="stage-order",
        rank=90,
        predicate=out_of_order,
        sides=(SideKind.RELEASE,),
        basis=("change", "stage"),
        waivable=False,
        remedies=(Remedy.MOVE, Remedy.MOVE_OTHER),
    ),
    Rule(
        code="soak",
        rank=100,
        predicate=soaks_too_short,
        sides=(SideKind.RELEASE,),
        basis=("change", "stage", "hours"),
        remedies=(Remedy.MOVE, Remedy.MOVE_OTHER, Remedy.WAIVE),
    ),
)
