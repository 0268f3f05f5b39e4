"""What Prometheus is told: how fast requests are answered, and how the work in the background does."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import DatabaseError
from django.http import HttpRequest
from django_prometheus.middleware import PrometheusAfterMiddleware
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from releasetrain.outbox import queries as outbox
from releasetrain.outbox import subscriptions
from releasetrain.outbox.models import Heartbeat
from releasetrain.outbox.queries import Health


class Measured(PrometheusAfterMiddleware):
    """Counts and times requests by view, status and method; a method that nobody knows is not a label of its own."""

    def label_metric(self, metric: Any, request: HttpRequest, response: Any = None, **labels: Any) -> Any:
        """Return the metric with these labels."""
        if "method" in labels:
            labels["method"] = self._method(request)
        return super().label_metric(metric, request, response, **labels)


class Work(Collector):
    """What the database knows of the work in the background at ``now``; asked for when it is collected."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def describe(self) -> list[Metric]:
        """Describe nothing beforehand: registering must not ask the database."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Yield whether the database answers and, if so, queues and signs of life."""
        try:
            health = outbox.health()
        except DatabaseError:
            health = None
        up = "1 if the database answers"
        yield GaugeMetricFamily("releasetrain_database_up", up, value=0 if health is None else 1)
        if health is not None:
            yield from _queues(health, self.now)
            yield from _signs_of_life(health, self.now)


def _queues(health: Health, now: datetime) -> Iterator[Metric]:
    """One line per event that somebody subscribed to, also when nothing waits, so that an alarm has a zero."""
    found = {(queue.lane, queue.event): queue for queue in health.queues}
    of = sorted(found.keys() | set(subscriptions.lanes_and_events()))
    for name, words in (("left", "to do"), ("failing", "to do that failed at least once"), ("dead", "failed for good")):
        metric = GaugeMetricFamily(f"releasetrain_outbox_{name}", f"Pieces of work {words}", labels=["lane", "event"])
        for key in of:
            metric.add_metric(key, getattr(found.get(key), name, 0))
        yield metric
    words = "Age of the oldest piece of work to do"
    oldest = GaugeMetricFamily("releasetrain_outbox_oldest_seconds", words, labels=["lane", "event"])
    for key in of:
        since = found[key].oldest_at if key in found else None
        oldest.add_metric(key, _age(since, now) if since else 0)
    yield oldest


def _signs_of_life(health: Health, now: datetime) -> Iterator[Metric]:
    words = "Seconds since a worker or beat was heard of"
    heard = GaugeMetricFamily("releasetrain_heartbeat_age_seconds", words, labels=["part", "name"])
    for beat in health.heard:
        if beat.part != Heartbeat.Part.SWEEP:
            heard.add_metric([beat.part, beat.name], _age(beat.at, now))
    yield heard
    for sweep in health.of(Heartbeat.Part.SWEEP):
        yield GaugeMetricFamily("releasetrain_sweep_age_seconds", "Since the last sweep", value=_age(sweep.at, now))


def _age(since: datetime, now: datetime) -> float:
    return max(0.0, (now - since).total_seconds())
