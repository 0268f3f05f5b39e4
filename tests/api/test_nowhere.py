"""Where no view answers, a script still gets JSON."""

import pytest
from django.test import Client

from releasetrain.api.releases import listing


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_an_address_that_leads_nowhere_is_answered_in_json(db, method):
    answer = Client().generic(method, "/api/v1/nothing/here")

    assert (answer.status_code, answer.json()["code"]) == (404, "not-found")


def test_what_breaks_is_answered_in_json(by, cast, monkeypatch):
    def break_down(*args, **kwargs):
        raise RuntimeError("a defect")

    monkeypatch.setattr(listing, "matching", break_down)
    secret = by(cast.ada).secret

    answer = Client(raise_request_exception=False).get(
        "/api/v1/releases", headers={"Authorization": f"Bearer {secret}"}
    )

    assert (answer.status_code, answer.json()["code"]) == (500, "broken")


def test_people_still_get_a_page(db):
    answer = Client().get("/nothing/here")

    assert answer.status_code == 404
    assert answer.headers["Content-Type"].startswith("text/html")
