"""People and roles through the JSON door."""

import pytest

from releasetrain.domain.permissions import Role
from releasetrain.domain.scopes import Scope
from releasetrain.teams.models import RoleHolder, User
from tests.factories import PASSWORD

EVA = {"name": "Eva", "email": "eva@example.com"}


def test_somebody_is_added_and_read(by, cast):
    answer = by(cast.cleo).post("/people", **EVA, zone="Asia/Tokyo", password="quite a long one")

    assert answer.status_code == 201, answer.data
    assert answer.headers["Location"] == f"/api/v1/people/{answer.data['id']}"
    assert by(cast.cleo).get(f"/people/{answer.data['id']}").data == answer.data
    assert (answer.data["zone"], answer.data["teams"]) == ("Asia/Tokyo", [])
    assert "password" not in answer.data
    assert User.objects.get(email="eva@example.com").check_password("quite a long one")


def test_the_list_says_who_is_where_in_few_queries(by, cast, django_assert_max_num_queries):
    cleo = by(cast.cleo)
    with django_assert_max_num_queries(8):
        answer = cleo.get("/people")

    ada = next(one for one in answer.data["results"] if one["name"] == "Ada")
    assert ada["teams"] == [{"team": "PAY", "standing": "lead"}]


@pytest.mark.parametrize("path", ["/people", "/roles"])
def test_only_who_sets_people_up_reads_them(by, cast, path):
    assert by(cast.ada).get(path).status_code == 403
    assert by(cast.cleo, Scope.READ).get(path).status_code == 403
    assert by(cast.cleo, Scope.SETUP).get(path).status_code == 200


def test_what_is_not_said_stays(by, cast):
    answer = by(cast.cleo).patch(f"/people/{cast.ben.pk}", zone="Europe/Berlin")

    assert answer.status_code == 200, answer.data
    assert (answer.data["name"], answer.data["email"], answer.data["zone"]) == ("Ben", cast.ben.email, "Europe/Berlin")
    cast.ben.refresh_from_db()
    assert cast.ben.check_password(PASSWORD)


def test_what_was_saved_since_it_was_read_is_not_undone(by, cast):
    by(cast.cleo).patch(f"/people/{cast.ben.pk}", name="Benjamin")

    answer = by(cast.cleo).patch(f"/people/{cast.ben.pk}", name="Benny", seen={"name": "Ben"})

    assert (answer.status_code, answer.data["code"]) == (409, "changed-meanwhile")
    assert answer.data["details"]["changed"] == ["name"]


def test_with_what_is_there_now_as_seen_it_is_changed(by, cast):
    answer = by(cast.cleo).patch(f"/people/{cast.ben.pk}", name="Benny", seen={"name": "Ben"})

    assert (answer.status_code, answer.data["name"]) == (200, "Benny")


def test_an_address_that_is_known_is_refused_at_its_field(by, cast):
    answer = by(cast.cleo).post("/people", name="Eva", email=cast.ada.email)

    assert (answer.status_code, answer.data["code"], answer.data["details"]["field"]) == (422, "taken", "email")


def test_somebody_is_let_go_and_back(by, cast):
    gone = by(cast.cleo).post(f"/people/{cast.ben.pk}/deactivate")
    back = by(cast.cleo).post(f"/people/{cast.ben.pk}/reactivate")

    assert (gone.data["is_active"], back.data["is_active"]) == (False, True)


def test_nobody_lets_themselves_go(by, cast):
    answer = by(cast.cleo).post(f"/people/{cast.cleo.pk}/deactivate")

    assert (answer.status_code, answer.data["code"]) == (409, "not-yourself")


def test_many_lines_are_taken_over(by, cast):
    answer = by(cast.cleo).ask("POST", "/people/lines", [EVA, {"name": "Ben B.", "email": cast.ben.email}])

    assert (answer.status_code, answer.data) == (200, {"lines": 2})
    assert User.objects.get(pk=cast.ben.pk).name == "Ben B."


def test_of_bad_lines_each_is_named_and_none_is_taken(by, cast):
    lines = [EVA, {"name": "X", "email": "nowhere"}, {"name": "Y", "email": "y@example.com", "zone": "Mars"}]

    answer = by(cast.cleo).ask("POST", "/people/lines", lines)

    assert (answer.status_code, answer.data["code"]) == (422, "bad-lines")
    codes = [(one["line"], one["code"]) for one in answer.data["details"]["lines"]]
    assert codes == [(1, "not-an-address"), (2, "unknown-zone")]
    assert not User.objects.filter(email="eva@example.com").exists()


def test_a_line_without_a_field_is_named_by_its_place(by, cast):
    answer = by(cast.cleo).ask("POST", "/people/lines", [EVA, {"name": "X"}])

    assert answer.status_code == 422
    assert answer.data["details"]["fields"].keys() == {"1.email"}


def test_a_role_is_given_once_and_taken(by, cast):
    address = f"/people/{cast.ben.pk}/roles/architect"

    assert [by(cast.cleo).put(address).status_code for _ in range(2)] == [204, 204]
    held = by(cast.cleo).get("/roles").data["results"]
    assert {"person": cast.ben.pk, "name": "Ben", "role": "architect"} in held

    assert by(cast.cleo).delete(address).status_code == 204
    assert not RoleHolder.objects.filter(person=cast.ben).exists()


def test_the_last_release_manager_stays(by, cast):
    answer = by(cast.cleo).delete(f"/people/{cast.cleo.pk}/roles/release-manager")

    assert (answer.status_code, answer.data["code"]) == (409, "last-release-manager")


def test_many_roles_at_once(by, cast):
    answer = by(cast.cleo).ask("POST", "/roles/lines", [{"email": cast.ben.email, "role": "qa-lead"}])

    assert answer.data == {"lines": 1}
    assert RoleHolder.objects.get(person=cast.ben).role == Role.QA_LEAD.value


def test_nobody_without_the_permission_changes_anything(by, cast):
    answers = [
        by(cast.ada).post("/people", **EVA),
        by(cast.ada).patch(f"/people/{cast.ben.pk}", name="X"),
        by(cast.ada).put(f"/people/{cast.ada.pk}/roles/architect"),
        by(cast.ada).post(f"/people/{cast.ben.pk}/deactivate"),
    ]

    assert {answer.status_code for answer in answers} == {403}
    assert User.objects.filter(name="Ben", is_active=True).exists()


def test_who_is_not_there_is_not_found(by, cast):
    assert by(cast.cleo).get("/people/999999").status_code == 404
    assert by(cast.cleo).patch("/people/999999999999999999999", name="X").status_code == 404
