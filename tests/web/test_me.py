"""One's own page, and the theme."""

import pytest

from tests.factories import PASSWORD, create_user


@pytest.fixture
def ada(db, client):
    user = create_user(name="Ada")
    client.force_login(user)
    return user


def test_times_are_shown_in_the_zone_one_chose(client, ada):
    client.post("/me/", {"name": "Ada", "zone": "Asia/Tokyo", "keys_on": "on"})

    assert 'title="Asia/Tokyo"' in client.get("/me/").text


def test_keys_can_be_switched_off(client, ada):
    client.post("/me/", {"name": "Ada", "zone": "UTC"})

    ada.refresh_from_db()
    assert not ada.keys_on


def test_a_new_password_keeps_this_session(client, ada):
    client.post("/me/password/", {"old": PASSWORD, "new": "another long one"})

    assert client.get("/me/").status_code == 200
    ada.refresh_from_db()
    assert ada.check_password("another long one")


def test_a_wrong_old_password_is_told_at_its_field(client, ada):
    answer = client.post("/me/password/", {"old": "wrong", "new": "another long one"})

    assert answer.status_code == 422
    assert "That is not your password." in answer.text


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_theme_is_remembered_and_leads_back(client, ada, theme):
    answer = client.post("/theme/", {"theme": theme, "next": "/me/"})

    assert answer.headers["Location"] == "/me/"
    assert f'data-theme="{theme}"' in client.get("/me/").text


def test_the_system_decides_again_when_asked_to(client, ada):
    client.post("/theme/", {"theme": "dark"})

    client.post("/theme/", {"theme": "system"})

    assert "data-theme" not in client.get("/me/").text


def test_a_made_up_theme_is_none(client, ada):
    client.cookies["theme"] = 'dark" onload="alert(1)'

    assert "data-theme" not in client.get("/me/").text


def test_the_switch_on_a_refused_form_leads_home_not_to_an_address_that_only_takes_forms(client, ada):
    answer = client.post("/me/password/", {"old": "wrong", "new": "another long one"})

    assert '<input type="hidden" name="next" value="/">' in answer.text
