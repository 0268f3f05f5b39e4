"""Random calendars as values: crowded, with everything that a rule reads; whatever may stand in them stands."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from releasetrain.domain import conflicts
from releasetrain.domain.conflicts.claims import SlotFacts
from releasetrain.domain.conflicts.values import Basis, LargeMode, Side, SlotKind
from releasetrain.domain.holds import Ran
from releasetrain.domain.picture import Departure, Picture, Place, Rider
from releasetrain.domain.sizes import Size
from releasetrain.domain.spans import weekly, windows
from releasetrain.domain.stages import Stage
from releasetrain.domain.waivers import Waiver
from releasetrain.domain.windows import Window
from releasetrain.domain.world import Backfill, Change, Disk, Freeze, Need, Reported, Work, World

NOW = datetime(2031, 11, 25, 9, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
POINTS = {
    1: {Size.SMALL: 1, Size.MEDIUM: 3, Size.LARGE: 6},
    2: {Size.SMALL: 2, Size.MEDIUM: 3, Size.LARGE: 5},
    3: {Size.SMALL: 1, Size.MEDIUM: 2, Size.LARGE: 4},
}
SOAK = {
    1: {Size.SMALL: 24, Size.MEDIUM: 48, Size.LARGE: 120},
    2: {Size.SMALL: 0, Size.MEDIUM: 24, Size.LARGE: 60},
    3: {Size.SMALL: 24, Size.MEDIUM: 24, Size.LARGE: 72},
}
MODES = {1: LargeMode.ALONE, 2: LargeMode.APART, 3: LargeMode.ALONE}
NIGHTS = (weekly(range(5), since=time(22), until=time(5), zone="UTC"),)


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """A picture, and the train that everybody asks for who has no place."""

    picture: Picture
    wanted: Mapping[int, int]
    pinned: frozenset[int]


def calendar(seed: int, *, releases: int = 11, slots: int = 12, waivers: bool = True) -> Calendar:
    """Return the calendar of a seed: trains 1 and 2 are planned, train 3 is not."""
    dice = random.Random(seed)
    departures = {id: _departure(dice, id) for id in range(101, 101 + slots)}
    riders = {id: _rider(dice, id) for id in range(1, releases + 1)}
    places = {id: _place(dice, departures) for id in riders if dice.random() < 0.65}
    world = _world(dice, list(riders))
    picture = Picture(now=NOW, riders=riders, departures=departures, places=places, world=world)
    wanted = {id: dice.choice([1, 2]) for id in riders if id not in places and dice.random() < 0.8}
    picture = picture.waived(_waivers(dice, picture) if waivers else ())
    pinned = frozenset(id for id in places if dice.random() < 0.08)
    return Calendar(picture=picture, wanted=wanted, pinned=pinned)


def _departure(dice: random.Random, id: int) -> Departure:
    train = dice.choice([1, 1, 1, 2, 2, 3])
    start = NOW.replace(hour=0) + timedelta(days=dice.randint(-3, 20), hours=dice.choice([3, 9, 22, 23]))
    kind = dice.choices([SlotKind.REGULAR, SlotKind.HOTFIX, SlotKind.PAST], [16, 1, 1])[0]
    slot = SlotFacts(
        id=id,
        train=train,
        kind=kind,
        departs=Window(start, start + dice.choice([1, 1, 1, 30]) * HOUR),
        cut_off_at=start - dice.choice([4, 30]) * HOUR,
        capacity=dice.choice([3, 7, 10, 20]),
        large_mode=MODES[train],
        closed_at=NOW - HOUR if dice.random() < 0.06 else None,
        is_held=dice.random() < 0.1,
        is_skipped=dice.random() < 0.06,
    )
    return Departure(slot=slot, on=start.date(), points=POINTS[train], soak_hours=SOAK[train])


def _rider(dice: random.Random, id: int) -> Rider:
    team = dice.randint(1, 3)
    return Rider(
        release=id,
        team=team,
        team_limit=(1, 2, 3)[team - 1],
        size=dice.choice([Size.SMALL, Size.SMALL, Size.MEDIUM, Size.LARGE]),
        services=frozenset(dice.sample([1, 2, 3, 4], dice.randint(0, 2))),
        tables=frozenset(dice.sample([1, 2, 3], dice.choice([0, 0, 1]))),
        earliest=_day(dice) if dice.random() < 0.2 else None,
        due=_day(dice) if dice.random() < 0.6 else None,
        weight=dice.randint(1, 3),
        open_gates=frozenset(dice.choice([[], ["team"]])),
    )


def _day(dice: random.Random) -> date:
    return NOW.date() + timedelta(days=dice.randint(-2, 12))


def _place(dice: random.Random, departures: Mapping[int, Departure]) -> Place:
    id, departure = dice.choice(list(departures.items()))
    return Place(slot=id, boarded_at=NOW - 5 * DAY, ran=_ran(dice, departure.slot))


def _ran(dice: random.Random, slot: SlotFacts) -> Ran | None:
    if slot.departs.start > NOW or dice.random() < 0.3:
        return None
    started = slot.departs.start + timedelta(minutes=dice.randint(0, 50), microseconds=7)
    finished = started + timedelta(hours=dice.choice([1, 20]), microseconds=dice.randint(0, 9))
    return Ran(started_at=started, finished_at=min(finished, NOW) if dice.random() < 0.7 else None)


def _world(dice: random.Random, releases: list[int]) -> World:
    changes = tuple(_change(dice, releases, id) for id in range(1, dice.choice([1, 2, 2, 3])))
    near = Window(NOW - 40 * DAY, NOW + 60 * DAY)
    low = {1: NIGHTS} if dice.random() < 0.6 else {}
    return World(
        freezes=tuple(_freeze(dice, id) for id in range(1, dice.randint(1, 4))),
        changes=changes,
        needs=tuple(_needs(dice, releases)),
        low_load={database: windows(spans, near=near) for database, spans in low.items()},
        low_hours=low,
        reported=_reported(dice, changes),
    )


def _change(dice: random.Random, releases: list[int], id: int) -> Change:
    """Mostly one release after the other, now and then any, the same twice among them."""
    stages = list(Stage)[: dice.randint(1, 4)]
    drawn = dice.sample(releases, len(stages)) if dice.random() < 0.8 else dice.choices(releases, k=len(stages))
    if dice.random() < 0.3 and len(stages) > 2:
        drawn[2] = drawn[1]
    return Change(
        id=id,
        table=dice.randint(1, 3),
        soak_hours=dice.choice([0, 24, 48]),
        carriers=dict(zip(stages, drawn, strict=True)),
        abandoned_at=NOW + dice.randint(-2, 3) * DAY if dice.random() < 0.15 else None,
    )


def _freeze(dice: random.Random, id: int) -> Freeze:
    start = NOW + timedelta(days=dice.randint(-2, 14))
    return Freeze(
        id=id,
        is_hard=dice.random() < 0.6,
        windows=(Window(start, start + dice.choice([5, 30, 70]) * HOUR),),
        trains=frozenset([dice.randint(1, 3)] if dice.random() < 0.3 else []),
        services=frozenset([dice.randint(1, 4)] if dice.random() < 0.3 else []),
        teams=frozenset([dice.randint(1, 3)] if dice.random() < 0.3 else []),
    )


def _needs(dice: random.Random, releases: list[int]) -> Iterator[Need]:
    for at, release in enumerate(releases):
        if at and dice.random() < 0.25:
            lag, client = dice.choice([None, None, 0, 30]), dice.random() < 0.3
            on, broken = dice.choice(releases[:at]), dice.random() < 0.05
            yield Need(release=release, on=on, lag_hours=lag, is_broken=broken, is_client_of=client)


def _reported(dice: random.Random, changes: tuple[Change, ...]) -> dict[int, Reported]:
    found: dict[int, Reported] = {}
    for change in changes:
        for stage, release in change.steps:
            known = found.get(release, Reported())
            if dice.random() < 0.15:
                known = replace(known, work=(*known.work, Work(database=dice.choice([1, 2]))))
            if stage is Stage.BACKFILL and change.abandoned_at is None and dice.random() < 0.7:
                known = replace(known, backfills=(*known.backfills, _backfill(dice, change)))
                if dice.random() < 0.2:
                    known = replace(known, disks=(Disk(database=1, peak=dice.choice([5, 50]), free=10),))
            found[release] = known
    return found


def _backfill(dice: random.Random, change: Change) -> Backfill:
    return Backfill(
        change=change.id,
        table=change.table,
        database=dice.choice([1, 1, None]),
        takes=dice.choice([None, 2 * HOUR, 2 * HOUR, 20 * HOUR, 60 * HOUR]),
        at_any_hour=dice.random() < 0.3,
        is_written=dice.random() < 0.9,
        verified_at=NOW - DAY if dice.random() < 0.1 else None,
    )


def _waivers(dice: random.Random, picture: Picture) -> Iterator[Waiver]:
    """Of some of what stands, and of some of what would if somebody rode elsewhere."""
    for found in _found(dice, picture):
        if dice.random() < 0.4 and conflicts.RULES[found.code].waivable:
            more = {name: amount + dice.choice([0, 5]) for name, amount in found.basis.amounts.items()}
            until = NOW + 9 * DAY if dice.random() < 0.2 else None
            basis = Basis(found.basis.facts, more)
            yield Waiver(code=found.code, a=found.a, b=found.b, basis=basis, until=until)


def _found(dice: random.Random, picture: Picture) -> list[conflicts.Conflict]:
    open_ones = [id for id, one in picture.departures.items() if one.slot.departs.start > NOW]
    elsewhere = {id: dice.choice(open_ones) for id in picture.riders if open_ones and dice.random() < 0.4}
    there = picture.moved(elsewhere)
    return [*picture.conflicts_of(picture.places), *there.conflicts_of(there.places)]


def side(release: int) -> Side:
    """The side that a release is."""
    return Side.release(release)
