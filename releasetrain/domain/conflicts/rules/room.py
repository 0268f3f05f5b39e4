"""Room in a slot: points, and how many releases a team can watch over."""

from collections.abc import Iterable

from releasetrain.domain.conflicts.claims import Booked, Claim, riders
from releasetrain.domain.conflicts.rule import Remedy, Rule
from releasetrain.domain.conflicts.values import Basis, Conflict, Side, SideKind, fact


def over_capacity(claim: Claim, *, booked: Booked | Iterable[Claim]) -> list[Conflict]:
    """Return a conflict with the slot if its riders have more points than it takes. Requests do not count."""
    aboard = riders(claim, Booked.given(booked))
    excess = sum(rider.points for rider in aboard) - claim.slot.capacity
    return [_with_slot("capacity", claim, aboard, {"points": excess})] if excess > 0 else []


def over_team_limit(claim: Claim, *, booked: Booked | Iterable[Claim]) -> list[Conflict]:
    """Return a conflict with the slot if it carries more releases of the claim's team than the team's limit."""
    aboard = [rider for rider in riders(claim, Booked.given(booked)) if rider.team == claim.team]
    excess = len(aboard) - claim.team_limit
    return [_with_slot("team-limit", claim, aboard, {"releases": excess})] if excess > 0 else []


def _with_slot(code: str, claim: Claim, aboard: list[Claim], amounts: dict[str, int]) -> Conflict:
    facts = frozenset(fact("release", rider.release) for rider in aboard)
    slot = claim.slot
    return Conflict(code, Side.release(claim.release), Side.slot(slot.id), Basis(facts, amounts), slot.departs.start)


_WAYS = (Remedy.MOVE, Remedy.MOVE_OTHER, Remedy.SHRINK, Remedy.WAIVE)
RULES = (
    Rule(
        code="capacity",
        rank=50,
        predicate=over_capacity,
        sides=(SideKind.SLOT,),
        basis=("slot", "release", "points"),
        remedies=_WAYS,
    ),
    Rule(
        code="team-limit",
        rank=60,
        predicate=over_team_limit,
        sides=(SideKind.SLOT,),
        basis=("slot", "release", "releases"),
        remedies=_WAYS,
    ),
)
