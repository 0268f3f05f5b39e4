"""A picture of the calendar: enough of it to judge some releases, before and after a deed.

Pure values: the same picture is judged with changes that were not made yet, so that a screen can light every slot and
a planner can try.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Self

from releasetrain.domain import conflicts
from releasetrain.domain.conflicts.claims import NO_WORLD, Booked, Claim, SlotFacts
from releasetrain.domain.conflicts.values import Conflict
from releasetrain.domain.holds import Ran, hold
from releasetrain.domain.sizes import Size
from releasetrain.domain.waivers import Waiver, standing
from releasetrain.domain.world import World

UNJUDGED = frozenset({"review"})  # nobody judged its gates yet: it is not cleared


@dataclass(frozen=True, slots=True, kw_only=True)
class Rider:
    """What the rules read of a release, wherever it rides."""

    release: int
    team: int
    team_limit: int
    size: Size
    services: frozenset[int] = frozenset()
    tables: frozenset[int] = frozenset()
    earliest: date | None = None
    due: date | None = None
    weight: int = 1
    submitted_at: datetime | None = None
    open_gates: frozenset[str] = UNJUDGED


@dataclass(frozen=True, slots=True, kw_only=True)
class Departure:
    """A slot, with its train's points and soak hours per size; ``on``: its date where the train runs."""

    slot: SlotFacts
    on: date
    points: Mapping[Size, int]
    soak_hours: Mapping[Size, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a release rides, since when, what happened if it started, and how long it has grace to be cleared.

    ``by_itself``: nobody put it there (S2).
    """

    slot: int
    boarded_at: datetime
    by_itself: bool = False
    ran: Ran | None = None
    grace_until: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Picture:
    """Riders, departures and places by id, the waivers about them, the world, and the instant it was taken."""

    now: datetime
    riders: Mapping[int, Rider]
    departures: Mapping[int, Departure]
    places: Mapping[int, Place]
    waivers: tuple[Waiver, ...] = ()
    world: World = NO_WORLD

    def moved(self, changes: Mapping[int, int | None], *, by_itself: bool = False) -> Self:
        """Return the picture after each release of ``changes`` took its slot (None: left). Staying changes nothing."""
        places = dict(self.places)
        for release, slot in changes.items():
            if slot is None:
                places.pop(release, None)
            elif release not in places or places[release].slot != slot:
                places[release] = Place(slot=slot, boarded_at=self.now, by_itself=by_itself)
        after = replace(self, places=places)
        new = {release: after.claim_at(places[release], release) for release in changes if release in places}
        claims = {**self.claims, **new}
        for release in changes.keys() - new.keys():
            claims.pop(release, None)
        after.__dict__.update(claims=claims, booked=self.booked.changed(changes, new.values()))
        return after

    def edited(self, riders: Iterable[Rider]) -> Self:
        """Return the picture with these riders in place of the old ones."""
        return replace(self, riders={**self.riders, **{rider.release: rider for rider in riders}})

    def waived(self, waivers: Iterable[Waiver]) -> Self:
        """Return the picture with these waivers added."""
        return replace(self, waivers=(*self.waivers, *waivers))

    def in_world(self, world: World) -> Self:
        """Return the picture in another world: with a freeze that is only thought of, say."""
        return replace(self, world=world)

    def is_too_early(self, release: int, slot: int) -> bool:
        """Return whether the slot departs before the release's earliest date."""
        earliest = self.riders[release].earliest
        return earliest is not None and self.departures[slot].on < earliest

    def refusal(self, release: int, slot: int | None) -> str:
        """Return why ``release`` may not even be judged in ``slot`` (None: leaving), as a code; empty if it may.

        What departed, or should have, is no longer moved: what happened is reported first.
        """
        place = self.places.get(release)
        if place is not None and place.ran is not None:
            return "has-departed"
        if place is not None and self.departures[place.slot].slot.departs.start <= self.now:
            return "needs-a-word"
        return "" if slot is None else self._shut(release, slot)

    def _shut(self, release: int, slot: int) -> str:
        if slot not in self.departures:
            return "no-such-slot"
        if self.departures[slot].slot.is_over(self.now):
            return "slot-departed"
        if self.departures[slot].slot.is_skipped:
            return "slot-skipped"
        return "before-earliest" if self.is_too_early(release, slot) else ""

    @cached_property
    def claims(self) -> Mapping[int, Claim]:
        """The claim of every placed release; a moved picture takes over those that stayed."""
        return {release: self.claim_at(place, release) for release, place in self.places.items()}

    def claim_at(self, place: Place, release: int) -> Claim:
        """Return the claim that ``release`` has, or would have, at ``place``."""
        return _claim(self.riders[release], self.departures[place.slot], place, self)

    @cached_property
    def booked(self) -> Booked:
        """All claims, to be asked by release and by slot."""
        return Booked(self.claims.values())

    def claim(self, release: int) -> Claim | None:
        """Return the release's claim, or None if it rides nowhere."""
        return self.claims.get(release)

    def conflicts_of(self, releases: Collection[int]) -> list[Conflict]:
        """Return everything that the rules find for ``releases``, waived or not."""
        asked = [self.claims[release] for release in releases if release in self.claims]
        return conflicts.judge(asked, booked=self.booked)

    def standing_of(self, releases: Collection[int]) -> list[Conflict]:
        """Return the conflicts of ``releases`` that no waiver covers."""
        return standing(self.conflicts_of(releases), self.waivers)

    def blocking_of(self, releases: Collection[int]) -> list[Conflict]:
        """Return the conflicts of ``releases`` that no waiver covers and that are no mere warnings."""
        return [one for one in self.standing_of(releases) if one.blocks]

    def made_by(self, after: "Picture", *, releases: Collection[int]) -> list[Conflict]:
        """Return what the deed that leads to ``after`` makes itself, for the releases it placed or edited (C5)."""
        return [one for one in self.told_by(after, releases=releases) if one.blocks]

    def told_by(self, after: "Picture", *, releases: Collection[int]) -> list[Conflict]:
        """Return the same with the warnings."""
        return conflicts.arisen(before=self._stood(releases), after=after.standing_of(releases), by=releases)

    def _stood(self, releases: Collection[int]) -> list[Conflict]:
        """What stood before, kept: the same picture is asked about one slot after the other."""
        kept: dict[frozenset[int], list[Conflict]] = self.__dict__.setdefault("stood", {})
        asked = frozenset(releases)
        if asked not in kept:
            kept[asked] = self.standing_of(asked)
        return kept[asked]


def _claim(rider: Rider, departure: Departure, place: Place, of: Picture) -> Claim:
    now, ran = of.now, place.ran
    soak = departure.soak_hours[rider.size]
    return Claim(
        release=rider.release,
        team=rider.team,
        team_limit=rider.team_limit,
        size=rider.size,
        points=departure.points[rider.size],
        services=rider.services,
        tables=rider.tables,
        slot=departure.slot,
        holds=hold(departure.slot.departs, soak_hours=soak, ran=ran, now=now),
        boarded_at=place.boarded_at,
        open_gates=frozenset() if ran else rider.open_gates,
        is_due=now >= max(departure.slot.shut_at, place.grace_until or departure.slot.shut_at),
        over_at=ran.finished_at if ran else None,
        is_departing=now >= departure.slot.departs.start,
        world=of.world,
    )
