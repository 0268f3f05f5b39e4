"""Tokens and oneself through the JSON door."""

import pytest

from releasetrain.audit.models import KeptAnswer
from releasetrain.domain.scopes import Scope
from releasetrain.notices.models import Token
from tests.api.conftest import Caller
from tests.factories import PASSWORD

WANTED = {"name": "nightly", "scopes": ["read", "gate"], "days": 30}


def test_the_secret_is_told_once_and_lets_in(by, cast):
    answer = by(cast.ada).post("/tokens", **WANTED)

    assert answer.status_code == 201, answer.data
    secret = answer.data["secret"]
    me = Caller(secret=secret).get("/me").data
    assert (me["name"], me["token"]["name"], me["token"]["scopes"]) == ("Ada", "nightly", ["gate", "read"])
    listed = by(cast.ada).get("/tokens")
    assert secret.encode() not in listed.content
    assert secret[-4:] in [one["ends_in"] for one in listed.data["results"]]


def test_a_key_is_refused_since_the_secret_would_have_to_be_kept(by, cast):
    ada = by(cast.ada)
    before = Token.objects.count()

    answer = ada.post("/tokens", key="k1", **WANTED)

    assert (answer.status_code, answer.data["code"]) == (422, "key-not-here")
    assert Token.objects.count() == before
    assert not KeptAnswer.objects.exists()


def test_a_lead_makes_a_token_for_a_pipeline_of_the_team(by, cast):
    answer = by(cast.ada).post("/tokens", **WANTED, team="PAY")

    assert answer.status_code == 201, answer.data
    assert (answer.data["team"], answer.data["acts_as"]) == ("PAY", "PAY nightly")
    me = Caller(secret=answer.data["secret"]).get("/me").data
    assert (me["is_service"], me["email"], [one["standing"] for one in me["teams"]]) == (True, None, ["service"])


@pytest.mark.parametrize("who", ["ben", "dov"])
def test_nobody_else_makes_one_for_the_team(by, cast, who):
    answer = by(getattr(cast, who)).post("/tokens", **WANTED, team="PAY")

    assert (answer.status_code, answer.data["code"]) == (422, "no-such-team")
    assert not Token.objects.filter(team=cast.pay).exists()


def test_a_revoked_token_lets_nobody_in(by, cast):
    made = by(cast.ada).post("/tokens", **WANTED).data

    assert by(cast.ada).delete(f"/tokens/{made['id']}").status_code == 204
    assert Caller(secret=made["secret"]).get("/me").status_code == 401


def test_a_stranger_neither_sees_nor_revokes(by, cast):
    made = by(cast.ada).post("/tokens", **WANTED).data

    assert made["id"] not in [one["id"] for one in by(cast.ben).get("/tokens").data["results"]]
    assert by(cast.ben).delete(f"/tokens/{made['id']}").status_code == 404
    assert Token.objects.get(pk=made["id"]).revoked_at is None


def test_a_token_that_is_not_for_the_account_sees_no_tokens_and_makes_none(by, cast):
    caller = by(cast.ada, Scope.READ)

    assert caller.get("/tokens").data["results"] == []
    assert caller.post("/tokens", **WANTED).status_code == 403


def test_what_it_lets_through_is_said(by, cast):
    may = by(cast.cleo, Scope.READ).get("/me").data["may"]

    assert set(may) == {"see", "see_draft", "ask_gate"}


def test_one_changes_what_one_says(by, cast):
    answer = by(cast.ada).patch("/me", zone="Asia/Tokyo")

    assert (answer.status_code, answer.data["zone"], answer.data["name"]) == (200, "Asia/Tokyo", "Ada")


def test_a_password_takes_the_old_one(by, cast):
    wrong = by(cast.ada).post("/me/password", old="wrong", new="another long one")
    right = by(cast.ada).post("/me/password", old=PASSWORD, new="another long one")

    assert (wrong.status_code, wrong.data["code"], right.status_code) == (422, "wrong-password", 204)
    cast.ada.refresh_from_db()
    assert cast.ada.check_password("another long one")


def test_how_one_is_told_is_read_and_chosen(by, cast):
    cell = {"kind": "places", "told_as": f"team:{cast.pay.pk}", "how": "no"}

    answer = by(cast.ada).patch("/me/notices", hour=6, cells=[cell])

    assert answer.status_code == 200, answer.data
    assert answer.data["hour"] == 6
    assert cell in answer.data["cells"]
    daily = by(cast.ada).post("/me/notices/daily")
    assert {one["how"] for one in daily.data["cells"]} == {"no", "daily"}


@pytest.mark.parametrize("told_as", ["nonsense", "team:999999", "role:architect"])
def test_nobody_chooses_as_what_they_are_not(by, cast, told_as):
    cell = {"kind": "places", "told_as": told_as, "how": "no"}

    answer = by(cast.ada).patch("/me/notices", cells=[cell])

    assert (answer.status_code, answer.data["code"]) == (422, "no-such-choice")
