"""Rows moved: too many at once, the wrong ones, or none."""

from psycopg import errors

from releasetrain.domain.sql import Script
from releasetrain.domain.stages import Stage
from tests.sql_harm.proofs import Answers, HoldsVacuumBack, ShutsOut
from tests.sql_harm.scenario import BACKFILL, DELETE, DROP, EXPAND, INSERT, LAST, ORDERS, READ, UPDATE, Scenario

FILLED = f"{ORDERS}; ALTER TABLE orders ADD COLUMN total bigint"
BATCH = "UPDATE orders SET total = amount WHERE id > 1000 AND id <= 1400 AND total IS NULL"
CHANGE = {"table": "orders", "old": "amount", "new": "total"}
EVERY_ROW = ShutsOut(mode="RowExclusiveLock", waits=(UPDATE, LAST, DELETE), goes_on=(READ, INSERT))
ADDED = (Script(stage=Stage.EXPAND, sql="ALTER TABLE orders ADD COLUMN total bigint"),)

SCENARIOS = [
    Scenario(
        rule="changes-every-row",
        case="UPDATE",
        tables=FILLED,
        known={**BACKFILL, **CHANGE},
        bad="UPDATE orders SET total = amount",
        shows=EVERY_ROW,
        remedy=BATCH,
        may_warn=frozenset({"bounded-batch"}),
    ),
    Scenario(
        rule="changes-every-row",
        case="DELETE",
        bad="DELETE FROM orders",
        shows=EVERY_ROW,
        remedy="DELETE FROM orders WHERE id > 1000 AND id <= 1400",
    ),
    Scenario(
        rule="unbounded-batch",
        case="UPDATE of as many rows as match",
        tables=FILLED,
        known={**BACKFILL, **CHANGE},
        bad="UPDATE orders SET total = amount WHERE total IS NULL",
        shows=EVERY_ROW,
        remedy=BATCH,
        may_warn=frozenset({"bounded-batch"}),
    ),
    Scenario(
        rule="unbounded-batch",
        case="DELETE of as many rows as match",
        bad="DELETE FROM orders WHERE status = 'new'",
        shows=EVERY_ROW,
        remedy="DELETE FROM orders WHERE id IN (SELECT id FROM orders WHERE status = 'new' AND id > 1000 LIMIT 400)",
    ),
    Scenario(
        rule="wide-batch",
        case="the rows of a wide range stay locked",
        tables=FILLED,
        known={**BACKFILL, **CHANGE, "batch_rows": 400},
        bad="UPDATE orders SET total = amount WHERE id > 0 AND id <= 2000 AND total IS NULL",
        shows=EVERY_ROW,
        remedy=BATCH,
        may_warn=frozenset({"bounded-batch"}),
    ),
    Scenario(
        rule="unbounded-batch",
        case="the range is of another table's keys",
        tables=FILLED,
        known={**BACKFILL, **CHANGE},
        bad="""
            UPDATE orders SET total = c.id FROM customers c
            WHERE c.id > 0 AND c.id <= 10 AND orders.customer_id = c.id AND total IS NULL
        """,
        shows=ShutsOut(
            mode="RowExclusiveLock",
            waits=("UPDATE orders SET amount = 11 WHERE id = 1907", "UPDATE orders SET amount = 11 WHERE id = 7"),
            goes_on=(READ, INSERT),
            is_long=False,
        ),
        remedy="""
            UPDATE orders SET total = (SELECT c.id FROM customers c WHERE c.id = orders.customer_id)
            WHERE id > 1000 AND id <= 1400 AND total IS NULL
        """,
        may_warn=frozenset({"bounded-batch"}),
    ),
    Scenario(
        rule="data-in-wrong-stage",
        case="UPDATE beside the service's update",
        tables=FILLED,
        known={**EXPAND, "table": "orders"},
        bad="UPDATE orders SET total = amount WHERE total IS NULL",
        shows=EVERY_ROW,
        remedy=BATCH,
        remedy_known={**BACKFILL, **CHANGE},
        may_warn=frozenset({"bounded-batch"}),
    ),
    Scenario(
        rule="batches-in-one-transaction",
        case="BEGIN around them",
        tables=FILLED,
        known={**BACKFILL, **CHANGE},
        bad=f"BEGIN; {BATCH.replace('1000', '0').replace('1400', '400')}; {BATCH}; COMMIT",
        beside=frozenset({"bounded-batch"}),
        shows=ShutsOut(mode="RowExclusiveLock", waits=(UPDATE, DELETE), goes_on=(READ, INSERT, LAST)),
        remedy=f"BEGIN; {BATCH.replace('1000', '0').replace('1400', '400')}; COMMIT; BEGIN; {BATCH}; COMMIT",
        may_warn=frozenset({"bounded-batch"}),
    ),
    Scenario(
        rule="batches-in-one-transaction",
        case="a runner that wraps them",
        tables=FILLED,
        known={**BACKFILL, **CHANGE, "in_transaction": True},
        bad=f"{BATCH.replace('1000', '0').replace('1400', '400')}; {BATCH}",
        beside=frozenset({"bounded-batch"}),
        shows=ShutsOut(mode="RowExclusiveLock", waits=(UPDATE, DELETE), goes_on=(READ, INSERT, LAST)),
        remedy=f"{BATCH.replace('1000', '0').replace('1400', '400')}; {BATCH}",
        remedy_known={"in_transaction": False},
        may_warn=frozenset({"bounded-batch"}),
    ),
    Scenario(
        rule="batches-in-one-transaction",
        case="a loop that does not commit",
        tables=FILLED,
        known={**BACKFILL, **CHANGE},
        bad="""
            DO $$ BEGIN
                FOR place IN 0..4 LOOP
                    UPDATE orders SET total = amount
                    WHERE id > place * 400 AND id <= place * 400 + 400 AND total IS NULL;
                END LOOP;
            END $$
        """,
        shows=EVERY_ROW,
        remedy=BATCH,
        may_warn=frozenset({"bounded-batch"}),
    ),
    Scenario(
        rule="writes-old-field",
        case="running code reads another value",
        tables=FILLED,
        known={**BACKFILL, **CHANGE},
        bad="UPDATE orders SET total = amount, amount = 0 WHERE id > 0 AND id <= 400 AND total IS NULL",
        beside=frozenset({"bounded-batch"}),
        shows=Answers(asks=READ, harm=[(0, "note 7")], well=[(8, "note 7")]),
        remedy="UPDATE orders SET total = amount WHERE id > 0 AND id <= 400 AND total IS NULL",
        may_warn=frozenset({"bounded-batch"}),
    ),
    Scenario(
        rule="misses-new-field",
        case="the new field stays empty",
        tables=FILLED,
        known={**BACKFILL, **CHANGE},
        bad="UPDATE orders SET status = 'paid' WHERE id > 0 AND id <= 400 AND status = 'new'",
        beside=frozenset({"bounded-batch"}),
        shows=Answers(asks="SELECT count(total) FROM orders", harm=[(0,)], well=[(400,)], before=False),
        remedy="UPDATE orders SET total = amount WHERE id > 0 AND id <= 400 AND total IS NULL",
        may_warn=frozenset({"bounded-batch"}),
    ),
    Scenario(
        rule="never-filled",
        case="one of two new fields",
        tables=f"{FILLED}; ALTER TABLE orders ADD COLUMN currency text",
        known={**BACKFILL, **CHANGE, "new": "total, currency"},
        bad="UPDATE orders SET total = amount WHERE id > 0 AND id <= 400 AND total IS NULL",
        beside=frozenset({"bounded-batch"}),
        shows=Answers(
            asks="SELECT count(total), count(currency) FROM orders", harm=[(400, 0)], well=[(400, 400)], before=False
        ),
        remedy="UPDATE orders SET total = amount, currency = 'EUR' WHERE id > 0 AND id <= 400 AND total IS NULL",
        may_warn=frozenset({"bounded-batch"}),
    ),
    Scenario(
        rule="new-field-not-added",
        case="the backfill finds no such column",
        known={**EXPAND, **CHANGE},
        bad="ALTER TABLE orders ADD COLUMN totals bigint",
        shows=Answers(asks=BATCH, harm=errors.UndefinedColumn, well=400, before=False),
        remedy="ALTER TABLE orders ADD COLUMN total bigint",
    ),
    Scenario(
        rule="volatile-in-batch",
        case="run again, it gives other values",
        tables=f"{ORDERS}; ALTER TABLE orders ADD COLUMN token text; UPDATE orders SET token = 'known' WHERE id <= 400",
        known=BACKFILL,
        bad="UPDATE orders SET token = gen_random_uuid() WHERE id > 0 AND id <= 400 AND token IS DISTINCT FROM 'x'",
        shows=Answers(asks="SELECT token FROM orders WHERE id = 7 AND token = 'known'", harm=[], well=[("known",)]),
        remedy="UPDATE orders SET token = md5(note) WHERE id > 0 AND id <= 400 AND token IS NULL",
        may_warn=frozenset({"bounded-batch"}),
    ),
    Scenario(
        rule="copies-rows",
        case="INSERT ... SELECT holds vacuum back",
        tables=f"{ORDERS}; CREATE TABLE archive (id bigint PRIMARY KEY, amount integer)",
        bad="INSERT INTO archive SELECT id, amount FROM orders",
        shows=HoldsVacuumBack(),
        remedy="INSERT INTO archive SELECT id, amount FROM orders WHERE id > 0 AND id <= 400",
    ),
    Scenario(
        rule="copies-rows",
        case="INSERT ... SELECT keeps whoever inserts the same keys waiting",
        tables=f"{ORDERS}; CREATE TABLE archive (id bigint PRIMARY KEY, amount integer)",
        bad="INSERT INTO archive SELECT id, amount FROM orders",
        shows=ShutsOut(
            mode="RowExclusiveLock", on="archive", waits=("INSERT INTO archive VALUES (7, 1)",), goes_on=(READ, INSERT)
        ),
        remedy="INSERT INTO archive SELECT id, amount FROM orders WHERE id > 1000 AND id <= 1200",
    ),
    Scenario(
        rule="copies-rows",
        case="CREATE TABLE AS holds vacuum back",
        bad="CREATE TABLE archive AS SELECT id, amount FROM orders",
        shows=HoldsVacuumBack(),
        remedy="""
            CREATE TABLE archive (id bigint, amount integer);
            INSERT INTO archive SELECT id, amount FROM orders WHERE id > 0 AND id <= 400;
        """,
    ),
    Scenario(
        rule="copies-rows",
        case="MERGE keeps its rows",
        tables=f"{ORDERS}; CREATE TABLE prices (id bigint PRIMARY KEY, amount integer);"
        "INSERT INTO prices SELECT id, 5 FROM orders",
        bad="MERGE INTO orders USING prices ON orders.id = prices.id "
        "WHEN MATCHED THEN UPDATE SET amount = prices.amount",
        shows=EVERY_ROW,
        remedy="""
            UPDATE orders SET amount = (SELECT p.amount FROM prices p WHERE p.id = orders.id)
            WHERE id > 1000 AND id <= 1400
        """,
    ),
    Scenario(
        rule="truncates",
        case="whoever reads waits for the lock",
        known=DROP,
        bad="TRUNCATE customers",
        shows=ShutsOut(
            mode="AccessExclusiveLock",
            on="customers",
            waits=("SELECT name FROM customers WHERE id = 7",),
            rewrites=True,
        ),
        remedy="DELETE FROM customers WHERE id > 50 AND id <= 100",
        remedy_known={"stage": None},
    ),
    Scenario(
        rule="writes-catalogue",
        case="NOT NULL by hand: rows that are there are not found",
        tables=f"{ORDERS}; UPDATE orders SET note = NULL WHERE id <= 5",
        bad="UPDATE pg_attribute SET attnotnull = true WHERE attrelid = 'orders'::regclass AND attname = 'note'",
        shows=Answers(asks="SELECT count(*) FROM orders WHERE note IS NULL", harm=[(0,)], well=[(5,)]),
        remedy="ALTER TABLE orders ADD CONSTRAINT note_there CHECK (note IS NOT NULL) NOT VALID",
        remedy_known={"stage": Stage.RELAX},
    ),
]
