"""What would happen if a release took a slot: whether it may, at what cost, and who would move on for it (S2, C3)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from releasetrain.domain.conflicts.claims import Claim
from releasetrain.domain.conflicts.values import Conflict, SlotKind
from releasetrain.domain.picture import Picture
from releasetrain.domain.sizes import Size


@dataclass(frozen=True, slots=True, kw_only=True)
class Displaced:
    """A release that moves on for a large one: to ``slot``, None: back into the queue. ``days_late`` there."""

    release: int
    slot: int | None
    days_late: int = 0
    departs_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Chance:
    """Whether a release may ride in a slot, why not, and what it costs: how late it would be and who moves on for it.

    ``warnings``: what stands in its way without blocking it.
    """

    slot: int
    departs_at: datetime
    standing: tuple[Conflict, ...] = ()
    refusal: str = ""
    days_late: int = 0
    displaces: tuple[Displaced, ...] = ()
    warnings: tuple[Conflict, ...] = ()

    @property
    def would_do(self) -> bool:
        """Whether the release may take this place without anybody's waiver."""
        return not self.standing and not self.refusal

    @property
    def would_do_unasked(self) -> bool:
        """Whether it may even without anybody deciding so: nothing enters a soft freeze by itself (S2)."""
        return self.would_do and not self.in_soft_freeze

    @property
    def in_soft_freeze(self) -> bool:
        """Whether it would depart in a soft freeze."""
        return any(one.code == "frozen" for one in self.warnings)

    @property
    def others_late(self) -> int:
        """How many of those that move on become late by it."""
        return sum(one.days_late > 0 or one.slot is None for one in self.displaces)


def chance(picture: Picture, release: int, slot: int, due: date | None, *, ahead: Sequence[int] = ()) -> Chance:
    """Return what would happen if ``release`` took ``slot``; who is displaced goes to one of ``ahead``."""
    departure = picture.departures[slot]
    late = days_late(due, departure.on)
    departs_at = departure.slot.departs.start
    if refusal := picture.refusal(release, slot):
        return Chance(slot=slot, departs_at=departs_at, refusal=refusal, days_late=late)
    told = picture.told_by(picture.moved({release: slot}), releases=[release])
    found = tuple(one for one in told if one.blocks)
    moves = displaced(picture, release, slot, ahead=ahead) if found else None
    return Chance(
        slot=slot,
        departs_at=departs_at,
        days_late=late,
        standing=found if moves is None else (),
        displaces=_costs(picture, moves or {}),
        warnings=tuple(one for one in told if not one.blocks),
    )


def days_late(due: date | None, on: date) -> int:
    """Return by how many days a departure ``on`` misses ``due``."""
    return max(0, (on - due).days) if due else 0


def _costs(picture: Picture, moves: Mapping[int, int | None]) -> tuple[Displaced, ...]:
    return tuple(
        Displaced(
            release=release,
            slot=slot,
            days_late=0 if slot is None else days_late(picture.riders[release].due, picture.departures[slot].on),
            departs_at=None if slot is None else picture.departures[slot].slot.departs.start,
        )
        for release, slot in moves.items()
    )


def may_displace(picture: Picture, release: int, slot: int) -> list[int]:
    """Return the riders of ``slot`` if ``release`` may claim it from them (S2), in the order in which they move on.

    A large one may, from small ones that boarded by themselves and are not yet cleared; nobody else may be aboard.
    """
    if picture.riders[release].size is not Size.LARGE:
        return []
    aboard = [claim for claim in picture.booked.aboard(slot) if claim.release != release]
    return in_queue_order(picture, aboard) if all(_gives_way(picture, one) for one in aboard) else []


def _gives_way(picture: Picture, claim: Claim) -> bool:
    place = picture.places[claim.release]
    small = claim.size is Size.SMALL and claim.slot.kind is SlotKind.REGULAR
    return small and place.by_itself and place.ran is None and bool(claim.open_gates)


def in_queue_order(picture: Picture, claims: Iterable[Claim]) -> list[int]:
    """Return the releases of ``claims`` as the queue serves them: due, then weight, then submitted (S3)."""
    latest = date.max

    def key(claim: Claim) -> tuple[date, int, datetime, int]:
        rider = picture.riders[claim.release]
        return rider.due or latest, -rider.weight, rider.submitted_at or claim.boarded_at, claim.release

    return [claim.release for claim in sorted(claims, key=key)]


def displaced(picture: Picture, release: int, slot: int, *, ahead: Sequence[int]) -> dict[int, int | None] | None:
    """Return where everybody goes who moves on if ``release`` claims ``slot``; None if it may not, or not even so."""
    riders = may_displace(picture, release, slot)
    if not riders:
        return None
    alone = picture.moved({release: slot, **dict.fromkeys(riders)})
    if picture.made_by(alone, releases=[release]):
        return None
    start = picture.departures[slot].slot.departs.start
    later = [one for one in ahead if picture.departures[one].slot.departs.start > start]
    return seated(alone, riders, later)


def seated(picture: Picture, releases: Iterable[int], ahead: Sequence[int]) -> dict[int, int | None]:
    """Return the first of ``ahead`` that would do by itself for each release, one after the other; None: none would."""
    found: dict[int, int | None] = {}
    for release in releases:
        found[release] = next((slot for slot in ahead if would_do_unasked(picture, release, slot)), None)
        if found[release] is not None:
            picture = picture.moved({release: found[release]}, by_itself=True)
    return found


def would_do_unasked(picture: Picture, release: int, slot: int) -> bool:
    """Return whether a release may board a slot by itself: a regular one, no soft freeze, no conflict (S2)."""
    if picture.departures[slot].slot.kind is not SlotKind.REGULAR or picture.refusal(release, slot):
        return False
    told = picture.told_by(picture.moved({release: slot}), releases=[release])
    return not any(one.blocks or one.code == "frozen" for one in told)


def with_whom(picture: Picture, release: int, among: Collection[int]) -> set[int]:
    """Return those of ``among`` in the slot of ``release`` that rest on it, over others of them too (S4)."""
    found, todo = set[int](), [release]
    while todo:
        for other in _rest_on(picture, todo.pop()) & set(among):
            if other not in found and other != release:
                found.add(other)
                todo.append(other)
    return found


def _rest_on(picture: Picture, release: int) -> set[int]:
    """Who needs it, and the later stages of a change of which it carries one."""
    resting = {need.release for need in picture.world.needed_by.get(release, ())}
    for change in picture.world.changes_of.get(release, ()):
        carriers = [carrier for _, carrier in change.steps]
        resting |= set(carriers[carriers.index(release) + 1 :])
    return resting - {release}


def crossed(picture: Picture, one: int, other: int) -> Picture | None:
    """Return the picture after two booked releases changed places; None where that would not do."""
    if not {one, other} <= picture.places.keys():
        return None
    places = {one: picture.places[other].slot, other: picture.places[one].slot}
    if any(picture.refusal(release, slot) for release, slot in places.items()):
        return None
    after = picture.moved(places)
    return None if picture.made_by(after, releases=places.keys()) else after
