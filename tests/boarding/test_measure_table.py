"""Say what is known of a table: its sizes follow, what does not fit the disk stands, and nobody is moved."""

from datetime import timedelta

import pytest

from releasetrain.audit.models import Entry
from releasetrain.boarding.actions.measuring import edit_table, measure_table, put_tables
from releasetrain.boarding.backfills import measured_seen
from releasetrain.boarding.standing import standing
from releasetrain.domain.errors import Refused
from releasetrain.domain.forecast import Index
from releasetrain.releases.models import DataTable
from releasetrain.schema.models import Measurement
from releasetrain.trains.models import Database
from tests.factories import NOW, clock, create_table, create_train
from tests.measured import FACTS, GB, create_change, create_measurement, facts
from tests.riding import aboard, create_release, days, place_of, slot_on


@pytest.fixture
def table(db):
    return create_table(name="payment", rows=0)


def measure(by, table, said=FACTS, at=NOW, **more):
    return measure_table(table=table.pk, facts=said, by=by, clock=clock(at), **more)


def test_what_is_measured_is_kept_and_its_sizes_follow(cast, table):
    measure(cast.ines, table, facts(server="docs-03"))

    table.refresh_from_db()
    assert (table.rows, table.row_bytes, table.indexes, table.random_indexes) == (10**9, 220, 9, 6)
    assert table.free_disk_bytes == 310 * GB
    kept = Measurement.objects.get(table=table)
    assert (kept.heap_bytes, len(kept.indexes), kept.server, kept.by) == (220 * GB, 9, "docs-03", cast.ines)
    assert Entry.objects.get().verb == "table.measured"
    assert Database.objects.get().name == "main"


def test_measured_again_it_takes_the_place_of_what_was_known(cast, table):
    measure(cast.ines, table)

    measure(cast.cleo, table, facts(rows=2 * 10**9, indexes=()), at=NOW + days(1))

    (kept,) = Measurement.objects.all()
    assert (kept.by, kept.at, kept.indexes) == (cast.cleo, NOW + days(1), [])
    assert DataTable.objects.get().rows == 2 * 10**9


def test_a_backfill_that_no_plan_fits_stands_and_moves_nobody(cast, table):
    train = create_train()
    expand = aboard(slot_on(train, day=0), team=cast.pay)
    slot = slot_on(train, day=28)
    fills = aboard(slot, team=cast.pay)
    create_change(expand=expand, backfill=fills, table=table)
    assert [one.conflict.basis.facts & {"no-forecast"} for one in standing(NOW)] == [{"no-forecast"}]

    measure(cast.ines, table, facts(free_disk_bytes=10 * GB))

    (found,) = [one for one in standing(NOW) if one.conflict.code != "not-cleared"]  # its SQL is judged, too
    assert (found.conflict.code, found.release) == ("disk-headroom", fills.pk)
    assert found.conflict.basis.amounts["bytes"] == pytest.approx(20 * GB, rel=0.01)  # ten passes need 30 GB
    assert place_of(fills) == slot.pk


@pytest.mark.parametrize("who", ["ada", "ben", "dov"])
def test_only_who_keeps_the_catalogue_measures(cast, table, who):
    with pytest.raises(Refused, match="forbidden"):
        measure(getattr(cast, who), table)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"rows": 0}, "rows"),
        ({"heap_bytes": -1}, "heap_bytes"),
        ({"fillfactor": 5}, "fillfactor"),
        ({"checkpoint_s": 0}, "checkpoint_s"),
        ({"wal_bytes_s": 0}, "wal_bytes_s"),
        ({"free_disk_bytes": -1}, "free_disk_bytes"),
        ({"indexes": (Index(bytes=-1, is_ordered=True),)}, "index_bytes"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(cast, table, said, field):
    with pytest.raises(Refused) as refused:
        measure(cast.ines, table, facts(**said))

    assert (refused.value.code, refused.value.details["field"]) == ("out-of-range", field)
    assert not Measurement.objects.exists()


def test_an_unknown_table_is_refused(cast, db):
    with pytest.raises(Refused, match="no-such-table"):
        measure_table(table=99, facts=FACTS, by=cast.ines, clock=clock())


def test_what_somebody_measured_meanwhile_is_not_undone(cast, table):
    seen = measured_seen(table.pk)
    measure(cast.cleo, table)

    with pytest.raises(Refused, match="changed-meanwhile"):
        measure(cast.ines, table, at=NOW + timedelta(minutes=1), seen=seen)

    measure(cast.ines, table, at=NOW + timedelta(minutes=1), seen=measured_seen(table.pk))


def sizes(table, **said):
    plain = {name: getattr(table, name) for name in ("rows", "row_bytes", "indexes", "random_indexes")}
    return {"name": table.name, "database": table.database, "free_disk_bytes": table.free_disk_bytes, **plain, **said}


@pytest.mark.parametrize(("said", "left"), [({"rows": 5}, 0), ({"indexes": 10}, 0), ({"free_disk_bytes": 7}, 1)])
def test_other_sizes_typed_in_the_set_up_put_it_aside(cast, table, said, left):
    create_measurement(table, by=cast.ines)
    table.refresh_from_db()

    edit_table(table=table.pk, **sizes(table, **said), by=cast.ines, clock=clock())

    assert Measurement.objects.count() == left


def test_so_do_lines_that_are_pasted_but_only_for_their_table(cast, table):
    other = create_table(name="other")
    for one in (table, other):
        create_measurement(one, by=cast.ines)
    table.refresh_from_db()
    other.refresh_from_db()

    put_tables({1: sizes(table, rows=5), 2: sizes(other)}, by=cast.ines, clock=clock())

    assert Measurement.objects.get().table == other


def test_more_free_disk_lets_who_waits_for_it_board(cast, table):
    train = create_train()
    expand, slot = aboard(slot_on(train, day=0), team=cast.pay), slot_on(train, day=28)
    waits = create_release(team=cast.pay, train=train)
    create_change(expand=expand, backfill=waits, table=table)
    measure(cast.ines, table, facts(free_disk_bytes=10 * GB))
    table.refresh_from_db()
    assert place_of(waits) is None

    edit_table(table=table.pk, **sizes(table, free_disk_bytes=500 * GB), by=cast.ines, clock=clock())

    assert place_of(waits) == slot.pk
