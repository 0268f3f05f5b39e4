"""Writing a release down, and handing it in with the same button."""

import uuid

import pytest

from releasetrain.releases.models import Release
from tests.riding import place_of, request_of


@pytest.fixture
def filled(cast, scene):
    """What the browser sends for a small release of PAY."""
    return {
        "team": cast.pay.pk,
        "title": "Refund a QR payment",
        "size": "S",
        "weight": "1",
        "wants": "first",
        "key": str(uuid.uuid4()),
    }


def test_the_form_offers_ones_own_teams_only(as_, cast, scene):
    answer = as_(cast.dov).get("/releases/new/")

    assert list(answer.context["wish"].fields["team"].queryset) == [cast.inv]


def test_a_slot_chosen_on_the_board_is_chosen_in_the_form(as_, cast, scene):
    answer = as_(cast.ada).get("/releases/new/", {"train": "main", "slot": scene.slots[1].pk})

    assert f'<option value="{scene.slots[1].pk}" selected>' in answer.text


def test_a_small_one_handed_in_boards_by_itself(as_, cast, scene, filled):
    answer = as_(cast.ben).post("/releases/new/", {**filled, "submit": "1"})

    release = Release.objects.get(title="Refund a QR payment")
    assert (answer.status_code, answer["Location"]) == (302, f"/releases/{release.pk}/")
    assert place_of(release) == scene.slots[1].pk


def test_a_draft_holds_nothing(as_, cast, scene, filled):
    as_(cast.ben).post("/releases/new/", filled)

    release = Release.objects.get(title="Refund a QR payment")
    assert release.submitted_at is None
    assert place_of(release) is None


def test_one_that_wants_to_wait_waits(as_, cast, scene, filled):
    as_(cast.ben).post("/releases/new/", {**filled, "wants": "wait", "submit": "1"})

    release = Release.objects.get(title="Refund a QR payment")
    assert request_of(release).slot is None
    assert request_of(release).asked_at is not None


def test_a_double_click_makes_one_release(as_, cast, scene, filled):
    browser = as_(cast.ben)

    first = browser.post("/releases/new/", {**filled, "submit": "1"})
    second = browser.post("/releases/new/", {**filled, "submit": "1"})

    assert first["Location"] == second["Location"]
    assert Release.objects.filter(title="Refund a QR payment").count() == 1


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"title": ""}, "This field is required."),
        ({"size": "XL"}, "Select a valid choice."),
        ({"weight": "0"}, "greater than or equal to 1"),
        ({"earliest": "2031-12-02", "due": "2031-12-01"}, "It would be due before the day it may ride."),
        ({"needs": "RT-999"}, "RT-999 is not a submitted release."),
        ({"needs": "RT-" + "9" * 30}, "is not a submitted release."),
        ({"links": "javascript:alert(1)"}, "Enter a valid URL."),
        ({"wants": "this"}, "Which one?"),
        ({"services": ["999999999999999999999"]}, "not one of the available choices"),
        ({"key": ""}, ""),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_what_was_typed_stays(as_, cast, scene, filled, wrong, said):
    answer = as_(cast.ben).post("/releases/new/", {**filled, "description": "Half of it is typed", **wrong})

    assert answer.status_code == 422
    assert said in answer.text
    assert "Half of it is typed" in answer.text
    assert not Release.objects.filter(title="Refund a QR payment").exists()


def test_a_lag_longer_than_ten_years_is_no_lag(as_, cast, scene, filled):
    answer = as_(cast.ben).post("/releases/new/", {**filled, "needs": f"{scene.rides.code}+{'9' * 12}h"})

    assert answer.status_code == 422


def test_another_teams_draft_cannot_be_needed(as_, cast, scene, filled):
    Release.objects.filter(pk=scene.waits.pk).update(submitted_at=None)

    answer = as_(cast.ben).post("/releases/new/", {**filled, "needs": scene.waits.code})

    assert answer.status_code == 422
    assert f"{scene.waits.code} is not a submitted release." in answer.text


def test_another_teams_release_cannot_be_written_down(as_, cast, scene, filled):
    answer = as_(cast.dov).post("/releases/new/", filled)

    assert answer.status_code == 422
    assert not Release.objects.filter(title="Refund a QR payment").exists()


def test_without_a_team_there_is_nothing_to_write(as_, cast, scene):
    assert as_(cast.ines).get("/releases/new/").status_code == 404


@pytest.mark.parametrize("query", [{"slot": "abc"}, {"slot": "9" * 30}, {"slot": "²"}, {"train": "nowhere"}])
def test_a_wish_that_makes_no_sense_is_no_wish(as_, cast, scene, query):
    assert as_(cast.ada).get("/releases/new/", query).status_code == 200
