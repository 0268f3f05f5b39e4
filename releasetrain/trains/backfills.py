"""What the rules read of a backfill: how long its run takes at the worst, and the disk it needs."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from releasetrain.domain.stages import Stage
from releasetrain.domain.world import Backfill, Disk
from releasetrain.schema.forecasting import coefficients_of, expected, plan_of, table_of


def backfill_of(row: Mapping[str, Any]) -> tuple[Backfill, Disk | None] | None:
    """Return the backfill of a change read with ``world.sql``; None where it has none, or nobody wrote one yet.

    With sizes of its table there is a forecast, whatever else is known. Without, and with SQL or
    a plan, nobody can say.
    """
    step = next((one for one in row["steps"] if one["stage"] == Stage.BACKFILL), None)
    if step is None or row["abandoned"]:
        return None
    table, plan = table_of(row["facts"], target=row["new_field"]), plan_of(row["plan"])
    known = {"change": row["id"], "table": row["table"], "database": row["database"]}
    if table is None:
        return (Backfill(**known), None) if step["sql"] or plan else None
    found = expected(table, plan, coefficients_of(row["profile"]))
    backfill = Backfill(
        **known, takes=timedelta(seconds=found.most_seconds), at_any_hour=plan is not None and plan.at_any_hour
    )
    if row["database"] is None or table.free_disk is None:
        return backfill, None
    return backfill, Disk(database=row["database"], peak=found.peak_bytes, free=table.free_disk)
