"""What a release needs must ride before it."""

from collections.abc import Iterable

from releasetrain.domain.conflicts.claims import Booked, Claim
from releasetrain.domain.conflicts.rule import Remedy, Rule
from releasetrain.domain.conflicts.values import Basis, Conflict, Side, SideKind, fact, whole_hours
from releasetrain.domain.world import Need


def lacks_what_it_needs(claim: Claim, *, booked: Booked | Iterable[Claim]) -> list[Conflict]:
    """Return a conflict for each dependency that is not booked, broken (rolled back) or too late.

    Told of both sides: the one that needs, and the one that is needed.
    """
    every, world = Booked.given(booked), claim.world
    ends = [(need, claim, every.of(need.on)) for need in world.needs_of.get(claim.release, ())]
    ends += [
        (need, dependent, claim)
        for need in world.needed_by.get(claim.release, ())
        if (dependent := every.of(need.release)) is not None
    ]
    return [found for need, dependent, on in ends if (found := _unmet(need, dependent, on)) is not None]


def _unmet(need: Need, dependent: Claim, on: Claim | None) -> Conflict | None:
    if on is None or need.is_broken:
        return _pair(need, dependent, "broken" if need.is_broken else "not-booked")
    hours = _hours_too_late(need, dependent, on)
    return _pair(need, dependent, "too-late", hours) if hours else None


def _hours_too_late(need: Need, dependent: Claim, on: Claim) -> int:
    """0: in time. Where the same slot is allowed, a departure that ends before is too."""
    if need.lag is None:
        together = on.slot.id == dependent.slot.id
        return 0 if together else whole_hours(on.ends_at - dependent.departs.start)
    return whole_hours(on.ends_at + need.lag - dependent.departs.start)


def _pair(need: Need, dependent: Claim, how: str, hours: int = 0) -> Conflict:
    a, b = sorted((Side.release(need.release), Side.release(need.on)))
    basis = Basis(frozenset({fact("needs", need.on), how}), {"hours": hours} if hours else {})
    return Conflict("dependency", a, b, basis, dependent.departs.start)


RULES = (
    Rule(
        code="dependency",
        rank=110,
        predicate=lacks_what_it_needs,
        sides=(SideKind.RELEASE,),
        basis=("needs", "hours"),
        waivable=False,
        remedies=(Remedy.MOVE, Remedy.MOVE_OTHER),
    ),
)
