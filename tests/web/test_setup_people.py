"""People, roles and teams on their pages."""

from releasetrain.domain.permissions import Role, Standing
from releasetrain.teams import queries
from releasetrain.teams.models import RoleHolder
from tests.factories import create_train


def test_somebody_is_let_go_and_back_in(as_, cast):
    client = as_(cast.cleo)

    client.post(f"/setup/people/{cast.ada.pk}/deactivate/")
    cast.ada.refresh_from_db()
    assert not cast.ada.is_active

    client.post(f"/setup/people/{cast.ada.pk}/reactivate/")
    cast.ada.refresh_from_db()
    assert cast.ada.is_active


def test_ones_own_page_offers_no_way_out(as_, cast):
    text = as_(cast.cleo).get(f"/setup/people/{cast.cleo.pk}/").text

    assert "Another release manager can deactivate you." in text
    assert f"/setup/people/{cast.cleo.pk}/deactivate/" not in text


def test_a_password_is_never_shown_again(as_, cast):
    said = {"name": "Mara", "email": "mara", "zone": "UTC", "password": "long enough for us"}

    answer = as_(cast.cleo).post("/setup/people/", said)

    assert answer.status_code == 422
    assert "long enough for us" not in answer.text


def test_the_last_release_manager_is_told_why_the_role_stays(as_, cast):
    answer = as_(cast.cleo).post(f"/setup/roles/{cast.cleo.pk}/release-manager/take/", follow=True)

    assert "make another person release manager first" in answer.text
    assert RoleHolder.objects.filter(role=Role.RELEASE_MANAGER.value).exists()


def test_a_role_that_is_none_is_not_there(as_, cast):
    assert as_(cast.cleo).post(f"/setup/roles/{cast.cleo.pk}/captain/take/").status_code == 404


def test_a_lead_finds_the_own_team_and_no_other(as_, cast):
    client = as_(cast.ada)

    listed = client.get("/setup/teams/").text

    assert f"/setup/teams/{cast.pay.pk}/" in listed
    assert "Team INV" not in listed
    assert client.get(f"/setup/teams/{cast.inv.pk}/").status_code == 404
    assert client.post(f"/setup/teams/{cast.inv.pk}/members/", {}).status_code == 404


def test_a_lead_is_offered_no_new_team(as_, cast):
    assert "Paste many" not in as_(cast.ada).get("/setup/teams/").text
    assert "Paste many" in as_(cast.cleo).get("/setup/teams/").text


def test_a_lead_puts_somebody_on_the_team_and_takes_them_off(as_, cast):
    client = as_(cast.ada)

    client.post(f"/setup/teams/{cast.pay.pk}/members/", {"person": cast.dov.pk, "standing": "lead"})
    assert queries.person(cast.dov).teams[cast.pay.pk] == Standing.LEAD

    client.post(f"/setup/teams/{cast.pay.pk}/members/{cast.dov.pk}/end/")
    assert cast.pay.pk not in queries.person(cast.dov).teams


def test_a_choice_that_was_not_offered_changes_nothing(as_, cast):
    answer = as_(cast.ada).post(
        f"/setup/teams/{cast.pay.pk}/members/", {"person": 0, "standing": "captain"}, follow=True
    )

    assert "Choose one of the list." in answer.text


def test_a_team_says_which_train_it_rides(as_, cast):
    train = create_train()

    as_(cast.ada).post(f"/setup/teams/{cast.pay.pk}/train/", {"train": train.pk})

    assert cast.pay.default_train.train == train
