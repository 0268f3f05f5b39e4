"""Every request has an id, and one line in the log that says what became of it and nothing secret."""

import json
import logging

import pytest
import structlog
from structlog.testing import capture_logs

from releasetrain import logs, tracing
from releasetrain.outbox.models import Message
from tests.factories import create_user

HEADER = "X-Request-ID"


@pytest.fixture
def lines(monkeypatch):
    """What the requests' logger was told, as facts; a logger of its own, since one that was used keeps how it began."""
    monkeypatch.setattr(tracing, "log", structlog.get_logger("releasetrain.requests"))
    with capture_logs(processors=[structlog.contextvars.merge_contextvars]) as told:
        yield told


def test_a_request_without_an_id_gets_one_and_is_told_it(client, db, lines):
    answer = client.get("/healthz")

    assert len(answer.headers[HEADER]) == 32
    assert [line["request_id"] for line in lines] == [answer.headers[HEADER]]


def test_a_sane_id_of_the_caller_is_kept(client, db):
    assert client.get("/healthz", headers={HEADER: "edge-12345678"}).headers[HEADER] == "edge-12345678"


@pytest.mark.parametrize("given", ["short", "x" * 65, "a b c d e f g", "evil\tid-evil", "ünïcödé-id"])
def test_any_other_id_is_replaced(client, db, given):
    assert client.get("/healthz", headers={HEADER: given}).headers[HEADER] != given


def test_one_line_says_method_path_status_and_time_but_no_query(client, db, lines):
    client.get("/healthz?token=geheim")

    (line,) = lines
    assert (line["method"], line["path"], line["status"]) == ("GET", "/healthz", 200)
    assert line["ms"] >= 0
    assert "geheim" not in str(line)
    assert "user" not in line


def test_the_line_names_the_release_of_the_address_and_who_it_was(as_, cast, scene, lines):
    as_(cast.ada).get(f"/releases/{scene.rides.pk}/")

    (line,) = lines
    assert (line["release"], line["user"], line["status"]) == (scene.rides.pk, cast.ada.pk, 200)


def test_who_it_was_is_not_asked_for_the_log(client, db, lines, django_assert_num_queries):
    client.force_login(create_user())

    with django_assert_num_queries(1):  # healthz's own
        client.get("/healthz")

    assert "user" not in lines[0]


def test_an_address_that_leads_nowhere_has_its_line_too(client, db, lines):
    client.get("/nowhere/")

    assert lines[0]["status"] == 404


def test_nothing_of_a_request_sticks_to_the_next(client, db, lines, as_, cast, scene):
    as_(cast.ada).get(f"/releases/{scene.rides.pk}/")
    client.get("/healthz")

    assert lines[0]["request_id"] != lines[1]["request_id"]
    assert "release" not in lines[1]
    assert structlog.contextvars.get_contextvars() == {}


def test_what_a_click_posts_can_be_traced_to_the_click(as_, cast, scene):
    form = {"text": "key,title\n1,x\n", "mode": "plan", "dry_run": "on"}

    answer = as_(cast.cleo).post("/imports/", form)

    assert answer.status_code == 302
    assert Message.objects.get().request_id == answer.headers[HEADER]


# -- how a line looks ----------------------------------------------------------------------------------------------


def written(kind, message, *args, exc_info=None):
    formatter = dict(logs.configuration(kind)["formatters"]["ours"])
    record = logging.LogRecord("some.logger", logging.WARNING, __file__, 1, message, args, exc_info)
    return formatter.pop("()")(**formatter).format(record)


def test_a_line_for_machines_is_json():
    said = json.loads(written("json", "the %s is away", "broker"))

    assert (said["event"], said["level"], said["logger"]) == ("the broker is away", "warning", "some.logger")
    assert said["timestamp"].endswith("Z")


def test_a_line_for_people_is_one_line_whatever_a_path_holds():
    said = written("line", "Not Found: /a\n2031-01-01 WARNING forged")

    assert "\n" not in said
    assert said.endswith("WARNING some.logger: Not Found: /a\\x0a2031-01-01 WARNING forged")


@pytest.mark.parametrize("kind", ["json", "line"])
@pytest.mark.parametrize(
    "message",
    [
        "cannot open smtp://robot:geheim@mail.example",
        "Authorization: Bearer geheim",
        "sent Cookie: geheim",
        "{'password': 'geheim'}",
        "GET /invite/?key=geheim failed",
        "token=geheim",
    ],
)
def test_no_line_holds_what_might_let_somebody_in(kind, message):
    said = written(kind, message)

    assert "geheim" not in said


def test_a_traceback_stands_below_its_line_and_holds_no_secret_either():
    try:
        raise ValueError("redis://:geheim@host is away")
    except ValueError as error:
        said = written("line", "lost", exc_info=(ValueError, error, error.__traceback__))

    assert "Traceback" in said
    assert "geheim" not in said
