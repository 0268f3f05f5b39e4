"""Lists that the rules go by say what PostgreSQL does: types, functions, checks of what is null, locks by name."""

import psycopg
import pytest

from releasetrain.domain.sql import Subject, judge
from releasetrain.domain.sql.words import STEADY, VOLATILE
from tests.sql_harm.scenario import DELETE, EXPAND, INSERT, ORDERS, READ, UPDATE

# From, to, and whether the rows stay as they are.
TYPES = [
    ("varchar(10)", "varchar(20)", True),
    ("varchar(10)", "varchar", True),
    ("varchar(10)", "text", True),
    ("text", "varchar", True),
    ("varchar(20)", "varchar(10)", False),
    ("text", "varchar(10)", False),
    ("char(5)", "char(10)", False),
    ("char(5)", "text", False),
    ("integer", "bigint", False),
    ("smallint", "integer", False),
    ("numeric(8,2)", "numeric(12,2)", True),
    ("numeric(8,2)", "numeric", True),
    ("numeric(8,2)", "numeric(12,4)", False),
    ("numeric(12,2)", "numeric(8,2)", False),
    ("numeric", "numeric(8,2)", False),
    ("numeric(8)", "numeric(8,0)", True),
    ("timestamp(3)", "timestamp(6)", True),
    ("timestamp(3)", "timestamp", True),
    ("timestamp", "timestamp(3)", False),
    ("timestamptz(0)", "timestamptz", True),
    ("time(3)", "time(6)", True),
    ("interval", "interval(3)", False),
    ("varbit(8)", "varbit(16)", True),
    ("bit(8)", "bit(16)", False),
    ("cidr", "inet", True),
    ("inet", "cidr", False),
    ("json", "jsonb", False),
    ("varchar(10)[]", "varchar(20)[]", False),
    ("date", "timestamp", False),
    ("real", "double precision", False),
]


@pytest.mark.parametrize(("old", "new", "stays"), TYPES, ids=str)
def test_a_type_passes_exactly_where_postgresql_leaves_the_rows_alone(play, old, new, stays):
    table = f"CREATE TABLE orders (id bigint, told {old})"
    change = f"ALTER TABLE orders ALTER COLUMN told TYPE {new} "
    cast = change if stays or (old, new) not in NO_CAST else f"{change} USING told::{new}"
    scene = play(f"{table}; INSERT INTO orders SELECT id FROM generate_series(1, 10) id")
    files = scene.files()

    found = {one.rule for one in judge(cast, Subject(history=(table,)))}
    scene.runs(cast)

    assert found == (set() if stays else {"type-change-rewrites"})
    assert (scene.files() == files) is stays


NO_CAST = {("varbit(8)", "bit(8)")}


def test_no_function_that_passes_for_steady_is_volatile(play):
    scene = play("SELECT 1")
    asked = "SELECT DISTINCT proname FROM pg_proc WHERE provolatile = %s AND proname = ANY (%s)"

    volatile = scene.beside.execute(asked, ["v", sorted(STEADY)]).fetchall()
    steady = scene.beside.execute(asked, ["i", sorted(VOLATILE)]).fetchall()

    assert volatile == []
    assert steady == []


# A check of a new column that old code leaves out, and whether old code passes it.
CHECKS = [
    ("total > 0", True),
    ("total BETWEEN 1 AND 9", True),
    ("total IN (1, 2)", True),
    ("total > 0 AND total < 9", True),
    ("total IS NULL OR total > 0", True),
    ("NOT total > 0", True),
    ("length(code) <= 9", True),
    ("code LIKE 'a%'", True),
    ("code ~ '^a'", True),
    ("abs(total) > 0", True),
    ("total::text <> ''", True),
    ("total > 0 OR code IS NOT NULL", True),
    ("total IS NOT NULL", False),
    ("total IS NOT NULL AND total > 0", False),
    ("coalesce(total, 0) > 0", False),
    ("total IS DISTINCT FROM NULL", False),
    ("num_nulls(total, code) = 1", False),
    ("(total IS NULL) = (code IS NOT NULL)", False),
    ("total > 0 AND amount > 1000", False),
]


@pytest.mark.parametrize(("check", "passes"), CHECKS)
def test_old_code_is_bound_by_just_the_checks_that_are_found(play, check, passes):
    change = f"""
        ALTER TABLE orders ADD COLUMN total bigint, ADD COLUMN code text;
        ALTER TABLE orders ADD CONSTRAINT told CHECK ({check}) NOT VALID;
    """
    scene = play(ORDERS)

    found = {one.rule for one in judge(change, Subject(**EXPAND, history=(ORDERS,)))}
    scene.runs(change)

    assert ("check-binds-old-writers" in found) is not passes
    assert _is_let(scene, INSERT) is passes


def _is_let(scene, script):
    try:
        scene.tries(script)
    except psycopg.errors.CheckViolation:
        return False
    return True


MODES = [
    ("ACCESS SHARE", ()),
    ("ROW SHARE", ()),
    ("ROW EXCLUSIVE", ()),
    ("SHARE UPDATE EXCLUSIVE", ()),
    ("SHARE", (INSERT, UPDATE, DELETE)),
    ("SHARE ROW EXCLUSIVE", (INSERT, UPDATE, DELETE)),
    ("EXCLUSIVE", (INSERT, UPDATE, DELETE)),
    ("ACCESS EXCLUSIVE", (READ, INSERT, UPDATE, DELETE)),
]


@pytest.mark.parametrize(("mode", "waits"), MODES)
def test_a_lock_by_name_is_found_where_old_code_waits_for_it(play, mode, waits):
    script = f"LOCK TABLE orders IN {mode} MODE"
    scene = play(ORDERS)

    found = {one.rule for one in judge(script, Subject(history=(ORDERS,)))}
    with scene.under_way(script):
        kept = tuple(one for one in (READ, INSERT, UPDATE, DELETE) if scene.is_kept_waiting(one))

    assert kept == waits
    assert found == ({"locks-table"} if waits else set())
