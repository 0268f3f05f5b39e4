"""Constraints added, validated and altered; NOT NULL."""

from psycopg import errors

from tests.sql_harm.proofs import Answers, Fails, ShutsOut
from tests.sql_harm.scenario import BACKFILL, EXPAND, INSERT, ORDERS, READ, RELAX, UPDATE, Scenario

CHECKED = ShutsOut(mode="AccessExclusiveLock", waits=(READ, INSERT, UPDATE))
JOINED = "INSERT INTO customers VALUES (9001, 'by old code')"
REFERRED = ShutsOut(mode="ShareRowExclusiveLock", waits=(INSERT, UPDATE, JOINED), goes_on=(READ,))
WIDER = f"{ORDERS}; ALTER TABLE orders ADD COLUMN total bigint"
FULL = f"{WIDER}; UPDATE orders SET total = amount"
TARGET = {"table": "orders", "old": "amount", "new": "total"}
DOMAIN = (
    "CREATE DOMAIN money_amount AS integer; CREATE TABLE orders (id bigint PRIMARY KEY, amount money_amount);"
    "INSERT INTO orders SELECT id, id FROM generate_series(1, 2000) id"
)
DOMAIN_CHECKED = ShutsOut(
    mode="ShareLock", waits=("UPDATE orders SET amount = 11 WHERE id = 7",), goes_on=("SELECT 1 FROM orders",)
)
# Code that expects a wrong reference to be refused where it writes it.
HANDLED = """
    DO $$ BEGIN
        UPDATE orders SET customer_id = 999 WHERE id = 7;
    EXCEPTION WHEN foreign_key_violation THEN NULL; -- no such customer
    END $$;
    COMMIT;
    SELECT customer_id FROM orders WHERE id = 7
"""

SCENARIOS = [
    Scenario(
        rule="constraint-scans",
        case="CHECK",
        bad="ALTER TABLE orders ADD CONSTRAINT amount_positive CHECK (amount > 0)",
        shows=CHECKED,
        remedy="""
            ALTER TABLE orders ADD CONSTRAINT amount_positive CHECK (amount > 0) NOT VALID;
            ALTER TABLE orders VALIDATE CONSTRAINT amount_positive;
        """,
        may_warn=frozenset({"check-binds-old-writers"}),
    ),
    Scenario(
        rule="constraint-scans",
        case="FOREIGN KEY, which locks both tables",
        bad="ALTER TABLE orders ADD CONSTRAINT orders_customer FOREIGN KEY (customer_id) REFERENCES customers (id)",
        shows=REFERRED,
        remedy="""
            ALTER TABLE orders ADD CONSTRAINT orders_customer FOREIGN KEY (customer_id) REFERENCES customers (id)
                NOT VALID;
            ALTER TABLE orders VALIDATE CONSTRAINT orders_customer;
        """,
    ),
    Scenario(
        rule="constraint-scans",
        case="CHECK at a new column",
        bad="ALTER TABLE orders ADD COLUMN rebate integer CHECK (rebate > 0)",
        shows=CHECKED,
        remedy="""
            ALTER TABLE orders ADD COLUMN rebate integer;
            ALTER TABLE orders ADD CONSTRAINT rebate_positive CHECK (rebate > 0) NOT VALID;
            ALTER TABLE orders VALIDATE CONSTRAINT rebate_positive;
        """,
    ),
    Scenario(
        rule="constraint-scans",
        case="REFERENCES at a new column that has a default",
        bad="ALTER TABLE orders ADD COLUMN payer_id bigint DEFAULT 1 REFERENCES customers (id)",
        shows=ShutsOut(mode="AccessExclusiveLock", waits=(READ, INSERT, UPDATE, JOINED)),
        remedy="ALTER TABLE orders ADD COLUMN payer_id bigint REFERENCES customers (id)",
    ),
    Scenario(
        rule="constraint-scans",
        case="a domain's, in the tables that use it",
        tables=DOMAIN,
        bad="ALTER DOMAIN money_amount ADD CONSTRAINT positive CHECK (VALUE > 0)",
        shows=DOMAIN_CHECKED,
        remedy="ALTER DOMAIN money_amount ADD CONSTRAINT positive CHECK (VALUE > 0) NOT VALID",
    ),
    Scenario(
        rule="constraint-scans",
        case="a domain's is validated: a table's own constraint spares the writers, a domain's does not",
        tables=f"{DOMAIN}; ALTER DOMAIN money_amount ADD CONSTRAINT positive CHECK (VALUE > 0) NOT VALID",
        bad="ALTER DOMAIN money_amount VALIDATE CONSTRAINT positive",
        shows=DOMAIN_CHECKED,
        remedy="""
            ALTER TABLE orders ADD CONSTRAINT positive CHECK (amount > 0) NOT VALID;
            ALTER TABLE orders VALIDATE CONSTRAINT positive;
        """,
        may_warn=frozenset({"check-binds-old-writers"}),
    ),
    Scenario(
        rule="constraint-scans",
        case="one that reads a column whose type only widens",
        tables=f"{ORDERS}; ALTER TABLE orders ADD CONSTRAINT note_said CHECK (note <> '')",
        bad="ALTER TABLE orders ALTER COLUMN note TYPE varchar(40)",
        shows=CHECKED,
        remedy="""
            ALTER TABLE orders ADD COLUMN note_long varchar(40);
            UPDATE orders SET note_long = note WHERE id > 1000 AND id <= 1400 AND note_long IS NULL;
        """,
    ),
    Scenario(
        rule="unique-builds-index",
        case="an index that computes from a column whose type only widens",
        tables=f"{ORDERS}; CREATE INDEX orders_note ON orders (lower(note))",
        bad="ALTER TABLE orders ALTER COLUMN note TYPE varchar(40)",
        shows=CHECKED,
        remedy="""
            DROP INDEX CONCURRENTLY orders_note;
            ALTER TABLE orders ALTER COLUMN note TYPE varchar(40);
            CREATE INDEX CONCURRENTLY orders_note ON orders (lower(note));
        """,
    ),
    Scenario(
        rule="unique-builds-index",
        case="UNIQUE",
        bad="ALTER TABLE orders ADD CONSTRAINT note_once UNIQUE (note)",
        shows=CHECKED,
        remedy="""
            CREATE UNIQUE INDEX CONCURRENTLY note_once ON orders (note);
            ALTER TABLE orders ADD CONSTRAINT note_once UNIQUE USING INDEX note_once;
        """,
    ),
    Scenario(
        rule="unique-builds-index",
        case="UNIQUE at a new column",
        bad="ALTER TABLE orders ADD COLUMN code text UNIQUE",
        shows=CHECKED,
        remedy="""
            ALTER TABLE orders ADD COLUMN code text;
            CREATE UNIQUE INDEX CONCURRENTLY code_once ON orders (code);
            ALTER TABLE orders ADD CONSTRAINT code_once UNIQUE USING INDEX code_once;
        """,
    ),
    Scenario(
        rule="unique-builds-index",
        case="PRIMARY KEY",
        tables=ORDERS.replace("bigint PRIMARY KEY, customer_id", "bigint NOT NULL, customer_id"),
        bad="ALTER TABLE orders ADD PRIMARY KEY (id)",
        shows=CHECKED,
        remedy="""
            CREATE UNIQUE INDEX CONCURRENTLY orders_pkey ON orders (id);
            ALTER TABLE orders ADD CONSTRAINT orders_pkey PRIMARY KEY USING INDEX orders_pkey;
        """,
    ),
    Scenario(
        rule="unique-builds-index",
        case="EXCLUDE",
        bad="ALTER TABLE orders ADD CONSTRAINT note_alone EXCLUDE (note WITH =)",
        shows=CHECKED,
        remedy="""
            CREATE UNIQUE INDEX CONCURRENTLY note_alone ON orders (note);
            ALTER TABLE orders ADD CONSTRAINT note_alone UNIQUE USING INDEX note_alone;
        """,
    ),
    Scenario(
        rule="check-binds-old-writers",
        case="old code inserts",
        known={**EXPAND, **TARGET},
        bad="""
            ALTER TABLE orders ADD COLUMN total bigint;
            ALTER TABLE orders ADD CONSTRAINT total_there CHECK (total IS NOT NULL) NOT VALID;
        """,
        shows=Answers(asks=INSERT, harm=errors.CheckViolation, well=1),
        remedy="ALTER TABLE orders ADD COLUMN total bigint",
    ),
    Scenario(
        rule="check-binds-old-writers",
        case="old code updates",
        known={**EXPAND, **TARGET},
        bad="""
            ALTER TABLE orders ADD COLUMN total bigint;
            ALTER TABLE orders ADD CONSTRAINT total_there CHECK (total IS NOT NULL) NOT VALID;
        """,
        shows=Answers(asks=UPDATE, harm=errors.CheckViolation, well=1),
        remedy="ALTER TABLE orders ADD COLUMN total bigint",
    ),
    Scenario(
        rule="check-binds-old-writers",
        case="NOT NULL as a constraint",
        known={**EXPAND, **TARGET},
        bad="""
            ALTER TABLE orders ADD COLUMN total bigint;
            ALTER TABLE orders ADD CONSTRAINT total_there NOT NULL total NOT VALID;
        """,
        shows=Answers(asks=UPDATE, harm=errors.NotNullViolation, well=1),
        remedy="ALTER TABLE orders ADD COLUMN total bigint",
    ),
    Scenario(
        rule="validate-before-data",
        case="CHECK (new IS NOT NULL)",
        tables=WIDER,
        known={**EXPAND, **TARGET},
        bad="""
            ALTER TABLE orders ADD CONSTRAINT total_there CHECK (total IS NOT NULL) NOT VALID;
            ALTER TABLE orders VALIDATE CONSTRAINT total_there;
        """,
        beside=frozenset({"check-binds-old-writers"}),
        shows=Fails(error=errors.CheckViolation),
        remedy="""
            UPDATE orders SET total = amount WHERE id > 0 AND id <= 2000 AND total IS NULL;
            ALTER TABLE orders ADD CONSTRAINT total_there CHECK (total IS NOT NULL) NOT VALID;
            ALTER TABLE orders VALIDATE CONSTRAINT total_there;
        """,
        remedy_known=BACKFILL,
        may_warn=frozenset({"bounded-batch"}),
    ),
    Scenario(
        rule="validate-in-same-transaction",
        case="CHECK",
        bad="""
            BEGIN;
            ALTER TABLE orders ADD CONSTRAINT amount_positive CHECK (amount > 0) NOT VALID;
            ALTER TABLE orders VALIDATE CONSTRAINT amount_positive;
            COMMIT;
        """,
        beside=frozenset({"check-binds-old-writers"}),
        shows=CHECKED,
        remedy="""
            BEGIN;
            ALTER TABLE orders ADD CONSTRAINT amount_positive CHECK (amount > 0) NOT VALID;
            COMMIT;
            BEGIN;
            ALTER TABLE orders VALIDATE CONSTRAINT amount_positive;
            COMMIT;
        """,
        may_warn=frozenset({"check-binds-old-writers"}),
    ),
    Scenario(
        rule="validate-in-same-transaction",
        case="FOREIGN KEY, in a script that the runner wraps",
        known={"in_transaction": True},
        bad="""
            ALTER TABLE orders ADD CONSTRAINT orders_customer FOREIGN KEY (customer_id) REFERENCES customers (id)
                NOT VALID;
            ALTER TABLE orders VALIDATE CONSTRAINT orders_customer;
        """,
        shows=REFERRED,
        remedy="""
            ALTER TABLE orders ADD CONSTRAINT orders_customer FOREIGN KEY (customer_id) REFERENCES customers (id)
                NOT VALID;
            ALTER TABLE orders VALIDATE CONSTRAINT orders_customer;
        """,
        remedy_known={"in_transaction": False},
    ),
    Scenario(
        rule="set-not-null-scans",
        case="SET NOT NULL",
        known=RELAX,
        bad="ALTER TABLE orders ALTER COLUMN note SET NOT NULL",
        shows=CHECKED,
        remedy="""
            ALTER TABLE orders ADD CONSTRAINT note_there CHECK (note IS NOT NULL) NOT VALID;
            ALTER TABLE orders VALIDATE CONSTRAINT note_there;
            ALTER TABLE orders ALTER COLUMN note SET NOT NULL;
            ALTER TABLE orders DROP CONSTRAINT note_there;
        """,
    ),
    Scenario(
        rule="set-not-null-scans",
        case="NOT NULL as a constraint",
        known=RELAX,
        bad="ALTER TABLE orders ADD CONSTRAINT note_there NOT NULL note",
        shows=CHECKED,
        remedy="""
            ALTER TABLE orders ADD CONSTRAINT note_there NOT NULL note NOT VALID;
            ALTER TABLE orders VALIDATE CONSTRAINT note_there;
        """,
    ),
    Scenario(
        rule="set-not-null-scans",
        case="PRIMARY KEY over an index whose column may be null",
        tables="CREATE TABLE orders (id bigint, amount integer, note text, customer_id bigint);"
        "INSERT INTO orders SELECT id, 1 FROM generate_series(1, 2000) id;"
        "CREATE UNIQUE INDEX orders_id ON orders (id)",
        bad="ALTER TABLE orders ADD PRIMARY KEY USING INDEX orders_id",
        shows=CHECKED,
        remedy="""
            ALTER TABLE orders ADD CONSTRAINT id_there CHECK (id IS NOT NULL) NOT VALID;
            ALTER TABLE orders VALIDATE CONSTRAINT id_there;
            ALTER TABLE orders ADD PRIMARY KEY USING INDEX orders_id;
        """,
        may_warn=frozenset({"check-binds-old-writers"}),
    ),
    Scenario(
        rule="constraint-scans",
        case="a virtual column that must not be null",
        bad="ALTER TABLE orders ADD COLUMN twice integer GENERATED ALWAYS AS (amount * 2) VIRTUAL NOT NULL",
        shows=CHECKED,
        remedy="ALTER TABLE orders ADD COLUMN twice integer GENERATED ALWAYS AS (amount * 2) VIRTUAL",
    ),
    Scenario(
        rule="wrong-stage",
        case="SET NOT NULL while old writers run",
        tables=FULL,
        known={**EXPAND, "table": "orders"},
        bad="ALTER TABLE orders ALTER COLUMN total SET NOT NULL",
        shows=Answers(
            asks=INSERT,
            harm=errors.NotNullViolation,
            well=1,
            then="INSERT INTO orders (id, amount, total) VALUES (9001, 10, 10)",
        ),
        remedy="""
            ALTER TABLE orders ADD CONSTRAINT total_there CHECK (total IS NOT NULL) NOT VALID;
            ALTER TABLE orders VALIDATE CONSTRAINT total_there;
            ALTER TABLE orders ALTER COLUMN total SET NOT NULL;
        """,
        remedy_known=RELAX,
    ),
    Scenario(
        rule="constraint-altered",
        case="old code learns of a wrong reference only at its COMMIT",
        tables=f"{ORDERS}; ALTER TABLE orders ADD CONSTRAINT orders_customer FOREIGN KEY (customer_id) "
        "REFERENCES customers (id)",
        bad="ALTER TABLE orders ALTER CONSTRAINT orders_customer DEFERRABLE INITIALLY DEFERRED",
        shows=Answers(
            asks=f"BEGIN; {HANDLED}",
            harm=errors.ForeignKeyViolation,
            well=[(8,)],
            before=False,
            then=f"BEGIN; SET CONSTRAINTS ALL IMMEDIATE; {HANDLED}",
        ),
        remedy="ALTER TABLE orders ALTER CONSTRAINT orders_customer DEFERRABLE INITIALLY DEFERRED",
        may_warn=frozenset({"constraint-altered"}),
    ),
]
