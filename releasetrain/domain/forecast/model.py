"""What a plan is expected to take: time, write-ahead log, growth, and the disk at its worst moment."""

import math
from dataclasses import replace
from functools import lru_cache

from releasetrain.domain.forecast import rows
from releasetrain.domain.forecast.reasons import reasons
from releasetrain.domain.forecast.values import DEFAULTS, Coefficients, Forecast, Plan, Table

LEAST, MOST = 0.75, 1.25  # time is 25 % either way
MOST_WHERE_ROWS_STAY = 3.0  # then the log's flush sets the pace, not the CPU the coefficients were fitted to
MANY_STAY = 0.5
ROUNDS = 200


@lru_cache(maxsize=4096)
def forecast(
    table: Table, plan: Plan, coefficients: Coefficients = DEFAULTS, *, checkpoints: int | None = None
) -> Forecast:
    """Return what ``plan`` is expected to take on ``table``; kept, for the calendar asks again and again.

    ``checkpoints``: how many the run met, where that is known and not to be guessed.
    """
    k, filled = coefficients, repacked(table, plan)
    row_s, wal, met = _paced(filled, plan, k, checkpoints)
    vacuums, scans = rows.index_scans(filled, plan, k)
    heap_more, index_more = _growth(filled, plan, k)
    vacuum_s = scans * (filled.index_bytes + index_more / 2) * k.scan_s
    fill_s = filled.rows * row_s + vacuum_s + _pauses(filled, plan)
    copied = filled.heap_bytes + filled.index_bytes if plan.fillfactor else 0
    repack_s, spread = copied * k.repack_s, _spread(filled, plan)
    heap_growth = filled.heap_bytes - table.heap_bytes + heap_more
    found = Forecast(
        plan=plan,
        hot_share=rows.hot_share(filled, plan),
        row_seconds=row_s,
        seconds=repack_s + fill_s,
        least_seconds=LEAST * (repack_s + fill_s),
        most_seconds=MOST * repack_s + spread * fill_s,
        least_rows_s=filled.rows / (spread * fill_s) if fill_s else 0.0,
        most_rows_s=filled.rows / (LEAST * fill_s) if fill_s else 0.0,
        wal_bytes=round(wal * filled.rows) + copied,
        wal_a_row=wal,
        checkpoints=met,
        heap_x=_times(heap_growth, table.heap_bytes),
        index_x=_times(index_more, table.index_bytes),
        heap_growth=heap_growth,
        index_growth=index_more,
        peak_bytes=max(copied, heap_growth + index_more),
        vacuums=vacuums,
        vacuum_seconds=vacuum_s,
        repack_seconds=repack_s,
    )
    return replace(found, reasons=reasons(filled, found, is_held_back=row_s > rows.seconds_a_row(filled, plan, k)))


def repacked(table: Table, plan: Plan) -> Table:
    """Return the table as it is filled: written anew with room on every page where the plan repacks it first."""
    if not plan.fillfactor:
        return table
    packed = table.heap_bytes * (1 - table.free_share)
    free = 1 - plan.fillfactor / 100
    return replace(table, heap_bytes=round(packed / (1 - free)), free_share=free)


def _paced(table: Table, plan: Plan, k: Coefficients, checkpoints: int | None) -> tuple[float, float, int]:
    """Seconds and log of a row, and the checkpoints met.

    The log that may be written holds the run back; a slower run meets more checkpoints, and so writes more log. From
    one checkpoint on everything only grows, up to where it agrees with itself.
    """
    alone, met = rows.seconds_a_row(table, plan, k), checkpoints or 1
    row_s, wal = alone, rows.wal_a_row(table, plan, k, checkpoints=met)
    for _ in range(ROUNDS):
        row_s = max(alone, wal / table.wal_bytes_s) if table.wal_bytes_s else alone
        whole = {"seconds": row_s * table.rows, "wal": wal * table.rows}
        now = checkpoints or rows.checkpoints_during(table, **whole)
        if now <= met:
            break
        met, wal = now, rows.wal_a_row(table, plan, k, checkpoints=now)
    return row_s, wal, met


def _growth(table: Table, plan: Plan, k: Coefficients) -> tuple[int, int]:
    index = sum(one.bytes * rows.index_growth(table, plan, k, is_ordered=one.is_ordered) for one in table.indexes)
    return round(table.heap_bytes * rows.heap_growth(table, plan)), round(index)


def _pauses(table: Table, plan: Plan) -> float:
    return math.ceil(table.rows / plan.batch_rows) * plan.passes * plan.pause_ms / 1000


def _spread(table: Table, plan: Plan) -> float:
    """How much longer it may take at the worst."""
    stay = plan.passes > 1 or rows.hot_share(table, plan) > MANY_STAY
    return MOST_WHERE_ROWS_STAY if stay else MOST


def _times(growth: float, size: int) -> float:
    return 1 + growth / size if size else 1.0
