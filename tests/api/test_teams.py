"""Teams, their members and their train through the JSON door."""

from releasetrain.teams.models import Membership, Team


def members(team):
    return {one.person.name: one.standing for one in team.memberships.select_related("person")}


def test_a_team_is_read_by_code_or_number(by, cast, scene):
    by_code, by_number = by(cast.ada).get("/teams/PAY"), by(cast.ada).get(f"/teams/{cast.pay.pk}")

    assert by_code.status_code == 200, by_code.data
    assert by_code.data == by_number.data
    assert by_code.data["default_train"] == scene.train.slug
    assert {one["name"]: one["standing"] for one in by_code.data["members"]} == {"Ada": "lead", "Ben": "member"}


def test_no_address_of_a_person_is_told_to_a_lead(by, cast):
    assert b"@" not in by(cast.ada).get("/teams").content


def test_a_lead_sees_and_sets_up_their_own_alone(by, cast):
    assert [one["code"] for one in by(cast.ada).get("/teams").data["results"]] == ["PAY"]
    assert by(cast.ada).get("/teams/INV").status_code == 404
    assert by(cast.ada).patch("/teams/INV", name="Mine").status_code == 404
    assert by(cast.ada).patch("/teams/PAY", slot_limit=3).data["slot_limit"] == 3
    assert by(cast.ada).post("/teams", code="NEW", name="New").status_code == 403
    assert by(cast.ben).get("/teams").status_code == 403


def test_a_team_is_added(by, cast):
    answer = by(cast.cleo).post("/teams", code="new", name="New")

    assert answer.status_code == 201, answer.data
    assert (answer.data["code"], answer.data["slot_limit"], answer.data["members"]) == ("NEW", 2, [])


def test_what_was_saved_since_is_not_undone(by, cast):
    answer = by(cast.ada).patch("/teams/PAY", name="Payers", seen={"name": "Long ago"})

    assert (answer.status_code, answer.data["code"]) == (409, "changed-meanwhile")
    assert Team.objects.get(code="PAY").name != "Payers"


def test_somebody_is_put_on_the_team_and_off(by, cast):
    address = f"/teams/PAY/members/{cast.dov.pk}"

    assert by(cast.ada).put(address, standing="lead").status_code == 204
    assert members(cast.pay)["Dov"] == "lead"
    assert by(cast.ada).delete(address).status_code == 204
    assert "Dov" not in members(cast.pay)


def test_nobody_puts_themselves_on_a_team(by, cast):
    answer = by(cast.dov).put(f"/teams/PAY/members/{cast.dov.pk}", standing="lead")

    assert answer.status_code in (403, 404)
    assert "Dov" not in members(cast.pay)


def test_the_default_train_is_set_and_taken_back(by, cast, scene):
    none = by(cast.ada).put("/teams/PAY/default-train", {"train": None})
    again = by(cast.ada).put("/teams/PAY/default-train", train=scene.train.slug)

    assert (none.data["default_train"], again.data["default_train"]) == (None, scene.train.slug)
    assert by(cast.ada).put("/teams/PAY/default-train", train="nowhere").status_code == 422


def test_many_teams_and_memberships_at_once(by, cast):
    teams = by(cast.cleo).ask("POST", "/teams/lines", [{"code": "NEW", "name": "New"}, {"code": "PAY", "name": "Pay"}])
    line = {"email": cast.dov.email, "team": "NEW", "standing": "member"}
    people = by(cast.cleo).ask("POST", "/memberships/lines", [line])
    bad = by(cast.cleo).ask("POST", "/memberships/lines", [line, {**line, "team": "NOPE"}])

    assert (teams.data, people.data) == ({"lines": 2}, {"lines": 1})
    assert Team.objects.get(code="PAY").name == "Pay"
    assert Membership.objects.filter(team__code="NEW", person=cast.dov).exists()
    assert [(one["line"], one["code"]) for one in bad.data["details"]["lines"]] == [(1, "unknown-team")]
