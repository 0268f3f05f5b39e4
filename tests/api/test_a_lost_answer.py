"""The answer is lost between commit and client; whoever asks again with the same key has one effect.

`make test-api` loses a thousand answers.
"""

import http.client
import json
import os
from collections.abc import Iterator

import pytest

from releasetrain.releases.models import Release
from tests.api.conftest import token_of
from tests.factories import create_cast, create_train
from tests.support.forgetful import ForgetfulProxy

LOST = int(os.environ.get("LOST_ANSWERS", "25"))
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def proxy(live) -> Iterator[ForgetfulProxy]:
    """Every other connection is answered."""
    found = ForgetfulProxy(int(live.rsplit(":", 1)[1]), lambda number: number % 2 == 0)
    yield found
    found.close()


@pytest.fixture
def secret(live) -> str:
    cast = create_cast()
    create_train(default_of=[cast.pay])
    return token_of(cast.ada).secret


def write_down(port: int, secret: str, title: str, key: str) -> tuple[int, bytes]:
    """Write a release down through the proxy; raises where the answer is lost."""
    headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json", "Connection": "close"}
    headers |= {"Idempotency-Key": key} if key else {}
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("POST", "/api/v1/releases", json.dumps({"title": title, "team": "PAY"}), headers)
    answer = connection.getresponse()
    return answer.status, answer.read()


def write_down_until_answered(port: int, secret: str, title: str, key: str) -> tuple[int, bytes]:
    """What a client does that wants to be sure."""
    while True:
        try:
            return write_down(port, secret, title, key)
        except (http.client.HTTPException, ConnectionError):
            continue


def test_the_retry_with_the_same_key_has_one_effect(proxy, secret):
    answers = [write_down_until_answered(proxy.port, secret, f"R{n}", f"key {n}") for n in range(LOST)]

    assert proxy.lost == LOST
    assert {status for status, _body in answers} == {201}
    assert Release.objects.count() == LOST
    said = {json.loads(body)["number"] for _status, body in answers}
    assert said == set(Release.objects.values_list("pk", flat=True))


def test_without_a_key_it_would_have_happened_twice(proxy, secret):
    for n in range(3):
        write_down_until_answered(proxy.port, secret, f"R{n}", "")

    assert Release.objects.count() == 6
