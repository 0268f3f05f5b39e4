"""Take a place through the JSON door."""

from tests.riding import board, create_release, place_of


def test_a_release_boards(by, cast, scene):
    answer = by(cast.dov).post(f"/releases/RT-{scene.waits.pk}/book", slot=scene.slots[1].pk)

    assert answer.status_code == 200, answer.data
    assert answer.data["booking"]["id"] == scene.slots[1].pk
    assert place_of(scene.waits) == scene.slots[1].pk


def test_a_refusal_names_the_rule_both_sides_and_the_ways_out(by, cast, scene):
    answer = by(cast.dov).post(f"/releases/RT-{scene.waits.pk}/book", slot=scene.slots[0].pk)

    said = answer.data["details"]
    assert (answer.status_code, answer.data["code"]) == (409, "conflict")
    assert {one["code"] for one in said["conflicts"]} == {"large-rides-alone", "large-overlap", "capacity"}
    alone = next(one for one in said["conflicts"] if one["code"] == "large-rides-alone")
    assert [side["name"] for side in alone["sides"]] == [f"RT-{scene.rides.pk}", f"RT-{scene.waits.pk}"]
    assert [(way["do"], way["slot"]) for way in said["remedies"]] == [
        ("book", scene.slots[1].pk),
        ("book", scene.slots[2].pk),
        ("ask", scene.slots[0].pk),
    ]
    assert place_of(scene.waits) is None


def test_a_release_manager_may_also_waive(by, cast, scene):
    answer = by(cast.cleo).post(f"/releases/RT-{scene.waits.pk}/book", slot=scene.slots[0].pk)

    assert answer.data["details"]["remedies"][-1]["do"] == "waive"


def test_another_teams_release_is_not_theirs_to_book(by, cast, scene):
    answer = by(cast.ada).post(f"/releases/RT-{scene.waits.pk}/book", slot=scene.slots[1].pk)

    assert (answer.status_code, answer.data["code"]) == (403, "forbidden")
    assert place_of(scene.waits) is None


def test_another_teams_draft_is_not_there(by, cast, scene):
    draft = create_release(team=cast.inv, submitted=False)

    answer = by(cast.ada).post(f"/releases/RT-{draft.pk}/book", slot=scene.slots[1].pk)

    assert answer.status_code == 404


def test_a_slot_that_is_not_there_is_a_wrong_value(by, cast, scene):
    answer = by(cast.dov).post(f"/releases/RT-{scene.waits.pk}/book", slot=987654)

    assert (answer.status_code, answer.data["code"]) == (422, "no-such-slot")


def test_booking_twice_with_one_key_is_once_and_answered_alike(by, cast, scene):
    caller, path = by(cast.dov), f"/releases/RT-{scene.waits.pk}/book"

    first, second = (caller.post(path, key="k", slot=scene.slots[1].pk) for _ in range(2))

    assert first.content == second.content
    assert second.headers["Idempotent-Replayed"] == "true"


def test_moving_needs_a_place(by, cast, scene):
    answer = by(cast.dov).post(f"/releases/RT-{scene.waits.pk}/move", slot=scene.slots[1].pk)

    assert (answer.status_code, answer.data["code"]) == (409, "not-booked")


def test_two_change_places(by, cast, scene):
    board(scene.waits, scene.slots[1])

    answer = by(cast.cleo).post(f"/releases/RT-{scene.waits.pk}/swap", **{"with": scene.rides.pk})

    assert answer.status_code == 200, answer.data
    assert (place_of(scene.waits), place_of(scene.rides)) == (scene.slots[0].pk, scene.slots[1].pk)


def test_asking_holds_nothing(by, cast, scene):
    answer = by(cast.dov).post(f"/releases/RT-{scene.waits.pk}/ask", slot=scene.slots[0].pk)

    assert answer.status_code == 200, answer.data
    assert (answer.data["state"], answer.data["booking"]) == ("asking", None)
    assert answer.data["request"]["slot"]["id"] == scene.slots[0].pk
    assert {one["code"] for one in answer.data["conflicts"]} >= {"large-rides-alone"}


def test_the_chances_are_what_the_board_lights(by, cast, scene):
    answer = by(cast.dov).get(f"/releases/RT-{scene.waits.pk}/chances")

    assert [(one["slot"], one["would_do"]) for one in answer.data] == [
        (scene.slots[0].pk, False),
        (scene.slots[1].pk, True),
        (scene.slots[2].pk, True),
    ]
