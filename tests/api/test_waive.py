"""Waive, change a waiver and take it back through the JSON door."""

from releasetrain.trains.models import Waiver
from tests.riding import create_waiver, place_of


def test_waiving_everything_by_name_boards_it(by, cast, scene):
    caller, path = by(cast.cleo), f"/releases/RT-{scene.waits.pk}/slots/{scene.slots[0].pk}"
    reasons = {one["name"]: "Both watch it." for one in caller.get(f"{path}/conflicts").data}

    answer = caller.post(f"{path}/waive", reasons=reasons)

    assert (answer.status_code, answer.data) == (200, {"rides": True})
    assert place_of(scene.waits) == scene.slots[0].pk


def test_a_name_that_nothing_has_is_refused(by, cast, scene):
    path = f"/releases/RT-{scene.waits.pk}/slots/{scene.slots[0].pk}"

    answer = by(cast.cleo).post(f"{path}/waive", reasons={"capacity|other": "Why not."})

    assert (answer.status_code, answer.data["code"]) == (409, "conflict-is-gone")
    assert not Waiver.objects.exists()


def test_only_a_release_manager_waives(by, cast, scene):
    path = f"/releases/RT-{scene.waits.pk}/slots/{scene.slots[0].pk}"
    reasons = {one["name"]: "Please." for one in by(cast.dov).get(f"{path}/conflicts").data}

    answer = by(cast.dov).post(f"{path}/waive", reasons=reasons)

    assert answer.status_code == 403
    assert not Waiver.objects.exists()


def test_a_waiver_is_listed_changed_and_taken_back(by, cast, scene):
    waiver = create_waiver("large-overlap", scene.rides, scene.waits, by=cast.cleo, facts=[])
    caller = by(cast.cleo)

    listed = caller.get(f"/releases/RT-{scene.rides.pk}/waivers").data["results"]
    changed = caller.put(f"/waivers/{waiver.pk}", reason="Until spring.", until="2032-03-01T00:00:00Z")
    ended = caller.delete(f"/waivers/{waiver.pk}")

    assert [one["id"] for one in listed] == [waiver.pk]
    assert (changed.status_code, changed.data["reason"]) == (200, "Until spring.")
    assert ended.status_code == 204
    assert caller.delete(f"/waivers/{waiver.pk}").status_code == 404
