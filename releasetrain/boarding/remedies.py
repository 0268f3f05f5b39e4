"""The ways out of what stands against a release in a slot, for either side of it (C3). Questions only."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice

from releasetrain.boarding.queries import AHEAD, WAYS
from releasetrain.domain.chances import Chance, chance, crossed
from releasetrain.domain.conflicts.values import Conflict, Side, SideKind, releases_in
from releasetrain.domain.picture import Picture
from releasetrain.trains import queries as trains
from releasetrain.trains.models import Request, Slot

OTHERS = 12  # releases on the other side whose ways are looked for


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedies:
    """What stands against ``release`` in ``slot``, and what would do instead.

    ``standing``: what no waiver covers, what is told first standing first; ``picture``: the calendar with the release
    there; ``ways``: by each release that could move, itself among them, its next slots that would do; ``slots``: these;
    ``swaps``: the other releases with which it could change places.
    """

    release: int
    slot: int
    picture: Picture
    standing: tuple[Conflict, ...] = ()
    ways: Mapping[int, tuple[Chance, ...]] = field(default_factory=dict)
    slots: Mapping[int, Slot] = field(default_factory=dict)
    swaps: frozenset[int] = frozenset()

    @property
    def sides(self) -> list[Side]:
        """What stands on the other side, each once, in the order of what is told."""
        return list(dict.fromkeys(one.other_than(self.release) for one in self.standing))

    @property
    def blocking(self) -> list[Side]:
        """Those of the sides that are in the way; mere warnings are not."""
        return list(dict.fromkeys(one.other_than(self.release) for one in self.standing if one.blocks))

    @property
    def first(self) -> Side | None:
        """The side that is told first; None: nothing is in the way."""
        return next(iter(self.blocking), None)

    def against(self, side: Side) -> tuple[Conflict, ...]:
        """Return what stands between the release and this side."""
        return tuple(one for one in self.standing if one.other_than(self.release) == side)


def remedies(release: int, slot: Slot, *, now: datetime) -> Remedies:
    """Return what stands against ``release`` in ``slot``, where it rides, asks or would ride, and the ways out.

    A way is a regular departure that would do by itself and in which what stands between the two stands no more. A
    constant number of queries; locks nothing. ``slot`` was read with its train.
    """
    here = trains.picture(releases={release}, slots=[slot], now=now)
    there = here.moved({release: slot.pk})
    standing = tuple(there.standing_of([release]))
    found = Remedies(release=release, slot=slot.pk, picture=there, standing=standing)
    if not any(one.blocks for one in standing):
        return found
    others = others_of(standing, release)
    on = {**_trains_of(others, there), release: slot.train_id}
    ahead = _ahead(set(on.values()), now)
    slots = {one.pk: one for coming in ahead.values() for one in coming}
    wide = trains.picture(releases={release, *others}, slots=[slot, *slots.values()], now=now)
    ways = {
        one: tuple(islice(_ways(wide, one, [way.pk for way in ahead.get(on[one], ())], found), WAYS))
        for one in (release, *others)
        if one in on
    }
    swaps = frozenset(one for one in others if _swap_would_do(wide, one, found))
    return replace(found, ways=ways, slots=slots, swaps=swaps)


def others_of(standing: Iterable[Conflict], release: int) -> list[int]:
    """Return who could move instead: the other sides, the riders of a slot that is full, who carries a change."""
    found: dict[int, None] = {}
    for one in standing:
        sides = {side.id for side in (one.a, one.b) if side.kind is SideKind.RELEASE}
        found |= dict.fromkeys(sorted(sides | releases_in(one.basis.facts) | one.parties))
    return [one for one in found if one != release][:OTHERS]


def _trains_of(releases: Collection[int], picture: Picture) -> dict[int, int]:
    """On which train each of them rides, or asks to."""
    placed = {one: picture.departures[picture.places[one].slot] for one in releases if one in picture.places}
    found = {one: departure.slot.train for one, departure in placed.items()}
    if waiting := set(releases) - found.keys():
        asked = Request.objects.filter(release__in=waiting, ended_at__isnull=True, asked_at__isnull=False)
        found |= dict(asked.values_list("release", "train"))
    return found


def _ahead(on: Collection[int], now: datetime) -> dict[int, list[Slot]]:
    """The next departures of each of these trains; one query."""
    found: dict[int, list[Slot]] = {}
    coming = trains.coming_of_each(now=now, count=AHEAD).filter(train__in=on, kind=Slot.Kind.REGULAR)
    for slot in coming:
        found.setdefault(slot.train_id, []).append(slot)
    return found


def _ways(picture: Picture, mover: int, ahead: list[int], found: Remedies) -> Iterator[Chance]:
    """Yield where ``mover`` could go, soonest first; where it rides is no way out of there."""
    place = picture.places.get(mover)
    due = picture.riders[mover].due
    stays = {} if mover == found.release else {found.release: found.slot}
    for slot in ahead:
        if (place is not None and place.slot == slot) or (mover == found.release and slot == found.slot):
            continue
        tried = chance(picture, mover, slot, due, ahead=ahead)
        if tried.would_do_unasked and not _still_stand(picture.moved({**stays, **_moves(tried, mover)}), mover, found):
            yield tried


def _moves(tried: Chance, mover: int) -> dict[int, int | None]:
    return {mover: tried.slot, **{one.release: one.slot for one in tried.displaces}}


def _still_stand(after: Picture, mover: int, found: Remedies) -> bool:
    """Whether something that stood between the two stands after the move too."""
    between = {_matter(one) for one in found.standing if one.has(found.release) and one.has(mover)}
    return any(_matter(one) in between for one in after.blocking_of([mover]))


def _matter(conflict: Conflict) -> tuple[str, Side, Side]:
    return conflict.code, conflict.a, conflict.b


def _swap_would_do(picture: Picture, other: int, found: Remedies) -> bool:
    """Whether the release and another could change places, so that it rides in the slot."""
    place = picture.places.get(other)
    if place is None or place.slot != found.slot:
        return False
    after = crossed(picture, found.release, other)
    return after is not None and not _still_stand(after, other, found)
