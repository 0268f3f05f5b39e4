"""Let two change places through the JSON door."""

import pytest

from tests.riding import aboard, board, create_release, place_of


@pytest.fixture
def path(scene) -> str:
    """Of a release that rides in the first departure; the other one rides in the second."""
    board(scene.waits, scene.slots[1])
    return f"/releases/RT-{scene.rides.pk}/swap"


def places(scene) -> tuple[int | None, int | None]:
    """Where the two ride."""
    return place_of(scene.rides), place_of(scene.waits)


def test_two_change_places_in_one_step(by, cast, scene, path):
    answer = by(cast.cleo).post(path, **{"with": scene.waits.pk})

    assert answer.status_code == 200, answer.data
    assert places(scene) == (scene.slots[1].pk, scene.slots[0].pk)


def test_a_conflict_that_it_would_make_is_told_and_nobody_moves(by, cast, scene, path):
    small, _mate = (aboard(scene.slots[2], team=cast.inv) for _ in range(2))

    answer = by(cast.cleo).post(path, **{"with": small.pk})

    assert (answer.status_code, answer.data["code"]) == (409, "conflict")
    assert {one["code"] for one in answer.data["details"]["conflicts"]} == {"large-rides-alone"}
    assert places(scene) == (scene.slots[0].pk, scene.slots[1].pk)


def test_it_takes_the_permission_for_both(by, cast, scene, path):
    for person in (cast.ada, cast.dov):
        answer = by(person).post(path, **{"with": scene.waits.pk})
        assert (answer.status_code, answer.data["code"]) == (403, "forbidden")

    assert places(scene) == (scene.slots[0].pk, scene.slots[1].pk)


def test_who_rides_nowhere_has_no_place_to_change(by, cast, scene, path):
    other = create_release(team=cast.pay, train=scene.train)

    answer = by(cast.cleo).post(path, **{"with": other.pk})

    assert (answer.status_code, answer.data["code"]) == (409, "not-booked")


def test_another_teams_draft_is_there_on_neither_side(by, cast, scene, path):
    draft = create_release(team=cast.inv, submitted=False)

    on_one_side = by(cast.ada).post(f"/releases/RT-{draft.pk}/swap", **{"with": scene.rides.pk})
    on_the_other = by(cast.ada).post(path, **{"with": draft.pk})
    not_at_all = by(cast.ada).post(path, **{"with": 987654})

    assert on_one_side.status_code == 404
    assert (on_the_other.status_code, on_the_other.data["code"]) == (422, "no-such-release")
    assert on_the_other.data == not_at_all.data  # nobody learns that it is there


@pytest.mark.parametrize("said", [{}, {"with": "RT-1"}, {"with": None}, {"other": 1}])
def test_what_is_no_release_is_refused(by, cast, scene, path, said):
    assert by(cast.cleo).post(path, **said).status_code == 422
