"""Figures for Prometheus, for holders of the token only."""

from datetime import timedelta

import pytest
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from releasetrain.outbox import actions as outbox
from releasetrain.outbox.models import Heartbeat, Message
from tests.support.outages import dead_database

TOKEN = "only-for-the-tests-0123456789"


@pytest.fixture
def token(settings):
    settings.METRICS_TOKEN = TOKEN


def ask(client, authorization=f"Bearer {TOKEN}"):
    return client.get("/metrics", headers={"Authorization": authorization})


def figures(answer):
    """Each figure by name and labels."""
    families = text_string_to_metric_families(answer.text)
    return {(one.name, tuple(sorted(one.labels.items()))): one.value for family in families for one in family.samples}


def of(event, lane="inside"):
    return (("event", event), ("lane", lane))


def test_without_a_token_in_the_settings_there_is_no_such_page(client, db, settings):
    settings.METRICS_TOKEN = ""

    assert ask(client).status_code == 404
    assert ask(client, "Bearer ").status_code == 404


@pytest.mark.parametrize("said", ["", "Bearer", "Bearer wrong", f"Basic {TOKEN}", TOKEN, "Bearer \udcff"])
def test_without_the_right_token_nothing_is_told(client, db, token, said):
    answer = ask(client, said)

    assert (answer.status_code, answer.content) == (401, b"")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_queues_ages_and_dead_work_are_told(client, db, token):
    left = Message.objects.create(event="told", attempts=1, last_error="ValueError")
    Message.objects.filter(pk=left.pk).update(posted_at=timezone.now() - timedelta(minutes=9))
    Message.objects.create(event="told", dead_at=timezone.now())

    said = figures(ask(client))

    assert said["releasetrain_database_up", ()] == 1
    assert said["releasetrain_outbox_left", of("told")] == 1
    assert said["releasetrain_outbox_failing", of("told")] == 1
    assert said["releasetrain_outbox_dead", of("told")] == 1
    assert 540 <= said["releasetrain_outbox_oldest_seconds", of("told")] < 600


def test_work_that_somebody_does_is_told_also_when_nothing_waits(client, db, token):
    said = figures(ask(client))

    assert said["releasetrain_outbox_left", of("import.requested", "import.requested")] == 0
    assert said["releasetrain_outbox_oldest_seconds", of("import.requested", "import.requested")] == 0


def test_signs_of_life_and_the_last_sweep_are_told(client, db, token):
    outbox.heard_of(Heartbeat.Part.WORKER, "worker@here", at=timezone.now() - timedelta(seconds=7))
    outbox.heard_of(Heartbeat.Part.SWEEP, at=timezone.now() - timedelta(seconds=3))

    said = figures(ask(client))

    assert 7 <= said["releasetrain_heartbeat_age_seconds", (("name", "worker@here"), ("part", "worker"))] < 9
    assert 3 <= said["releasetrain_sweep_age_seconds", ()] < 5


def test_the_speed_of_pages_is_told_by_view(client, db, token):
    client.get("/sign-in/")
    said = figures(ask(client))

    name = "django_http_requests_latency_seconds_by_view_method_count"
    assert said[name, (("method", "GET"), ("view", "web:sign-in"))] >= 1


def test_no_label_holds_what_somebody_typed(client, db, token):
    client.get("/nowhere/at-all-typed/")
    client.generic("BREW", "/healthz")

    assert "at-all-typed" not in (text := ask(client).text)
    assert "BREW" not in text


def test_while_the_database_is_away_the_rest_is_still_told(client, db, token):
    with dead_database():
        said = figures(ask(client))

    assert said["releasetrain_database_up", ()] == 0
    assert not any(name.startswith("releasetrain_outbox") for name, _labels in said)


def test_it_asks_the_database_two_things(client, db, token, django_assert_num_queries):
    with django_assert_num_queries(2):
        ask(client)
