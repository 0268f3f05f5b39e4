"""What a forecast of a backfill is made of: the table, the plan, what the database costs, and what comes out.

Bytes, seconds and rows, unless a name says otherwise.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

PAGE = 8192


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """An index, its primary key among them. ``is_ordered``: its order is about the one in which the rows are filled."""

    bytes: int
    is_ordered: bool
    name: str = ""
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """The table that is filled, and the server under it.

    ``free_share``: how much of each heap page is free, 0 for a packed table. ``wal_bytes_s``: how much write-ahead log
    the server, its replicas and its archive take a second, None: whatever comes. ``free_disk`` None: not known.
    ``is_target_indexed``: an index covers the field that is filled. ``has_old_snapshot``: a long transaction or a
    replication slot keeps dead rows from being pruned.
    """

    rows: int
    heap_bytes: int
    indexes: tuple[Index, ...] = ()
    free_share: float = 0.0
    checkpoint_s: int = 300
    max_wal_bytes: int | None = None
    full_page_writes: bool = True
    wal_compression: bool = False
    wal_bytes_s: int | None = None
    is_target_indexed: bool = False
    has_old_snapshot: bool = False
    free_disk: int | None = None

    @property
    def index_bytes(self) -> int:
        """All indexes together."""
        return sum(one.bytes for one in self.indexes)

    @property
    def secondary(self) -> int:
        """How many indexes beside the primary key, whose cost is that of the row."""
        return max(0, len(self.indexes) - 1)

    @property
    def in_random_order(self) -> tuple[Index, ...]:
        """The indexes in which neighbours of the table lie far apart."""
        return tuple(one for one in self.indexes if not one.is_ordered)


@dataclass(frozen=True, slots=True, kw_only=True)
class Coefficients:
    """What a database costs. The defaults were measured: PostgreSQL 15, two cores, all in memory.

    A database of another kind has its own (``docs/adr/0019``).
    """

    hot_s: float = 1.4e-6  # CPU of a row whose new version stays on its page
    row_s: float = 3.0e-6  # CPU of a row that moves, its primary key included
    index_s: float = 4.3e-6  # CPU of a row that moves, for each other index
    index_vacuumed_s: float = 3.8e-6  # the same with VACUUM between: fewer pages split
    wall: float = 1.25  # the clock beside the CPU
    statement_s: float = 1.5e-3  # a statement and its commit
    hot_wal: float = 88.0  # bytes of log: a row that stays on its page
    row_wal: float = 399.0  # a row that moves, its primary key included
    index_wal: float = 84.0  # a row that moves, for each other index
    page_wal: float = 7800.0  # the image of a page, once after each checkpoint
    page_again_wal: float = 6500.0  # the same of an index page that is met again and again
    compressed: float = 0.5  # what wal_compression leaves of an image: 0.47 and 0.58, with pglz on PostgreSQL 18
    random_growth: float = 0.85  # how much an index in random order grows when each row moves
    ordered_growth: float = 1.0  # and one in the order of the rows: every entry lands on new pages
    leaf_slack: float = 0.13  # moved rows that index leaves take up without splitting, as a share of all
    slack_growth: float = 0.15  # the part of that growth that shows all the same
    scan_s: float = 0.8e-9  # a byte of index that VACUUM reads
    bypass: float = 0.02  # VACUUM skips the indexes while fewer of the pages hold dead rows
    repack_s: float = 1.5e-8  # a byte of table and indexes written anew: 50 to 85 MB a second


DEFAULTS = Coefficients()


class PlanKind(StrEnum):
    """The four ways to run a backfill."""

    ONE_PASS = "one-pass"  # noqa: S105  a way over the table
    VACUUM = "vacuum"
    PASSES = "passes"
    REPACK = "repack"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How a backfill runs: ``batch_rows`` a range, ``passes`` statements over each (``id % passes``), then a pause.

    ``vacuum_every``: rows between two VACUUMs, 0: none. ``fillfactor``: what the table is repacked to first, 0: not.
    ``at_any_hour``: it does not wait for the hours of low load.
    """

    kind: PlanKind = PlanKind.ONE_PASS
    batch_rows: int = 10_000
    vacuum_every: int = 0
    passes: int = 1
    fillfactor: int = 0
    pause_ms: int = 0
    at_any_hour: bool = False


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a plan costs what it does: a code and the amounts its words need."""

    code: str
    amounts: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """What a plan is expected to take. Growth is beside what is there now; ``*_x`` says times as big as now.

    ``seconds`` is the point within ``least_seconds`` and ``most_seconds``, repacking and VACUUM included.
    ``peak_bytes``: the disk it needs at its worst moment beside what is used now, without log kept for replicas.
    """

    plan: Plan
    hot_share: float
    row_seconds: float
    seconds: float
    least_seconds: float
    most_seconds: float
    least_rows_s: float
    most_rows_s: float
    wal_bytes: int
    wal_a_row: float
    checkpoints: int
    heap_x: float
    index_x: float
    heap_growth: int
    index_growth: int
    peak_bytes: int
    vacuums: int
    vacuum_seconds: float
    repack_seconds: float
    reasons: tuple[Reason, ...] = ()

    def fits(self, free_disk: int | None) -> bool:
        """Return whether its peak fits; where nobody knows what is free, it does."""
        return free_disk is None or self.peak_bytes <= free_disk
