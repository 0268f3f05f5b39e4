"""Services through the JSON door."""

from releasetrain.releases.models import Service

LABELS = {"name": "labels", "team": "PAY"}


def test_a_service_is_added_by_who_sets_up_the_catalogue(by, cast):
    answer = by(cast.ines).post("/services", **LABELS)

    assert answer.status_code == 201, answer.data
    assert (answer.data["kind"], answer.data["team"]) == ("server", "PAY")
    assert by(cast.ada).post("/services", name="other", team="PAY").status_code == 403


def test_everybody_who_writes_releases_reads_them(by, cast, scene):
    answer = by(cast.ben).get("/services")

    assert [one["id"] for one in answer.data["results"]] == [scene.service.pk]


def test_a_change_leaves_what_is_not_said(by, cast, scene):
    answer = by(cast.ines).patch(f"/services/{scene.service.pk}", team="INV", seen={"team": "PAY"})

    assert (answer.status_code, answer.data["team"], answer.data["name"]) == (200, "INV", "register")


def test_what_was_saved_since_is_not_undone(by, cast, scene):
    Service.objects.filter(pk=scene.service.pk).update(name="tills")

    answer = by(cast.ines).patch(f"/services/{scene.service.pk}", name="checkout", seen={"name": "register"})

    assert (answer.status_code, answer.data["code"]) == (409, "changed-meanwhile")


def test_a_change_that_says_another_field_keeps_what_was_saved_since(by, cast, scene):
    Service.objects.filter(pk=scene.service.pk).update(name="tills")

    answer = by(cast.ines).patch(f"/services/{scene.service.pk}", team="INV", seen={"team": "PAY"})

    assert (answer.data["name"], answer.data["team"]) == ("tills", "INV")


def test_an_unknown_team_is_told_at_its_field(by, cast):
    answer = by(cast.ines).post("/services", name="labels", team="NOPE")

    assert (answer.status_code, answer.data["code"], answer.data["details"]["field"]) == (422, "unknown-team", "team")


def test_a_client_names_its_platform(by, cast):
    answer = by(cast.ines).post("/services", **LABELS, kind="client")

    assert (answer.status_code, answer.data["code"]) == (422, "platform-missing")


def test_many_at_once(by, cast, scene):
    answer = by(cast.ines).ask("POST", "/services/lines", [LABELS, {"name": "register", "team": "INV"}])

    assert answer.data == {"lines": 2}
    assert Service.objects.get(name="register").team == cast.inv
