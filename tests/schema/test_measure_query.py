"""The query that the page offers, run for real: what it answers is what PostgreSQL has, and is taken over whole."""

import json

import pytest
from django.db import connection, transaction

from releasetrain.domain.errors import Refused
from releasetrain.domain.forecast.measured import read
from releasetrain.schema.measuring import query_for

MADE = """
    CREATE TABLE payment (id bigint PRIMARY KEY, moment timestamptz, code text, old int, new bigint)
      WITH (fillfactor = 70, autovacuum_enabled = false);
    INSERT INTO payment SELECT n, now() + n * interval '1 s', md5(n::text), n FROM generate_series(1, 5000) n;
    CREATE INDEX payment_moment ON payment (moment);
    CREATE INDEX payment_code ON payment (code, id);
    CREATE INDEX payment_lower ON payment (lower(code));
"""


@pytest.fixture
def table(transactional_db):
    with connection.cursor() as cursor:
        cursor.execute(MADE)
        yield cursor
        cursor.execute('DROP TABLE IF EXISTS payment; DROP TABLE IF EXISTS "It\'s"')


def answered(cursor, name="payment") -> str:
    cursor.execute(query_for(name).replace("%", "%%"), [])
    ((said,),) = cursor.fetchall()
    return said if isinstance(said, str) else json.dumps(said)


def one(cursor, sql: str):
    cursor.execute(sql)
    return cursor.fetchone()[0]


def test_it_answers_what_the_server_has(table):
    table.execute("ANALYZE payment")

    said = read(answered(table))

    assert said.rows == 5000
    assert said.heap_bytes == one(table, "SELECT pg_relation_size('payment')")
    assert said.fillfactor == 70
    assert said.checkpoint_s == int(one(table, "SELECT setting FROM pg_settings WHERE name = 'checkpoint_timeout'"))
    assert said.max_wal_bytes == one(table, "SELECT pg_size_bytes(current_setting('max_wal_size'))")
    assert said.full_page_writes is (one(table, "SHOW full_page_writes") == "on")
    assert not said.old_snapshot


def test_it_tells_which_indexes_follow_the_table(table):
    table.execute("ANALYZE payment")

    said = {one.name: (one.is_ordered, one.columns) for one in read(answered(table)).indexes}

    assert said == {
        "payment_pkey": (True, ("id",)),
        "payment_moment": (True, ("moment",)),
        "payment_code": (False, ("code", "id")),
        "payment_lower": (False, ()),  # an expression: PostgreSQL says nothing of its order
    }


def test_a_table_that_was_never_analyzed_is_refused(table):
    with pytest.raises(Refused, match="never-analyzed"):
        read(answered(table))


def test_a_view_is_no_table(table):
    table.execute("CREATE VIEW paid AS SELECT * FROM payment")

    try:
        with pytest.raises(Refused, match="no-plain-table"):
            read(answered(table, "paid"))
    finally:
        table.execute("DROP VIEW paid")


def test_a_name_with_a_quote_is_a_name(table):
    table.execute('CREATE TABLE "It\'s" (id int PRIMARY KEY); INSERT INTO "It\'s" VALUES (1); ANALYZE "It\'s"')

    assert read(answered(table, '"It\'s"')).rows == 1


def test_it_changes_nothing(table):
    with transaction.atomic():
        table.execute("SET TRANSACTION READ ONLY")
        answered(table)
