"""Hold a train, restart it, skip a departure and let it go after all, through the JSON door."""

import pytest

from releasetrain.trains.models import Train
from tests.riding import aboard, place_of

WHY = "The provider is down."


def test_a_train_is_held_and_says_so(by, cast, scene):
    answer = by(cast.cleo).post("/trains/main/hold", reason=WHY)

    assert answer.status_code == 200
    assert (answer.data["held_by"], answer.data["held_because"]) == ("Cleo", WHY)
    assert answer.data["held_at"]


def test_a_held_train_goes_again(by, cast, scene):
    by(cast.cleo).post("/trains/main/hold", reason=WHY)

    answer = by(cast.cleo).post("/trains/main/restart", reason="Up again.")

    assert (answer.data["held_at"], answer.data["held_by"], answer.data["held_because"]) == (None, None, "")


def test_a_departure_is_skipped_with_its_reason_and_its_riders_wait(by, cast, scene):
    rides = aboard(scene.slots[1], team=cast.pay, size="M")

    answer = by(cast.cleo).post(f"/slots/{scene.slots[1].pk}/skip", reason=WHY)

    assert (answer.data["skipped_by"], answer.data["skipped_because"]) == ("Cleo", WHY)
    assert answer.data["riders"] == 0
    assert place_of(rides) is None


def test_a_skipped_departure_goes_after_all(by, cast, scene):
    by(cast.cleo).post(f"/slots/{scene.slots[1].pk}/skip", reason=WHY)

    answer = by(cast.cleo).post(f"/slots/{scene.slots[1].pk}/reopen", reason="No fair.")

    assert (answer.data["skipped_at"], answer.data["skipped_by"]) == (None, None)


@pytest.mark.parametrize(
    ("path", "code"),
    [("/trains/main/restart", "not-held"), ("/slots/{slot}/reopen", "not-skipped")],
)
def test_what_is_not_so_is_not_taken_back(by, cast, scene, path, code):
    answer = by(cast.cleo).post(path.format(slot=scene.slots[1].pk), reason=WHY)

    assert (answer.status_code, answer.data["code"]) == (409, code)


@pytest.mark.parametrize("path", ["/trains/main/hold", "/slots/{slot}/skip"])
def test_a_reason_is_needed(by, cast, scene, path):
    answer = by(cast.cleo).post(path.format(slot=scene.slots[1].pk), reason="")

    assert answer.status_code == 422
    assert Train.objects.get().held_at is None


def test_what_does_not_exist_is_not_found(by, cast, scene):
    assert by(cast.cleo).post("/trains/other/hold", reason=WHY).status_code == 404
    assert by(cast.cleo).post("/slots/999/skip", reason=WHY).status_code == 404
