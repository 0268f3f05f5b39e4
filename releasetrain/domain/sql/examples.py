# ruff: noqa: S608  SQL is what is shown here, none of it runs
"""For each rule a script that it finds and one that it lets pass: shown on the rules' pages, and held to by a test."""

from dataclasses import dataclass, field

from releasetrain.domain.sql.values import Script, Subject
from releasetrain.domain.stages import Stage

E, B, R, D = Stage.EXPAND, Stage.BACKFILL, Stage.RELAX, Stage.DROP


@dataclass(frozen=True, slots=True)
class Example:
    """``found``: what the rule finds in ``stage``; ``passes``: what does the same without harm.

    ``others``: the scripts of the other stages; ``history``: what ran before; ``wrapped``: whether the runner wraps it.
    """

    rule: str
    stage: Stage
    found: str
    passes: str
    others: tuple[Script, ...] = ()
    history: tuple[str, ...] = ()
    wrapped: bool | None = None
    passes_in: Stage | None = None
    old: str = "old_code"
    new: str = "new_code"
    facts: dict[str, int] = field(default_factory=dict)

    def subject(self, stage: Stage) -> Subject:
        """Return what is known around it: a change of ``orders`` from ``old_code`` to ``new_code``."""
        others = tuple(one for one in self.others if one.stage is not stage)
        known = {"others": others, "history": self.history, "in_transaction": self.wrapped, **self.facts}
        return Subject(stage=stage, table="orders", old=self.old, new=self.new, **known)  # type: ignore[arg-type]


TIMEOUT = "SET lock_timeout = '2s';\n"
ADDS = TIMEOUT + "ALTER TABLE orders ADD COLUMN new_code bigint;"
FILLS = (
    "UPDATE orders SET new_code = old_code::bigint\n WHERE id > 1000 AND id <= 2000 AND new_code IS NULL;"  # a template
)
CHECKED = (
    "CREATE TABLE orders (id bigint PRIMARY KEY, old_code text NOT NULL, note varchar(40) DEFAULT '', lines text);"
)
_EXPANDED, _FILLED = (Script(stage=E, sql=ADDS),), (Script(stage=B, sql=FILLS),)


def _adding(rule: str, found: str, passes: str, **more: object) -> Example:
    return Example(rule, E, f"{ADDS}\n{found}", f"{ADDS}\n{passes}", **more)  # type: ignore[arg-type]


def _filling(rule: str, found: str, passes: str, **more: object) -> Example:
    return Example(rule, B, found, passes, **{"others": _EXPANDED, **more})  # type: ignore[arg-type]


EXAMPLES = (
    _adding("unreadable", "ALTER TABLE orders AD COLUMN x int;", "COMMENT ON COLUMN orders.new_code IS 'new';"),
    _adding("unlisted", "LOAD 'auto_explain';", "CREATE EXTENSION IF NOT EXISTS pgcrypto;"),
    _adding(
        "opaque-code",
        "DO $$ BEGIN EXECUTE format('ALTER TABLE %I ADD x int', 'orders'); END $$;",
        "DO $$ BEGIN CREATE TYPE colour AS ENUM ('red'); EXCEPTION WHEN duplicate_object THEN NULL; END $$;",
    ),
    Example(
        "required-column",
        E,
        TIMEOUT + "ALTER TABLE orders ADD COLUMN new_code bigint NOT NULL;",
        ADDS,
    ),
    _adding(
        "volatile-default",
        "ALTER TABLE orders ADD COLUMN mark uuid DEFAULT gen_random_uuid();",
        "ALTER TABLE orders ADD COLUMN mark uuid;\nALTER TABLE orders ALTER COLUMN mark SET DEFAULT gen_random_uuid();",
    ),
    _adding(
        "stored-generated",
        "ALTER TABLE orders ADD COLUMN twice bigint GENERATED ALWAYS AS (id * 2) STORED;",
        "ALTER TABLE orders ADD COLUMN twice bigint GENERATED ALWAYS AS (id * 2) VIRTUAL;",
    ),
    _adding(
        "auto-increment",
        "ALTER TABLE orders ADD COLUMN number bigserial;",
        "CREATE SEQUENCE numbers;\nALTER TABLE orders ADD COLUMN number bigint;",
    ),
    Example(
        "default-on-target",
        E,
        TIMEOUT + "ALTER TABLE orders ADD COLUMN new_code bigint DEFAULT 0;",
        ADDS,
    ),
    _adding(
        "name-reused",
        "ALTER TABLE orders DROP COLUMN lines;\nALTER TABLE orders ADD COLUMN lines int;",
        "ALTER TABLE orders ADD COLUMN line_count int;",
        history=(CHECKED,),
    ),
    _adding(
        "constraint-scans",
        "ALTER TABLE orders ADD CONSTRAINT of_account FOREIGN KEY (account_id) REFERENCES account (id);",
        "ALTER TABLE orders ADD CONSTRAINT of_account FOREIGN KEY (account_id) REFERENCES account (id) NOT VALID;",
    ),
    _adding(
        "unique-builds-index",
        "ALTER TABLE orders ADD CONSTRAINT one_note UNIQUE (note);",
        "CREATE UNIQUE INDEX CONCURRENTLY one_note ON orders (note);\n"
        "ALTER TABLE orders ADD CONSTRAINT one_note UNIQUE USING INDEX one_note;",
        wrapped=False,
    ),
    Example(
        "check-binds-old-writers",
        E,
        ADDS + "\nALTER TABLE orders ADD CONSTRAINT filled CHECK (new_code IS NOT NULL) NOT VALID;",
        TIMEOUT + FILLS + "\nALTER TABLE orders ADD CONSTRAINT filled CHECK (new_code IS NOT NULL) NOT VALID;",
        others=_EXPANDED,
        passes_in=B,
        wrapped=False,
    ),
    Example(
        "validate-before-data",
        E,
        ADDS + "\nALTER TABLE orders ADD CONSTRAINT filled CHECK (new_code IS NOT NULL) NOT VALID;"
        "\nALTER TABLE orders VALIDATE CONSTRAINT filled;",
        FILLS + "\nALTER TABLE orders VALIDATE CONSTRAINT filled;",
        others=_EXPANDED,
        passes_in=B,
        wrapped=False,
    ),
    _filling(
        "validate-in-same-transaction",
        FILLS + "\nBEGIN;\nALTER TABLE orders ADD CONSTRAINT filled CHECK (new_code IS NOT NULL) NOT VALID;\n"
        "ALTER TABLE orders VALIDATE CONSTRAINT filled;\nCOMMIT;",
        TIMEOUT + FILLS + "\nALTER TABLE orders ADD CONSTRAINT filled CHECK (new_code IS NOT NULL) NOT VALID;\n"
        "ALTER TABLE orders VALIDATE CONSTRAINT filled;",
        wrapped=False,
    ),
    _adding(
        "constraint-altered",
        "ALTER TABLE orders ALTER CONSTRAINT of_account DEFERRABLE;",
        "ALTER TABLE orders DROP CONSTRAINT of_account;",
    ),
    Example(
        "set-not-null-scans",
        D,
        TIMEOUT + "ALTER TABLE orders ALTER COLUMN note SET NOT NULL;",
        TIMEOUT + "ALTER TABLE orders ALTER COLUMN new_code SET NOT NULL;",
        history=(CHECKED, "ALTER TABLE orders ADD CONSTRAINT filled CHECK (new_code IS NOT NULL);"),
    ),
    _adding(
        "type-change-rewrites",
        "ALTER TABLE orders ALTER COLUMN note TYPE bigint USING note::bigint;",
        "ALTER TABLE orders ALTER COLUMN note TYPE varchar(80);",
        history=(CHECKED,),
    ),
    _adding(
        "type-change-unknown",
        "ALTER TABLE orders ALTER COLUMN colour TYPE text;",
        "ALTER TABLE orders ALTER COLUMN note TYPE text;",
        history=(CHECKED,),
    ),
    _adding("rewrites-table", "ALTER TABLE orders SET UNLOGGED;", "ALTER TABLE orders SET (fillfactor = 80);"),
    _adding(
        "readers-meet-null",
        "ALTER TABLE orders ALTER COLUMN note DROP NOT NULL;",
        "ALTER TABLE orders ALTER COLUMN note SET DEFAULT '';",
    ),
    _adding(
        "drops-default",
        "ALTER TABLE orders ALTER COLUMN note DROP DEFAULT;",
        "ALTER TABLE orders ALTER COLUMN note SET DEFAULT '';",
        history=(CHECKED,),
    ),
    _filling("disables-trigger", FILLS + "\nALTER TABLE orders DISABLE TRIGGER ALL;", FILLS),
    _adding(
        "enables-trigger",
        "ALTER TABLE orders ENABLE TRIGGER counting;",
        "CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN new.new_code := new.old_code; "
        "RETURN new; END $$;\nCREATE TRIGGER keep BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION keep();",
    ),
    _adding(
        "row-security",
        "ALTER TABLE orders ENABLE ROW LEVEL SECURITY;",
        "CREATE POLICY everybody ON orders USING (true);",
    ),
    _adding("changes-rights", "REVOKE SELECT ON orders FROM shop;", "GRANT SELECT ON orders TO shop;"),
    _adding(
        "partition-locks",
        "ALTER TABLE orders ATTACH PARTITION orders_2031 FOR VALUES FROM (1) TO (9);",
        "CREATE TABLE orders_2032 PARTITION OF orders FOR VALUES FROM (10) TO (19);",
    ),
    _adding("inheritance", "ALTER TABLE orders INHERIT papers;", "COMMENT ON TABLE orders IS 'papers';"),
    Example(
        "no-lock-timeout",
        E,
        "ALTER TABLE orders ADD COLUMN new_code bigint;",
        ADDS,
    ),
    _adding(
        "index-not-concurrent",
        "CREATE INDEX by_note ON orders (note);",
        "CREATE INDEX CONCURRENTLY by_note ON orders (note);",
        wrapped=False,
    ),
    _adding(
        "drop-index-not-concurrent",
        "DROP INDEX by_note;",
        "DROP INDEX CONCURRENTLY by_note;",
        wrapped=False,
    ),
    _adding(
        "concurrently-in-transaction",
        "BEGIN;\nCREATE INDEX CONCURRENTLY by_note ON orders (note);\nCOMMIT;",
        "CREATE INDEX CONCURRENTLY by_note ON orders (note);",
        wrapped=False,
    ),
    _filling(
        "index-before-data",
        "CREATE INDEX CONCURRENTLY by_code ON orders (new_code);\n" + FILLS,
        FILLS + "\nCREATE INDEX CONCURRENTLY by_code ON orders (new_code);",
        wrapped=False,
    ),
    _adding(
        "drops-column",
        "ALTER TABLE orders DROP COLUMN old_code;",
        "COMMENT ON COLUMN orders.old_code IS 'goes';",
    ),
    _adding("drops-table", "DROP TABLE papers;", "CREATE TABLE papers (id bigint);\nDROP TABLE papers;"),
    _adding("drops-object", "DROP VIEW latest;", "CREATE VIEW latest AS SELECT 1;\nDROP VIEW latest;"),
    Example(
        "drops-undeclared",
        D,
        TIMEOUT + "ALTER TABLE orders DROP COLUMN lines;",
        TIMEOUT + "ALTER TABLE orders DROP COLUMN old_code;",
        others=_EXPANDED,
    ),
    Example(
        "drops-new-field",
        D,
        TIMEOUT + "ALTER TABLE orders DROP COLUMN new_code;",
        TIMEOUT + "ALTER TABLE orders DROP COLUMN old_code;",
    ),
    Example(
        "cascade",
        D,
        TIMEOUT + "ALTER TABLE orders DROP COLUMN old_code CASCADE;",
        TIMEOUT + "ALTER TABLE orders DROP COLUMN old_code;",
    ),
    _adding("renames", "ALTER TABLE orders RENAME COLUMN note TO remark;", "ALTER INDEX by_note RENAME TO by_remark;"),
    _adding(
        "rename-in-disguise",
        "ALTER TABLE orders DROP COLUMN note_old;\nALTER TABLE orders ADD COLUMN old_note text;",
        "ALTER TABLE orders ADD COLUMN old_note text;",
    ),
    _adding(
        "data-in-wrong-stage",
        "UPDATE orders SET note = '' WHERE note = 'x';",
        "INSERT INTO colours VALUES ('red'), ('blue');",
    ),
    _filling("changes-every-row", "UPDATE orders SET new_code = old_code::bigint;", FILLS),
    _filling("unbounded-batch", "UPDATE orders SET new_code = old_code::bigint WHERE new_code IS NULL;", FILLS),
    _filling("wide-batch", FILLS.replace("2000", "2000000"), FILLS),
    _filling("not-idempotent", FILLS.replace(" AND new_code IS NULL", ""), FILLS),
    _filling("writes-old-field", FILLS.replace("SET ", "SET old_code = '', "), FILLS),
    _filling(
        "misses-new-field", "UPDATE orders SET note = '' WHERE id > 1 AND id <= 9 AND note IS NULL;\n" + FILLS, FILLS
    ),
    _filling(
        "joins-in-batch",
        "UPDATE orders SET new_code = a.code FROM account a\n WHERE a.id = orders.account_id AND orders.id > 1"
        " AND orders.id <= 9 AND new_code IS NULL;",
        FILLS,
    ),
    _filling("volatile-in-batch", FILLS.replace("old_code::bigint", "(random() * 9)::bigint"), FILLS),
    _filling(
        "copies-rows",
        FILLS + "\nINSERT INTO papers SELECT * FROM orders;",
        FILLS + "\nINSERT INTO papers SELECT * FROM orders WHERE id > 1000 AND id <= 2000;",
    ),
    _filling("writes-catalogue", FILLS + "\nUPDATE pg_class SET relname = 'x' WHERE relname = 'y';", FILLS),
    _adding("truncates", "TRUNCATE papers;", "CREATE TABLE seen (id int);\nTRUNCATE seen;"),
    _filling("batches-in-one-transaction", f"BEGIN;\n{FILLS}\n{FILLS}\nCOMMIT;", f"{FILLS}\n{FILLS}", wrapped=False),
    _adding(
        "slow-under-lock",
        "BEGIN;\nALTER TABLE orders ADD COLUMN x int;\nALTER TABLE papers VALIDATE CONSTRAINT whole;\nCOMMIT;",
        "ALTER TABLE orders ADD COLUMN x int;\nALTER TABLE papers VALIDATE CONSTRAINT whole;",
        wrapped=False,
    ),
    _adding("locks-table", "LOCK TABLE orders;", "LOCK TABLE orders IN ROW SHARE MODE;"),
    _filling(
        "rewrites-under-lock", FILLS + "\nVACUUM FULL orders;", FILLS + "\nVACUUM (ANALYZE) orders;", wrapped=False
    ),
    _adding(
        "refresh-blocks-readers",
        "REFRESH MATERIALIZED VIEW totals;",
        "REFRESH MATERIALIZED VIEW CONCURRENTLY totals;",
    ),
    _adding(
        "replaces-code",
        "CREATE OR REPLACE FUNCTION total() RETURNS int LANGUAGE sql AS 'SELECT 1';",
        "CREATE FUNCTION total_2() RETURNS int LANGUAGE sql AS 'SELECT 1';",
    ),
    _adding(
        "trigger-writes-elsewhere",
        "CREATE FUNCTION tally() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN UPDATE totals SET n = n + 1; "
        "RETURN new; END $$;\nCREATE TRIGGER tally AFTER INSERT ON orders FOR EACH ROW EXECUTE FUNCTION tally();",
        "CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN new.new_code := new.old_code; "
        "RETURN new; END $$;\nCREATE TRIGGER keep BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION keep();",
    ),
    _adding(
        "trigger-refuses",
        "CREATE FUNCTION guard() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF new.old_code = '' THEN "
        "RAISE EXCEPTION 'no code'; END IF; RETURN new; END $$;\n"
        "CREATE TRIGGER guard BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION guard();",
        "CREATE FUNCTION guard() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF new.old_code = '' THEN "
        "RAISE WARNING 'no code'; END IF; RETURN new; END $$;\n"
        "CREATE TRIGGER guard BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION guard();",
    ),
    _adding(
        "trigger-unread",
        "CREATE TRIGGER tally AFTER INSERT ON orders FOR EACH ROW EXECUTE FUNCTION tally();",
        "CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN new; END $$;\n"
        "CREATE TRIGGER keep BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION keep();",
    ),
    _adding(
        "enum-value-added",
        "ALTER TYPE colour ADD VALUE 'green';",
        "CREATE TYPE colour AS ENUM ('red');\nALTER TYPE colour ADD VALUE 'green';",
    ),
    _adding("type-changed", "ALTER TYPE address ADD ATTRIBUTE town text;", "CREATE TYPE address AS (town text);"),
    _adding(
        "setting-for-everybody",
        "ALTER DATABASE shop SET statement_timeout = '1s';",
        "SET statement_timeout = '1s';",
    ),
    _filling(
        "wrong-stage",
        TIMEOUT + "ALTER TABLE orders ADD COLUMN late int;\n" + FILLS,
        FILLS,
    ),
    Example(
        "new-field-not-added",
        E,
        TIMEOUT + "ALTER TABLE orders ADD COLUMN other bigint;",
        ADDS,
    ),
    _filling("never-filled", FILLS, FILLS.replace("SET ", "SET new_ref = old_ref, "), new="new_code, new_ref"),
    Example(
        "old-not-relaxed",
        R,
        TIMEOUT + "ALTER TABLE orders ALTER COLUMN new_code SET DEFAULT 0;",
        TIMEOUT + "ALTER TABLE orders ALTER COLUMN old_code DROP NOT NULL;",
        history=(CHECKED,),
    ),
)
