"""Waive, change a waiver and take it back through the JSON door."""

import pytest

from releasetrain.boarding.actions import riding
from releasetrain.trains.models import Waiver
from tests.api.asked import queries_of
from tests.factories import clock
from tests.riding import aboard, create_release, create_waiver, place_of


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


@pytest.fixture
def there(scene) -> str:
    """The release that waits, in the departure where three rules stand against it."""
    return f"/releases/RT-{scene.waits.pk}/slots/{scene.slots[0].pk}"


@pytest.fixture
def waived(by, cast, scene, there) -> Waiver:
    """The waiver of the overlap by which it rides there."""
    caller = by(cast.cleo)
    reasons = {one["name"]: "Both watch it." for one in caller.get(f"{there}/conflicts").data}
    caller.post(f"{there}/waive", reasons=reasons)
    return Waiver.objects.get(code="large-overlap")


def test_one_reason_waives_one_conflict_and_no_other(by, cast, scene, there):
    caller = by(cast.cleo)
    name = next(one["name"] for one in caller.get(f"{there}/conflicts").data if one["code"] == "capacity")

    answer = caller.post(f"{there}/waive", reasons={name: "It is only two points."})

    assert (answer.status_code, answer.data) == (200, {"rides": False})
    assert list(Waiver.objects.values_list("code", "reason")) == [("capacity", "It is only two points.")]
    assert place_of(scene.waits) is None


def test_a_conflict_that_grew_since_it_was_read_is_not_waived_unseen(by, cast, scene, there):
    caller = by(cast.cleo)
    reasons = {one["name"]: "Both watch it." for one in caller.get(f"{there}/conflicts").data}
    scene.slots[0].__class__.objects.filter(pk=scene.slots[0].pk).update(capacity=7)

    answer = caller.post(f"{there}/waive", reasons=reasons)

    assert (answer.status_code, answer.data["code"]) == (409, "conflict-is-gone")
    assert not Waiver.objects.exists()


def test_nobody_waives_for_a_release_they_edited(by, cast, scene):
    own = create_release(team=cast.pay, size="L", services=[scene.service], by=cast.cleo, train=scene.train)
    caller, path = by(cast.cleo), f"/releases/RT-{own.pk}/slots/{scene.slots[0].pk}"
    reasons = {one["name"]: "I know it." for one in caller.get(f"{path}/conflicts").data}

    answer = caller.post(f"{path}/waive", reasons=reasons)

    assert (answer.status_code, answer.data["code"]) == (409, "edited-it-yourself")
    assert not Waiver.objects.exists()


def test_a_waiver_ends_after_the_departure_it_is_for(by, cast, scene, there):
    caller = by(cast.cleo)
    reasons = {one["name"]: "Both watch it." for one in caller.get(f"{there}/conflicts").data}

    answer = caller.post(f"{there}/waive", reasons=reasons, until=scene.slots[0].start_at.isoformat())

    assert (answer.status_code, answer.data["code"]) == (422, "until-too-early")
    assert not Waiver.objects.exists()


@pytest.mark.parametrize(
    "said", [{}, {"reasons": {}}, {"reasons": {"a": " "}}, {"reasons": ["a"]}, {"reasons": {"a": "b"}, "until": "soon"}]
)
def test_what_is_no_reason_is_refused(by, cast, there, said):
    answer = by(cast.cleo).post(f"{there}/waive", **said)

    assert (answer.status_code, answer.data["code"]) == (422, "invalid")


def test_waiving_twice_with_one_key_is_once_and_answered_alike(by, cast, scene, there):
    caller = by(cast.cleo)
    reasons = {one["name"]: "Both watch it." for one in caller.get(f"{there}/conflicts").data}

    first, second = (caller.post(f"{there}/waive", key="k", reasons=reasons) for _ in range(2))

    assert (first.status_code, first.content) == (200, second.content)
    assert Waiver.objects.count() == 3


def test_another_teams_draft_is_there_for_no_question(by, cast, scene):
    draft = create_release(team=cast.inv, submitted=False)

    for path in (f"slots/{scene.slots[0].pk}/conflicts", "waivers"):
        assert by(cast.ada).get(f"/releases/RT-{draft.pk}/{path}").status_code == 404


def test_many_conflicts_ask_as_much_as_few(by, cast, scene):
    caller, path = by(cast.dov), f"/releases/RT-{scene.waits.pk}/slots/{scene.slots[1].pk}/conflicts"
    for _ in range(5):
        aboard(scene.slots[1], team=cast.pay)
    few, told = queries_of(caller, path), len(caller.get(path).data)
    for _ in range(7):
        aboard(scene.slots[1], team=cast.pay)

    assert queries_of(caller, path) == few
    assert len(caller.get(path).data) == told + 7  # one more with each that is aboard


def test_a_waiver_that_a_large_pair_rides_by_is_neither_taken_back_nor_cut_short(by, cast, scene, waived):
    caller = by(cast.cleo)

    ended = caller.delete(f"/waivers/{waived.pk}")
    cut = caller.put(f"/waivers/{waived.pk}", reason="Shorter.", until="2031-11-01T00:00:00Z")

    for answer in (ended, cut):
        assert (answer.status_code, answer.data["code"]) == (409, "conflict")
        assert {one["code"] for one in answer.data["details"]["conflicts"]} == {"large-overlap"}
    waived.refresh_from_db()
    assert (waived.ended_at, waived.until, waived.reason) == (None, None, "Both watch it.")


def test_it_is_taken_back_once_nobody_rides_by_it(by, cast, scene, waived):
    riding.leave(release=scene.waits.pk, reason="Not ready.", by=cast.dov, clock=clock())

    assert by(cast.cleo).delete(f"/waivers/{waived.pk}").status_code == 204


def test_only_a_release_manager_changes_a_waiver_or_takes_it_back(by, cast, scene, waived):
    for person in (cast.ada, cast.dov, cast.ines):
        assert by(person).put(f"/waivers/{waived.pk}", reason="Mine.").status_code == 403
        assert by(person).delete(f"/waivers/{waived.pk}").status_code == 403

    waived.refresh_from_db()
    assert (waived.ended_at, waived.reason) == (None, "Both watch it.")


@pytest.mark.parametrize("said", [{}, {"reason": ""}, {"reason": "So.", "until": "soon"}, {"reason": "So.", "for": 1}])
def test_what_cannot_be_a_waiver_is_refused(by, cast, waived, said):
    answer = by(cast.cleo).put(f"/waivers/{waived.pk}", **said)

    assert (answer.status_code, answer.data["code"]) == (422, "invalid")
