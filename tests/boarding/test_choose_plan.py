"""Choose how a backfill runs: by whoever may edit its release; the rules read the chosen plan."""

import pytest

from releasetrain.audit.models import Entry
from releasetrain.boarding.actions.backfilling import choose_plan
from releasetrain.boarding.actions.changing import abandon_change
from releasetrain.boarding.backfills import plan_seen
from releasetrain.boarding.standing import standing
from releasetrain.domain.errors import Refused
from releasetrain.domain.forecast import Plan, PlanKind, usual
from releasetrain.schema.models import ChosenPlan
from releasetrain.trains.models import Database
from tests.factories import NOW, clock, create_table, create_train
from tests.freezes import create_low_load
from tests.measured import GB, create_change, create_measurement, create_plan, facts
from tests.riding import aboard, place_of, slot_on

PASSES = usual(PlanKind.PASSES, rows=10**9)


@pytest.fixture
def change(cast):
    """PAY's expand rides on Tuesday, its backfill two weeks later; the table was measured."""
    train, table = create_train(), create_table(name="payment", rows=0)
    expand, fills = (aboard(slot_on(train, day=day), team=cast.pay) for day in (0, 14))
    create_measurement(table, by=cast.ines)
    Database.objects.create(name="main")
    table.refresh_from_db()
    return create_change(expand=expand, backfill=fills, table=table)


def choose(by, change, plan=PASSES, **said):
    return choose_plan(change=change.pk, plan=plan, by=by, clock=clock(), **said)


def codes():
    return {one.conflict.code: dict(one.conflict.basis.amounts) for one in standing(NOW)}


def test_it_is_kept_with_who_chose_it(cast, change):
    choose(cast.ben, change)

    kept = ChosenPlan.objects.get(change=change)
    assert (kept.kind, kept.passes, kept.batch_rows, kept.by, kept.at) == ("passes", 10, 50_000, cast.ben, NOW)
    assert Entry.objects.get().verb == "plan.chosen"


def test_the_same_again_writes_nothing(cast, change):
    choose(cast.ben, change)
    choose(cast.ada, change)

    assert (ChosenPlan.objects.get().by, Entry.objects.count()) == (cast.ben, 1)


def test_a_plan_that_does_not_fit_the_disk_stands_and_moves_nobody(cast, change):
    assert codes() == {}  # ten passes would do, and nobody chose otherwise
    rides = change.stages.get(stage="backfill").release
    where = place_of(rides)

    choose(cast.ada, change, usual(PlanKind.ONE_PASS, rows=10**9))

    assert codes() == {"disk-headroom": {"bytes": pytest.approx(104 * GB, rel=0.01)}}
    assert place_of(rides) == where


def test_a_run_that_is_not_done_by_the_departure_warns(cast, change):
    create_low_load(database="other")
    Database.objects.all().delete()
    create_low_load()  # six hours, five nights a week

    choose(cast.ada, change, usual(PlanKind.VACUUM, rows=10**9))

    assert set(codes()) == {"backfill-unfinished"}  # 52 h at the most, from Friday on


def test_one_that_does_not_wait_for_low_load_runs_in_peak_hours(cast, change):
    Database.objects.all().delete()
    create_low_load()

    choose(cast.ada, change, Plan(kind=PlanKind.PASSES, batch_rows=50_000, passes=10, at_any_hour=True))

    assert set(codes()) == {"peak-hours"}


@pytest.mark.parametrize(("who", "may"), [("ada", True), ("ben", True), ("dov", False), ("ines", False)])
def test_whoever_may_edit_the_release_chooses(cast, change, who, may):
    if may:
        choose(getattr(cast, who), change)
    else:
        with pytest.raises(Refused, match="forbidden"):
            choose(getattr(cast, who), change)
    assert ChosenPlan.objects.exists() is may


def test_without_a_backfill_there_is_nothing_to_choose(cast, change):
    change.stages.filter(stage="backfill").delete()

    with pytest.raises(Refused, match="no-backfill-stage"):
        choose(cast.ines, change)


def test_a_change_that_is_given_up_or_unknown_is_refused(cast, change):
    abandon_change(change=change.pk, reason="Not now.", by=cast.ada, clock=clock())

    with pytest.raises(Refused, match="abandoned-already"):
        choose(cast.ada, change)
    with pytest.raises(Refused, match="no-such-change"):
        choose_plan(change=99, plan=PASSES, by=cast.ada, clock=clock())


def test_a_plan_that_cannot_be_is_refused_at_its_field(cast, change):
    with pytest.raises(Refused) as refused:
        choose(cast.ada, change, Plan(kind=PlanKind.PASSES, passes=1))

    assert refused.value.details["field"] == "passes"


def test_what_somebody_chose_meanwhile_is_not_undone(cast, change):
    seen = plan_seen(change.pk)
    create_plan(change, by=cast.ben)

    with pytest.raises(Refused, match="changed-meanwhile"):
        choose(cast.ada, change, usual(PlanKind.ONE_PASS, rows=1), seen=seen)


def test_an_index_on_the_field_that_is_filled_counts(cast, change):
    measured = change.table.measurement
    measured.indexes[0]["columns"] = ["new"]
    measured.save()

    change.table.free_disk_bytes = 200 * GB
    change.table.save()

    choose(cast.ada, change)

    assert "disk-headroom" in codes()  # passes would need 30 GB; now every index grows by as much as in one pass


def test_sizes_of_the_set_up_do_where_nothing_was_measured(cast, change):
    change.table.measurement.delete()
    table = change.table
    table.rows, table.row_bytes, table.indexes, table.random_indexes = 10**9, 400, 9, 6
    table.save()

    choose(cast.ada, change, usual(PlanKind.ONE_PASS, rows=10**9))

    assert codes() == {"disk-headroom": {"bytes": pytest.approx((400 + 3 * 22.5 + 0.85 * 6 * 28 - 310) * GB, rel=0.01)}}


def test_a_small_table_measured_well_is_in_nobodys_way(cast, change):
    change.table.measurement.delete()
    create_measurement(change.table, by=cast.ines, said=facts(rows=10**6, heap_bytes=220 * 10**6, indexes=()))

    for kind in PlanKind:
        choose(cast.ada, change, usual(kind, rows=10**6))
        assert codes() == {}
