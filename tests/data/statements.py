"""Thirty-one statements written by hand to compare linters of migrations (PostgreSQL 15, November 2026).

E, B, C: the stage they were written for; X: wrong wherever they stand, but for two that the contract stage needs.
"""

STATEMENTS = (
    ("E ok  add nullable", "ALTER TABLE orders ADD COLUMN new_code bigint;"),
    (
        "E ok+timeouts+robust",
        "SET lock_timeout='2s'; SET statement_timeout='5s'; ALTER TABLE orders ADD COLUMN IF NOT EXISTS new_code bigint;",  # noqa: E501
    ),
    ("E bad add NOT NULL no default", "ALTER TABLE orders ADD COLUMN new_code bigint NOT NULL;"),
    ("E warn const default", "ALTER TABLE orders ADD COLUMN flag boolean DEFAULT false;"),
    ("E bad volatile default", "ALTER TABLE orders ADD COLUMN uid uuid DEFAULT gen_random_uuid();"),
    ("E bad generated stored", "ALTER TABLE orders ADD COLUMN g bigint GENERATED ALWAYS AS (old_code * 10) STORED;"),
    ("E bad index not concurrent", "CREATE INDEX orders_new ON orders (new_code);"),
    ("E ok concurrent index", "CREATE INDEX CONCURRENTLY IF NOT EXISTS orders_new ON orders (new_code);"),
    ("E bad FK validating", "ALTER TABLE orders ADD CONSTRAINT fk_a FOREIGN KEY (account_id) REFERENCES account (id);"),
    ("E ok check NOT VALID", "ALTER TABLE orders ADD CONSTRAINT new_nn CHECK (new_code IS NOT NULL) NOT VALID;"),
    (
        "B ok batch",
        "UPDATE orders SET new_code = old_code::bigint WHERE id > 1000 AND id <= 2000 AND new_code IS NULL;",
    ),
    ("B bad whole-table update", "UPDATE orders SET new_code = old_code::bigint;"),
    ("B bad update w/o range", "UPDATE orders SET new_code = old_code::bigint WHERE new_code IS NULL;"),
    ("B bad writes old col", "UPDATE orders SET old_code = new_code WHERE id BETWEEN 1 AND 1000;"),
    ("B bad drop in backfill", "ALTER TABLE orders DROP COLUMN old_code;"),
    ("B validate", "ALTER TABLE orders VALIDATE CONSTRAINT new_nn;"),
    ("C set not null", "ALTER TABLE orders ALTER COLUMN new_code SET NOT NULL;"),
    ("C drop column", "ALTER TABLE orders DROP COLUMN old_code;"),
    ("C drop cascade", "DROP TABLE orders_old CASCADE;"),
    ("C rename column", "ALTER TABLE orders RENAME COLUMN new_code TO code;"),
    ("C change type", "ALTER TABLE orders ALTER COLUMN code TYPE bigint;"),
    ("C drop index", "DROP INDEX orders_old_idx;"),
    ("X vacuum full", "VACUUM FULL orders;"),
    ("X DO block hides DDL", "DO $$ BEGIN EXECUTE 'ALTER TABLE orders DROP COLUMN old_code'; END $$;"),
    ("X delete all", "DELETE FROM orders;"),
    ("X truncate", "TRUNCATE orders;"),
    ("X enable rls/trigger", "ALTER TABLE orders DISABLE TRIGGER ALL;"),
    ("X drop default", "ALTER TABLE orders ALTER COLUMN old_code DROP DEFAULT;"),
    ("X drop not null old (contract prep)", "ALTER TABLE orders ALTER COLUMN old_code DROP NOT NULL;"),
    ("X cluster", "CLUSTER orders USING orders_pkey;"),
    ("X lock table", "LOCK TABLE orders IN ACCESS EXCLUSIVE MODE;"),
)
