"""The client for pipelines, as a file of its own: every exit status, and never a yes by accident."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.utils import timezone

from releasetrain.domain.scopes import Scope
from releasetrain.embedded.places import ROOT
from tests.api.conftest import token_of
from tests.factories import create_cast, create_slot, create_train
from tests.riding import aboard

CLIENT = ROOT / "clients" / "releasetrain-gate"
NO_WAITING = "import sys, runpy, time; time.sleep = lambda _: None; sys.argv[0] = sys.argv.pop(1); runpy.run_path("
NO_WAITING += "sys.argv[0], run_name='__main__')"


def gate(*words, url, token="rtp_x"):
    """Run the client, its pauses cut short."""
    here = {"PATH": os.environ["PATH"], "RELEASETRAIN_URL": url, "RELEASETRAIN_TOKEN": token}
    command = [sys.executable, "-c", NO_WAITING, str(CLIENT), *words]
    return subprocess.run(command, env=here, capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture
def world(live):
    """A release in its departure, one before it, and a token."""
    cast, now = create_cast(), timezone.now()
    train = create_train(default_of=[cast.pay])
    here = create_slot(train=train, start_at=now - timedelta(hours=1), minutes=180)
    later = create_slot(train=train, start_at=now + timedelta(days=2))
    ready, early = (aboard(slot, team=cast.pay, at=now - timedelta(days=2)) for slot in (here, later))
    return {"url": live, "token": token_of(cast.ada, Scope.GATE).secret}, ready, early


@pytest.mark.django_db(transaction=True)
def test_every_answer_has_a_status_of_its_own(world):
    at, ready, early = world

    yes, no = gate(ready.code, **at), gate(early.code, **at)
    unknown, refused = gate("RT-99999", **at), gate(ready.code, url=at["url"], token="rtp_other")
    wrong = gate("nothing", **at)

    assert (yes.returncode, yes.stdout) == (0, f"Yes: {ready.code} may depart.\n")
    assert no.returncode == 1
    assert f"No: {early.code} may not depart.\n  departs-later: Its departure starts" in no.stdout
    assert (unknown.returncode, refused.returncode, wrong.returncode) == (5, 4, 2)
    assert "rtp_other" not in refused.stdout + refused.stderr


@pytest.mark.parametrize(
    ("url", "token", "words"),
    [
        ("", "rtp_x", "RELEASETRAIN_URL must be"),
        ("http://train.example.com", "rtp_x", "http:// would send the token"),
        ("https://train.example.com", "", "RELEASETRAIN_TOKEN is missing"),
    ],
)
def test_what_is_missing_is_said_before_anybody_is_asked(url, token, words):
    answer = gate("RT-1", url=url, token=token)

    assert (answer.returncode, answer.stdout) == (2, "")
    assert answer.stderr.startswith(words)


def test_where_nobody_answers_it_is_no_yes():
    assert gate("RT-1", url="http://127.0.0.1:9").returncode == 3


BAD = {
    "/500": (500, b"{}", {}),
    "/words": (200, b"yes", {}),
    "/yes": (200, b'{"answer": "yes"}', {}),
    "/list": (200, b"[true]", {}),
    "/elsewhere": (302, b"", {"Location": "http://127.0.0.1:9/"}),
    "/other-404": (404, b"<html>nothing here</html>", {}),
    "/cut": (200, b'{"may": true', {}),
}


class Bad(BaseHTTPRequestHandler):
    """Answers as no release train does."""

    def do_GET(self):
        status, body, headers = BAD["/" + self.path.split("/")[1]]
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        """Say nothing."""


@pytest.fixture
def bad() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Bad)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("path", BAD)
def test_an_answer_that_is_none_is_no_yes(bad, path):
    assert gate("RT-1", url=bad + path).returncode == 3


def test_the_product_hands_it_out(client, db):
    answer = client.get("/api/v1/gate/client")

    assert b"".join(answer.streaming_content) == CLIENT.read_bytes()
