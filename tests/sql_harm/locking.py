"""Tables written anew, locks asked for by name, and locks that last as long as what follows."""

from releasetrain.domain.sql import Severity
from releasetrain.domain.stages import Stage
from tests.sql_harm.proofs import Queues, ShutsOut
from tests.sql_harm.scenario import INSERT, ORDERS, READ, UPDATE, Scenario

REWRITTEN = ShutsOut(mode="AccessExclusiveLock", waits=(READ, INSERT, UPDATE), rewrites=True)
HEAVY = ShutsOut(mode="AccessExclusiveLock", waits=(READ, INSERT, UPDATE))
SLOW = f"{ORDERS}; CREATE INDEX orders_slow ON orders (slowly(id))"
SEEN = f"""{ORDERS};
    CREATE MATERIALIZED VIEW sums AS SELECT slowly(customer_id) AS customer_id, sum(amount) AS amount
        FROM orders GROUP BY 1;
    CREATE UNIQUE INDEX sums_customer ON sums (customer_id);
"""
EVENTS = """
    CREATE TABLE events (id bigint, year integer) PARTITION BY LIST (year);
    CREATE TABLE events_2030 PARTITION OF events FOR VALUES IN (2030);
    CREATE TABLE events_2031 (id bigint, year integer);
    INSERT INTO events_2031 SELECT id, 2031 FROM generate_series(1, 2000) id;
"""
REFERRED = f"""{ORDERS};
    ALTER TABLE orders ADD CONSTRAINT orders_customer FOREIGN KEY (customer_id) REFERENCES customers (id);
    CREATE TABLE visits AS SELECT id, 1 AS pages FROM generate_series(1, 2000) id;
"""

SCENARIOS = [
    Scenario(
        rule="type-change-rewrites",
        case="integer to bigint",
        bad="ALTER TABLE orders ALTER COLUMN amount TYPE bigint",
        shows=REWRITTEN,
        remedy="""
            ALTER TABLE orders ADD COLUMN amount_long bigint;
            UPDATE orders SET amount_long = amount WHERE id > 1000 AND id <= 1400 AND amount_long IS NULL;
        """,
    ),
    Scenario(
        rule="type-change-rewrites",
        case="a shorter varchar",
        bad="ALTER TABLE orders ALTER COLUMN note TYPE varchar(15)",
        shows=REWRITTEN,
        remedy="ALTER TABLE orders ALTER COLUMN note TYPE varchar(40)",
    ),
    Scenario(
        rule="type-change-rewrites",
        case="USING",
        bad="ALTER TABLE orders ALTER COLUMN note TYPE varchar(20) USING upper(note)",
        shows=REWRITTEN,
        remedy="ALTER TABLE orders ALTER COLUMN note TYPE text",
    ),
    Scenario(
        rule="type-change-rewrites",
        case="another collation: its indexes are built anew",
        tables=f"{ORDERS}; CREATE INDEX orders_note ON orders (note)",
        bad='ALTER TABLE orders ALTER COLUMN note TYPE varchar(20) COLLATE "C"',
        shows=HEAVY,
        remedy='ALTER TABLE orders ADD COLUMN note_sorted varchar(20) COLLATE "C"',
    ),
    Scenario(
        rule="type-change-unknown",
        case="nobody said what it was",
        known={"history": ()},
        bad="ALTER TABLE orders ALTER COLUMN amount TYPE bigint",
        shows=REWRITTEN,
        remedy="ALTER TABLE orders ALTER COLUMN note TYPE varchar(40)",
        remedy_known={"history": (ORDERS,)},
    ),
    Scenario(
        rule="rewrites-table",
        case="SET UNLOGGED",
        bad="ALTER TABLE orders SET UNLOGGED",
        shows=REWRITTEN,
        remedy="""
            CREATE UNLOGGED TABLE drafts (id bigint, amount integer);
            INSERT INTO drafts SELECT id, amount FROM orders WHERE id > 1000 AND id <= 1400;
        """,
    ),
    Scenario(
        rule="rewrites-table",
        case="another expression of a stored column",
        tables=f"{ORDERS}; ALTER TABLE orders ADD COLUMN twice integer GENERATED ALWAYS AS (amount * 2) STORED",
        bad="ALTER TABLE orders ALTER COLUMN twice SET EXPRESSION AS (amount + amount)",
        shows=REWRITTEN,
        remedy="""
            ALTER TABLE orders ADD COLUMN doubled integer GENERATED ALWAYS AS (amount + amount) VIRTUAL;
            ALTER TABLE orders ALTER COLUMN doubled SET EXPRESSION AS (amount * 2);
        """,
    ),
    Scenario(
        rule="rewrites-table",
        case="a column of a domain that checks its values",
        tables=f"{ORDERS}; CREATE DOMAIN price AS integer CHECK (VALUE > 0)",
        bad="ALTER TABLE orders ADD COLUMN net price",
        shows=REWRITTEN,
        remedy="ALTER TABLE orders ADD COLUMN net integer",
    ),
    Scenario(
        rule="rewrites-under-lock",
        case="VACUUM FULL",
        tables=SLOW,
        bad="VACUUM FULL orders",
        shows=HEAVY,
        remedy="VACUUM (ANALYZE) orders",
    ),
    Scenario(
        rule="rewrites-under-lock",
        case="CLUSTER",
        bad="CLUSTER orders USING orders_pkey",
        shows=REWRITTEN,
        remedy="VACUUM (ANALYZE) orders",
    ),
    Scenario(
        rule="refresh-blocks-readers",
        case="REFRESH MATERIALIZED VIEW",
        tables=SEEN,
        bad="REFRESH MATERIALIZED VIEW sums",
        shows=ShutsOut(
            mode="AccessExclusiveLock", on="sums", waits=("SELECT amount FROM sums",), goes_on=(INSERT,), rewrites=True
        ),
        remedy="REFRESH MATERIALIZED VIEW CONCURRENTLY sums",
    ),
    Scenario(
        rule="locks-table",
        case="LOCK TABLE",
        bad="BEGIN; LOCK TABLE orders; COMMIT",
        shows=ShutsOut(mode="AccessExclusiveLock", waits=(READ, INSERT, UPDATE), is_long=False),
        remedy="BEGIN; SELECT id FROM orders WHERE id IN (1001, 1002) FOR UPDATE; COMMIT",
    ),
    Scenario(
        rule="locks-table",
        case="SELECT ... FOR UPDATE of every row",
        bad="BEGIN; SELECT id FROM orders FOR UPDATE; COMMIT",
        shows=ShutsOut(mode="RowShareLock", waits=(UPDATE,), goes_on=(READ, INSERT)),
        remedy="BEGIN; SELECT id FROM orders WHERE id IN (1001, 1002) FOR UPDATE; COMMIT",
    ),
    Scenario(
        rule="partition-locks",
        case="ATTACH reads what is attached, whose writers wait",
        tables=EVENTS,
        bad="ALTER TABLE events ATTACH PARTITION events_2031 FOR VALUES IN (2031)",
        shows=ShutsOut(
            mode="AccessExclusiveLock",
            on="events_2031",
            waits=("INSERT INTO events_2031 VALUES (9001, 2031)", "SELECT count(*) FROM events_2031"),
            goes_on=("INSERT INTO events VALUES (9001, 2030)", "SELECT count(*) FROM events"),
        ),
        remedy="""
            ALTER TABLE events_2031 ADD CONSTRAINT is_2031 CHECK (year IS NOT NULL AND year = 2031) NOT VALID;
            ALTER TABLE events_2031 VALIDATE CONSTRAINT is_2031;
            ALTER TABLE events ATTACH PARTITION events_2031 FOR VALUES IN (2031);
        """,
        may_warn=frozenset({"check-binds-old-writers", "partition-locks"}),
    ),
    Scenario(
        rule="partition-locks",
        case="DETACH waits for whoever reads the whole, and everybody behind it",
        tables=EVENTS,
        bad="ALTER TABLE events DETACH PARTITION events_2030",
        shows=Queues(reader="SELECT count(*) FROM events", behind="SELECT count(*) FROM events"),
        remedy="ALTER TABLE events DETACH PARTITION events_2030 CONCURRENTLY",
    ),
    Scenario(
        rule="partition-locks",
        case="a new partition, beside one that takes what no other does",
        tables=f"""{EVENTS};
            CREATE TABLE events_other PARTITION OF events DEFAULT;
            INSERT INTO events SELECT id, 2040 FROM generate_series(1, 2000) id;
        """,
        bad="CREATE TABLE events_2032 PARTITION OF events FOR VALUES IN (2032)",
        shows=ShutsOut(
            mode="AccessExclusiveLock",
            on="events_other",
            waits=("INSERT INTO events VALUES (9001, 2040)", "SELECT count(*) FROM events WHERE year = 2030"),
        ),
        remedy="CREATE TABLE events_2032 (LIKE events)",
    ),
    Scenario(
        rule="slow-under-lock",
        case="ADD COLUMN and VALIDATE in one ALTER TABLE",
        tables=f"{ORDERS}; ALTER TABLE orders ADD CONSTRAINT positive CHECK (amount > 0) NOT VALID",
        bad="ALTER TABLE orders VALIDATE CONSTRAINT positive, ADD COLUMN total bigint",
        shows=HEAVY,
        remedy="ALTER TABLE orders VALIDATE CONSTRAINT positive; ALTER TABLE orders ADD COLUMN total bigint",
    ),
    Scenario(
        rule="slow-under-lock",
        case="ADD COLUMN, then rows are moved, in a block of code",
        bad="""
            DO $$ BEGIN
                ALTER TABLE orders ADD COLUMN total bigint;
                UPDATE orders SET total = amount WHERE id > 0 AND id <= 600;
            END $$
        """,
        shows=HEAVY,
        remedy="""
            DO $$ BEGIN ALTER TABLE orders ADD COLUMN total bigint; END $$;
            DO $$ BEGIN UPDATE orders SET total = amount WHERE id > 1000 AND id <= 1400; END $$;
        """,
    ),
    Scenario(
        rule="slow-under-lock",
        case="dropping a table that refers to one in use, then rows are moved",
        tables=REFERRED,
        known={"stage": Stage.DROP},
        bad="""
            BEGIN;
            DROP TABLE orders;
            UPDATE visits SET pages = 2 WHERE id = 7;
            CREATE INDEX visits_pages ON visits (pages);
            COMMIT;
        """,
        beside=frozenset({"drops-table", "index-not-concurrent"}),
        shows=ShutsOut(mode="AccessExclusiveLock", on="customers", waits=("SELECT name FROM customers WHERE id = 7",)),
        remedy="""
            DROP TABLE orders;
            CREATE INDEX CONCURRENTLY visits_pages ON visits (pages);
        """,
        may_warn=frozenset({"drops-table"}),
    ),
    Scenario(
        rule="slow-under-lock",
        case="ADD COLUMN, then rows are moved",
        bad="""
            BEGIN;
            ALTER TABLE orders ADD COLUMN total bigint;
            UPDATE orders SET total = amount WHERE id > 0 AND id <= 600;
            COMMIT;
        """,
        shows=HEAVY,
        remedy="""
            BEGIN;
            ALTER TABLE orders ADD COLUMN total bigint;
            COMMIT;
            UPDATE orders SET total = amount WHERE id > 1000 AND id <= 1400;
        """,
    ),
    Scenario(
        rule="slow-under-lock",
        case="ADD COLUMN, then a constraint is validated, in a script that the runner wraps",
        tables=f"{ORDERS}; ALTER TABLE orders ADD CONSTRAINT positive CHECK (amount > 0) NOT VALID",
        known={"in_transaction": True},
        bad="ALTER TABLE orders ADD COLUMN total bigint; ALTER TABLE orders VALIDATE CONSTRAINT positive",
        shows=HEAVY,
        remedy="ALTER TABLE orders ADD COLUMN total bigint; ALTER TABLE orders VALIDATE CONSTRAINT positive",
        remedy_known={"in_transaction": False},
    ),
    Scenario(
        rule="slow-under-lock",
        case="a new table refers to one in use, then rows are moved",
        bad="""
            BEGIN;
            CREATE TABLE cards (id bigint, customer_id bigint REFERENCES customers (id));
            UPDATE orders SET amount = amount WHERE id > 0 AND id <= 600;
            COMMIT;
        """,
        shows=ShutsOut(
            mode="ShareRowExclusiveLock",
            on="customers",
            waits=("INSERT INTO customers VALUES (9001, 'new')",),
            goes_on=("SELECT name FROM customers WHERE id = 7",),
        ),
        remedy="""
            BEGIN;
            CREATE TABLE cards (id bigint, customer_id bigint REFERENCES customers (id));
            COMMIT;
            UPDATE orders SET amount = amount WHERE id > 0 AND id <= 600;
        """,
    ),
    Scenario(
        rule="slow-under-lock",
        case="dropping a foreign key locks the other table, too",
        tables=REFERRED,
        bad="""
            BEGIN;
            ALTER TABLE orders DROP CONSTRAINT orders_customer;
            UPDATE visits SET pages = 2 WHERE id > 0 AND id <= 600;
            COMMIT;
        """,
        shows=ShutsOut(
            mode="AccessExclusiveLock", on="customers", waits=(READ, "SELECT name FROM customers WHERE id = 7")
        ),
        remedy="""
            BEGIN;
            ALTER TABLE orders DROP CONSTRAINT orders_customer;
            COMMIT;
            UPDATE visits SET pages = 2 WHERE id > 0 AND id <= 600;
        """,
    ),
    Scenario(
        rule="no-lock-timeout",
        case="everybody queues behind an ALTER that waits for a reader",
        known={"table": "orders", "rows": 2_000_000},
        bad="ALTER TABLE orders ADD COLUMN total bigint",
        severity=Severity.BLOCKS,
        shows=Queues(),
        remedy="SET lock_timeout = '50ms'; ALTER TABLE orders ADD COLUMN total bigint",
    ),
]
