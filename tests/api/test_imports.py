"""Imports through the JSON door."""

import pytest

from releasetrain.boarding.actions import importing
from releasetrain.boarding.models import ImportRun
from releasetrain.domain.scopes import Scope
from releasetrain.releases.models import Release
from tests.factories import clock, create_train
from tests.riding import slot_on

LINES = "key,title,team,size\nA-1,Fees,PAY,S\n"


@pytest.fixture
def cleo(cast, by):
    slot_on(create_train(slug="main", default_of=[cast.pay, cast.inv]), day=0)
    return by(cast.cleo)


def done(answer):
    """Let a worker do it."""
    importing.run_import(run=answer.data["id"], clock=clock())


def test_a_dry_run_says_what_would_come_of_it_and_is_repeated_for_real(cleo):
    asked = cleo.post("/imports", text=LINES)
    assert asked.status_code == 202, asked.data
    assert (asked.data["state"], asked.data["dry_run"]) == ("asked", True)

    done(asked)
    tried = cleo.get(f"/imports/{asked.data['id']}").data
    assert (tried["state"], tried["refusal"], tried["trains"][0]["made"]) == ("done", None, 1)
    assert not Release.objects.exists()

    real = cleo.post(f"/imports/{asked.data['id']}/repeat")
    assert (real.status_code, real.headers["Location"]) == (202, f"/api/v1/imports/{real.data['id']}")
    done(real)
    assert Release.objects.get().title == "Fees"


def test_bad_rows_are_named_one_by_one(cleo):
    asked = cleo.post("/imports", text=LINES + "A-2,,PAY,S\n")
    done(asked)

    answer = cleo.get(f"/imports/{asked.data['id']}").data

    assert (answer["state"], answer["refusal"]["code"]) == ("refused", "bad-rows")
    assert [(one["row"], bool(one["message"])) for one in answer["bad"]] == [(3, True)]


def test_one_is_cancelled(cleo):
    asked = cleo.post("/imports", text=LINES)

    answer = cleo.post(f"/imports/{asked.data['id']}/cancel")

    assert (answer.status_code, answer.data["state"]) == (200, "cancelled")


def test_the_same_key_begins_one(cleo):
    answers = [cleo.post("/imports", key="k1", text=LINES) for _ in range(2)]

    assert answers[0].data["id"] == answers[1].data["id"]
    assert ImportRun.objects.count() == 1


def test_the_list_says_who_asked(cleo):
    cleo.post("/imports", text=LINES)

    assert [one["by"] for one in cleo.get("/imports").data["results"]] == ["Cleo"]


def test_an_unknown_train_is_refused_at_its_field(cleo):
    answer = cleo.post("/imports", text=LINES, train="nowhere")

    assert (answer.status_code, answer.data["code"], ImportRun.objects.count()) == (422, "no-such-train", 0)


def test_only_who_may_import_does(by, cast, cleo):
    asked = cleo.post("/imports", text=LINES)

    assert by(cast.ada).post("/imports", text=LINES).status_code == 403
    assert by(cast.cleo, Scope.READ).post("/imports", text=LINES).status_code == 403
    assert by(cast.ada).post(f"/imports/{asked.data['id']}/cancel").status_code == 403
    assert ImportRun.objects.count() == 1
