"""A random calendar as rows: crowded, with everything that a rule reads; whatever may stand in it stands."""

import random
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.db import connection

from releasetrain.releases.models import DataTable, Dependency, Release, ReleaseService, ReleaseTable, Service
from releasetrain.schema.models import SchemaChange, SchemaStage
from releasetrain.teams.models import Team, User
from releasetrain.trains.models import Booking, Database, Freeze, LowLoad, Request, Slot, Suspension, Train, Waiver
from tests.factories import NOW, TUESDAY, create_service, create_table, create_train
from tests.measured import create_measurement, create_plan, facts

STAGES = ("expand", "backfill", "relax", "drop")
EMPTIED = (
    *("trains_waiver", "trains_suspension", "trains_freeze_trains", "trains_freeze_services", "trains_freeze_teams"),
    *("trains_freeze", "trains_lowload", "trains_database", "trains_outcome", "trains_booking", "trains_request"),
    *("schema_measurement", "schema_chosenplan", "schema_schemastage", "schema_schemachange", "releases_dependency"),
    *("releases_releaseservice", "releases_releasetable", "releases_release", "trains_slot"),
)


@dataclass(frozen=True, kw_only=True)
class Ground:
    """What stays from one calendar to the next: teams, services, tables and two trains."""

    teams: list[Team]
    services: list[Service]
    tables: list[DataTable]
    trains: list[Train]
    by: User


def ground(cast: Any) -> Ground:
    """Two teams, three services (one a client), two tables, two trains of which one keeps larges only apart."""
    client = create_service(name="checkout", kind=Service.Kind.CLIENT, platform="android")
    return Ground(
        teams=[cast.pay, cast.inv],
        services=[create_service(name="api"), create_service(name="worker"), client],
        tables=[create_table(name="payment"), create_table(name="position")],
        trains=[create_train(slug="main"), create_train(slug="side", large_mode="apart", soak_large_hours=60)],
        by=cast.cleo,
    )


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """What was drawn: the departures of each train, and a submitted release that has no place."""

    slots: list[Slot]
    asks: Release


def draw(on: Ground, seed: int) -> Drawn:
    """Write the calendar of a seed in place of the one before; no trigger judges it."""
    dice = random.Random(seed)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for table in EMPTIED:
            cursor.execute(f"DELETE FROM {table}")
        drawn = _fill(on, dice)
        cursor.execute("SET LOCAL session_replication_role = origin")
    return drawn


def _fill(on: Ground, dice: random.Random) -> Drawn:
    _hold(on, dice)
    slots = Slot.objects.bulk_create(_slot(on.trains[n % 2], dice, n) for n in range(8))
    releases = Release.objects.bulk_create(_release(on, dice, n) for n in range(9))
    asks = releases[-1]
    _link(on, dice, releases)
    riders = [one for one in releases[:-1] if dice.random() < 0.8]
    Booking.objects.bulk_create(
        Booking(release=one, slot=dice.choice(slots), booked_at=NOW - timedelta(days=3)) for one in riders
    )
    Request.objects.create(release=asks, train=on.trains[0], made_at=NOW, asked_at=NOW, wish="this")
    _depend(dice, releases)
    _change(on, dice, releases[:-1])
    _freeze(on, dice)
    _low_load(dice)
    _waive(on, dice, releases, slots)
    _measure(on, dice)
    return Drawn(slots=slots, asks=asks)


def _hold(on: Ground, dice: random.Random) -> None:
    held = dice.random() < 0.2
    said = {"held_at": NOW, "held_by": on.by, "held_because": "It is down."} if held else {"held_at": None}
    Train.objects.filter(pk=on.trains[0].pk).update(**said)


def _slot(train: Train, dice: random.Random, number: int) -> Slot:
    start = TUESDAY + timedelta(days=dice.randint(-1, 12), hours=number)
    return Slot(
        train=train,
        kind="hotfix" if dice.random() < 0.1 else "regular",
        occurrence=f"{start:%Y-%m-%dT%H:%M}-{number}"[:16],
        start_at=start,
        end_at=start + timedelta(hours=1),
        cut_off_at=start - timedelta(hours=dice.choice([4, 30])),
        capacity=dice.choice([3, 7, 10, 20]),
    )


def _release(on: Ground, dice: random.Random, number: int) -> Release:
    return Release(
        team=dice.choice(on.teams),
        title=f"R{number}",
        size=dice.choice("SSMLL"),
        created_at=NOW,
        submitted_at=NOW,
        imported_key=f"file:R{number}",
        open_gates=None if number == 8 else dice.choice([[], ["team"]]),
        rolled_back_at=NOW if number == 0 and dice.random() < 0.3 else None,
    )


def _link(on: Ground, dice: random.Random, releases: list[Release]) -> None:
    services = [(one, it) for one in releases for it in dice.sample(on.services, dice.randint(0, 2))]
    tables = [(one, it) for one in releases for it in dice.sample(on.tables, dice.randint(0, 1))]
    ReleaseService.objects.bulk_create(ReleaseService(release=one, service=it) for one, it in services)
    ReleaseTable.objects.bulk_create(ReleaseTable(release=one, table=it) for one, it in tables)


def _depend(dice: random.Random, releases: list[Release]) -> None:
    """Each needs only earlier ones, so that there is no circle."""
    pairs = [(one, dice.choice(releases[:n])) for n, one in enumerate(releases) if n and dice.random() < 0.3]
    Dependency.objects.bulk_create(
        Dependency(release=one, on=on, lag_hours=dice.choice([None, 0, 30])) for one, on in pairs
    )


def _change(on: Ground, dice: random.Random, releases: list[Release]) -> None:
    if dice.random() < 0.4:
        return
    gone = dice.random() < 0.15
    facts = {"abandoned_at": NOW, "abandoned_because": "No."} if gone else {}
    change = SchemaChange.objects.create(name="sums", table=dice.choice(on.tables), soak_hours=48, **facts)
    for stage in STAGES[: dice.randint(1, 4)]:
        carrier, heavy = dice.choice(releases), dice.random() < 0.5
        SchemaStage.objects.create(change=change, stage=stage, release=carrier, heavy_lock=heavy)


def _freeze(on: Ground, dice: random.Random) -> None:
    for number in range(dice.randint(0, 2)):
        first = datetime(2031, 11, 25) + timedelta(days=dice.randint(-2, 9))
        freeze = Freeze.objects.create(
            name=f"freeze {number}",
            reason="The year ends.",
            is_hard=dice.random() < 0.7,
            first_at=f"{first:%Y-%m-%dT%H:%M}",
            last_at=f"{first + timedelta(hours=dice.choice([5, 30, 70])):%Y-%m-%dT%H:%M}",
            rule=dice.choice(["", "", "FREQ=WEEKLY"]),
            at=NOW,
        )
        for scope, known in ((freeze.trains, on.trains), (freeze.services, on.services), (freeze.teams, on.teams)):
            if dice.random() < 0.3:
                scope.add(dice.choice(known))
        if dice.random() < 0.2:
            since = TUESDAY + timedelta(days=dice.randint(-1, 6))
            until = since + timedelta(days=2)
            Suspension.objects.create(freeze=freeze, since=since, until=until, reason="Law.", at=NOW, by=on.by)


def _low_load(dice: random.Random) -> None:
    if dice.random() < 0.5:
        database = Database.objects.create(name="main")
        LowLoad.objects.create(database=database, weekdays=[0, 1, 2, 3, 4], since=time(22), until=time(5))


def _measure(on: Ground, dice: random.Random) -> None:
    """Now and then a table is measured, with little disk or much, and how its backfill runs is chosen."""
    DataTable.objects.update(rows=0, row_bytes=0, indexes=0, random_indexes=0, free_disk_bytes=None)
    if dice.random() < 0.4:
        return
    Database.objects.get_or_create(name="main")
    for table in on.tables:
        rows = dice.choice([10**6, 10**9])
        said = facts(rows=rows, heap_bytes=220 * rows, free_disk_bytes=dice.choice([10, 10**12]))
        create_measurement(table, by=on.by, said=said)
    for change in SchemaChange.objects.all():
        if dice.random() < 0.6:
            kind, at_any_hour = dice.choice(["one-pass", "vacuum", "passes", "repack"]), dice.random() < 0.3
            create_plan(change, kind, by=on.by, at_any_hour=at_any_hour)


def _waive(on: Ground, dice: random.Random, releases: list[Release], slots: list[Slot]) -> None:
    """Some waivers of the asking release, of each kind of side that is easily drawn."""
    asks = releases[-1]
    said = {"a_kind": "release", "reason": "We watch.", "at": NOW, "by": on.by}
    for slot in dice.sample(slots, 2):
        if dice.random() < 0.5:
            facts = {"a_id": asks.pk, "b_kind": "slot", "b_id": slot.pk, "facts": [f"slot:{slot.pk}"]}
            Waiver.objects.create(code="cut-off", **facts, **said)
    other = dice.choice(releases[:-1])
    facts = [f"service:{one.pk}" for one in on.services] + [f"table:{one.pk}" for one in on.tables]
    pair = {"a_id": min(asks.pk, other.pk), "b_kind": "release", "b_id": max(asks.pk, other.pk)}
    Waiver.objects.create(code="large-overlap", facts=facts, **pair, **said)
    if freeze := Freeze.objects.first():
        of = {"a_id": asks.pk, "b_kind": "freeze", "b_id": freeze.pk}
        named = [f"freeze:{freeze.pk}", f"slot:{slots[0].pk}"]
        Waiver.objects.create(code="frozen", facts=named, **of, **said)
