"""Where a release may ride as far as that depends on nobody else, and who stays where it is.

The rules themselves are asked; nothing here knows what they say.
"""

from collections.abc import Collection, Mapping
from functools import cached_property

from releasetrain.domain import conflicts
from releasetrain.domain.conflicts.claims import Booked, Claim, SlotFacts
from releasetrain.domain.conflicts.values import Conflict, SlotKind
from releasetrain.domain.picture import Departure, Picture, Place
from releasetrain.domain.waivers import covers, standing

OF_ONE_SLOT = frozenset({"frozen", "cut-off", "peak-hours"})  # they read the release and its departure only
OF_ANY_SLOT = frozenset({"disk-headroom"})  # the same wherever it rides
NOBODY = Booked()


class Openings:
    """The departures to come, and who may enter them. ``trains``: those that are planned, None: all."""

    def __init__(self, picture: Picture, trains: Collection[int] | None = None) -> None:
        self.picture = picture
        self.trains = trains
        self.waivers = tuple(one for one in picture.waivers if one.code in OF_ONE_SLOT | OF_ANY_SLOT)

    @cached_property
    def coming(self) -> Mapping[int, list[Departure]]:
        """The regular departures to come of each planned train, in order; skipped ones among them."""
        found: dict[int, list[Departure]] = {}
        for one in sorted(self.picture.departures.values(), key=in_order):
            if self._is_planned(one.slot) and one.slot.kind is SlotKind.REGULAR and not self._is_over(one.slot):
                found.setdefault(one.slot.train, []).append(one)
        return found

    def _is_planned(self, slot: SlotFacts) -> bool:
        return self.trains is None or slot.train in self.trains

    def _is_over(self, slot: SlotFacts) -> bool:
        return slot.is_over(self.picture.now)

    @cached_property
    def _speaking(self) -> frozenset[int]:
        """Departures of which a rule may say something of whoever rides there: shut, or in somebody's freeze."""
        return frozenset(
            one.slot.id
            for departures in self.coming.values()
            for one in departures
            if one.slot.shut_at <= self.picture.now or self._meets_a_freeze(one.slot)
        )

    def _meets_a_freeze(self, slot: SlotFacts) -> bool:
        return any(freeze.meets(slot.departs) for freeze in self.picture.world.freezes)

    def of(self, release: int, train: int) -> dict[int, str]:
        """Return for every departure of the train to come why the release may not ride there, as a code; "": it may."""
        works = bool(self.picture.world.of(release).work)
        return {one.slot.id: self._refusal(release, one.slot, works) for one in self.coming.get(train, ())}

    def _refusal(self, release: int, slot: SlotFacts, works: bool) -> str:
        if code := self.picture.refusal(release, slot.id):
            return code
        if not works and slot.id not in self._speaking:
            return ""
        found = self._standing(self.claim(release, slot.id), OF_ONE_SLOT)
        is_there = self._place(release, slot.id) is not None
        return next((one.code for one in found if one.blocks or not is_there), "")

    def _standing(self, claim: Claim, codes: Collection[str]) -> list[Conflict]:
        """A waiver of minutes at the peak speaks of work and runs together: it counts where no run adds to the work."""
        found = conflicts.judge([claim], booked=NOBODY, codes=codes)
        runs = any(one.at_any_hour for one in claim.world.of(claim.release).backfills)
        return standing(found, [one for one in self.waivers if not (runs and one.code == "peak-hours")])

    def _place(self, release: int, slot: int) -> Place | None:
        place = self.picture.places.get(release)
        return place if place is not None and place.slot == slot else None

    def claim(self, release: int, slot: int) -> Claim:
        """Return the claim of a release that rides in a slot, or would from now on."""
        place = self._place(release, slot) or Place(slot=slot, boarded_at=self.picture.now)
        return self.picture.claim_at(place, release)

    def wherever(self, release: int, slot: int) -> str:
        """Return what is in the way of a release wherever it rides, as a code; "": nothing."""
        if any(need.is_broken for need in self.picture.world.needed_by.get(release, ())):
            return "rolled-back"
        if not self.picture.world.of(release).disks:
            return ""
        return next((one.code for one in self._standing(self.claim(release, slot), OF_ANY_SLOT)), "")

    def stays(self, release: int) -> str:
        """Return why a release that has a place stays there whatever is planned, as a code; "": it may be moved."""
        slot = self.picture.departures[self.picture.places[release].slot].slot
        if slot.kind is SlotKind.PAST:
            return "has-departed"
        if code := self.picture.refusal(release, None):
            return code
        if not self._is_planned(slot):
            return "other-train"
        if slot.kind is SlotKind.HOTFIX:
            return "hotfix"
        if self.picture.now >= slot.shut_at and not slot.is_skipped:
            return "closed-in"
        return "waived" if self._rests_on_a_waiver(release) else ""

    def _rests_on_a_waiver(self, release: int) -> bool:
        """Whether something would block it where it is, and all of that is waived."""
        waivers = self.picture.waivers
        found = [one for one in self.picture.conflicts_of([release]) if one.blocks and one.code != "not-cleared"]
        return bool(found) and all(any(covers(waiver, one) for waiver in waivers) for one in found)


def in_order(departure: Departure) -> tuple[object, int]:
    """Sort departures by their start."""
    return departure.slot.departs.start, departure.slot.id
