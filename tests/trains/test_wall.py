"""C2: the database itself refuses a standing pair of the two large rules at commit, whoever writes, whatever column."""

import re
from dataclasses import dataclass

import pytest
from django.db import DatabaseError, connection, transaction

from releasetrain.releases.models import DataTable, Release, Service
from releasetrain.teams.models import Team, User
from releasetrain.trains.models import Calendar, Slot, Train, Waiver
from tests.factories import TUESDAY, create_service, create_table, create_team, create_train, create_user
from tests.riding import aboard, board, create_release, create_waiver, days, slot_on
from tests.trains.raw import WALL, commit, rows

GUARDED = [
    "trains_booking",
    "releases_release",
    "releases_releaseservice",
    "releases_releasetable",
    "trains_slot",
    "trains_train",
    "trains_waiver",
]


@dataclass(frozen=True, kw_only=True)
class World:
    """Large ones of the same service and table, far enough apart, and those who could come too near.

    A large release holds for a day and an hour. ``first`` rides on day 0, ``later`` on day 10, ``medium`` and
    ``stranger`` (a large one that shares nothing) on day 1; ``outside`` (large, sharing) has no place, ``gone`` had
    one. ``history`` rode at the time of ``first`` in a slot of imported history. On day 40 ``one`` and ``two`` overlap
    in writing; on day 60 a large and a small one share a slot of a train where that is allowed.
    """

    team: Team
    cleo: User
    main: Train
    second: Train
    slow: Train
    apart: Train
    service: Service
    other: Service
    table: DataTable
    first: Release
    later: Release
    medium: Release
    stranger: Release
    outside: Release
    gone: Release
    history: Release
    waiver: Waiver
    slots: dict[str, Slot]


@pytest.fixture
def world(db) -> World:
    cleo, team = create_user(name="Cleo"), create_team()
    main, second = (create_train(slug=slug, soak_large_hours=24) for slug in ("main", "second"))
    slow = create_train(slug="slow", soak_large_hours=24 * 30)
    apart = create_train(slug="apart", soak_large_hours=24, large_mode="apart")
    service, other, table = create_service(team=team), create_service(team=team), create_table()
    slots = {
        "first": slot_on(main, day=0),
        "later": slot_on(main, day=10),
        "medium": slot_on(main, day=1),
        "stranger": slot_on(second, day=1),
        "free": slot_on(main, day=20),
        "history": slot_on(second, day=0, kind="past"),
        "one": slot_on(main, day=40),
        "two": slot_on(second, day=40.5),
        "shared": slot_on(apart, day=60),
    }
    same, large = {"team": team, "services": [service], "tables": [table]}, {"team": team, "size": "L"}
    gone = create_release(size="L", **same)
    board(gone, slots["first"], left_at=TUESDAY, left_because={"code": "left"})
    spare = create_table()
    one, two = (create_release(services=[other], tables=[spare], **large) for _ in range(2))
    rests_on = [f"service:{other.pk}", f"table:{spare.pk}"]
    waiver = create_waiver("large-overlap", one, two, by=cleo, facts=rests_on)
    board(one, slots["one"]), board(two, slots["two"])
    aboard(slots["shared"], services=[service], **large), aboard(slots["shared"], team=team, services=[other])
    made = World(
        team=team,
        cleo=cleo,
        main=main,
        second=second,
        slow=slow,
        apart=apart,
        service=service,
        other=other,
        table=table,
        first=aboard(slots["first"], size="L", **same),
        later=aboard(slots["later"], size="L", **same),
        medium=aboard(slots["medium"], size="M", **same),
        stranger=aboard(slots["stranger"], services=[create_service(team=team)], tables=[create_table()], **large),
        outside=create_release(size="L", **same),
        gone=gone,
        history=aboard(slots["history"], size="L", **same),
        waiver=waiver,
        slots=slots,
    )
    assert commit("SELECT") is None
    return made


def book(release, slot):
    sql = """INSERT INTO trains_booking (release_id, slot_id, booked_at, by_itself) VALUES (%s, %s, now(), false)"""
    return sql, release.pk, slot.pk


def put(table, row, **columns):
    assigned = ", ".join(f"{column} = %s" for column in columns)
    return f"UPDATE {table} SET {assigned} WHERE id = %s", *columns.values(), row.pk


def link(kind, release, thing):
    return f"INSERT INTO releases_release{kind} (release_id, {kind}_id) VALUES (%s, %s)", release.pk, thing.pk


def start(world, name, day):
    """A slot that starts on another day, ends when it did, and cuts off in time."""
    start_at = TUESDAY + days(day)
    return put("trains_slot", world.slots[name], start_at=start_at, cut_off_at=start_at)


def end(world, name, day):
    return put("trains_slot", world.slots[name], end_at=TUESDAY + days(day))


def waived(world, **columns):
    return put("trains_waiver", world.waiver, **columns)


# What the wall reads: the column, a write that makes a standing pair, and one like it that does not.
WRITES = {
    "trains_booking.release_id": (
        lambda w: book(w.outside, w.slots["medium"]),
        lambda w: book(create_release(team=w.team), w.slots["free"]),
    ),
    "trains_booking.slot_id": (
        lambda w: book(w.outside, w.slots["first"]),
        lambda w: book(w.outside, w.slots["free"]),
    ),
    "trains_booking.left_at": (
        lambda w: put("trains_booking", w.gone.bookings.get(), left_at=None, left_because=None),
        lambda w: put("trains_booking", w.later.bookings.get(), left_at=TUESDAY, left_because='{"code": "left"}'),
    ),
    "releases_release.size": (
        lambda w: put("releases_release", w.medium, size="L"),
        lambda w: put("releases_release", w.medium, size="S"),
    ),
    "releases_releaseservice.service_id": (
        lambda w: put("releases_releaseservice", w.stranger.service_links.get(), service_id=w.service.pk),
        lambda w: put("releases_releaseservice", w.stranger.service_links.get(), service_id=w.other.pk),
    ),
    "releases_releaseservice.release_id": (
        lambda w: put("releases_releaseservice", w.outside.service_links.get(), release_id=w.stranger.pk),
        lambda w: put(
            "releases_releaseservice", w.outside.service_links.get(), release_id=create_release(team=w.team).pk
        ),
    ),
    "releases_releaseservice": (
        lambda w: link("service", w.stranger, w.service),
        lambda w: link("service", w.stranger, w.other),
    ),
    "releases_releasetable.table_id": (
        lambda w: put("releases_releasetable", w.stranger.table_links.get(), table_id=w.table.pk),
        lambda w: put("releases_releasetable", w.stranger.table_links.get(), table_id=create_table().pk),
    ),
    "releases_releasetable.release_id": (
        lambda w: put("releases_releasetable", w.outside.table_links.get(), release_id=w.stranger.pk),
        lambda w: put("releases_releasetable", w.outside.table_links.get(), release_id=create_release(team=w.team).pk),
    ),
    "releases_releasetable": (
        lambda w: link("table", w.stranger, w.table),
        lambda w: link("table", w.stranger, create_table()),
    ),
    "trains_slot.start_at": (lambda w: start(w, "later", 1), lambda w: start(w, "later", 2)),
    "trains_slot.end_at": (lambda w: end(w, "first", 9.1), lambda w: end(w, "first", 9)),
    "trains_slot.kind": (
        lambda w: put("trains_slot", w.slots["history"], kind="regular"),
        lambda w: put("trains_slot", w.slots["first"], kind="hotfix"),
    ),
    "trains_slot.train_id": (
        lambda w: put("trains_slot", w.slots["first"], train_id=w.slow.pk),
        lambda w: put("trains_slot", w.slots["later"], train_id=w.slow.pk),
    ),
    "trains_train.soak_large_hours": (
        lambda w: put("trains_train", w.main, soak_large_hours=24 * 10),
        lambda w: put("trains_train", w.main, soak_large_hours=24 * 9),
    ),
    "trains_train.large_mode": (
        lambda w: put("trains_train", w.apart, large_mode="alone"),
        lambda w: put("trains_train", w.main, large_mode="apart"),
    ),
    "trains_waiver.ended_at": (
        lambda w: waived(w, ended_at=TUESDAY),
        lambda w: put("trains_waiver", unused(w), ended_at=TUESDAY),
    ),
    "trains_waiver.until": (
        lambda w: waived(w, until=TUESDAY + days(40.5)),
        lambda w: waived(w, until=TUESDAY + days(40.6)),
    ),
    "trains_waiver.facts": (
        lambda w: waived(w, facts=w.waiver.facts[1:]),
        lambda w: waived(w, facts=[*w.waiver.facts, "service:0"]),
    ),
    "trains_waiver.code": (
        lambda w: waived(w, code="large-rides-alone"),
        lambda w: put("trains_waiver", unused(w), code="capacity"),
    ),
    "trains_waiver.a_kind": (
        lambda w: waived(w, a_kind="slot"),
        lambda w: put("trains_waiver", unused(w), a_kind="slot"),
    ),
    "trains_waiver.a_id": (lambda w: waived(w, a_id=0), lambda w: put("trains_waiver", unused(w), a_id=0)),
    "trains_waiver.b_kind": (
        lambda w: waived(w, b_kind="slot"),
        lambda w: put("trains_waiver", unused(w), b_kind="slot"),
    ),
    "trains_waiver.b_id": (
        lambda w: waived(w, b_id=w.waiver.b_id + 1000),
        lambda w: put("trains_waiver", unused(w), b_id=w.waiver.b_id + 1000),
    ),
    "trains_waiver": (
        lambda w: ("DELETE FROM trains_waiver WHERE id = %s", w.waiver.pk),
        lambda w: ("DELETE FROM trains_waiver WHERE id = %s", unused(w).pk),
    ),
}


def unused(world):
    """A waiver that nothing rests on."""
    return create_waiver("large-overlap", world.outside, world.later, by=world.cleo, facts=["service:0"])


@pytest.mark.parametrize("column", WRITES)
def test_a_write_that_makes_a_standing_pair_is_refused(world, column):
    refused, _ = WRITES[column]

    assert commit(*refused(world)) == ("a_booking_only_ends" if column == "trains_booking.left_at" else WALL)


@pytest.mark.parametrize("column", WRITES)
def test_a_write_like_it_that_makes_none_passes(world, column):
    _, passes = WRITES[column]

    assert commit(*passes(world)) is None


@pytest.mark.parametrize("column", WRITES)
def test_with_its_triggers_disabled_the_same_writes_pass(world, column):
    """The control: it is these triggers that refuse, nothing else."""
    refused, _ = WRITES[column]
    for table in GUARDED:
        disable(table, WALL)
    disable("trains_booking", "a_booking_only_ends")

    assert commit(*refused(world)) is None
    assert rows("SELECT * FROM standing_large_pairs(ARRAY(SELECT id FROM releases_release))") != []


def disable(table, trigger):
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}")


def test_every_column_that_its_functions_mention_is_written_above(db):
    """So that a column the wall learns to read cannot be forgotten here. Keys (id) are held by foreign keys."""
    readers = r"^wall_(claims|shared|waived|after|emptied)$|^standing_large_pairs$"
    sources = rows("SELECT prosrc FROM pg_proc WHERE proname ~ %s", readers)
    words = set(re.findall(r"\w+", re.sub(r"--.*", "", " ".join(source for (source,) in sources))))
    columns = rows(
        "SELECT table_name, column_name FROM information_schema.columns"
        " WHERE table_schema = current_schema() AND table_name = ANY (%s)",
        GUARDED,
    )

    read = {f"{table}.{column}" for table, column in columns if column in words - {"id"}}

    assert set(GUARDED) <= words
    assert read == {name for name in WRITES if "." in name}


def test_every_table_it_reads_takes_the_lock_before_it_is_written(db):
    """Two who write at the same time would each judge without the other."""
    found = rows(
        "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'wall_lock' AND tgenabled = 'O'"
        " AND tgrelid::regclass::text NOT IN ('trains_request', 'reviews_verdict', 'releases_revision')"
    )

    assert sorted(table for (table,) in found) == sorted(GUARDED)


@pytest.mark.parametrize("column", [name for name in WRITES if name != "trains_booking.left_at"])
def test_whoever_writes_such_a_column_takes_the_calendars_lock(world, column):
    """Which is seen by the calendar's revision."""
    before = Calendar.objects.get().revision
    _, passes = WRITES[column]

    commit(*passes(world))

    assert Calendar.objects.get().revision > before


def test_nothing_can_be_written_when_the_lock_would_lock_nothing(world):
    Calendar.objects.all().delete()

    assert commit(*book(world.outside, world.slots["free"])) == "P0001"


def test_a_write_of_what_the_wall_does_not_read_passes_without_a_lock(world):
    before = Calendar.objects.get().revision

    assert commit(*put("releases_release", world.medium, title="Better")) is None
    assert commit(*put("trains_slot", world.slots["first"], capacity=0)) is None
    assert commit(*put("trains_train", world.main, capacity=0)) is None
    assert Calendar.objects.get().revision == before


def test_a_booking_is_written_once(world):
    booking = world.later.bookings.get()

    assert commit(*put("trains_booking", booking, slot_id=world.slots["free"].pk)) == "a_booking_only_ends"
    assert commit(*put("trains_booking", booking, release_id=world.outside.pk)) == "a_booking_only_ends"
    assert commit("DELETE FROM trains_booking WHERE id = %s", booking.pk) == "a_booking_only_ends"


def test_a_release_never_both_rides_and_asks(world):
    ask = """INSERT INTO trains_request (release_id, train_id, wish, made_at) VALUES (%s, %s, 'first', now())"""

    assert commit(ask, world.later.pk, world.main.pk) == "one_live_place_per_release"
    assert commit(ask, world.outside.pk, world.main.pk) is None
    assert commit(*book(world.outside, world.slots["free"])) == "one_live_place_per_release"


def test_two_that_trade_places_in_one_transaction_pass(world):
    """Judged at commit, not at each statement."""
    sql = """UPDATE trains_booking SET left_at = now(), left_because = '{"code": "moved"}' WHERE left_at IS NULL
                AND release_id IN (%s, %s);
             INSERT INTO trains_booking (release_id, slot_id, booked_at, by_itself)
                VALUES (%s, %s, now(), false), (%s, %s, now(), false)"""
    first, later, slots = world.first.pk, world.later.pk, world.slots

    assert commit(sql, first, later, first, slots["later"].pk, later, slots["first"].pk) is None


def test_emptying_the_waivers_is_refused_while_a_pair_rests_on_one(world):
    assert commit("TRUNCATE trains_waiver") == WALL
    assert Waiver.objects.exists()


def test_emptying_the_waivers_passes_once_nothing_rests_on_them(world):
    two = Release.objects.get(pk=world.waiver.b_id).bookings.get()
    commit(*put("trains_booking", two, left_at=TUESDAY, left_because='{"code": "left"}'))

    assert commit("TRUNCATE trains_waiver") is None


@pytest.mark.parametrize("table", ["trains_booking CASCADE", "trains_outcome"])
def test_history_is_not_emptied_away(world, table):
    assert commit(f"TRUNCATE {table}") == "history_is_kept"


def test_what_is_over_does_not_hinder_a_change_of_the_train(db):
    """A pair that stood in 2021 is no reason to refuse a longer soak today."""
    team, service = create_team(), create_service()
    train = create_train(soak_large_hours=24)
    long_ago = days(-3650)
    for day in (0, 2):
        slot = slot_on(train, day=day)
        Slot.objects.filter(pk=slot.pk).update(
            start_at=slot.start_at + long_ago, end_at=slot.end_at + long_ago, cut_off_at=slot.cut_off_at + long_ago
        )
        aboard(slot, team=team, size="L", services=[service])
    assert commit("SELECT") is None

    assert commit(*put("trains_train", train, soak_large_hours=72)) is None


@pytest.mark.django_db(transaction=True)
def test_a_real_commit_is_refused():
    train, service, team = create_train(), create_service(), create_team(code="CRM")
    slot = slot_on(train, day=0)
    aboard(slot, team=team, size="L", services=[service])
    release = create_release(team=team)

    with pytest.raises(DatabaseError) as refused, transaction.atomic():
        board(release, slot)  # the statement itself passes

    assert refused.value.__cause__.diag.constraint_name == WALL
    assert release.bookings.count() == 0
