"""What stands on the calendar, and what would stand in another world: nothing here writes (C5)."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Q

from releasetrain.domain import conflicts
from releasetrain.domain.conflicts.values import Conflict, Severity, SideKind
from releasetrain.domain.picture import Departure, Picture
from releasetrain.domain.windows import Window
from releasetrain.domain.world import NOTHING_REPORTED, Work, World, without
from releasetrain.domain.world import Freeze as FreezeFacts
from releasetrain.schema.models import SchemaStage
from releasetrain.trains import queries as trains
from releasetrain.trains.freeze_fields import NOT_WRITTEN, FreezeFields, LowHours
from releasetrain.trains.freezing import freeze_facts, low_load_of, spans_of_load
from releasetrain.trains.models import Database, Freeze, Suspension


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A conflict that no waiver covers, at the release it is told of (the one that departs later) in its slot."""

    conflict: Conflict
    release: int
    slot: int
    departs_at: datetime

    @property
    def severity(self) -> Severity:
        """Whether it blocks or only warns."""
        return self.conflict.severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Thought:
    """A freeze that is only thought of; ``id``: the one that it would replace."""

    fields: FreezeFields
    id: int = NOT_WRITTEN


@dataclass(frozen=True, slots=True, kw_only=True)
class Paused:
    """A suspension that is only thought of. ``window`` None: the freeze ends for good."""

    freeze: int
    window: Window | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """Hours of low load that are only thought of."""

    database: str
    zone: str
    hours: Sequence[LowHours]


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What would stand that does not, and what would stand no more; the calendar as it is, and as it would be."""

    arises: list[Standing]
    goes: list[Standing]
    before: Picture
    after: Picture


def standing(now: datetime, train: int | None = None) -> list[Standing]:
    """Return every conflict that no waiver covers among the departures that are not over, of one train or of all.

    In order of departure, then of the rules. What departed already is told only where its hold meets one to come.
    A constant number of queries.
    """
    return judged(trains.ahead(now=now, train=train), train=train)


def judged(picture: Picture, *, train: int | None = None) -> list[Standing]:
    """Return what stands among the departures of a picture that are not over."""
    asked = _to_come(picture, train)
    found = [_told_of(one, picture, asked) for one in picture.standing_of(asked)]
    return sorted(found, key=lambda one: (one.departs_at, one.slot, conflicts.RULES[one.conflict.code].rank))


def _to_come(picture: Picture, train: int | None) -> set[int]:
    """Who did not depart yet, as far as anybody said, in a departure that is not over."""
    return {
        release
        for release, place in picture.places.items()
        if place.ran is None
        and (slot := picture.departures[place.slot].slot).departs.end > picture.now
        and train in (None, slot.train)
    }


def _told_of(conflict: Conflict, picture: Picture, asked: Collection[int]) -> Standing:
    mine = [side.id for side in (conflict.a, conflict.b) if side.kind is SideKind.RELEASE and side.id in asked]
    behind = [one for one in sorted(conflict.parties) if one in asked]
    release = max(mine or behind, key=lambda one: (_departs_at(picture, one), one))
    slot = picture.places[release].slot
    return Standing(conflict=conflict, release=release, slot=slot, departs_at=_departs_at(picture, release))


def _departs_at(picture: Picture, release: int) -> datetime:
    return picture.departures[picture.places[release].slot].slot.departs.start


def would_stand(
    now: datetime,
    *,
    freeze: Thought | None = None,
    suspension: Paused | None = None,
    low_load: Load | None = None,
    capacity: Mapping[int, int] | None = None,
) -> Effect:
    """Return what arises and what goes if the world were so: the same picture judged twice; nothing is written.

    ``capacity``: points by slot. A constant number of queries, whatever is asked.
    """
    picture = trains.ahead(now=now)
    near = trains.span_of((one for one in picture.departures.values() if _is_to_come(one, now)), now=now)
    world = picture.world
    if freeze is not None:
        world = _with_freeze(world, freeze, near)
    if suspension is not None:
        world = _with_pause(world, suspension)
    if low_load is not None:
        world = _with_low_load(world, low_load, near, riders=picture.places)
    other = _with_capacity(picture.in_world(world), capacity or {})
    return effect(picture, other)


def _is_to_come(departure: Departure, now: datetime) -> bool:
    return departure.slot.departs.end > now


def effect(picture: Picture, other: Picture) -> Effect:
    """Return what stands in ``other`` and does not in ``picture``, and the other way round."""
    before, after = judged(picture), judged(other)
    return Effect(arises=_arisen(before, after), goes=_gone(before, after), before=picture, after=other)


def _arisen(before: Iterable[Standing], after: Iterable[Standing]) -> list[Standing]:
    """What is new, weighs more or less than it did, or grew by C5's own measure."""
    stood: dict[tuple[object, ...], list[Conflict]] = {}
    for one in before:
        stood.setdefault(_weight(one.conflict), []).append(one.conflict)
    return [one for one in after if _is_new(one, stood.get(_weight(one.conflict), ()))]


def _is_new(one: Standing, stood: Iterable[Conflict]) -> bool:
    """Whether none of what stood between the same sides with the same weight rests on as much."""
    return bool(conflicts.arisen(before=stood, after=[one.conflict], by=[one.release]))


def _gone(before: Iterable[Standing], after: Iterable[Standing]) -> list[Standing]:
    """What has no twin any more between the same sides that weighs the same; what only shrank still stands."""
    left = {_weight(one.conflict) for one in after}
    return [one for one in before if _weight(one.conflict) not in left]


def _weight(conflict: Conflict) -> tuple[object, ...]:
    return conflict.code, conflict.a, conflict.b, conflict.severity


def _with_freeze(world: World, thought: Thought, near: Window) -> World:
    off = Suspension.objects.filter(freeze=thought.id) if thought.id else ()
    row = thought.fields.as_row(id=thought.id, suspensions=[Window(one.since, one.until) for one in off])
    facts = freeze_facts(row, near=near)
    others = (one for one in world.freezes if one.id != thought.id)
    return replace(world, freezes=(*others, *([facts] if facts else [])))


def _with_pause(world: World, paused: Paused) -> World:
    return replace(world, freezes=tuple(_paused(world.freezes, paused)))


def _paused(freezes: Iterable[FreezeFacts], paused: Paused) -> Iterator[FreezeFacts]:
    for one in freezes:
        if one.id != paused.freeze:
            yield one
        elif paused.window and (left := tuple(without(one.windows, [paused.window]))):
            yield replace(one, windows=left)


def _with_low_load(world: World, load: Load, near: Window, *, riders: Collection[int]) -> World:
    database = Database.objects.filter(name=load.database).values_list("pk", flat=True).first() or NOT_WRITTEN
    others = {id: windows for id, windows in world.low_load.items() if id != database}
    recurring = {id: spans for id, spans in world.low_hours.items() if id != database}
    rows = [one.as_row(database=database, zone=load.zone) for one in load.hours]
    hours = {"low_load": others | low_load_of(rows, near=near), "low_hours": recurring | spans_of_load(rows)}
    world = replace(world, **hours)
    return world if database else _with_work(world, load.database, riders)


def _with_work(world: World, database: str, riders: Collection[int]) -> World:
    """A database that nobody wrote down yet has no work in the world: read who takes its heavy locks, and whose
    backfill runs there.
    """
    carried = SchemaStage.objects.filter(change__table__database=database, release__in=list(riders))
    carried = carried.annotate(locks=Q(heavy_lock=True) | Q(found_lock=True))
    reported = dict(world.reported)
    for release, heavy, table in carried.values_list("release", "locks", "change__table"):
        known = reported.get(release, NOTHING_REPORTED)
        work = (*known.work, Work(database=NOT_WRITTEN)) if heavy else known.work
        runs = (replace(one, database=NOT_WRITTEN) if one.table == table else one for one in known.backfills)
        reported[release] = replace(known, work=work, backfills=tuple(runs))
    return replace(world, reported=reported)


def _with_capacity(picture: Picture, capacity: Mapping[int, int]) -> Picture:
    changed = {
        id: replace(departure, slot=replace(departure.slot, capacity=capacity[id]))
        for id, departure in picture.departures.items()
        if id in capacity
    }
    return replace(picture, departures={**picture.departures, **changed}) if changed else picture


def ending(freeze: Freeze) -> Paused:
    """Return what is thought of when a freeze is to end for good."""
    return Paused(freeze=freeze.pk, window=None)
