"""The client for pipelines, as a file of its own: every exit status, and never a yes by accident."""

import json
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
from tests.riding import aboard, approved

CLIENT = ROOT / "clients" / "releasetrain-gate"
NO_WAITING = "import sys, runpy, time; time.sleep = lambda _: None; sys.argv[0] = sys.argv.pop(1); runpy.run_path("
NO_WAITING += "sys.argv[0], run_name='__main__')"


def gate(*words, url, token="rtp_x", **more):
    """Run the client, its pauses cut short; ``more``: of its environment."""
    here = {"PATH": os.environ["PATH"], "RELEASETRAIN_URL": url, "RELEASETRAIN_TOKEN": token, **more}
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
    approved(ready, by=cast.ben)
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
        ("https://[train", "rtp_x", "RELEASETRAIN_URL must be"),
        ("https://train.example.com:port", "rtp_x", "RELEASETRAIN_URL must be"),
        ("https://train.example.com", "", "RELEASETRAIN_TOKEN is missing"),
        ("https://train.example.com", "rtp_x\nrtp_y", "RELEASETRAIN_TOKEN holds something"),
        ("https://train.example.com", "rtp_x\u2026", "RELEASETRAIN_TOKEN holds something"),
    ],
)
def test_what_is_missing_is_said_before_anybody_is_asked(url, token, words):
    answer = gate("RT-1", url=url, token=token)

    assert (answer.returncode, answer.stdout) == (2, "")
    assert answer.stderr.startswith(words)
    assert "rtp_" not in answer.stderr


def test_where_nobody_answers_it_is_no_yes():
    assert gate("RT-1", url="http://127.0.0.1:9").returncode == 3


def said_yes(**facts) -> bytes:
    """A yes to whether RT-1 may depart, but for ``facts``."""
    return json.dumps({"may": True, "answer": "yes", "release": "RT-1", "to": "depart", **facts}).encode()


GOOD = {"/good": (200, said_yes(), {})}
BAD = {
    "/500": (500, b"{}", {}),
    "/words": (200, b"yes", {}),
    "/half-a-yes": (200, said_yes(may=None), {}),
    "/another-release": (200, said_yes(release="RT-10"), {}),
    "/another-question": (200, said_yes(to="board"), {}),
    "/list": (200, b"[true]", {}),
    "/elsewhere": (302, b"", {"Location": "http://127.0.0.1:9/"}),
    "/other-404": (404, b"<html>nothing here</html>", {}),
    "/cut": (200, b'{"may": true', {}),
}


class Bad(BaseHTTPRequestHandler):
    """Answers as no release train does, but for one answer. A proxy is asked for whole addresses: it says yes too."""

    def do_GET(self):
        self.server.asked.append(self.path)
        status, body, headers = {**GOOD, **BAD}.get("/" + self.path.split("/")[1], GOOD["/good"])
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[HTTPServer]:
    started = HTTPServer(("127.0.0.1", 0), Bad)
    started.asked = []
    threading.Thread(target=started.serve_forever, daemon=True).start()
    yield started
    started.shutdown()
    started.server_close()


@pytest.fixture
def bad(server) -> str:
    return f"http://127.0.0.1:{server.server_port}"


@pytest.mark.parametrize("release", ["RT-1", "rt-1", "1", "RT-01"])
def test_the_same_server_is_believed_where_it_answers_what_was_asked(bad, release):
    assert gate(release, url=bad + "/good").returncode == 0


@pytest.mark.parametrize("path", BAD)
def test_an_answer_that_is_none_is_no_yes(bad, path):
    assert gate("RT-1", url=bad + path).returncode == 3


def test_a_machine_s_own_address_is_asked_without_a_proxy_which_would_read_the_token(bad, server):
    answer = gate("RT-1", url="http://localhost:9", http_proxy=bad)

    assert (answer.returncode, server.asked) == (3, [])


def test_another_machine_is_asked_through_the_proxy(bad, server):
    answer = gate("RT-1", "--insecure", url="http://train.example.com", http_proxy=bad)

    assert (answer.returncode, len(server.asked)) == (0, 1)


def test_the_product_hands_it_out(client, db):
    answer = client.get("/api/v1/gate/client")

    assert b"".join(answer.streaming_content) == CLIENT.read_bytes()
