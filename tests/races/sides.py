"""Ways to a booking in pairs: each alone is fine, but both together would leave two large releases whose holds meet.

Two sides, each with a train and a slot of its own; the slots are a day apart, large releases soak for three, and both
sides ship the same service and table. A way arranges all of its side but one fact, and returns the deed that adds it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from releasetrain.releases.models import DataTable, Release, Service
from releasetrain.teams.models import Team, User
from releasetrain.trains.models import Slot, Waiver
from tests.factories import clock, create_cast, create_service, create_table, create_train, release_manager
from tests.races.gates import Deed
from tests.riding import board, create_release, create_waiver, slot_on

LEVELS = ("READ COMMITTED", "REPEATABLE READ")


@dataclass(kw_only=True)
class World:
    """What both sides share."""

    team: Team
    by: User
    waives: User
    service: Service
    table: DataTable
    sides: list["Side"] = field(default_factory=list)


@dataclass(kw_only=True)
class Side:
    """One side: its slots, the release that would be half of the pair, and how its raw SQL is isolated."""

    world: World
    number: int
    near: Slot
    far: Slot
    soon: Slot  # a day before the near ones, four hours apart, on trains that soak for one
    own_service: Service
    own_table: DataTable
    level: str = LEVELS[0]
    rider: Release | None = None
    waiver: Waiver | None = None

    @property
    def hand(self) -> dict[str, Any]:
        """Cleo, at an instant that stands still."""
        return {"by": self.world.by, "clock": clock()}

    @property
    def waiving_hand(self) -> dict[str, Any]:
        """Noor, who waives what others edit."""
        return {"by": self.world.waives, "clock": clock()}

    def release(self, *, on: Slot | None = None, **facts: Any) -> Release:
        """The half of the pair; large and of both shared things unless said otherwise; without a slot it waits."""
        known = {"team": self.world.team, "size": "L", "services": [self.world.service], "tables": [self.world.table]}
        self.rider = create_release(**{**known, "train": self.near.train, **facts})
        if on is not None:
            board(self.rider, on)
        return self.rider

    def bystander(self, **facts: Any) -> Release:
        """Another release in the near slot, which shares nothing with the pair."""
        other = create_release(team=self.world.team, **facts)
        board(other, self.near)
        return other


Way = Callable[[Side], Deed]


def lay(*ways: Way, level: str = LEVELS[0]) -> list[Deed]:
    """Write the calendar for these two ways and return their deeds."""
    world = create_world(level=level)
    deeds = [way(side) for way, side in zip(ways, world.sides, strict=True)]
    _waive_between(world)
    return deeds


def create_world(*, level: str = LEVELS[0]) -> World:
    """Two sides with nobody aboard."""
    cast = create_cast()
    Team.objects.update(slot_limit=100)
    shared = {"service": create_service(name="shared", team=cast.pay), "table": create_table(name="shared")}
    world = World(team=cast.pay, by=cast.cleo, waives=release_manager(name="Noor"), **shared)
    world.sides = [_side(world, number, level) for number in (0, 1)]
    return world


def _side(world: World, number: int, level: str) -> Side:
    train = create_train(slug=f"main-{number}", capacity=200, soak_large_hours=72)
    hasty = create_train(slug=f"hasty-{number}", capacity=200, soak_large_hours=1)
    return Side(
        world=world,
        number=number,
        near=slot_on(train, day=number),
        far=slot_on(train, day=100 + 40 * number),
        soon=slot_on(hasty, day=-1 + number / 6),
        own_service=create_service(team=world.team),
        own_table=create_table(),
        level=level,
    )


def _waive_between(world: World) -> None:
    """What a way that ends a waiver needs: one between the two that do not both ride yet."""
    if any(side.waiver is WANTED for side in world.sides):
        facts = {f"service:{world.service.pk}", f"table:{world.table.pk}"}
        one, other = (side.rider or create_release(team=world.team) for side in world.sides)
        waiver = create_waiver("large-overlap", one, other, by=world.waives, facts=facts)
        for side in world.sides:
            side.waiver = waiver


WANTED = Waiver()
