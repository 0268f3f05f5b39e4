"""Run a small backfill for real and print what was forecast beside what was measured: time, log, growth, HOT share.

`python -m scripts.bench_backfill [200000]`, on a server of its own that syncs and writes page images like a real one. A
table of about 200 bytes a row with a primary key and five indexes is made anew for each plan, measured with the query
that the page offers, and filled: in one pass, and in ten interleaved passes.
"""

import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from releasetrain.domain.forecast import Forecast, Plan, PlanKind, Table, forecast
from releasetrain.domain.forecast.measured import Facts, read
from releasetrain.embedded.postgres import Postgres
from releasetrain.schema.forecasting import table_of
from releasetrain.schema.measuring import query_for

ROWS, MB = 200_000, 2**20
AS_MEANT = {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "shared_buffers": "512MB",
    "max_wal_size": "4GB",
    "autovacuum": "off",
}
MADE = """
    DROP TABLE IF EXISTS bench_payment;
    CREATE TABLE bench_payment (
      id bigint PRIMARY KEY, account_id int, agent_id int, uid uuid, moment timestamptz, name text, comment text,
      total numeric, old_type text, new_type bigint) WITH (autovacuum_enabled = false);
    INSERT INTO bench_payment
    SELECT n, (hashint8(n) & 2147483647) % 5000, (hashint8(n + 7) & 2147483647) % 200000, md5(n::text)::uuid,
           '2031-01-01'::timestamptz + n * interval '1 s', 'payment ' || md5((n * 3)::text), repeat('x', 40 + n % 20),
           n % 1000 / 7.0, 'kind ' || n % 10 FROM generate_series(1, {rows}) n;
    CREATE INDEX bench_account ON bench_payment (account_id);
    CREATE INDEX bench_agent ON bench_payment (agent_id);
    CREATE INDEX bench_uid ON bench_payment (uid);
    CREATE INDEX bench_moment ON bench_payment (moment);
    CREATE INDEX bench_account_moment ON bench_payment (account_id, moment);
"""
FILL = """
    UPDATE bench_payment SET new_type = length(old_type)
     WHERE id > %(after)s AND id <= %(until)s AND id %% %(passes)s = %(pass)s AND new_type IS NULL
"""
SIZES = """
    SELECT pg_relation_size('bench_payment'),
           (SELECT sum(pg_relation_size(indexrelid)) FROM pg_index WHERE indrelid = 'bench_payment'::regclass)
"""
PLANS = (Plan(batch_rows=10_000), Plan(kind=PlanKind.PASSES, batch_rows=50_000, passes=10))


@dataclass(frozen=True)
class Took:
    """What a run really took."""

    seconds: float
    wal_bytes: int
    heap_x: float
    index_x: float
    hot_share: float


class Careful(Postgres):
    """A server that is thrown away, but syncs and writes page images."""

    def command(self) -> list[str | Path]:
        return [*super().command(), *(word for name, value in AS_MEANT.items() for word in ("-c", f"{name}={value}"))]


def make(connection: psycopg.Connection, rows: int) -> Table:
    """Make the table anew and return what the query of the page says of it."""
    connection.execute(MADE.format(rows=rows))
    connection.execute("VACUUM ANALYZE bench_payment")
    connection.execute("CHECKPOINT")
    facts = read(_one(connection, query_for("bench_payment"), as_text=True))
    return as_table(facts)


def as_table(facts: Facts) -> Table:
    """Return the table of facts, as the product makes it of what it stored."""
    indexes = [{"bytes": one.bytes, "ordered": one.is_ordered, "columns": one.columns} for one in facts.indexes]
    names = ("heap_bytes", "fillfactor", "checkpoint_s", "max_wal_bytes", "full_page_writes", "wal_compression")
    kept = {name: getattr(facts, name) for name in (*names, "wal_bytes_s", "target_indexed", "old_snapshot")}
    row = {"rows": facts.rows, "row_bytes": 0, "free_disk_bytes": None, "measured": {**kept, "indexes": indexes}}
    found = table_of(row, target="new_type")
    assert found is not None  # noqa: S101  it has rows
    return found


def fill(connection: psycopg.Connection, plan: Plan, rows: int) -> Took:
    """Fill the table as the plan says; each statement commits."""
    sizes, log, hot = _sizes(connection), _log(connection), _updates(connection)
    since = time.perf_counter()
    for said in _statements(plan, rows):
        connection.execute(FILL, said)
    seconds, wal = time.perf_counter() - since, _log(connection) - log
    now, updated = _sizes(connection), [late - early for late, early in zip(_updates(connection), hot, strict=True)]
    left = _one(connection, "SELECT count(*) FROM bench_payment WHERE new_type IS NULL")
    assert (updated[0], left) == (rows, 0)  # noqa: S101  every row, once
    return Took(seconds, wal, now[0] / sizes[0], now[1] / sizes[1], updated[1] / updated[0])


def _statements(plan: Plan, rows: int) -> Iterator[dict[str, int]]:
    for after in range(0, rows, plan.batch_rows):
        for number in range(plan.passes):
            yield {"after": after, "until": after + plan.batch_rows, "passes": plan.passes, "pass": number}


def _sizes(connection: psycopg.Connection) -> tuple[int, int]:
    heap, indexes = connection.execute(SIZES).fetchone()
    return heap, int(indexes)


def _log(connection: psycopg.Connection) -> int:
    return int(_one(connection, "SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn"))


def _updates(connection: psycopg.Connection) -> tuple[int, int]:
    connection.execute("SELECT pg_stat_force_next_flush()")
    sql = "SELECT n_tup_upd, n_tup_hot_upd FROM pg_stat_user_tables WHERE relname = 'bench_payment'"
    return connection.execute(sql).fetchone()


def _one(connection: psycopg.Connection, sql: str, *, as_text: bool = False):
    import json

    (found,) = connection.execute(sql).fetchone()
    return json.dumps(found) if as_text else found


def show(said: Forecast, took: Took) -> None:
    """Print one plan, forecast beside measured."""
    plan = f"{said.plan.passes} interleaved passes" if said.plan.passes > 1 else "one pass"
    print(f"\n{plan}, ranges of {said.plan.batch_rows}")
    rows = (
        ("log, MB", said.wal_bytes / MB, took.wal_bytes / MB),
        ("heap, times", said.heap_x, took.heap_x),
        ("indexes, times", said.index_x, took.index_x),
        ("HOT share, %", 100 * said.hot_share, 100 * took.hot_share),
        ("time, s", said.seconds, took.seconds),
    )
    for name, expected, measured in rows:
        off = f"{expected / measured - 1:+.0%}" if measured >= 0.1 else ""
        print(f"  {name:<16} forecast {expected:9.2f}   measured {measured:9.2f}   {off}")
    is_in = said.least_seconds <= took.seconds <= said.most_seconds
    inside = "within" if is_in else "outside"
    print(f"  {'':<16} {inside} the range of {said.least_seconds:.2f} to {said.most_seconds:.2f} s")


@contextmanager
def started() -> Iterator[psycopg.Connection]:
    """Start a server of its own and yield a connection where each statement commits; both go at the end."""
    with tempfile.TemporaryDirectory(prefix="releasetrain-bench-", dir="/tmp") as made:
        folder = Path(made)
        folder.chmod(0o711)
        server = Careful(folder / "server", folder / "pg", throwaway=folder).start()
        try:
            with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
                yield connection
        finally:
            server.stop()


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    with started() as connection:
        version = _one(connection, "SHOW server_version")
        print(f"PostgreSQL {version}, {rows} rows, a primary key and five indexes", flush=True)
        for plan in PLANS:
            table = make(connection, rows)
            show(forecast(table, plan), fill(connection, plan, rows))


if __name__ == "__main__":
    main()
