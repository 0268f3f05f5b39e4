"""The same by raw SQL, as somebody in a shell would write it: it looks first, and takes no lock."""

from typing import Any

from django.db import connection, transaction

from releasetrain.domain.errors import Refused
from releasetrain.releases.models import Release
from releasetrain.trains import lock
from releasetrain.trains.models import Slot
from tests.races.gates import Deed
from tests.races.sides import WANTED, Side, Way

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


def reduced_book(side: Side) -> Deed:
    """A booking reduced to its six steps: begin, lock, a guarded read, a write, the wall's judgement, commit."""
    release = side.release(train=None)
    return lambda: _reduced(release, side.near)


def _reduced(release: Release, slot: Slot) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        lock.take()
        cursor.execute(LOOK)
        if cursor.fetchone() != (0,):
            raise Refused("conflict")
        cursor.execute(BOARD, (slot.pk, release.pk))
        lock.judge_at_the_wall()


RAW: tuple[Way, ...] = (raw_book, raw_size, raw_services, raw_tables, raw_waiver, raw_slot, raw_train)
