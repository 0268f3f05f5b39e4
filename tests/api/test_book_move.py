"""Change a place through the JSON door."""

import pytest

from tests.riding import create_release, place_of


@pytest.fixture
def path(scene) -> str:
    return f"/releases/RT-{scene.rides.pk}/move"


def test_a_release_moves(by, cast, scene, path):
    answer = by(cast.ada).post(path, slot=scene.slots[1].pk)

    assert answer.status_code == 200, answer.data
    assert answer.data["booking"]["id"] == scene.slots[1].pk
    assert place_of(scene.rides) == scene.slots[1].pk


def test_a_conflict_there_is_told_with_both_sides_and_the_ways_out(by, cast, scene, path):
    by(cast.dov).post(f"/releases/RT-{scene.waits.pk}/book", slot=scene.slots[1].pk)

    answer = by(cast.ada).post(path, slot=scene.slots[1].pk)

    said = answer.data["details"]
    alone = next(one for one in said["conflicts"] if one["code"] == "large-rides-alone")
    assert (answer.status_code, answer.data["code"]) == (409, "conflict")
    assert {side["name"] for side in alone["sides"]} == {scene.rides.code, scene.waits.code}
    assert ("ask", scene.slots[1].pk) in [(way["do"], way["slot"]) for way in said["remedies"]]
    assert place_of(scene.rides) == scene.slots[0].pk


def test_another_teams_release_is_not_theirs_to_move(by, cast, scene, path):
    answer = by(cast.dov).post(path, slot=scene.slots[1].pk)

    assert (answer.status_code, answer.data["code"]) == (403, "forbidden")
    assert place_of(scene.rides) == scene.slots[0].pk


def test_another_teams_draft_is_not_there(by, cast, scene):
    draft = create_release(team=cast.inv, submitted=False)

    assert by(cast.ada).post(f"/releases/RT-{draft.pk}/move", slot=scene.slots[1].pk).status_code == 404


@pytest.mark.parametrize("said", [{}, {"slot": "1"}, {"slot": None}, {"slot": True}, {"slot": 1, "to": 2}])
def test_what_is_no_slot_is_refused(by, cast, scene, path, said):
    answer = by(cast.ada).post(path, **said)

    assert (answer.status_code, answer.data["code"]) == (422, "invalid")
    assert place_of(scene.rides) == scene.slots[0].pk


def test_moving_twice_with_one_key_is_once_and_answered_alike(by, cast, scene, path):
    first, second = (by(cast.ada).post(path, key="k", slot=scene.slots[1].pk) for _ in range(2))

    assert first.content == second.content
    assert scene.rides.bookings.count() == 2  # the place it had, and the one it has
