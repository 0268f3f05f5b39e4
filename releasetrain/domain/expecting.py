"""Where those who wait may expect to ride: each takes the first departure that would do, in the order of the queue."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from releasetrain.domain import conflicts
from releasetrain.domain.conflicts.claims import Booked, Claim
from releasetrain.domain.conflicts.values import SlotKind
from releasetrain.domain.picture import Departure, Picture, Place, Rider
from releasetrain.domain.waivers import standing

ROOM = ("capacity", "team-limit")
FROZEN = "frozen"


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A release that waits; ``slot``: the one departure that it asks for, None: any would do."""

    release: int
    slot: int | None = None


def expected(picture: Picture, queue: Iterable[Waiting], *, departures: Collection[int]) -> dict[int, int | None]:
    """Return the slot that each of ``queue`` may expect, None where none of ``departures`` would do.

    In the order given: each sees those before it seated. A place would do that needs nobody's waiver and lies in no
    soft freeze. What asks for one departure waits for that one, and takes no other's seat meanwhile.
    """
    room = _Room(picture, departures)
    return {one.release: room.seat(one) for one in queue if one.release in picture.riders}


class _Room:
    """The departures as they fill. Only who is seated is judged: everybody else stays where they are."""

    def __init__(self, picture: Picture, departures: Collection[int]) -> None:
        self.picture = picture
        self.booked = Booked(picture.claims.values())
        open_ones = (picture.departures[id] for id in departures if id in picture.departures)
        self.open = [one for one in open_ones if _is_open(one, picture)]
        self.free = {one.slot.id: one.slot.capacity - self._taken(one) for one in self.open}
        aboard = {one.slot.id: self.booked.aboard(one.slot.id) for one in self.open}
        self.teams = {slot: Counter(claim.team for claim in riders) for slot, riders in aboard.items()}
        self.waived = {waiver.b.id for waiver in picture.waivers if waiver.code in ROOM}

    def seat(self, one: Waiting) -> int | None:
        """Give the release its place; return the slot."""
        for departure in self.open:
            if one.slot in (None, departure.slot.id) and (claim := self._claim(one.release, departure)) is not None:
                self.booked.add(claim)
                self.free[departure.slot.id] -= claim.points
                self.teams[departure.slot.id][claim.team] += 1
                return departure.slot.id
        return None

    def _claim(self, release: int, departure: Departure) -> Claim | None:
        slot, rider = departure.slot.id, self.picture.riders[release]
        if self._is_full(slot, rider, departure.points[rider.size]) or self.picture.refusal(release, slot):
            return None
        claim = self.picture.claim_at(Place(slot=slot, boarded_at=self.picture.now), release)
        return None if self._is_in_the_way(claim) else claim

    def _is_full(self, slot: int, rider: Rider, points: int) -> bool:
        """Most departures that will not do are full, which needs no judging unless somebody waived that there."""
        is_full = self.free[slot] < points or self.teams[slot][rider.team] >= rider.team_limit
        return is_full and slot not in self.waived

    def _is_in_the_way(self, claim: Claim) -> bool:
        found = (one for rule in conflicts.RULES.values() for one in rule.predicate(claim, booked=self.booked))
        serious = (one for one in found if one.blocks or one.code == FROZEN)
        return any(standing([one], self.picture.waivers) for one in serious)

    def _taken(self, departure: Departure) -> int:
        return sum(claim.points for claim in self.booked.aboard(departure.slot.id))


def _is_open(departure: Departure, picture: Picture) -> bool:
    slot = departure.slot
    return slot.kind is SlotKind.REGULAR and not slot.is_skipped and picture.now < slot.shut_at
