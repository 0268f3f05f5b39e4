"""Code in the database, rights and settings; stages that do not fit each other."""

from psycopg import errors

from tests.sql_harm.proofs import Answers, Decodes
from tests.sql_harm.scenario import INSERT, ORDERS, READ, RELAX, Scenario

SYNCED = f"""{ORDERS};
    ALTER TABLE orders ADD COLUMN total bigint;
    UPDATE orders SET total = amount;
    CREATE FUNCTION keep_total() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN NEW.total := NEW.amount; RETURN NEW; END $$;
    CREATE TRIGGER keep_total BEFORE INSERT OR UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION keep_total();
"""
# A role that every server has stands for the one of running code.
OF_A_ROLE = f"{ORDERS}; GRANT USAGE ON SCHEMA play TO pg_monitor; GRANT SELECT ON orders TO pg_monitor"
AS_THE_ROLE = "SET ROLE pg_monitor; SELECT count(*) FROM orders"
KEPT = "UPDATE orders SET amount = 77 WHERE id = 7; SELECT total FROM orders WHERE id = 7"
BATCH = "UPDATE orders SET total = amount WHERE id > 1000 AND id <= 1400 AND total IS NULL"
COUNTED = f"""{ORDERS};
    ALTER TABLE customers ADD COLUMN orders integer NOT NULL DEFAULT 0;
    CREATE FUNCTION priced(amount integer) RETURNS integer LANGUAGE sql AS 'SELECT amount * 2';
    CREATE VIEW mails AS SELECT id, note FROM orders;
    CREATE TYPE mood AS ENUM ('glad', 'sad');
    ALTER TABLE orders ADD COLUMN mood mood;
"""
COUNTS = """
    CREATE FUNCTION count_orders() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN UPDATE customers SET orders = orders + 1 WHERE id = NEW.customer_id; RETURN NEW; END $$;
    CREATE TRIGGER count_orders AFTER INSERT ON orders FOR EACH ROW EXECUTE FUNCTION count_orders()
"""
NEW_CODE_DOES_NOT = f"{INSERT}; SELECT orders FROM customers WHERE id = 7"
OLD_CODE_COUNTS = f"""{INSERT};
    UPDATE customers SET orders = orders + 1 WHERE id = 7;
    SELECT orders FROM customers WHERE id = 7
"""


def silent(case: str, bad: str, remedy: str = BATCH) -> Scenario:
    """Return a way to switch triggers off: old code's write no longer reaches the new field."""
    shows = Answers(asks=KEPT, harm=[(8,)], well=[(77,)])
    return Scenario(rule="disables-trigger", case=case, tables=SYNCED, bad=bad, shows=shows, remedy=remedy)


SCENARIOS = [
    silent("one by its name", "ALTER TABLE orders DISABLE TRIGGER keep_total"),
    silent("all of the user's", "ALTER TABLE orders DISABLE TRIGGER USER"),
    silent("all", "ALTER TABLE orders DISABLE TRIGGER ALL"),
    silent("left to replicas", "ALTER TABLE orders ENABLE REPLICA TRIGGER keep_total"),
    Scenario(
        rule="disables-trigger",
        case="for the backfill's session: no foreign key is looked up",
        tables=f"{SYNCED}; ALTER TABLE orders ADD CONSTRAINT orders_customer FOREIGN KEY (customer_id) "
        "REFERENCES customers (id)",
        bad="SET session_replication_role = replica; DELETE FROM customers WHERE id = 7",
        shows=Answers(
            asks="SELECT count(*) FROM orders LEFT JOIN customers c ON c.id = customer_id WHERE c.id IS NULL",
            harm=[(20,)],
            well=[(0,)],
        ),
        remedy=BATCH,
    ),
    Scenario(
        rule="enables-trigger",
        case="it does for old code what that does itself",
        tables=f"""{COUNTED};
            {COUNTS};
            ALTER TABLE orders DISABLE TRIGGER count_orders;
        """,
        bad="ALTER TABLE orders ENABLE TRIGGER count_orders",
        shows=Answers(asks=OLD_CODE_COUNTS, harm=[(2,)], well=[(1,)], then=NEW_CODE_DOES_NOT),
        remedy="ALTER TABLE orders ENABLE TRIGGER count_orders",
        may_warn=frozenset({"enables-trigger"}),
    ),
    Scenario(
        rule="trigger-writes-elsewhere",
        case="what old code counts itself is counted twice",
        tables=COUNTED,
        bad=COUNTS,
        shows=Answers(asks=OLD_CODE_COUNTS, harm=[(2,)], well=[(1,)], then=NEW_CODE_DOES_NOT),
        remedy=COUNTS,
        may_warn=frozenset({"trigger-writes-elsewhere"}),
    ),
    Scenario(
        rule="replaces-code",
        case="a function",
        tables=COUNTED,
        bad="CREATE OR REPLACE FUNCTION priced(amount integer) RETURNS integer LANGUAGE sql AS 'SELECT amount * 3'",
        shows=Answers(asks="SELECT priced(2)", harm=[(6,)], well=[(4,)]),
        remedy="CREATE FUNCTION priced_anew(amount integer) RETURNS integer LANGUAGE sql AS 'SELECT amount * 3'",
    ),
    Scenario(
        rule="replaces-code",
        case="a view",
        tables=COUNTED,
        bad="CREATE OR REPLACE VIEW mails AS SELECT id, NULL::varchar(20) AS note FROM orders",
        shows=Answers(asks="SELECT note FROM mails WHERE id = 7", harm=[(None,)], well=[("note 7",)]),
        remedy="CREATE VIEW letters AS SELECT id, status FROM orders",
    ),
    Scenario(
        rule="enum-value-added",
        case="old code cannot decode what new code writes",
        tables=COUNTED,
        bad="ALTER TYPE mood ADD VALUE 'blue'",
        shows=Decodes(
            kind="mood",
            labels=("glad", "sad"),
            written="UPDATE orders SET mood = 'blue' WHERE id = 7",
            asks="SELECT mood FROM orders WHERE id = 7",
        ),
        remedy="CREATE TYPE temper AS ENUM ('glad', 'sad', 'blue')",
    ),
    Scenario(
        rule="inheritance",
        case="who reads the table reads other rows, too",
        tables=f"{ORDERS}; CREATE TABLE drafts (LIKE orders); INSERT INTO drafts SELECT * FROM orders",
        bad="ALTER TABLE drafts INHERIT orders",
        shows=Answers(asks="SELECT count(*) FROM orders", harm=[(4000,)], well=[(2000,)]),
        remedy="CREATE VIEW every_order AS SELECT id FROM orders UNION ALL SELECT id FROM drafts",
    ),
    Scenario(
        rule="changes-rights",
        case="old code may no longer read",
        tables=OF_A_ROLE,
        bad="REVOKE SELECT ON orders FROM pg_monitor",
        shows=Answers(asks=AS_THE_ROLE, harm=errors.InsufficientPrivilege, well=[(2000,)]),
        remedy="GRANT SELECT ON customers TO pg_monitor",
    ),
    Scenario(
        rule="row-security",
        case="without a policy old code sees no row",
        tables=OF_A_ROLE,
        bad="ALTER TABLE orders ENABLE ROW LEVEL SECURITY",
        shows=Answers(asks=AS_THE_ROLE, harm=[(0,)], well=[(2000,)]),
        remedy="""
            CREATE POLICY seen ON orders FOR SELECT TO pg_monitor USING (true);
            ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
        """,
        may_warn=frozenset({"row-security"}),
    ),
    Scenario(
        rule="setting-for-everybody",
        case="the next session does not find its tables",
        bad="ALTER DATABASE this_database SET search_path = elsewhere",
        shows=Answers(asks="SELECT count(*) FROM orders", harm=errors.UndefinedTable, well=[(2000,)], anew=True),
        remedy="SET search_path = elsewhere",
    ),
    Scenario(
        rule="old-not-relaxed",
        case="code that no longer knows the old field cannot insert",
        tables=SYNCED.replace("INSERT OR UPDATE", "UPDATE"),
        known={**RELAX, "table": "orders", "old": "amount", "new": "total"},
        bad="COMMENT ON COLUMN orders.amount IS 'given up'",
        shows=Answers(
            asks="INSERT INTO orders (id, total) VALUES (9001, 10)", harm=errors.NotNullViolation, well=1, before=False
        ),
        remedy="ALTER TABLE orders ALTER COLUMN amount DROP NOT NULL",
    ),
    Scenario(
        rule="mixes-stages",
        case="new code fails before it, old code after it",
        bad="ALTER TABLE orders ADD COLUMN remark text; ALTER TABLE orders DROP COLUMN note",
        beside=frozenset({"drops-column"}),
        shows=Answers(asks=READ, harm=errors.UndefinedColumn, well=[(8, "note 7")]),
        remedy="ALTER TABLE orders ADD COLUMN remark text",
    ),
]
