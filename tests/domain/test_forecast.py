"""M4: what each of the four plans takes; more rows, more indexes and less log to write never make it cheaper."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from releasetrain.domain.errors import Refused
from releasetrain.domain.forecast import (
    Forecast,
    Index,
    Plan,
    PlanKind,
    Table,
    best,
    checked,
    compared,
    forecast,
    usual,
)

GB = 10**9
PACKED = Table(
    rows=10**6, heap_bytes=220 * 10**6, indexes=tuple(Index(bytes=25 * 10**6, is_ordered=n < 3) for n in range(9))
)
# A billion rows of 220 B, PK, two indexes in order and six at random, 200 MB of log a second.
BILLION = Table(
    rows=10**9,
    heap_bytes=220 * GB,
    indexes=tuple(Index(bytes=24 * GB, is_ordered=n < 3) for n in range(9)),
    wal_bytes_s=200 * 10**6,
    free_disk=310 * GB,
)


def tables() -> st.SearchStrategy[Table]:
    index = st.builds(Index, bytes=st.integers(8192, 50 * GB), is_ordered=st.booleans())
    return st.builds(
        Table,
        rows=st.integers(1, 10**10),
        heap_bytes=st.integers(8192, 1000 * GB),
        indexes=st.lists(index, max_size=8).map(tuple),
        free_share=st.sampled_from([0.0, 0.1, 0.3, 0.5]),
        checkpoint_s=st.integers(30, 3600),
        max_wal_bytes=st.sampled_from([None, GB, 50 * GB]),
        wal_bytes_s=st.sampled_from([None, 10**7, 10**9]),
        wal_compression=st.booleans(),
        is_target_indexed=st.booleans(),
        has_old_snapshot=st.booleans(),
    )


PLANS = st.sampled_from([usual(kind, rows=10**6) for kind in PlanKind])
WITHOUT_VACUUM = st.sampled_from([usual(kind, rows=10**6) for kind in PlanKind if kind is not PlanKind.VACUUM])


def cost(of: Forecast) -> tuple[float, ...]:
    return of.seconds, of.wal_bytes, of.peak_bytes


def no_less(more: Forecast, than: Forecast) -> bool:
    return all(one >= other * (1 - 1e-9) for one, other in zip(cost(more), cost(than), strict=True))


@given(tables(), PLANS)
def test_every_forecast_is_whole(table, plan):
    said = forecast(table, plan)

    assert 0 <= said.hot_share <= 1
    assert 0 < said.least_seconds <= said.seconds <= said.most_seconds
    assert 0 < said.least_rows_s <= said.most_rows_s
    assert said.wal_bytes > 0
    assert said.peak_bytes >= max(0, said.heap_growth + said.index_growth)
    assert said.index_x >= 1
    assert len(said.reasons) <= 3


@given(tables(), WITHOUT_VACUUM, st.integers(2, 5))
def test_a_larger_table_never_takes_less(table, plan, times):
    grown = tuple(replace(one, bytes=one.bytes * times) for one in table.indexes)
    larger = replace(table, rows=table.rows * times, heap_bytes=table.heap_bytes * times, indexes=grown)

    assert no_less(forecast(larger, plan), forecast(table, plan))


@given(tables(), PLANS, st.booleans())
def test_another_index_never_makes_it_cheaper(table, plan, is_ordered):
    another = replace(table, indexes=(*table.indexes, Index(bytes=GB, is_ordered=is_ordered)))

    assert no_less(forecast(another, plan), forecast(table, plan))


@given(tables(), PLANS)
def test_log_that_may_not_be_written_holds_it_up(table, plan):
    narrow, wide = replace(table, wal_bytes_s=10**6), replace(table, wal_bytes_s=None)

    assert forecast(narrow, plan).seconds >= forecast(wide, plan).seconds


@given(tables(), PLANS, st.integers(1, 5000))
def test_a_pause_adds_its_own_length(table, plan, pause_ms):
    slow = forecast(table, replace(plan, pause_ms=pause_ms))

    batches = -(-table.rows // plan.batch_rows) * plan.passes
    assert slow.seconds - forecast(table, plan).seconds == pytest.approx(batches * pause_ms / 1000, rel=1e-3, abs=1e-6)


@given(tables())
def test_more_passes_leave_more_rows_on_their_pages(table):
    shares = [forecast(table, Plan(kind=PlanKind.PASSES, passes=passes)).hot_share for passes in (2, 5, 10, 20)]

    assert shares == sorted(shares)


def test_vacuum_keeps_the_heap_and_the_indexes_in_random_order_small():
    said = forecast(PACKED, usual(PlanKind.VACUUM, rows=PACKED.rows))

    assert (said.vacuums, round(said.heap_x, 2)) == (9, 1.1)
    assert said.index_growth == 3 * 25 * 10**6  # those in the order of the rows


def test_interleaved_passes_leave_the_indexes_nearly_alone():
    said = forecast(PACKED, usual(PlanKind.PASSES, rows=PACKED.rows))

    assert round(said.hot_share, 2) == 0.88
    assert (round(said.heap_x, 2), round(said.index_x, 2)) == (1.12, 1.02)


@pytest.mark.parametrize(
    ("fact", "reason"), [({"is_target_indexed": True}, "target-indexed"), ({"has_old_snapshot": True}, "old-snapshot")]
)
def test_they_gain_nothing_where_the_field_is_indexed_or_an_old_snapshot_is_held(fact, reason):
    said = forecast(replace(PACKED, **fact), usual(PlanKind.PASSES, rows=PACKED.rows))

    assert said.hot_share == 0
    assert said.reasons[0].code == reason


def test_repacking_needs_room_for_the_table_and_its_indexes_again():
    said = forecast(PACKED, usual(PlanKind.REPACK, rows=PACKED.rows))

    assert said.peak_bytes == 2 * PACKED.heap_bytes + PACKED.index_bytes
    assert (said.heap_x, said.index_x, said.hot_share) == (2.0, 1.0, 1.0)
    assert said.reasons[0].code == "copy"


def test_images_of_pages_are_not_written_where_they_are_off_and_less_where_compressed():
    whole, plan = forecast(PACKED, Plan()), Plan()

    off, compressed = (
        forecast(replace(PACKED, **facts), plan).wal_a_row
        for facts in ({"full_page_writes": False}, {"wal_compression": True})
    )
    assert off == 399 + 84 * 8
    assert off < compressed < whole.wal_a_row


@pytest.mark.parametrize(
    ("kind", "table", "rows_s", "nights", "wal_a_row", "disk_gb"),
    [
        (PlanKind.ONE_PASS, replace(BILLION, wal_bytes_s=None), 21_000, 2, 21_300, 414),
        (PlanKind.ONE_PASS, BILLION, 6_100, 6, 33_000, 414),
        (PlanKind.VACUUM, BILLION, 6_800, 6, 29_500, 94),
        (PlanKind.PASSES, BILLION, 49_000, 1, 4_000, 30),
    ],
)
def test_a_billion_rows_take_what_was_extrapolated(kind, table, rows_s, nights, wal_a_row, disk_gb):
    said = forecast(table, usual(kind, rows=table.rows))

    assert 1 / said.row_seconds == pytest.approx(rows_s, rel=0.03)
    assert -(-said.seconds // (8 * 3600)) == nights
    assert said.wal_a_row == pytest.approx(wal_a_row, rel=0.02)
    assert (said.heap_growth + said.index_growth) / GB == pytest.approx(disk_gb, rel=0.01)


def test_the_best_is_the_quickest_in_nights_of_those_that_fit_the_disk():
    assert best(compared(BILLION), free_disk=310 * GB).plan.kind is PlanKind.PASSES
    # Seven nights either way round, so it is the disk that speaks for passes
    assert best(compared(PACKED), free_disk=None).plan.kind is PlanKind.PASSES


def test_where_none_fits_it_is_the_one_that_needs_least():
    assert best(compared(BILLION), free_disk=1).plan.kind is PlanKind.PASSES


def test_four_plans_are_compared_and_an_own_one_takes_the_place_of_its_kind():
    own = Plan(kind=PlanKind.PASSES, batch_rows=20_000, passes=20)

    said = compared(PACKED, own=[own])

    assert [one.plan.kind for one in said] == list(PlanKind)
    assert said[2].plan == own


@pytest.mark.parametrize(
    ("plan", "field"),
    [
        (Plan(batch_rows=0), "batch_rows"),
        (Plan(pause_ms=-1), "pause_ms"),
        (Plan(kind=PlanKind.VACUUM, vacuum_every=0), "vacuum_every"),
        (Plan(kind=PlanKind.PASSES, passes=1), "passes"),
        (Plan(kind=PlanKind.PASSES, passes=1000), "passes"),
        (Plan(kind=PlanKind.REPACK, fillfactor=100), "fillfactor"),
    ],
)
def test_a_plan_that_cannot_be_is_refused_at_its_field(plan, field):
    with pytest.raises(Refused) as refused:
        checked(plan)

    assert (refused.value.code, refused.value.details["field"]) == ("out-of-range", field)


def test_a_plan_keeps_only_what_its_kind_means():
    said = checked(Plan(kind=PlanKind.ONE_PASS, passes=10, vacuum_every=5000, fillfactor=50, at_any_hour=True))

    assert said == Plan(at_any_hour=True)
