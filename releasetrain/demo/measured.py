"""What the demo's people know of the table that is filled: it was measured, its nights are known, a plan is chosen."""

from collections.abc import Callable
from datetime import datetime, time

from releasetrain.boarding.actions import backfilling, low_load, measuring
from releasetrain.demo.company import person_called
from releasetrain.demo.data import company
from releasetrain.domain.forecast import Index, PlanKind, usual
from releasetrain.domain.forecast.measured import Facts
from releasetrain.teams.models import User
from releasetrain.trains.freeze_fields import LowHours

GB = 10**9
NIGHTS = LowHours(weekdays=tuple(range(7)), since=time(22), until=time(6))
ROWS = 1_000_000_000
IN_ORDER = tuple(Index(bytes=22 * GB, is_ordered=True) for _ in range(6))
AT_RANDOM = tuple(Index(bytes=28 * GB, is_ordered=False) for _ in range(4))
FACTS = Facts(
    rows=ROWS,
    heap_bytes=420 * GB,
    indexes=(*IN_ORDER, *AT_RANDOM),
    max_wal_bytes=200 * GB,
    wal_bytes_s=200 * 10**6,
    free_disk_bytes=310 * GB,
    server="docs-03",
)
CHOSEN_BY = "Ilya"


def tell(*, table: int, change: int, cleo: User, clock: Callable[[], datetime]) -> None:
    """Say when the database has low load, measure the table, and choose how it is filled."""
    ilya = person_called(CHOSEN_BY)
    low_load.set_low_load(database=company.DATABASE, zone=company.ZONE, hours=[NIGHTS], by=cleo, clock=clock)
    measuring.measure_table(table=table, facts=FACTS, by=cleo, clock=clock)
    backfilling.choose_plan(change=change, plan=usual(PlanKind.PASSES, rows=ROWS), by=ilya, clock=clock)
