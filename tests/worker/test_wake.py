"""The worker is woken by task name; a broker that is away is noticed within seconds."""

import time

import pytest
from kombu.exceptions import OperationalError

from releasetrain.celery import app
from releasetrain.outbox import waking
from releasetrain.worker import handlers, tasks


def test_the_product_wakes_its_workers_when_it_starts():
    assert waking._wakers == [handlers.wake]


def test_the_task_that_is_woken_is_the_one_that_drains():
    assert tasks.drain_outbox.name == handlers.DRAIN


def test_every_task_on_the_clock_exists():
    app.loader.import_default_modules()

    on_the_clock = {entry["task"] for entry in app.conf.beat_schedule.values()}

    assert on_the_clock == {
        f"releasetrain.worker.{name}"
        for name in (
            "sweep_outbox",
            "collect_digests",
            "open_slots",
            "close_slots",
            "serve_queue",
            "verify_calendar",
            "tidy",
            "tend_reviews",
        )
    }
    assert on_the_clock <= app.tasks.keys()


def test_a_broker_that_is_away_is_noticed_within_five_seconds():
    away = app.connection_for_write("redis://127.0.0.1:1/0")  # nobody listens there
    since = time.monotonic()

    with pytest.raises(OperationalError), away, app.amqp.Producer(away) as producer:
        app.send_task(handlers.DRAIN, retry=False, producer=producer)

    assert time.monotonic() - since < 5
