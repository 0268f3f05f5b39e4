"""Why a plan costs what it does, the weightiest first: codes and amounts."""

from collections.abc import Iterator

from releasetrain.domain.forecast.values import Forecast, Plan, Reason, Table

MOST = 3
FEW_MOVE = 0.13


def reasons(table: Table, found: Forecast, *, is_held_back: bool) -> tuple[Reason, ...]:
    """Return at most three reasons; ``is_held_back``: the log that may be written sets the pace."""
    return tuple(_all(table, found, is_held_back))[:MOST]


def _all(table: Table, found: Forecast, is_held_back: bool) -> Iterator[Reason]:
    plan, moved = found.plan, 1 - found.hot_share
    if plan.fillfactor:
        yield Reason("copy", {"bytes": found.peak_bytes, "fillfactor": plan.fillfactor})
    yield from _nothing_gained(table, plan)
    if moved > FEW_MOVE and (random := table.in_random_order):
        yield Reason("random-indexes", {"n": len(random), "bytes": sum(one.bytes for one in random)})
    if is_held_back:
        yield Reason("wal-budget", {"bytes": table.wal_bytes_s or 0})
    if plan.vacuum_every and found.vacuums:
        yield Reason("vacuum", {"n": found.vacuums, "seconds": found.vacuum_seconds})
    if found.hot_share:
        yield Reason("stays", {"percent": round(100 * found.hot_share)})
    if moved == 1 and not plan.vacuum_every:
        yield Reason("moves")


def _nothing_gained(table: Table, plan: Plan) -> Iterator[Reason]:
    """What passes, or room on the pages, would have saved."""
    if plan.passes == 1 and not table.free_share:
        return
    if table.is_target_indexed:
        yield Reason("target-indexed")
    elif plan.passes > 1 and table.has_old_snapshot:
        yield Reason("old-snapshot")
