"""M4, in short: a small backfill run for real takes the log and the room that were forecast (`make bench-backfill`).

Time is not compared: the suite shares its machine.
"""

import psycopg
import pytest
from django.db import connection

from releasetrain.domain.forecast import forecast
from scripts.bench_backfill import PLANS, fill, make

ROWS = 20_000


@pytest.fixture
def server(transactional_db):
    said = connection.get_connection_params()
    known = {name: said[name] for name in ("host", "port", "user", "password", "dbname") if said.get(name)}
    with psycopg.connect(**known, autocommit=True) as there:
        yield there
        there.execute("DROP TABLE IF EXISTS bench_payment")


@pytest.mark.parametrize("plan", PLANS, ids=["one pass", "ten interleaved passes"])
def test_it_takes_what_was_forecast(server, plan):
    said = forecast(make(server, ROWS), plan)

    took = fill(server, plan, ROWS)

    assert took.wal_bytes == pytest.approx(said.wal_bytes, rel=0.25)
    assert took.heap_x == pytest.approx(said.heap_x, rel=0.1)
    assert took.index_x == pytest.approx(said.index_x, rel=0.15)
    assert took.hot_share == pytest.approx(said.hot_share, abs=0.05)
