"""Who sits where while a plan comes in: one picture of the calendar, asked about one slot at a time.

The picture of a whole train is read once; a slot is judged among those who can matter there (as ``trains.near`` says:
its riders, and for a large release all large ones), so that hundreds of rows cost no query each.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from releasetrain.boarding.actions.importing.room import Room
from releasetrain.boarding.queries import AHEAD
from releasetrain.domain.conflicts.claims import Claim
from releasetrain.domain.conflicts.values import Conflict, SideKind, releases_in
from releasetrain.domain.picture import Picture, Place, Rider
from releasetrain.domain.sizes import Size
from releasetrain.domain.waivers import Waiver
from releasetrain.domain.world import Need
from releasetrain.releases.models import Release
from releasetrain.trains import queries as trains
from releasetrain.trains.models import Request, Slot, Train


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A slot to board, or why the wanted one will not do; none of it: nothing near would do, it waits."""

    slot: int | None = None
    conflicts: tuple[Conflict, ...] = ()
    refusal: str = ""


class Seats:
    """The coming departures of a train and everybody in them, as rows take their places one after the other.

    A row that no slot takes is the common one in a long file, so what surely cannot be is passed over at a glance, and
    a slot that is shut to a team's releases of one size is not looked at again for them. The rules judge the rest.
    """

    def __init__(self, picture: Picture, coming: list[int], titles: dict[int, str]) -> None:
        self.picture, self.coming, self.titles = picture, coming, titles
        self.days = [picture.departures[id].on for id in coming]
        self.places, self.claims = dict(picture.places), dict(picture.claims)
        self.by_slot: dict[int, set[int]] = defaultdict(set)
        self.large: set[int] = set()
        self.waived = {id for waiver in picture.waivers for id in _named_by(waiver)}
        self.room = Room(self.claims.values())
        self.open: dict[tuple[int, Size], list[int]] = {}  # per team and size: the departures not known to be shut
        for release, place in self.places.items():
            self._note(release, place.slot)

    @classmethod
    def of(
        cls,
        train: Train,
        riders: Mapping[Rider, str],
        named: Iterable[Slot],
        *,
        now: datetime,
        needs: tuple[Need, ...] = (),
    ) -> "Seats":
        """Read the train's coming departures; ``riders``: what the rules read of the new releases, and their titles.

        ``needs``: what those need; whom they need elsewhere is read with them.
        """
        coming = list(trains.coming(train, now=now).filter(kind=Slot.Kind.REGULAR))
        slots = {slot.pk: slot for slot in (*coming, *named)}
        on = {need.on for need in needs if need.on > 0}
        tables = {table for rider in riders for table in rider.tables}
        picture = trains.picture(releases=on, slots=slots.values(), now=now, tables=tables)
        picture = picture.in_world(picture.world.with_needs(needs))
        titles = dict(Release.objects.filter(pk__in=picture.riders).values_list("pk", "title"))
        titles |= {rider.release: title for rider, title in riders.items()}
        return cls(picture.edited(riders), [slot.pk for slot in coming], titles)

    def seat(self, release: int, *, slot: int | None, wish: str) -> Answer:
        """Let the release sit in ``slot``, or without one in the first that would do if it wishes that."""
        if slot is not None:
            return self._take(release, slot)
        if wish != Request.Wish.FIRST:
            return Answer()
        for id in self._worth_trying(release):
            answer = self._take(release, id)
            if answer.slot is not None:
                return answer
        return Answer()

    def _worth_trying(self, release: int) -> Iterator[int]:
        """Yield those of the next ``AHEAD`` departures from its earliest day that may take the release."""
        rider = self.picture.riders[release]
        first = bisect_left(self.days, rider.earliest) if rider.earliest else 0
        if release in self.waived:
            yield from self.coming[first : first + AHEAD]
            return
        still_open = self.open.setdefault((rider.team, rider.size), list(range(len(self.coming))))
        ahead = slice(bisect_left(still_open, first), bisect_left(still_open, first + AHEAD))
        for number in still_open[ahead]:
            claim = self._claim(release, self.coming[number])
            if self.room.is_shut_to(claim):
                still_open.remove(number)
            elif not self.room.meets_large(claim):
                yield self.coming[number]

    def _claim(self, release: int, slot: int) -> Claim:
        return self.picture.claim_at(Place(slot=slot, boarded_at=self.picture.now), release)

    def _take(self, release: int, slot: int) -> Answer:
        if self.picture.departures[slot].slot.departs.start <= self.picture.now:
            return Answer(refusal="slot-departed")
        if self.picture.is_too_early(release, slot):
            return Answer(refusal="before-earliest")
        if found := self._conflicts(release, slot):
            return Answer(conflicts=tuple(found))
        self.places[release] = Place(slot=slot, boarded_at=self.picture.now)
        self.claims[release] = self._claim(release, slot)
        self.room.add(self.claims[release])
        self._note(release, slot)
        return Answer(slot=slot)

    def _conflicts(self, release: int, slot: int) -> list[Conflict]:
        tables = self.picture.riders[release].tables
        near = self.by_slot[slot] | (self.picture.world.partners(release, tables=tables) & self.places.keys())
        if self.picture.riders[release].size is Size.LARGE:
            near = near | self.large
        before = replace(self.picture, places={one: self.places[one] for one in near})
        return before.made_by(before.moved({release: slot}), releases=[release])

    def _note(self, release: int, slot: int) -> None:
        self.by_slot[slot].add(release)
        if self.picture.riders[release].size is Size.LARGE:
            self.large.add(release)


def _named_by(waiver: Waiver) -> Iterator[int]:
    yield from (side.id for side in (waiver.a, waiver.b) if side.kind is SideKind.RELEASE)
    yield from releases_in(waiver.basis.facts)
