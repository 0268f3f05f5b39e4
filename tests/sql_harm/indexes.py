"""Indexes made, rebuilt and dropped; what runs in no transaction."""

from psycopg import errors

from tests.sql_harm.proofs import Answers, Fails, Queues, ShutsOut
from tests.sql_harm.scenario import EXPAND, INSERT, ORDERS, READ, UPDATE, Scenario

INDEXED = f"{ORDERS}; CREATE INDEX orders_amount ON orders (slowly(amount))"
WRAPPED = {"in_transaction": True}
PARTED = """
    CREATE TABLE events (id bigint, year integer) PARTITION BY LIST (year);
    CREATE TABLE events_2030 PARTITION OF events FOR VALUES IN (2030);
"""
WHOLE = f"{PARTED}; INSERT INTO events SELECT id, 2030 FROM generate_series(1, 2000) id"
FAILS = Fails(error=errors.ActiveSqlTransaction)

SCENARIOS = [
    Scenario(
        rule="index-not-concurrent",
        case="CREATE INDEX",
        bad="CREATE INDEX orders_amount ON orders (amount)",
        shows=ShutsOut(mode="ShareLock", waits=(INSERT, UPDATE), goes_on=(READ,)),
        remedy="CREATE INDEX CONCURRENTLY orders_amount ON orders (slowly(amount))",
    ),
    Scenario(
        rule="index-not-concurrent",
        case="ON ONLY a table that has no partitions",
        bad="CREATE INDEX orders_amount ON ONLY orders (amount)",
        shows=ShutsOut(mode="ShareLock", waits=(INSERT, UPDATE), goes_on=(READ,)),
        remedy="CREATE INDEX CONCURRENTLY orders_amount ON orders (slowly(amount))",
    ),
    Scenario(
        rule="index-not-concurrent",
        case="REINDEX INDEX, which shuts readers out, too",
        tables=INDEXED,
        bad="REINDEX INDEX orders_amount",
        shows=ShutsOut(mode="ShareLock", waits=(INSERT, UPDATE, READ)),
        remedy="REINDEX INDEX CONCURRENTLY orders_amount",
    ),
    Scenario(
        rule="index-not-concurrent",
        case="REINDEX TABLE",
        tables=INDEXED,
        bad="REINDEX TABLE orders",
        shows=ShutsOut(mode="ShareLock", waits=(INSERT, UPDATE, READ)),
        remedy="REINDEX TABLE CONCURRENTLY orders",
    ),
    Scenario(
        rule="drop-index-not-concurrent",
        case="it waits for readers, and everybody behind it",
        tables=INDEXED,
        bad="DROP INDEX orders_amount",
        shows=Queues(),
        remedy="DROP INDEX CONCURRENTLY orders_amount",
    ),
    Scenario(
        rule="concurrently-in-transaction",
        case="CREATE INDEX CONCURRENTLY",
        bad="BEGIN; CREATE INDEX CONCURRENTLY orders_amount ON orders (amount); COMMIT",
        shows=FAILS,
        remedy="CREATE INDEX CONCURRENTLY orders_amount ON orders (amount)",
    ),
    Scenario(
        rule="concurrently-in-transaction",
        case="DROP INDEX CONCURRENTLY",
        tables=INDEXED,
        bad="BEGIN; DROP INDEX CONCURRENTLY orders_amount; COMMIT",
        shows=FAILS,
        remedy="DROP INDEX CONCURRENTLY orders_amount",
    ),
    Scenario(
        rule="concurrently-in-transaction",
        case="REINDEX CONCURRENTLY",
        tables=INDEXED,
        bad="BEGIN; REINDEX INDEX CONCURRENTLY orders_amount; COMMIT",
        shows=FAILS,
        remedy="REINDEX INDEX CONCURRENTLY orders_amount",
    ),
    Scenario(
        rule="concurrently-in-transaction",
        case="VACUUM",
        bad="BEGIN; VACUUM (ANALYZE) orders; COMMIT",
        shows=FAILS,
        remedy="VACUUM (ANALYZE) orders",
    ),
    Scenario(
        rule="concurrently-in-transaction",
        case="DETACH PARTITION CONCURRENTLY",
        tables=PARTED,
        bad="BEGIN; ALTER TABLE events DETACH PARTITION events_2030 CONCURRENTLY; COMMIT",
        shows=FAILS,
        remedy="ALTER TABLE events DETACH PARTITION events_2030 CONCURRENTLY",
    ),
    Scenario(
        rule="concurrently-in-transaction",
        case="a block of code that commits",
        bad="BEGIN; DO $$ BEGIN COMMIT; END $$; COMMIT",
        shows=Fails(error=errors.InvalidTransactionTermination),
        remedy="DO $$ BEGIN COMMIT; END $$",
    ),
    Scenario(
        rule="index-before-data",
        case="no update is HOT any more",
        known={**EXPAND, "table": "orders", "new": "total"},
        tables=f"{ORDERS}; ALTER TABLE orders SET (fillfactor = 40); CREATE INDEX orders_note ON orders (note)",
        bad="""
            ALTER TABLE orders ADD COLUMN total bigint;
            CREATE INDEX CONCURRENTLY orders_total ON orders (total);
        """,
        shows=Answers(
            asks="""
                INSERT INTO orders (id, amount) SELECT id, 1 FROM generate_series(3001, 3100) id;
                BEGIN;
                UPDATE orders SET total = amount WHERE id > 3000 AND id <= 3100 AND total IS NULL;
                SELECT n_tup_upd, n_tup_hot_upd >= 50 FROM pg_stat_xact_user_tables WHERE relid = 'orders'::regclass;
            """,
            harm=[(100, False)],
            well=[(100, True)],
            before=False,
        ),
        remedy="ALTER TABLE orders ADD COLUMN total bigint",
    ),
]
