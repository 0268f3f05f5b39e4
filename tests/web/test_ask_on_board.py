"""Letting the chosen release ask for a slot, from where it was refused."""

from tests.riding import create_release, place_of, request_of

HTMX = {"HX-Request": "true"}


def ask(browser, scene, release, *, headers=None, **values):
    """Press "Ask for it"."""
    return browser.post(f"/trains/{scene.train.slug}/ask/", {"release": release.pk, **values}, headers=headers)


def test_it_asks_and_the_board_shows_it_dashed(as_, cast, scene):
    answer = ask(as_(cast.dov), scene, scene.waits, slot=scene.slots[0].pk, headers=HTMX)

    assert answer.status_code == 200
    assert request_of(scene.waits).slot == scene.slots[0]
    assert f"{scene.waits.code} asks for Tue 25 Nov." in answer.text
    assert "card is-asking" in answer.text


def test_without_javascript_it_goes_back_to_the_board(as_, cast, scene):
    answer = ask(as_(cast.dov), scene, scene.waits, slot=scene.slots[0].pk)

    assert (answer.status_code, answer["Location"]) == (302, "/trains/main/")


def test_a_place_is_not_given_back_without_a_reason(as_, cast, scene):
    answer = ask(as_(cast.ada), scene, scene.rides)

    assert answer.status_code == 422
    assert "Say why" in answer.text
    assert place_of(scene.rides) == scene.slots[0].pk


def test_a_refusal_is_said(as_, cast, scene):
    answer = ask(as_(cast.ada), scene, scene.waits, slot=scene.slots[0].pk, headers=HTMX)

    assert answer.status_code == 403
    assert "You may not do that." in answer.text
    assert request_of(scene.waits).slot is None


def test_another_teams_draft_is_not_found(as_, cast, scene):
    draft = create_release(team=cast.inv, submitted=False)

    assert ask(as_(cast.ada), scene, draft, slot=scene.slots[0].pk).status_code == 404
