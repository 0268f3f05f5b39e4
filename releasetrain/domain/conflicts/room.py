"""Room in a slot: points, and how many releases a team can watch over."""

from collections.abc import Iterable

from releasetrain.domain.conflicts.values import Basis, Claim, Conflict, Side, fact, riders


def over_capacity(claim: Claim, *, booked: Iterable[Claim]) -> list[Conflict]:
    """Return a conflict with the slot if its riders have more points than it takes. Requests do not count."""
    aboard = riders(claim, booked)
    excess = sum(rider.points for rider in aboard) - claim.slot.capacity
    return [_with_slot("capacity", claim, aboard, {"points": excess})] if excess > 0 else []


def over_team_limit(claim: Claim, *, booked: Iterable[Claim]) -> list[Conflict]:
    """Return a conflict with the slot if it carries more releases of the claim's team than the team's limit."""
    aboard = [rider for rider in riders(claim, booked) if rider.team == claim.team]
    excess = len(aboard) - claim.team_limit
    return [_with_slot("team-limit", claim, aboard, {"releases": excess})] if excess > 0 else []


def _with_slot(code: str, claim: Claim, aboard: list[Claim], amounts: dict[str, int]) -> Conflict:
    facts = frozenset(fact("release", rider.release) for rider in aboard)
    slot = claim.slot
    return Conflict(code, Side.release(claim.release), Side.slot(slot.id), Basis(facts, amounts), slot.departs.start)
