"""What a machine asks."""

import pytest

from tests.factories import create_user
from tests.support.outages import dead_database


def test_it_says_ok_while_web_and_database_work(client, db):
    answer = client.get("/healthz")

    assert (answer.status_code, answer.content) == (200, b"ok")
    assert answer["Content-Type"] == "text/plain"
    assert answer["Cache-Control"] == "no-store"


def test_it_says_one_word_and_503_when_the_database_does_not_answer(client, db):
    with dead_database():
        answer = client.get("/healthz")

    assert (answer.status_code, answer.content) == (503, b"unavailable")


@pytest.mark.parametrize("signed_in", [False, True])
def test_it_asks_the_database_one_thing_whoever_asks(client, db, django_assert_num_queries, signed_in):
    if signed_in:
        client.force_login(create_user())

    with django_assert_num_queries(1):
        answer = client.get("/healthz")

    assert not answer.cookies


def test_nothing_can_be_posted_to_it(client, db):
    assert client.post("/healthz").status_code == 405
