"""Ask for a place through the JSON door, without holding one."""

import pytest

from tests.riding import create_release, place_of, request_of


@pytest.fixture
def path(scene) -> str:
    return f"/releases/RT-{scene.waits.pk}/ask"


def test_it_asks_for_a_slot_and_wants_that_one_unless_it_says_otherwise(by, cast, scene, path):
    by(cast.dov).post(path, slot=scene.slots[0].pk)
    assert (request_of(scene.waits).slot_id, request_of(scene.waits).wish) == (scene.slots[0].pk, "this")

    by(cast.dov).post(path, slot=scene.slots[0].pk, wish="first")
    assert request_of(scene.waits).wish == "first"


def test_without_a_slot_it_waits_in_the_queue(by, cast, scene, path):
    by(cast.dov).post(path, slot=scene.slots[0].pk)

    answer = by(cast.dov).post(path, slot=None)

    assert (answer.status_code, answer.data["state"]) == (200, "waiting")
    assert request_of(scene.waits).slot_id is None


def test_a_place_is_not_given_back_for_the_queue_without_a_word(by, cast, scene):
    answer = by(cast.ada).post(f"/releases/RT-{scene.rides.pk}/ask", slot=None)

    assert (answer.status_code, answer.data["code"]) == (422, "reason-missing")
    assert place_of(scene.rides) == scene.slots[0].pk


def test_a_draft_asks_for_nothing(by, cast, scene):
    draft = create_release(team=cast.inv, submitted=False)

    answer = by(cast.dov).post(f"/releases/RT-{draft.pk}/ask", slot=scene.slots[1].pk)

    assert (answer.status_code, answer.data["code"]) == (409, "still-a-draft")


def test_another_teams_release_is_not_theirs_to_ask_for(by, cast, scene, path):
    answer = by(cast.ada).post(path, slot=scene.slots[1].pk)

    assert (answer.status_code, answer.data["code"]) == (403, "forbidden")
    assert request_of(scene.waits).slot_id is None


def test_another_teams_draft_is_not_there(by, cast, scene):
    draft = create_release(team=cast.inv, submitted=False)

    assert by(cast.ada).post(f"/releases/RT-{draft.pk}/ask", slot=None).status_code == 404


@pytest.mark.parametrize("said", [{}, {"slot": "next"}, {"slot": None, "wish": "soon"}, {"slot": None, "why": "so"}])
def test_what_cannot_be_asked_is_refused(by, cast, scene, path, said):
    answer = by(cast.dov).post(path, **said)

    assert (answer.status_code, answer.data["code"]) == (422, "invalid")


def test_a_slot_that_is_not_there_is_a_wrong_value(by, cast, scene, path):
    answer = by(cast.dov).post(path, slot=987654)

    assert (answer.status_code, answer.data["code"]) == (422, "no-such-slot")
