"""Who rides, or would ride: the claims that rules judge, and all of them together."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from releasetrain.domain.conflicts.values import Basis, LargeMode, SlotKind, fact
from releasetrain.domain.sizes import Size
from releasetrain.domain.windows import Window
from releasetrain.domain.world import World

NO_WORLD = World()


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotFacts:
    """One dated departure, with what the rules read of its train. ``is_held``: its train is held now."""

    id: int
    train: int
    kind: SlotKind
    departs: Window
    cut_off_at: datetime
    capacity: int
    large_mode: LargeMode
    closed_at: datetime | None = None
    is_held: bool = False
    is_skipped: bool = False

    @property
    def shut_at(self) -> datetime:
        """The instant from which nobody boards any more: the cut-off, or an earlier closing.

        While the train is held the cut-off waits (S4), at the longest until the departure; a hotfix departure is never
        held and cuts off at its start.
        """
        cut_off = self.departs.start if self.is_held or self.kind is SlotKind.HOTFIX else self.cut_off_at
        return min(cut_off, self.closed_at) if self.closed_at else cut_off

    def is_over(self, now: datetime) -> bool:
        """Return whether nobody can take a place here any more: it has departed, or is imported history."""
        return self.kind is SlotKind.PAST or self.departs.start <= now


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A release that rides, or would ride, in a slot.

    ``holds``: the hold window, already joined with what really happened. ``boarded_at``: when it took its place, for a
    would-be rider the present instant. ``open_gates``: the reviews it still lacks; ``is_due``: it is due by now.
    ``over_at``: the end of its departure as far as it is known to differ from the slot's. ``is_departing``: its
    departure has begun. ``world``: what the rules read beside bookings.
    """

    release: int
    team: int
    team_limit: int
    size: Size
    points: int
    services: frozenset[int]
    tables: frozenset[int]
    slot: SlotFacts
    holds: Window
    boarded_at: datetime
    open_gates: frozenset[str] = frozenset()
    is_due: bool = False
    over_at: datetime | None = None
    is_departing: bool = False
    world: World = field(default=NO_WORLD, compare=False, repr=False)

    @property
    def is_large(self) -> bool:
        """Whether the two large rules speak of it."""
        return self.size is Size.LARGE

    @property
    def departs(self) -> Window:
        """Its departure."""
        return self.slot.departs

    @property
    def ends_at(self) -> datetime:
        """The end of its departure, as planned or as it happened, whichever is later."""
        return max(self.departs.end, self.over_at or self.departs.end)

    @property
    def touched(self) -> frozenset[int]:
        """The tables whose schema it changes or whose data it moves."""
        return self.tables | {change.table for change in self.world.changes_of.get(self.release, ())}

    def meets(self, other: "Claim") -> bool:
        """Return whether the two share a service or a table while both hold."""
        return self.holds.meets(other.holds) and self.shares_with(other)

    def shares_with(self, other: "Claim") -> bool:
        """Return whether the two have a service or a table in common."""
        return bool(self.services & other.services or self.tables & other.tables)

    def shared_with(self, other: "Claim") -> Basis:
        """Return the common services and tables as a basis."""
        services = (fact("service", id) for id in self.services & other.services)
        tables = (fact("table", id) for id in self.tables & other.tables)
        return Basis(frozenset((*services, *tables)))


class Booked:
    """Everybody who has a place, to be asked by release and by slot. Imported history claims no room and no time."""

    def __init__(self, claims: Iterable[Claim] = ()) -> None:
        self._of = {claim.release: claim for claim in claims}
        self._in: dict[int, tuple[Claim, ...]] = {}
        self._touching: dict[int, tuple[Claim, ...]] = {}
        self.large: tuple[Claim, ...] = ()
        self._note(self._of.values())

    def _note(self, claims: Iterable[Claim]) -> None:
        counted = [claim for claim in claims if claim.slot.kind is not SlotKind.PAST]
        self.large += tuple(claim for claim in counted if claim.is_large)
        _add(self._in, ((claim.slot.id, claim) for claim in counted))
        _add(self._touching, ((table, claim) for claim in counted for table in claim.touched))

    def add(self, claim: Claim) -> None:
        """Let one more have a place: for whoever tries places one after the other."""
        self._of[claim.release] = claim
        self._note([claim])

    def changed(self, gone: Iterable[int], come: Iterable[Claim]) -> "Booked":
        """Return everybody after ``gone`` left and ``come`` took their places."""
        after = Booked()
        after._of, after._in, after._touching = dict(self._of), dict(self._in), dict(self._touching)
        after.large = self.large
        for claim in [after._of.pop(release) for release in gone if release in after._of]:
            after._forget(claim)
        new = list(come)
        after._of.update((claim.release, claim) for claim in new)
        after._note(new)
        return after

    def _forget(self, claim: Claim) -> None:
        self.large = _without(self.large, claim) if claim.is_large else self.large
        self._in[claim.slot.id] = _without(self._in.get(claim.slot.id, ()), claim)
        for table in claim.touched:
            self._touching[table] = _without(self._touching.get(table, ()), claim)

    @classmethod
    def given(cls, booked: "Booked | Iterable[Claim]") -> "Booked":
        """Return ``booked`` itself, or made of claims."""
        return booked if isinstance(booked, Booked) else cls(booked)

    def __iter__(self) -> Iterator[Claim]:
        return iter(self._of.values())

    def of(self, release: int) -> Claim | None:
        """Return where a release rides, imported history included."""
        return self._of.get(release)

    def aboard(self, slot: int) -> tuple[Claim, ...]:
        """Return who rides in a slot."""
        return self._in.get(slot, ())

    def touching(self, table: int) -> tuple[Claim, ...]:
        """Return who touches a table."""
        return self._touching.get(table, ())


def _add(index: dict[int, tuple[Claim, ...]], found: Iterable[tuple[int, Claim]]) -> None:
    new: dict[int, list[Claim]] = {}
    for key, claim in found:
        new.setdefault(key, []).append(claim)
    index.update((key, (*index.get(key, ()), *claims)) for key, claims in new.items())


def _without(claims: tuple[Claim, ...], gone: Claim) -> tuple[Claim, ...]:
    return tuple(claim for claim in claims if claim.release != gone.release)


def riders(claim: Claim, booked: Booked) -> list[Claim]:
    """Return the claim itself and all others that are booked into its slot."""
    return [claim, *(other for other in booked.aboard(claim.slot.id) if other.release != claim.release)]
