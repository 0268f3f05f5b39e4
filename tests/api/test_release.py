"""A release through the JSON door."""

from tests.riding import place_of


def test_a_release_says_everything_its_page_does(by, cast, scene):
    answer = by(cast.ada).get(f"/releases/RT-{scene.rides.pk}")

    assert answer.status_code == 200
    assert answer.data["code"] == f"RT-{scene.rides.pk}"
    assert answer.data["state"] == "cleared"
    assert answer.data["booking"]["id"] == scene.slots[0].pk
    assert answer.data["services"] == [scene.service.pk]


def test_the_list_is_read_page_by_page(by, cast, scene):
    first = by(cast.ada).get("/releases", limit=1)
    second = by(cast.ada).get(first.data["next"].split("/api/v1")[1])

    assert [one["code"] for one in first.data["results"]] == [f"RT-{scene.waits.pk}"]
    assert [one["code"] for one in second.data["results"]] == [f"RT-{scene.rides.pk}"]
    assert second.data["next"] is None


def test_a_release_is_written_down_and_submitted_in_one_step(by, cast, scene):
    answer = by(cast.ada).post("/releases", title="Labels", team="PAY", submit=True)

    assert answer.status_code == 201, answer.data
    assert answer.data["state"] == "boarded"
    assert answer.headers["Location"] == f"/api/v1/releases/{answer.data['code']}"


def test_a_change_leaves_what_is_not_said(by, cast, scene):
    answer = by(cast.ada).patch(f"/releases/RT-{scene.rides.pk}", title="QR pay", revision=1)

    assert answer.status_code == 200, answer.data
    assert (answer.data["title"], answer.data["size"], answer.data["revision"]) == ("QR pay", "L", 2)


def test_an_old_revision_is_told_what_changed(by, cast, scene):
    by(cast.ada).patch(f"/releases/RT-{scene.rides.pk}", title="QR pay")

    answer = by(cast.ben).patch(f"/releases/RT-{scene.rides.pk}", title="QR", revision=1)

    assert (answer.status_code, answer.data["code"]) == (409, "changed-meanwhile")
    assert answer.data["details"]["changed"] == ["title"]


def test_what_is_not_known_is_refused_field_by_field(by, cast, scene):
    answer = by(cast.ada).post("/releases", titel="Labels", team="PAY")

    assert (answer.status_code, answer.data["code"]) == (422, "invalid")
    assert answer.data["details"]["fields"].keys() == {"titel"}


def test_leaving_takes_a_reason_and_the_place(by, cast, scene):
    answer = by(cast.ada).post(f"/releases/RT-{scene.rides.pk}/leave", reason="The bank is not ready.")

    assert answer.status_code == 200, answer.data
    assert answer.data["state"] == "waiting"
    assert place_of(scene.rides) is None
