"""Where a release may ride as far as that depends on nobody else, and who stays where it is.

The rules themselves are asked; nothing here knows what they say.
"""

from collections.abc import Collection, Mapping
from functools import cached_property

from releasetrain.domain import conflicts
from releasetrain.domain.conflicts.claims import Booked, Claim, SlotFacts
from releasetrain.domain.conflicts.values import Conflict, SideKind, SlotKind, releases_in
from releasetrain.domain.picture import Departure, Picture, Place
from releasetrain.domain.waivers import Waiver, covers, standing

# The rules that read one release and its departure, and nobody else's.
OF_ONE_SLOT = frozenset({"frozen", "cut-off", "peak-hours", "disk-headroom", "not-cleared"})
NOBODY = Booked()


class Openings:
    """The departures to come, and who may enter them. ``trains``: those that are planned, None: all."""

    def __init__(self, picture: Picture, trains: Collection[int] | None = None) -> None:
        self.picture = picture
        self.trains = trains
        self.waivers = tuple(one for one in picture.waivers if one.code in OF_ONE_SLOT)
        self._waived = {release for one in self.waivers for release in _named(one)}
        self._known: dict[tuple[object, ...], str] = {}

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
        freezes = (one for one in self.picture.world.freezes if not one.trains or slot.train in one.trains)
        return any(freeze.meets(slot.departs) for freeze in freezes)

    def of(self, release: int, train: int) -> dict[int, str]:
        """Return for every departure of the train to come why the release may not ride there, as a code; "": it may."""
        reported = self.picture.world.of(release)
        works = bool(reported.work or reported.disks)
        return {one.slot.id: self._refusal(release, one.slot, works) for one in self.coming.get(train, ())}

    def _refusal(self, release: int, slot: SlotFacts, works: bool) -> str:
        if code := self.picture.refusal(release, slot.id):
            return code
        if not works and slot.id not in self._speaking:
            return ""
        if works or release in self._waived or self._place(release, slot.id) is not None:
            return self._judged(release, slot)
        rider = self.picture.riders[release]
        alike = slot.id, rider.team, rider.services, rider.open_gates  # all that is read of who has no word of its own
        if alike not in self._known:
            self._known[alike] = self._judged(release, slot)
        return self._known[alike]

    def _judged(self, release: int, slot: SlotFacts) -> str:
        """Nothing enters a soft freeze by a plan; who is there already may stay."""
        found = self._standing(self.claim(release, slot.id))
        is_there = self._place(release, slot.id) is not None
        return next((one.code for one in found if one.blocks or (one.code == "frozen" and not is_there)), "")

    def _standing(self, claim: Claim) -> list[Conflict]:
        """A waiver of minutes at the peak speaks of work and runs together: it counts where no run adds to the work."""
        found = conflicts.judge([claim], booked=NOBODY, codes=OF_ONE_SLOT)
        runs = any(one.at_any_hour for one in claim.world.of(claim.release).backfills)
        return standing(found, [one for one in self.waivers if not (runs and one.code == "peak-hours")])

    def _place(self, release: int, slot: int) -> Place | None:
        place = self.picture.places.get(release)
        return place if place is not None and place.slot == slot else None

    def claim(self, release: int, slot: int) -> Claim:
        """Return the claim of a release that rides in a slot, or would from now on."""
        place = self._place(release, slot) or Place(slot=slot, boarded_at=self.picture.now)
        return self.picture.claim_at(place, release)

    def is_rolled_back(self, release: int) -> bool:
        """Return whether somebody needs a release that was rolled back: it waits to be handed in again."""
        return any(need.is_broken for need in self.picture.world.needed_by.get(release, ()))

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
        if not (waivers := self.picture.waivers):
            return False
        found = [one for one in self.picture.conflicts_of([release]) if one.blocks and one.code != "not-cleared"]
        return bool(found) and all(any(covers(waiver, one) for waiver in waivers) for one in found)


def _named(waiver: Waiver) -> set[int]:
    """The releases that a waiver may speak of."""
    sides = {side.id for side in (waiver.a, waiver.b) if side.kind is SideKind.RELEASE}
    return sides | releases_in(waiver.basis.facts)


def in_order(departure: Departure) -> tuple[object, int]:
    """Sort departures by their start."""
    return departure.slot.departs.start, departure.slot.id
