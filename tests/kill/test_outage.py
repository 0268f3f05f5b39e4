"""Whatever the broker does, a booking is answered as fast as ever, and fails never.

`make test-kill` measures for OUTAGE_SECONDS each, and asserts the times; a short run only that nobody hangs.
"""

import os
import socket
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection

from releasetrain.outbox.models import Message
from tests.kill.plant import Plant
from tests.kill.world import begin, lay, told
from tests.support.live import address_of

SECONDS = float(os.environ.get("OUTAGE_SECONDS", "3"))
IS_LONG = SECONDS >= 30
HANGS = 2500  # milliseconds: a broker that hangs costs whoever waits for it three seconds
CLIENTS = 2
SLOWER = 2  # times, at most

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]


def load(plant: Plant, order: dict, *, seconds: float = SECONDS) -> list[float]:
    """Book without a pause for so long; return the milliseconds of each, all of which went through."""
    process = begin({**order, "port": plant.port, "clients": CLIENTS, "pace": 0, "seconds": seconds})
    answers = told(process, seconds=seconds + 60)
    assert {status for _release, status, _ms in answers} == {302}
    return sorted(milliseconds for _release, _status, milliseconds in answers)


def show(name: str, times: list[float]) -> tuple[float, float]:
    """Print and return the median and the 95th percentile."""
    p50, p95 = statistics.median(times), times[int(len(times) * 0.95)]
    print(f"  {name:28} {len(times):5} bookings, p50 {p50:5.1f} ms, p95 {p95:5.1f} ms, worst {times[-1]:6.1f} ms")
    return p50, p95


@contextmanager
def nobody_answers() -> Iterator[int]:
    """A port that takes connections and never says a word."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(128)
        yield listening.getsockname()[1]


def test_while_the_broker_is_away_bookings_are_as_fast_and_nothing_is_lost(tmp_path):
    order = lay(releases=40)
    with Plant(database=address_of(connection.settings_dict), log=tmp_path / "log") as plant:
        plant.start(workers=1, beats=1)
        load(plant, order, seconds=min(SECONDS, 5))  # everything is warm
        print()
        with_broker = show("broker up", load(plant, order))
        plant.kill("broker")
        times = load(plant, order)
        without = show("broker killed", times)
        plant.start_again("broker")
        plant.tend()
        left = Message.objects.filter(done_at=None, lane="inside").count()
        wait_until_done_inside()
        again = show("broker back", load(plant, order))

    print(f"  {left} pieces of work inside were left, and are done")
    assert times[-1] < HANGS
    if IS_LONG:
        assert without[0] <= SLOWER * with_broker[0]
        assert without[1] <= SLOWER * with_broker[1]
        assert again[1] <= SLOWER * with_broker[1]


def test_a_broker_that_hangs_keeps_no_booking_waiting(tmp_path):
    order = lay(releases=40)
    with nobody_answers() as port:
        url = f"redis://127.0.0.1:{port}/0"
        with Plant(database=address_of(connection.settings_dict), log=tmp_path / "log", broker_url=url) as plant:
            plant.start(workers=0, beats=0)
            times = load(plant, order)
            print()
            show("broker hangs", times)

    assert times[-1] < HANGS


def test_a_waker_that_is_called_in_the_request_makes_it_wait(tmp_path):
    """The control: were the product to wait for the broker, the test above would see it."""
    order = lay(releases=40)
    with nobody_answers() as port:
        url = f"redis://127.0.0.1:{port}/0"
        with Plant(database=address_of(connection.settings_dict), log=tmp_path / "log", broker_url=url) as plant:
            plant.variables["KILL_WAITS"] = "1"
            plant.start(workers=0, beats=0)
            times = load(plant, order, seconds=1)
            print()
            show("broker hangs, request waits", times)

    assert times[-1] > HANGS


def wait_until_done_inside() -> None:
    """The mail server of this plant is away, so that only the inside is done."""
    end = time.monotonic() + 120
    while Message.objects.filter(done_at=None, lane="inside").exists():
        assert time.monotonic() < end
        time.sleep(0.2)
