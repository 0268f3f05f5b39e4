"""Ways to say something harmless that does harm: each is seen through, and what it looks like passes."""

import pytest

from releasetrain.domain.sql import Severity, Subject, judge
from releasetrain.domain.stages import Stage

E, B = Stage.EXPAND, Stage.BACKFILL
FILL = "UPDATE orders SET new = 1 WHERE {} AND new IS NULL"


def harms(sql: str, stage: Stage, table: str = "orders") -> set[str]:
    found = judge(sql, Subject(stage=stage, table=table, old="old", new="new", in_transaction=False))
    return {one.rule for one in found if one.severity is not Severity.CLEAR}


@pytest.mark.parametrize(
    ("stage", "sql", "rule", "passes"),
    [
        (
            E,
            "CREATE TABLE IF NOT EXISTS orders (id int); ALTER TABLE orders DROP COLUMN old",
            "drops-column",
            "CREATE TABLE IF NOT EXISTS t (id int); ALTER TABLE t DROP COLUMN id",
        ),
        (
            E,
            "CREATE TABLE orders AS SELECT 1; DROP TABLE orders",
            "drops-table",
            "CREATE TABLE t AS SELECT 1; DROP TABLE t",
        ),
        (
            E,
            "SET lock_timeout = 0; ALTER TABLE orders ADD COLUMN new int",
            "no-lock-timeout",
            "SET lock_timeout = '1s'",
        ),
        (
            E,
            "SET lock_timeout = '1s'; RESET ALL; ALTER TABLE orders ADD COLUMN new int",
            "no-lock-timeout",
            "RESET ALL",
        ),
        (B, FILL.format("id > 0 AND id < 9223372036854775807"), "wide-batch", FILL.format("id > 0 AND id < 9")),
        (
            B,
            FILL.format("id > 0 AND id <= (SELECT max(id) FROM orders)"),
            "unbounded-batch",
            FILL.format("id IN (1, 2)"),
        ),
        (B, FILL.format("id > 0 AND id <= id"), "unbounded-batch", FILL.format("id > $1 AND id <= $2")),
        (B, FILL.format("(id > 0 AND id <= 9 OR true)"), "unbounded-batch", FILL.format("(id > 0 AND id <= 9)")),
        (
            B,
            FILL.format("id IN (SELECT id FROM orders LIMIT 99999999)"),
            "wide-batch",
            FILL.format("id IN (SELECT id FROM orders WHERE new IS NULL LIMIT 500)"),
        ),
        (
            B,
            "UPDATE orders SET new = 1 FROM b WHERE b.id > 1 AND b.id < 9 AND new IS NULL",
            "unbounded-batch",
            "UPDATE orders o SET new = 1 WHERE o.id > 1 AND o.id < 9 AND new IS NULL",
        ),
        (B, "COPY (DELETE FROM orders RETURNING *) TO STDOUT", "changes-every-row", "COPY (SELECT 1) TO STDOUT"),
        (B, "INSERT INTO log VALUES (drop_all())", "opaque-code", "INSERT INTO log VALUES (upper('a'), now())"),
        (
            B,
            "CREATE FUNCTION f() RETURNS void LANGUAGE sql AS 'DELETE FROM orders'; INSERT INTO log VALUES (f())",
            "changes-every-row",
            "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'; INSERT INTO log VALUES (f())",
        ),
    ],
    ids=lambda said: str(said)[:60],
)
def test_it_is_seen_through_and_what_it_looks_like_passes(stage, sql, rule, passes):
    bookkeeping = {"never-filled", "new-field-not-added"}  # these fragments are no whole stage

    assert rule in harms(sql, stage)
    assert harms(passes, stage) - bookkeeping == set()


def test_a_range_in_a_block_of_code_is_bounded_by_its_variables():
    block = "DO $$ DECLARE a int := 1; b int := 9; BEGIN " + FILL.format("id > a AND id <= b") + "; END $$"

    assert "unbounded-batch" not in harms(block, B)


def test_a_table_is_the_changes_own_whether_its_schema_is_written_or_not():
    sql = "SET lock_timeout = '1s'; ALTER TABLE shop.orders ADD COLUMN new int"

    assert harms(sql, E) == set()
    assert harms(sql, E, table="shop.orders") == set()
    assert harms(sql, E, table="bar.orders") == {"new-field-not-added"}


@pytest.mark.parametrize("table", ["orders", "public.orders"])
def test_what_is_known_of_the_table_counts_however_its_schema_is_said(table):
    history = ("CREATE TABLE orders (id bigint, old text, new int);",)

    found = judge(
        "SET lock_timeout = '1s'", Subject(stage=Stage.RELAX, table=table, old="old", new="x", history=history)
    )

    assert found == ()  # the old field is nullable already


def test_what_a_block_of_code_adds_is_added():
    block = "SET lock_timeout = '1s'; DO $$ BEGIN ALTER TABLE orders ADD COLUMN new int; END $$"

    assert harms(block, E) == set()
