"""Ways to a booking in pairs: each alone is fine, but both together would leave two large releases whose holds meet.

Two sides, each with a train and a slot of its own; the slots are a day apart, large releases soak for three, and both
sides ship the same service and table. A way arranges all of its side but one fact, and returns the deed that adds it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import connection, transaction

from releasetrain.boarding import queries
from releasetrain.boarding.actions import asking, drafting, importing, riding, submitting, trains, waiving
from releasetrain.domain.errors import Refused
from releasetrain.domain.release_file import Source
from releasetrain.domain.sizes import Size
from releasetrain.releases.fields import ReleaseFields
from releasetrain.releases.models import DataTable, Release, Service
from releasetrain.teams.models import Team, User
from releasetrain.trains import lock
from releasetrain.trains.fields import TrainFields
from releasetrain.trains.models import Request, Slot, Waiver
from tests.factories import (
    NOW,
    TUESDAY,
    clock,
    create_cast,
    create_service,
    create_table,
    create_train,
    release_manager,
)
from tests.races.gates import Deed
from tests.riding import board, create_release, create_waiver, days, said, slot_on

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
    soon: Slot  # a day before the near ones, on a train that soaks for an hour
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
    cast = create_cast()
    Team.objects.update(slot_limit=100)
    shared = {"service": create_service(name="shared", team=cast.pay), "table": create_table(name="shared")}
    world = World(team=cast.pay, by=cast.cleo, waives=release_manager(name="Noor"), **shared)
    world.sides = [_side(world, number, level) for number in (0, 1)]
    deeds = [way(side) for way, side in zip(ways, world.sides, strict=True)]
    _waive_between(world)
    return deeds


def _side(world: World, number: int, level: str) -> Side:
    train = create_train(slug=f"main-{number}", capacity=200, soak_large_hours=72)
    hasty = create_train(slug=f"hasty-{number}", capacity=200, soak_large_hours=1)
    return Side(
        world=world,
        number=number,
        near=slot_on(train, day=number),
        far=slot_on(train, day=100 + 40 * number),
        soon=slot_on(hasty, day=-1),
        own_service=create_service(team=world.team),
        own_table=create_table(),
        level=level,
    )


def _waive_between(world: World) -> None:
    """What a way that ends a waiver needs: one between the two that do not both ride yet."""
    if any(side.waiver is WANTED for side in world.sides):
        facts = {f"service:{world.service.pk}", f"table:{world.table.pk}"}
        one, other = (side.rider for side in world.sides)
        waiver = create_waiver("large-overlap", one, other, by=world.waives, facts=facts)
        for side in world.sides:
            side.waiver = waiver


WANTED = Waiver()


# -- the verbs ---------------------------------------------------------------------------------------------------------


def book(side: Side) -> Deed:
    release = side.release()
    return lambda: riding.book(release=release.pk, slot=side.near.pk, **side.hand)


def move(side: Side) -> Deed:
    release = side.release(on=side.far)
    return lambda: riding.move(release=release.pk, slot=side.near.pk, **side.hand)


def swap(side: Side) -> Deed:
    release, other = side.release(on=side.far), side.bystander()
    return lambda: riding.swap(one=release.pk, other=other.pk, **side.hand)


def enlarge(side: Side) -> Deed:
    return _edit(side, side.release(on=side.near, size="M"), size=Size.LARGE)


def change_services(side: Side) -> Deed:
    release = side.release(on=side.near, services=[side.own_service], tables=[])
    return _edit(side, release, services=frozenset({side.world.service.pk}))


def change_tables(side: Side) -> Deed:
    release = side.release(on=side.near, services=[], tables=[side.own_table])
    return _edit(side, release, tables=frozenset({side.world.table.pk}))


def _edit(side: Side, release: Release, **facts: Any) -> Deed:
    fields = said(release, **facts)
    return lambda: drafting.edit(release=release.pk, fields=fields, revision=release.revision, **side.hand)


def ask_and_serve(side: Side) -> Deed:
    """Whoever rides where the release asks to ride asks for another slot, and the release is served."""
    rider = side.bystander(size="L", services=[side.own_service])
    side.release(train=None, slot=side.near)
    return lambda: asking.ask(release=rider.pk, slot=side.far.pk, **side.hand)


def leave_and_serve(side: Side) -> Deed:
    rider = side.bystander(size="L", services=[side.own_service])
    side.release(train=None, slot=side.near)
    return lambda: riding.leave(release=rider.pk, reason="Not ready.", **side.hand)


def submit(side: Side) -> Deed:
    draft = side.release(submitted=False, train=None, slot=side.near)
    return lambda: submitting.submit(release=draft.pk, **side.hand)


def submit_again(side: Side) -> Deed:
    """It was withdrawn, and takes the first slot that would do: the near one, or the far one."""
    release = side.release(train=None, withdrawn_at=NOW)
    wish = {"train": side.near.train, "wish": Request.Wish.FIRST}
    Request.objects.create(release=release, made_at=NOW, **wish)
    return lambda: submitting.submit(release=release.pk, **side.hand)


def draft_and_submit(side: Side) -> Deed:
    facts = {"services": frozenset({side.world.service.pk}), "tables": frozenset({side.world.table.pk})}
    fields = ReleaseFields(title="New", size=Size.LARGE, **facts)
    wish = drafting.Wish(slot=side.near.pk, kind="this")
    team = side.world.team.pk
    return lambda: drafting.draft(team=team, fields=fields, wish=wish, submit=True, **side.hand)


def waive_and_board(side: Side) -> Deed:
    """A small one rides in the slot; waiving that boards the large one."""
    release = side.release()
    side.bystander()
    found = queries.standing_conflicts(release.pk, slot=side.near.pk, now=NOW)
    reasons = {waiving.key_of(one): "They watch together." for one in found if one.code == "large-rides-alone"}
    return lambda: waiving.waive(release=release.pk, slot=side.near.pk, reasons=reasons, **side.waiving_hand)


def end_waiver(side: Side) -> Deed:
    side.release(on=side.near)
    side.waiver = WANTED
    return lambda: waiving.end_waiver(waiver=side.waiver.pk, **side.waiving_hand)


def amend_waiver(side: Side) -> Deed:
    """Until before either departs."""
    side.release(on=side.near)
    side.waiver = WANTED
    facts = {"until": TUESDAY - days(0.5), "reason": "Shorter."}
    return lambda: waiving.amend_waiver(waiver=side.waiver.pk, **facts, **side.waiving_hand)


def bring_in(side: Side) -> Deed:
    return _bring(side)


def bring_larger(side: Side) -> Deed:
    """It came in before, and the file says by now that it is large."""
    side.release(on=side.near, size="M", imported_key=f"{Source.OWN.value}:K-{side.number}")
    return _bring(side)


def _bring(side: Side) -> Deed:
    train, at = side.near.train.slug, f"{side.near.start_at:%Y-%m-%d %H:%M}"
    row = f"K-{side.number},From a file,{side.world.team.code},L,shared,main.shared,{train},{at}"
    facts = {"text": f"key,title,team,size,services,tables,train,slot\n{row}", "history": False, "train": None}
    return lambda: importing.import_releases(**facts, **side.hand)


def edit_train(side: Side) -> Deed:
    side.release(on=side.soon)
    train = side.soon.train
    fields = replace(TrainFields.of(train), soak_large_hours=72)
    return lambda: trains.edit_train(train=train.pk, fields=fields, **side.hand)


def reduced_book(side: Side) -> Deed:
    """A booking reduced to its six steps: begin, lock, a guarded read, a write, the wall's judgement, commit."""
    release = side.release(train=None)
    return lambda: _reduced(release, side.near)


def _reduced(release: Release, slot: Slot) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '3s'")
        lock.take()
        cursor.execute(LOOK)
        if cursor.fetchone() != (0,):
            raise Refused("conflict")
        cursor.execute(BOARD, (slot.pk, release.pk))
        lock.judge_at_the_wall()


# -- raw SQL, as somebody in a shell would write it: it looks first, and takes no lock ---------------------------------


LOOK = "SELECT count(*) FROM trains_booking WHERE left_at IS NULL"
ASK_NO_MORE = "UPDATE trains_request SET ended_at = now() WHERE release_id = %s AND ended_at IS NULL"
BOARD = "INSERT INTO trains_booking (release_id, slot_id, booked_at, by_itself) SELECT id, %s, now(), false"
BOARD += " FROM releases_release WHERE id = %s AND withdrawn_at IS NULL"
CHANGE_TIME = "UPDATE trains_slot SET start_at = %s, end_at = %s, cut_off_at = %s WHERE id = %s"


def raw_book(side: Side) -> Deed:
    release = side.release().pk
    return _raw(side, (ASK_NO_MORE, release), (BOARD, side.near.pk, release))


def raw_size(side: Side) -> Deed:
    release = side.release(on=side.near, size="M").pk
    return _raw(side, ("UPDATE releases_release SET size = 'L' WHERE id = %s", release))


def raw_services(side: Side) -> Deed:
    release = side.release(on=side.near, services=[], tables=[]).pk
    add = "INSERT INTO releases_releaseservice (release_id, service_id) VALUES (%s, %s)"
    return _raw(side, (add, release, side.world.service.pk))


def raw_tables(side: Side) -> Deed:
    release = side.release(on=side.near, services=[], tables=[side.own_table]).pk
    return _raw(
        side, ("UPDATE releases_releasetable SET table_id = %s WHERE release_id = %s", side.world.table.pk, release)
    )


def raw_waiver(side: Side) -> Deed:
    side.release(on=side.near)
    side.waiver = WANTED
    return _raw(side, ("UPDATE trains_waiver SET ended_at = now() WHERE code = 'large-overlap'",))


def raw_slot(side: Side) -> Deed:
    side.release(on=side.far)
    times = (side.near.start_at, side.near.end_at, side.near.cut_off_at)
    return _raw(side, (CHANGE_TIME, *times, side.far.pk))


def raw_train(side: Side) -> Deed:
    side.release(on=side.soon)
    return _raw(side, ("UPDATE trains_train SET soak_large_hours = 72 WHERE id = %s", side.soon.train.pk))


def _raw(side: Side, *statements: tuple[Any, ...]) -> Deed:
    def deed() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET TRANSACTION ISOLATION LEVEL {side.level}")
            cursor.execute(LOOK)
            for sql, *facts in statements:
                cursor.execute(sql, facts)

    return deed


VERBS: tuple[Way, ...] = (
    book,
    move,
    swap,
    enlarge,
    change_services,
    change_tables,
    ask_and_serve,
    leave_and_serve,
    submit,
    submit_again,
    draft_and_submit,
    waive_and_board,
    end_waiver,
    amend_waiver,
    bring_in,
    bring_larger,
    edit_train,
)
RAW: tuple[Way, ...] = (raw_book, raw_size, raw_services, raw_tables, raw_waiver, raw_slot, raw_train)
ENDS_A_WAIVER = frozenset({end_waiver, amend_waiver, raw_waiver})


def can_meet(one: Way, other: Way) -> bool:
    """Whether the two together would leave a pair: not where they add different things, or lack what a waiver is of."""
    by_service, by_table = {change_services, raw_services}, {change_tables, raw_tables}
    ways = {one, other}
    return not (
        (ways & by_service and ways & by_table)
        or (one in ENDS_A_WAIVER and other in ENDS_A_WAIVER)
        or (ways & ENDS_A_WAIVER and ways & {bring_in, draft_and_submit})
    )
