"""What one row of a backfill costs, and how far heap and indexes grow. Formulas fitted to measured runs (ADR 19)."""

import math

from releasetrain.domain.forecast.values import PAGE, Coefficients, Plan, Table

CERTAIN_ROOM = 1.05  # with so much more than a pass needs, every row of it stays
LATE_PASSES = 1.2  # the first pass moves its rows out, and a fifth as many later find no room
PASS_COST = 0.1  # each further pass reads the range again
CHECKPOINT_SPREAD = 1.9  # a checkpoint begins at max_wal_size / (1 + checkpoint_completion_target)


def room_share(table: Table, plan: Plan) -> float:
    """Return the share of rows whose new version finds room on its own page.

    In one pass only what was free; between passes the page is pruned, unless an old snapshot forbids it.
    """
    free = table.free_share
    at_once = min(1.0, free / (1 - free))
    if plan.passes == 1 or table.has_old_snapshot:
        return at_once
    if free >= CERTAIN_ROOM * (1 - free) / plan.passes:
        return 1.0
    return max(at_once, 1 - LATE_PASSES / plan.passes)


def hot_share(table: Table, plan: Plan) -> float:
    """Return the share of HOT updates, which touch no index: none where the field that is filled is indexed."""
    return 0.0 if table.is_target_indexed else room_share(table, plan)


def seconds_a_row(table: Table, plan: Plan, k: Coefficients) -> float:
    """Return the seconds of one row while nothing but the machine holds it up."""
    stays = hot_share(table, plan)
    index_s = k.index_vacuumed_s if plan.vacuum_every else k.index_s
    cpu = stays * k.hot_s * (1 + PASS_COST * (plan.passes - 1)) + (1 - stays) * (k.row_s + index_s * table.secondary)
    return cpu * k.wall + k.statement_s * plan.passes / plan.batch_rows


def wal_a_row(table: Table, plan: Plan, k: Coefficients, *, checkpoints: int) -> float:
    """Return the bytes of write-ahead log of one row: its records, and its part of the page images."""
    stays = hot_share(table, plan)
    records = stays * k.hot_wal + (1 - stays) * (k.row_wal + k.index_wal * table.secondary)
    return records + _images(table, plan, k, checkpoints=checkpoints) / max(1, table.rows)


def _images(table: Table, plan: Plan, k: Coefficients, *, checkpoints: int) -> float:
    """All page images: each heap page once; a page of an index again after each checkpoint in which it is met."""
    if not table.full_page_writes:
        return 0.0
    moved = (1 - hot_share(table, plan)) * table.rows
    heap = table.heap_bytes / PAGE * k.page_wal * (1 - table.free_share)
    images = heap + sum(
        _index_images(table, plan, k, one.bytes, one.is_ordered, moved, checkpoints) for one in table.indexes
    )
    return images * (k.compressed if table.wal_compression else 1.0)


def _index_images(
    table: Table, plan: Plan, k: Coefficients, size: int, is_ordered: bool, moved: float, checkpoints: int
) -> float:
    if moved <= 0 or size <= 0:
        return 0.0
    pages = size / PAGE
    if is_ordered:
        return min(pages, moved) * k.page_wal
    if checkpoints == 1:
        met = pages * (1 - math.exp(-moved / pages))
        return min(met, moved) * k.page_wal
    if not plan.vacuum_every:  # it grows meanwhile: on the way it is half as much bigger as at the end
        pages *= 1 + k.random_growth / 2 * moved / table.rows
    met = checkpoints * pages * (1 - math.exp(-moved / checkpoints / pages))
    return min(met, moved) * k.page_again_wal


def checkpoints_during(table: Table, *, seconds: float, wal: float) -> int:
    """Return how many checkpoint intervals the run meets: by the clock, or by the log that fills up; at least one."""
    by_clock = math.ceil(seconds / table.checkpoint_s)
    by_log = math.ceil(wal * CHECKPOINT_SPREAD / table.max_wal_bytes) if table.max_wal_bytes else 0
    return max(1, by_clock, by_log)


def heap_growth(table: Table, plan: Plan) -> float:
    """Return by how much of itself the heap grows: rows that find no room, until VACUUM makes some."""
    if not table.rows:
        return 0.0
    until_freed = min(1.0, plan.vacuum_every / table.rows) if plan.vacuum_every else 1.0
    return (1 - room_share(table, plan)) * until_freed


def index_growth(table: Table, plan: Plan, k: Coefficients, *, is_ordered: bool) -> float:
    """Return by how much of itself an index grows.

    Leaves take a few moved rows up; beyond they split, and it grows by all. VACUUM keeps one in random order as it is,
    and cannot help one in the order of the rows.
    """
    moved = 1 - hot_share(table, plan)
    at_random = 0.0 if plan.vacuum_every else k.random_growth
    most = k.ordered_growth if is_ordered else at_random
    return most * (moved * k.slack_growth if moved <= k.leaf_slack else 1.0)


def index_scans(table: Table, plan: Plan, k: Coefficients) -> tuple[int, int]:
    """Return how many VACUUMs there are between the batches, and how many of them read the indexes.

    While fewer than ``bypass`` of the pages hold dead rows, VACUUM leaves the indexes for the next one.
    """
    if not plan.vacuum_every or not table.rows:
        return 0, 0
    vacuums = max(0, math.ceil(table.rows / plan.vacuum_every) - 1)
    if plan.vacuum_every > k.bypass * table.rows:
        return vacuums, vacuums
    return vacuums, math.ceil(vacuums * plan.vacuum_every / (1.5 * k.bypass * table.rows))
