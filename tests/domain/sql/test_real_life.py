"""What real migration histories hold: nothing is said of what is safe, and nothing of the rest is missed."""

import pytest

from releasetrain.domain.sql import Finding, Severity, Subject, judge

HISTORY = (
    """
    CREATE TABLE orders (id bigint PRIMARY KEY, code varchar(20) NOT NULL, amount int DEFAULT 0, note text);
    CREATE TABLE settings (id serial PRIMARY KEY, name text, value text);
    CREATE TYPE mood AS ENUM ('calm');
    CREATE VIEW latest AS SELECT * FROM orders;
    CREATE FUNCTION total() RETURNS int LANGUAGE sql AS 'SELECT 1';
    """,
)
ONE_TABLE = ("CREATE TABLE orders (id bigint PRIMARY KEY, code varchar(20));",)


def found(sql: str, history: tuple[str, ...] = HISTORY) -> list[Finding]:
    """Return what is said against the statements of a script for which nobody named a stage."""
    said = judge(sql, Subject(history=history))
    return [one for one in said if one.statement >= 0 and one.severity is not Severity.CLEAR]


def rules(sql: str, history: tuple[str, ...] = HISTORY) -> list[tuple[int, str]]:
    """Return the statements that something is said against, and which rule."""
    return [(one.statement, one.rule) for one in found(sql, history)]


@pytest.mark.parametrize(
    "sql",
    [
        "ALTER TABLE orders DROP COLUMN note",
        "ALTER TABLE orders RENAME COLUMN note TO remark",
        "ALTER TABLE orders ALTER COLUMN code DROP NOT NULL",
        "ALTER TABLE orders ALTER COLUMN amount DROP DEFAULT",
        "ALTER TABLE orders ALTER COLUMN amount TYPE bigint",
        "ALTER TABLE settings ALTER COLUMN id DROP DEFAULT",
    ],
)
def test_a_column_that_the_history_made_with_its_table_is_in_use(sql: str) -> None:
    assert found(sql)


def test_a_column_of_a_table_that_the_script_makes_is_its_own() -> None:
    assert not found("CREATE TABLE parcels (id int, note text); ALTER TABLE parcels DROP COLUMN note")


@pytest.mark.parametrize(
    ("sql", "is_said"),
    [
        ("CREATE OR REPLACE FUNCTION total() RETURNS int LANGUAGE sql AS 'SELECT 2'", True),
        ("CREATE OR REPLACE FUNCTION total() RETURNS int LANGUAGE sql AS 'SELECT 1'", True),
        ("CREATE OR REPLACE FUNCTION sum_up() RETURNS int LANGUAGE sql AS 'SELECT 2'", False),
        ("CREATE FUNCTION total(int) RETURNS int LANGUAGE sql AS 'SELECT 2'", False),
        ("CREATE OR REPLACE VIEW latest AS SELECT 1", True),
        ("CREATE OR REPLACE VIEW earliest AS SELECT 1", False),
    ],
)
def test_or_replace_replaces_what_the_history_made(sql: str, is_said: bool) -> None:
    assert bool(found(sql)) is is_said


def test_the_same_function_once_more_changes_nothing() -> None:
    sql = "CREATE OR REPLACE FUNCTION total() RETURNS int LANGUAGE sql AS 'SELECT 1'"

    assert not rules(sql, (sql,))


@pytest.mark.parametrize("history", [(), ONE_TABLE])
def test_or_replace_may_replace_where_the_history_tells_of_no_function(history: tuple[str, ...]) -> None:
    sql = "CREATE OR REPLACE FUNCTION total() RETURNS int LANGUAGE sql AS 'SELECT 2'"

    assert rules(sql, history) == [(0, "replaces-code")]


def test_a_trigger_replaced_is_found_though_the_history_is_known() -> None:
    made = "CREATE TRIGGER t BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION f()"
    replaced = made.replace("CREATE", "CREATE OR REPLACE")

    assert (0, "replaces-code") in rules(replaced, (*HISTORY, made))


def test_what_is_rebuilt_is_found_at_its_drop_alone() -> None:
    sql = """
        DROP VIEW latest;
        CREATE VIEW latest AS SELECT id FROM orders;
        DROP FUNCTION total();
        CREATE FUNCTION total() RETURNS int LANGUAGE sql AS 'SELECT 2';
    """

    assert {statement for statement, _ in rules(sql)} == {0, 2}
    assert (0, "replaces-code") in rules(sql)


def test_an_index_on_a_view_that_the_script_makes_locks_nobody() -> None:
    sql = "CREATE MATERIALIZED VIEW totals AS SELECT 1 AS id; CREATE UNIQUE INDEX ON totals (id)"

    assert not found(sql)


def test_a_view_of_the_script_is_no_empty_source() -> None:
    sql = "CREATE VIEW slim AS SELECT id FROM orders; CREATE MATERIALIZED VIEW totals AS SELECT * FROM slim"

    assert rules(sql) == [(1, "copies-rows")]


def test_a_type_made_to_take_the_place_of_another_may_be_renamed() -> None:
    sql = "CREATE TYPE mood_new AS ENUM ('calm', 'glad'); ALTER TYPE mood_new RENAME TO feeling; DROP TYPE feeling"

    assert not found(sql)


def test_a_trigger_may_write_a_table_that_old_code_cannot_know() -> None:
    sql = """
        CREATE TABLE counts (order_id bigint, n int);
        CREATE FUNCTION count_it() RETURNS trigger LANGUAGE plpgsql AS
            'BEGIN INSERT INTO counts VALUES (NEW.id, 1); RETURN NEW; END';
        CREATE TRIGGER counting AFTER INSERT ON orders FOR EACH ROW EXECUTE FUNCTION count_it();
    """

    assert not found(sql)
    assert rules(sql.replace("CREATE TABLE counts (order_id bigint, n int);", "")) == [(1, "trigger-writes-elsewhere")]


@pytest.mark.parametrize(
    "sql",
    [
        "INSERT INTO settings (name) SELECT 'a' WHERE NOT EXISTS (SELECT 1 FROM settings WHERE name = 'a')",
        "INSERT INTO settings (id, name) VALUES ((SELECT id FROM orders WHERE code = 'x'), 'a') ON CONFLICT DO NOTHING",
        "INSERT INTO settings (name) SELECT x FROM (VALUES ('a'), ('b')) AS t (x)",
    ],
)
def test_a_seed_that_looks_something_up_copies_nothing(sql: str) -> None:
    assert not found(sql)


@pytest.mark.parametrize(
    "sql",
    [
        "INSERT INTO settings (name) SELECT note FROM orders",
        "INSERT INTO settings (name) SELECT 'a' UNION SELECT note FROM orders",
        "WITH o AS (SELECT note FROM orders) INSERT INTO settings (name) SELECT note FROM o",
        "INSERT INTO settings (name) WITH o AS (SELECT note FROM orders) SELECT note FROM o",
        "INSERT INTO settings (name) SELECT note FROM latest",
    ],
)
def test_rows_of_a_table_are_a_copy_wherever_they_come_from(sql: str) -> None:
    assert (0, "copies-rows") in rules(sql)


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM orders WHERE id IN (SELECT id FROM orders WHERE note IS NULL LIMIT 1000)",
        "DELETE FROM orders WHERE ctid = ANY (ARRAY(SELECT ctid FROM orders LIMIT 1000))",
        "DELETE FROM orders WHERE (id, code) IN (SELECT id, code FROM orders LIMIT 1000)",
        "WITH b AS (SELECT id FROM orders LIMIT 1000) UPDATE orders SET amount = 0 FROM b WHERE orders.id = b.id",
        "WITH b AS (SELECT id FROM orders LIMIT 1000) DELETE FROM orders WHERE id IN (SELECT id FROM b)",
        "UPDATE orders SET amount = 0 FROM (SELECT id FROM orders LIMIT 9) AS b WHERE orders.id = b.id",
        "WITH b AS (SELECT id FROM orders LIMIT 9), u AS (UPDATE orders o SET amount = 0 FROM b AS x WHERE o.id = x.id)"
        " SELECT count(*) FROM b",
    ],
)
def test_a_limit_bounds_a_batch_that_takes_its_keys_from_there(sql: str) -> None:
    assert not found(sql)


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM orders WHERE EXISTS (SELECT 1 FROM settings LIMIT 1)",
        "DELETE FROM orders WHERE note = (SELECT value FROM settings LIMIT 1)",
        "DELETE FROM orders WHERE id NOT IN (SELECT id FROM orders LIMIT 1)",
        "DELETE FROM orders o WHERE id = (SELECT id FROM settings s WHERE s.name = o.code LIMIT 1)",
        "DELETE FROM orders a USING orders b WHERE a.id > b.id AND a.id < b.id + 9",
        "WITH b AS (SELECT id FROM orders) UPDATE orders SET amount = 0 FROM b WHERE orders.id = b.id",
    ],
)
def test_a_limit_or_range_elsewhere_bounds_nothing(sql: str) -> None:
    assert (0, "unbounded-batch") in rules(sql)


def test_a_loop_without_commit_is_one_transaction() -> None:
    loop = (
        "DO $$ BEGIN FOR i IN 0..99 LOOP "
        "UPDATE orders SET amount = 0 WHERE id BETWEEN i * 1000 AND i * 1000 + 999; COMMIT; END LOOP; END $$"
    )

    assert not found(loop)
    assert rules(loop.replace("COMMIT; ", "")) == [(0, "batches-in-one-transaction")]


def test_row_by_row_in_a_loop_is_a_copy_like_any_other() -> None:
    sql = (
        "DO $$ DECLARE o record; BEGIN FOR o IN SELECT id FROM orders LOOP "
        "INSERT INTO settings (id) VALUES (o.id); END LOOP; END $$"
    )

    assert rules(sql) == [(0, "batches-in-one-transaction")]


def test_what_a_do_block_makes_is_known_after_it_and_within() -> None:
    sql = """
        DO $$ BEGIN CREATE TABLE parcels (id int); CREATE INDEX ON parcels (id); END $$;
        DO $$ BEGIN CREATE TYPE colour AS ENUM ('red'); EXCEPTION WHEN duplicate_object THEN NULL; END $$;
        ALTER TABLE parcels ADD CHECK (id > 0);
        ALTER TYPE colour ADD VALUE 'blue';
    """

    assert not found(sql)


def test_what_a_do_block_of_the_history_made_is_in_use() -> None:
    history = ("DO $$ BEGIN ALTER TABLE orders ADD COLUMN tag varchar(9); END $$",)

    assert rules("ALTER TABLE orders ALTER COLUMN tag TYPE varchar(5)", history) == [(0, "type-change-rewrites")]
    assert not rules("ALTER TABLE orders ALTER COLUMN tag TYPE varchar(90)", history)


@pytest.mark.parametrize(
    ("sql", "is_said"),
    [
        ("ALTER TABLE orders ALTER COLUMN code TYPE text USING code::text", False),
        ("ALTER TABLE orders ALTER COLUMN code TYPE varchar(40) USING code", False),
        ("ALTER TABLE orders ALTER COLUMN code TYPE text USING lower(code)", True),
        ("ALTER TABLE orders ALTER COLUMN code TYPE text USING note::text", True),
        ("ALTER TABLE orders ALTER COLUMN code TYPE text USING code::int", True),
    ],
)
def test_using_that_says_what_happens_anyway_computes_nothing(sql: str, is_said: bool) -> None:
    assert bool(found(sql)) is is_said


def test_dropping_a_constraint_is_safe_unless_it_drops_others_unseen() -> None:
    assert not found("ALTER TABLE orders DROP CONSTRAINT orders_pkey")
    assert rules("ALTER TABLE orders DROP CONSTRAINT orders_pkey CASCADE") == [(0, "cascade")]


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE SCHEMA shop; ALTER SCHEMA shop OWNER TO ada; REVOKE ALL ON SCHEMA shop FROM PUBLIC",
        "CREATE SEQUENCE numbers; ALTER SEQUENCE numbers OWNER TO ada",
        "CREATE VIEW slim AS SELECT 1; ALTER VIEW slim OWNER TO ada; REVOKE ALL ON slim FROM PUBLIC",
        "CREATE TABLE parcels (id int); ALTER TABLE parcels OWNER TO ada; REVOKE ALL ON parcels FROM PUBLIC",
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'; REVOKE ALL ON FUNCTION f() FROM PUBLIC",
    ],
)
def test_owners_and_rights_of_what_the_script_makes_concern_nobody(sql: str) -> None:
    assert not found(sql)


@pytest.mark.parametrize(
    "sql",
    [
        "REVOKE ALL ON orders FROM PUBLIC",
        "CREATE TABLE parcels (id int); REVOKE ALL ON parcels, orders FROM PUBLIC",
        "CREATE TABLE parcels (id int); REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC",
        "ALTER TABLE orders OWNER TO ada",
        "ALTER FUNCTION total() OWNER TO ada",
    ],
)
def test_owners_and_rights_of_what_is_in_use_are_found(sql: str) -> None:
    assert "changes-rights" in {rule for _, rule in rules(sql)}


def test_a_table_made_under_a_second_name_keeps_its_age() -> None:
    sql = """
        CREATE TABLE orders_new (id bigint);
        CREATE INDEX orders_new_id ON orders_new (id);
        ALTER TABLE orders_new RENAME TO parcels;
        DROP INDEX orders_new_id;
        CREATE INDEX ON parcels (id);
    """

    assert not found(sql)


@pytest.mark.parametrize(("level", "is_said"), [("EXCEPTION", True), ("NOTICE", False)])
def test_a_trigger_that_raises_an_error_refuses_what_old_code_does(level: str, is_said: bool) -> None:
    sql = f"""
        CREATE FUNCTION guard() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN IF OLD.note IS NULL THEN RAISE {level} 'no'; END IF; RETURN OLD; END $$;
        CREATE TRIGGER guard BEFORE DELETE ON orders FOR EACH ROW EXECUTE FUNCTION guard();
    """

    assert ((1, "trigger-refuses") in rules(sql)) is is_said
