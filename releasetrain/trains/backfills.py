"""What the rules read of a backfill: how long its run takes at the worst, and the disk it needs."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from releasetrain.domain.stages import Stage
from releasetrain.domain.world import Backfill, Disk
from releasetrain.schema.forecasting import coefficients_of, expected, plan_of, table_of


def backfill_of(row: Mapping[str, Any]) -> tuple[Backfill, Disk | None] | None:
    """Return the backfill of a change read with ``world.sql``, and the disk that it needs; None where it has none.

    With sizes of its table there is a forecast, whatever else is known. Without, nobody can say. One that is verified
    needs no disk any more.
    """
    step = next((one for one in row["steps"] if one["stage"] == Stage.BACKFILL), None)
    if step is None or row["abandoned"]:
        return None
    table, plan = table_of(row["facts"], target=row["new_field"]), plan_of(row["plan"])
    verified = verified_at(row)
    known = {"change": row["id"], "table": row["table"], "database": row["database"], "verified_at": verified}
    if table is None:
        return Backfill(**known, is_written=step["sql"] or plan is not None), None
    found = expected(table, plan, coefficients_of(row["profile"]))
    backfill = Backfill(
        **known, takes=timedelta(seconds=found.most_seconds), at_any_hour=plan is not None and plan.at_any_hour
    )
    if verified is not None or row["database"] is None or table.free_disk is None:
        return backfill, None
    return backfill, Disk(database=row["database"], peak=found.peak_bytes, free=table.free_disk)


def verified_at(row: Mapping[str, Any]) -> datetime | None:
    """Return since when the latest report says that no row differs; None: it says so not, or there is none."""
    verified = row["verified"]
    return datetime.fromisoformat(verified["at"]) if verified is not None and verified["differing"] == 0 else None
