"""M4, in short: a small backfill run for real takes the log and the room that were forecast (`make bench-backfill`).

Time is not compared: the suite shares its machine.
"""

from collections.abc import Iterator

import psycopg
import pytest

from releasetrain.domain.forecast import forecast
from scripts.bench_backfill import PLANS, fill, make, started

ROWS = 20_000


@pytest.fixture(scope="module")
def server() -> Iterator[psycopg.Connection]:
    """A server of its own: of the suite's, everybody's log would be counted."""
    with started() as there:
        yield there


@pytest.mark.parametrize("plan", PLANS, ids=["one pass", "ten interleaved passes"])
def test_it_takes_what_was_forecast(server, plan):
    said = forecast(make(server, ROWS), plan)

    took = fill(server, plan, ROWS)

    assert took.wal_bytes == pytest.approx(said.wal_bytes, rel=0.25)
    assert took.heap_x == pytest.approx(said.heap_x, rel=0.1)
    assert took.index_x == pytest.approx(said.index_x, rel=0.15)
    assert took.hot_share == pytest.approx(said.hot_share, abs=0.05)
