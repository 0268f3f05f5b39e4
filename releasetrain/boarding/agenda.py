"""The calendar between two instants: every departure with who rides and what stands, freezes, and what soaks."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from releasetrain.domain.conflicts.values import Conflict, SideKind
from releasetrain.domain.picture import Picture
from releasetrain.domain.windows import Window
from releasetrain.releases.models import Release
from releasetrain.teams.models import Team
from releasetrain.trains import queries as trains
from releasetrain.trains.between import (
    Frozen,
    departures_between,
    freezes_between,
    low_load_between,
    riding_between,
)
from releasetrain.trains.models import Slot, Train

MOST = 2000  # departures shown at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """A departure. ``aboard``: everybody's bookings; ``conflicts``: what stands there, each matter once.

    ``frozen``: the freezes that it meets as a whole.
    """

    slot: Slot
    aboard: tuple[Any, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    frozen: tuple[Frozen, ...] = ()

    @property
    def points(self) -> int:
        """The points that are taken."""
        return sum(self.slot.train.points_of(one.release.size) for one in self.aboard)

    @property
    def large(self) -> list[Release]:
        """The large ones aboard."""
        return [one.release for one in self.aboard if one.release.size == Release.Size.LARGE]

    @property
    def releases(self) -> list[Release]:
        """Who rides, in the order in which they boarded."""
        return [one.release for one in self.aboard]

    def is_ahead(self, now: datetime) -> bool:
        """Return whether it is still to depart."""
        return self.slot.kind != Slot.Kind.PAST and self.slot.start_at > now

    def is_held(self, now: datetime) -> bool:
        """Return whether its train is held; hotfix departures go all the same (S5)."""
        return self.slot.train.held_at is not None and self.slot.kind == Slot.Kind.REGULAR and self.is_ahead(now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """A large release, from the start of its departure to the end of its soak."""

    release: Release
    slot: Slot
    window: Window


@dataclass(frozen=True, slots=True, kw_only=True)
class Agenda:
    """Everything in ``near``. ``is_cut``: there are more departures than are shown."""

    near: Window
    stops: list[Stop]
    freezes: list[Frozen]
    holds: list[Hold]
    low_load: Mapping[str, tuple[Window, ...]] = field(default_factory=dict)
    is_cut: bool = False


def agenda(
    near: Window, *, now: datetime, train: Train | None = None, team: Team | None = None, low_load: bool = False
) -> Agenda:
    """Return the calendar within ``near``, of one train or of all; a constant number of queries.

    With ``team``: the departures on which it rides, with all who ride there, and what it holds.
    """
    slots = list(departures_between(near, train=train.pk if train else None)[: MOST + 1])
    shown = slots[:MOST]
    riding = riding_between(near, shown)
    picture = trains.picture(releases={one.release_id for one in riding}, slots=shown, now=now, own=riding)
    freezes = [one for one in freezes_between(near) if _concerns(one, train, team)]
    stops = _stops(shown, riding, picture, freezes, now)
    return Agenda(
        near=near,
        stops=[one for one in stops if team is None or _carries(one, team)],
        freezes=freezes,
        holds=[one for one in _holds(riding, picture, near) if _is_of(one, train, team)],
        low_load=low_load_between(near) if low_load else {},
        is_cut=len(slots) > MOST,
    )


def _concerns(one: Frozen, train: Train | None, team: Team | None) -> bool:
    """Whether a freeze has something to say to whoever looks at one train, or at one team."""
    of_the_train = train is None or not one.facts.trains or train.pk in one.facts.trains
    return of_the_train and (team is None or not one.facts.teams or team.pk in one.facts.teams)


def _carries(stop: Stop, team: Team) -> bool:
    return any(release.team_id == team.pk for release in stop.releases)


def _is_of(hold: Hold, train: Train | None, team: Team | None) -> bool:
    return (train is None or hold.slot.train_id == train.pk) and (team is None or hold.release.team_id == team.pk)


def _stops(
    slots: Iterable[Slot], riding: Iterable[Any], picture: Picture, freezes: list[Frozen], now: datetime
) -> list[Stop]:
    aboard: dict[int, list[Any]] = {}
    for one in riding:
        aboard.setdefault(one.slot_id, []).append(one)
    against = _against(picture, now)
    return [
        Stop(
            slot=slot,
            aboard=tuple(aboard.get(slot.pk, ())),
            conflicts=tuple(against.get(slot.pk, ())),
            frozen=tuple(one for one in freezes if _meets(one, slot)),
        )
        for slot in slots
    ]


def _meets(one: Frozen, slot: Slot) -> bool:
    facts = one.facts
    is_of_it = facts.is_for_all_of_a_train and (not facts.trains or slot.train_id in facts.trains)
    is_planned = slot.kind != Slot.Kind.PAST
    return is_planned and is_of_it and facts.meets(Window(slot.start_at, slot.end_at))


def _against(picture: Picture, now: datetime) -> dict[int, list[Conflict]]:
    """What stands, by departure: judged once for everybody whose departure is not over, each matter once."""
    places = {release: place.slot for release, place in picture.places.items()}
    riders = [release for release, slot in places.items() if picture.departures[slot].slot.departs.end > now]
    found: dict[int, dict[Any, Conflict]] = {}
    for one in picture.blocking_of(riders):
        for slot in {places[side.id] for side in (one.a, one.b) if side.kind is SideKind.RELEASE and side.id in places}:
            found.setdefault(slot, {})[_matter(one)] = one
    return {slot: list(matters.values()) for slot, matters in found.items()}


def _matter(one: Conflict) -> Any:
    """A conflict of all riders with their slot is one matter, whichever rider it is told of."""
    is_of_all = one.b.kind is SideKind.SLOT and len(one.basis.facts) > 1
    return (one.code, one.b, one.basis) if is_of_all else one


def _holds(riding: Iterable[Any], picture: Picture, near: Window) -> list[Hold]:
    """Large ones hold; imported history holds nothing."""
    large = [one for one in riding if one.release.size == Release.Size.LARGE and one.slot.kind != Slot.Kind.PAST]
    holds = [Hold(release=one.release, slot=one.slot, window=picture.claims[one.release_id].holds) for one in large]
    return sorted((one for one in holds if one.window.meets(near)), key=lambda one: (one.window.start, one.release.pk))
