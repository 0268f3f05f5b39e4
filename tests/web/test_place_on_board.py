"""Putting the chosen release on a slot, from the board."""

import pytest

from tests.riding import create_release, place_of

HTMX = {"HX-Request": "true"}
WHOLE_PAGE = "<!doctype html>"


def place(browser, scene, release, slot, *, headers=None, **more):
    """Press the button in a cell of the board."""
    values = {"release": release.pk, "slot": slot.pk, **more}
    return browser.post(f"/trains/{scene.train.slug}/place/", values, headers=headers)


def test_a_place_that_would_do_is_taken_and_the_board_comes_back(as_, cast, scene):
    answer = place(as_(cast.dov), scene, scene.waits, scene.slots[1], since="2031-11-25")

    assert (answer.status_code, answer["Location"]) == (302, "/trains/main/?since=2031-11-25")
    assert place_of(scene.waits) == scene.slots[1].pk
    assert f"{scene.waits.code} rides on Tue 9 Dec." in as_(cast.dov).get(answer["Location"]).text


def test_htmx_gets_the_board_with_what_was_done(as_, cast, scene):
    answer = place(as_(cast.dov), scene, scene.waits, scene.slots[1], headers=HTMX)

    assert answer.status_code == 200
    assert WHOLE_PAGE not in answer.text
    assert f"{scene.waits.code} rides on Tue 9 Dec." in answer.text
    assert 'hx-swap-oob="true"' in answer.text


@pytest.mark.parametrize("headers", [None, HTMX])
def test_a_refusal_stands_where_it_was_refused_with_every_reason_and_the_ways_out(as_, cast, scene, headers):
    answer = place(as_(cast.dov), scene, scene.waits, scene.slots[0], headers=headers)

    assert answer.status_code == 422
    assert (WHOLE_PAGE in answer.text) == (headers is None)
    assert f"{scene.waits.code} cannot ride on Tue 25 Nov." in answer.text
    codes = [code for _sentence, code in answer.context["refused"].reasons]
    assert sorted(codes) == ["capacity", "large-overlap", "large-rides-alone"]
    assert f"{scene.rides.code} QR payments, also large, changes register too" in answer.text
    assert [way.slot for way, *_words in answer.context["refused"].ways] == [slot.pk for slot in scene.slots[1:]]
    assert 'role="alert"' in answer.text
    assert place_of(scene.waits) is None


def test_only_a_release_manager_is_offered_to_waive(as_, cast, scene):
    waive = f"/releases/{scene.waits.pk}/waive/{scene.slots[0].pk}/"

    assert waive not in place(as_(cast.dov), scene, scene.waits, scene.slots[0]).text
    assert waive in place(as_(cast.cleo), scene, scene.waits, scene.slots[0]).text


def test_nobody_moves_another_teams_release(as_, cast, scene):
    answer = place(as_(cast.ada), scene, scene.waits, scene.slots[1])

    assert answer.status_code == 403
    assert "You may not do that." in answer.text
    assert place_of(scene.waits) is None


def test_another_teams_draft_is_not_found(as_, cast, scene):
    draft = create_release(team=cast.inv, submitted=False)

    assert place(as_(cast.ada), scene, draft, scene.slots[1]).status_code == 404


def test_a_draft_of_ones_own_says_that_it_must_be_submitted_first(as_, cast, scene):
    draft = create_release(team=cast.pay, submitted=False)

    answer = place(as_(cast.ada), scene, draft, scene.slots[1])

    assert answer.status_code == 422
    assert "It is a draft. Submit it first." in answer.text


def test_a_refusal_out_of_sight_is_said_all_the_same(as_, cast, scene):
    answer = place(as_(cast.dov), scene, scene.waits, scene.slots[0], since="2032-06-01")

    assert answer.status_code == 422
    assert "This cannot ride there." in answer.text


def test_a_slot_of_another_train_is_not_found(as_, cast, scene):
    browser = as_(cast.dov)

    assert browser.post("/trains/main/place/", {"release": scene.waits.pk, "slot": 9**20}).status_code == 404
    assert browser.post("/trains/main/place/", {"release": scene.waits.pk}).status_code == 404


def test_it_is_only_posted_to(as_, cast, scene):
    assert as_(cast.dov).get("/trains/main/place/").status_code == 405
