"""What is taken away, emptied or renamed."""

from psycopg import errors

from releasetrain.domain.sql import Severity
from tests.sql_harm.proofs import Answers
from tests.sql_harm.scenario import DROP, EXPAND, INSERT, ORDERS, READ, Scenario

MAILS = f"""{ORDERS};
    CREATE VIEW mails AS SELECT id, note FROM orders;
    CREATE FUNCTION priced(amount integer) RETURNS integer LANGUAGE sql AS 'SELECT amount * 2';
    CREATE TYPE mood AS ENUM ('glad', 'sad');
    CREATE SEQUENCE numbers;
"""
FILLED = f"{ORDERS}; ALTER TABLE orders ADD COLUMN total bigint; UPDATE orders SET total = amount"
CHANGE = {"table": "orders", "old": "note", "new": "total"}
NOT_ASKED, GONE = "SELECT 'nobody asks any more'", [("nobody asks any more",)]
NEW_READ = "SELECT amount FROM orders WHERE id = 7"
MAIL = "SELECT note FROM mails WHERE id = 7"
SYNCED = f"""{FILLED};
    CREATE FUNCTION keep_total() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN NEW.total := NEW.amount; RETURN NEW; END $$;
    CREATE TRIGGER keep_total BEFORE INSERT OR UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION keep_total();
"""


def renamed(what: str, bad: str, asks: str, error: type[Exception], remedy: str, well: object) -> Scenario:
    """Return a rename, after which old code does not find the name that it calls."""
    shows = Answers(asks=asks, harm=error, well=well)
    return Scenario(rule="renames", case=what, tables=MAILS, bad=bad, shows=shows, remedy=remedy)


def taken(what: str, bad: str, asks: str, error: type[Exception], well: object) -> Scenario:
    """Return an object dropped under running code; in the drop stage that code runs no more."""
    return Scenario(
        rule="drops-object",
        case=what,
        tables=MAILS,
        bad=bad,
        shows=Answers(asks=asks, harm=error, well=well, then=NOT_ASKED, then_well=GONE),
        remedy=bad,
        remedy_known=DROP,
        may_warn=frozenset({"drops-object"}),
    )


SCENARIOS = [
    Scenario(
        rule="drops-column",
        case="old code reads it by its name",
        bad="ALTER TABLE orders DROP COLUMN note",
        shows=Answers(asks=READ, harm=errors.UndefinedColumn, well=[(8, "note 7")], then=NEW_READ, then_well=[(8,)]),
        remedy="ALTER TABLE orders DROP COLUMN note",
        remedy_known={**DROP, **CHANGE},
        may_warn=frozenset({"watched-by-gate"}),
    ),
    Scenario(
        rule="drops-column",
        case="old code writes it by its name",
        bad="ALTER TABLE orders DROP COLUMN note",
        shows=Answers(
            asks=INSERT,
            harm=errors.UndefinedColumn,
            well=1,
            then="INSERT INTO orders (id, customer_id, amount) VALUES (9001, 7, 10)",
        ),
        remedy="ALTER TABLE orders DROP COLUMN note",
        remedy_known={**DROP, **CHANGE},
        may_warn=frozenset({"watched-by-gate"}),
    ),
    Scenario(
        rule="drops-table",
        case="old code reads it",
        bad="DROP TABLE customers",
        shows=Answers(
            asks="SELECT name FROM customers WHERE id = 7",
            harm=errors.UndefinedTable,
            well=[("customer 7",)],
            then=NOT_ASKED,
            then_well=GONE,
        ),
        remedy="DROP TABLE customers",
        remedy_known=DROP,
        may_warn=frozenset({"drops-table"}),
    ),
    taken("a view", "DROP VIEW mails", MAIL, errors.UndefinedTable, [("note 7",)]),
    taken("a function", "DROP FUNCTION priced", "SELECT priced(2)", errors.UndefinedFunction, [(4,)]),
    taken("a type", "DROP TYPE mood", "SELECT 'sad'::mood::text", errors.UndefinedObject, [("sad",)]),
    taken("a sequence", "DROP SEQUENCE numbers", "SELECT nextval('numbers') > 0", errors.UndefinedTable, [(True,)]),
    Scenario(
        rule="drops-object",
        case="a trigger: old code's rows are no longer kept alike",
        tables=SYNCED,
        bad="DROP TRIGGER keep_total ON orders",
        shows=Answers(
            asks=f"{INSERT}; SELECT total FROM orders WHERE id = 9001",
            harm=[(None,)],
            well=[(10,)],
            then="INSERT INTO orders (id, amount, total) VALUES (9001, 1, 10); SELECT max(total) FROM orders",
            then_well=[(500,)],
        ),
        remedy="DROP TRIGGER keep_total ON orders",
        remedy_known=DROP,
        may_warn=frozenset({"drops-object"}),
    ),
    Scenario(
        rule="drops-undeclared",
        case="a column that others use is gone, with its data",
        tables=FILLED,
        known={**DROP, **CHANGE},
        bad="ALTER TABLE orders DROP COLUMN status",
        shows=Answers(
            asks="SELECT status, total FROM orders WHERE id = 7", harm=errors.UndefinedColumn, well=[("new", 8)]
        ),
        remedy="ALTER TABLE orders DROP COLUMN note",
        may_warn=frozenset({"watched-by-gate"}),
    ),
    Scenario(
        rule="drops-new-field",
        case="what was filled is gone",
        tables=FILLED,
        known={**DROP, **CHANGE},
        bad="ALTER TABLE orders DROP COLUMN total",
        shows=Answers(asks="SELECT sum(total) > 0 FROM orders", harm=errors.UndefinedColumn, well=[(True,)]),
        remedy="ALTER TABLE orders DROP COLUMN note",
        may_warn=frozenset({"watched-by-gate"}),
    ),
    Scenario(
        rule="cascade",
        case="a view of somebody else goes along with a column",
        tables=MAILS,
        known={**DROP, "table": "orders", "old": "note"},
        bad="ALTER TABLE orders DROP COLUMN note CASCADE",
        beside=frozenset({"watched-by-gate"}),
        shows=Answers(
            asks="SELECT count(*) FROM mails",
            harm=errors.UndefinedTable,
            well=[(2000,)],
        ),
        remedy="""
            CREATE OR REPLACE VIEW mails AS SELECT id, NULL::varchar(20) AS note FROM orders;
            ALTER TABLE orders DROP COLUMN note;
        """,
        may_warn=frozenset({"watched-by-gate", "replaces-code"}),
    ),
    Scenario(
        rule="cascade",
        case="a foreign key of another table goes along with its table",
        tables=f"""{ORDERS};
            ALTER TABLE orders ADD CONSTRAINT orders_customer FOREIGN KEY (customer_id) REFERENCES customers (id);
        """,
        known=DROP,
        bad="DROP TABLE customers CASCADE",
        beside=frozenset({"drops-table"}),
        shows=Answers(
            asks="SELECT count(*) FROM pg_constraint WHERE conrelid = 'orders'::regclass AND contype = 'f'",
            harm=[(0,)],
            well=[(1,)],
            then="SELECT count(*) FROM pg_constraint WHERE conname = 'orders_customer'",
            then_well=[(0,)],
        ),
        remedy="ALTER TABLE orders DROP CONSTRAINT orders_customer; DROP TABLE customers",
        may_warn=frozenset({"drops-table"}),
    ),
    renamed(
        "a column",
        "ALTER TABLE orders RENAME COLUMN note TO remark",
        READ,
        errors.UndefinedColumn,
        "ALTER TABLE orders ADD COLUMN remark varchar(20)",
        [(8, "note 7")],
    ),
    renamed(
        "a table",
        "ALTER TABLE customers RENAME TO clients",
        "SELECT name FROM customers WHERE id = 7",
        errors.UndefinedTable,
        "CREATE VIEW clients AS SELECT id, name FROM customers",
        [("customer 7",)],
    ),
    renamed(
        "a view",
        "ALTER VIEW mails RENAME TO letters",
        MAIL,
        errors.UndefinedTable,
        "CREATE VIEW letters AS SELECT id, note FROM orders",
        [("note 7",)],
    ),
    renamed(
        "a function",
        "ALTER FUNCTION priced RENAME TO valued",
        "SELECT priced(2)",
        errors.UndefinedFunction,
        "CREATE FUNCTION valued(amount integer) RETURNS integer LANGUAGE sql AS 'SELECT amount * 2'",
        [(4,)],
    ),
    renamed(
        "a type",
        "ALTER TYPE mood RENAME TO temper",
        "SELECT 'sad'::mood::text",
        errors.UndefinedObject,
        "CREATE TYPE temper AS ENUM ('glad', 'sad')",
        [("sad",)],
    ),
    renamed(
        "a value of an enumeration",
        "ALTER TYPE mood RENAME VALUE 'sad' TO 'blue'",
        "SELECT 'sad'::mood::text",
        errors.InvalidTextRepresentation,
        "CREATE TYPE temper AS ENUM ('glad', 'blue')",
        [("sad",)],
    ),
    renamed(
        "a sequence",
        "ALTER SEQUENCE numbers RENAME TO counts",
        "SELECT nextval('numbers') > 0",
        errors.UndefinedTable,
        "CREATE SEQUENCE counts",
        [(True,)],
    ),
    renamed(
        "into another schema",
        "CREATE SCHEMA IF NOT EXISTS elsewhere; ALTER TABLE customers SET SCHEMA elsewhere",
        "SELECT name FROM customers WHERE id = 7",
        errors.UndefinedTable,
        "CREATE VIEW clients AS SELECT id, name FROM customers",
        [("customer 7",)],
    ),
    Scenario(
        rule="rename-in-disguise",
        case="the data are not in the new name",
        bad="ALTER TABLE orders DROP COLUMN customer_id; ALTER TABLE orders ADD COLUMN id_customer bigint",
        beside=frozenset({"drops-column", "mixes-stages"}),
        shows=Answers(asks="SELECT count(id_customer) FROM orders", harm=[(0,)], well=[(400,)], before=False),
        remedy="""
            ALTER TABLE orders ADD COLUMN id_customer bigint;
            UPDATE orders SET id_customer = customer_id WHERE id > 0 AND id <= 400 AND id_customer IS NULL;
        """,
    ),
    Scenario(
        rule="truncates",
        case="running code finds it empty",
        known=EXPAND,
        bad="TRUNCATE customers",
        shows=Answers(
            asks="SELECT count(*) FROM customers", harm=[(0,)], well=[(100,)], then=NOT_ASKED, then_well=GONE
        ),
        remedy="DROP TABLE customers",
        remedy_known=DROP,
        may_warn=frozenset({"drops-table"}),
    ),
    Scenario(
        rule="type-changed",
        case="a composite type gets one attribute more",
        tables=f"{ORDERS}; CREATE TYPE place AS (street text, town text); ALTER TABLE orders ADD COLUMN goes_to place",
        bad="ALTER TYPE place ADD ATTRIBUTE country text",
        shows=Answers(
            asks="UPDATE orders SET goes_to = ROW('Main Street', 'Riga') WHERE id = 7",
            harm=errors.CannotCoerce,
            well=1,
        ),
        remedy="CREATE TYPE address AS (street text, town text, country text)",
    ),
    Scenario(
        rule="readers-meet-null",
        case="an old reader gets NULL from a new writer",
        bad="ALTER TABLE orders ALTER COLUMN amount DROP NOT NULL",
        tables=f"{ORDERS}; CREATE VIEW dues AS SELECT id, amount FROM orders",
        shows=Answers(
            asks="INSERT INTO orders (id) VALUES (9001); SELECT amount FROM dues WHERE id = 9001",
            harm=[(None,)],
            well=[(0,)],
            before=False,
        ),
        remedy="ALTER TABLE orders ALTER COLUMN amount SET DEFAULT 0",
    ),
    Scenario(
        rule="drops-default",
        case="an old writer leaves a required column out",
        bad="ALTER TABLE orders ALTER COLUMN status DROP DEFAULT",
        severity=Severity.BLOCKS,
        shows=Answers(asks=INSERT, harm=errors.NotNullViolation, well=1),
        remedy="ALTER TABLE orders ALTER COLUMN status SET DEFAULT 'fresh'",
    ),
    Scenario(
        rule="drops-default",
        case="an old writer leaves a nullable column out, and NULL is what is stored",
        tables=f"{ORDERS}; ALTER TABLE orders ADD COLUMN rank integer DEFAULT 5",
        bad="ALTER TABLE orders ALTER COLUMN rank DROP DEFAULT",
        shows=Answers(asks=f"{INSERT}; SELECT rank FROM orders WHERE id = 9001", harm=[(None,)], well=[(5,)]),
        remedy="ALTER TABLE orders ALTER COLUMN note SET DEFAULT ''",
    ),
    Scenario(
        rule="drops-default",
        case="an identity",
        tables="CREATE TABLE orders (id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, amount integer)",
        bad="ALTER TABLE orders ALTER COLUMN id DROP IDENTITY",
        shows=Answers(asks="INSERT INTO orders (amount) VALUES (1)", harm=errors.NotNullViolation, well=1),
        remedy="ALTER TABLE orders ALTER COLUMN id SET GENERATED ALWAYS",
    ),
]
