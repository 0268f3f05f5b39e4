"""Coming in and going out."""

import pytest
from django.test import Client

from tests.factories import PASSWORD, create_user


@pytest.fixture
def ada(db):
    return create_user(name="Ada", email="ada@demo.example")


@pytest.fixture
def demo(settings):
    settings.DEMO_MODE = settings.DEMO_DATA = True


def sign_in(client, *, password=PASSWORD, **said):
    return client.post("/sign-in/", {"email": "ada@demo.example", "password": password, **said})


def is_in(client):
    return client.get("/me/").status_code == 200


def test_the_right_password_leads_to_where_one_wanted_to_go(client, ada):
    asked = client.get("/releases/?q=qr")
    assert asked.headers["Location"] == "/sign-in/?next=%2Freleases%2F%3Fq%3Dqr"

    answer = sign_in(client, next="/releases/?q=qr")

    assert answer.headers["Location"] == "/releases/?q=qr"
    assert is_in(client)


@pytest.mark.parametrize("elsewhere", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)"])
def test_nobody_is_led_to_another_site(client, ada, elsewhere):
    assert sign_in(client, next=elsewhere).headers["Location"] == "/"


def test_a_wrong_password_is_told_in_words_and_keeps_the_address(client, ada):
    answer = sign_in(client, password="wrong")

    assert answer.status_code == 422
    assert "E-mail and password do not belong together." in answer.text
    assert 'value="ada@demo.example"' in answer.text
    assert "wrong" not in answer.text
    assert not is_in(client)


def test_after_five_wrong_ones_the_page_says_to_wait(client, ada):
    for _ in range(5):
        sign_in(client, password="wrong")

    answer = sign_in(client)

    assert "Five wrong passwords within 5 minutes. Wait 5 min, then try again." in answer.text
    assert not is_in(client)


def test_a_fragment_is_told_to_go_and_sign_in_as_a_whole_page(client, ada):
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/me/"}

    answer = client.get("/me/", headers=headers)

    assert answer.headers["HX-Redirect"] == "/sign-in/?next=%2Fme%2F"


def test_going_out_ends_the_session(client, ada):
    client.force_login(ada)

    client.post("/sign-out/")

    assert not is_in(client)


def test_following_a_link_does_not_sign_anybody_out(client, ada):
    client.force_login(ada)

    assert client.get("/sign-out/").status_code == 405
    assert is_in(client)


def test_a_form_of_another_site_signs_nobody_in(ada):
    assert sign_in(Client(enforce_csrf_checks=True)).status_code == 403


def test_in_a_demo_one_click_is_enough(client, ada, demo):
    assert "Be Ada" in client.get("/sign-in/").text

    client.post(f"/sign-in/{ada.pk}/", {"next": "/me/"})

    assert is_in(client)


def test_only_the_demos_own_people_are_one_click_away(client, ada, demo):
    real = create_user(name="Real")

    assert "Be Real" not in client.get("/sign-in/").text
    assert client.post(f"/sign-in/{real.pk}/").status_code == 404


def test_a_deactivated_one_is_not(client, ada, demo):
    ada.is_active = False
    ada.save()

    assert client.post(f"/sign-in/{ada.pk}/").status_code == 404


@pytest.mark.parametrize("switched_off", ["DEMO_MODE", "DEMO_DATA"])
def test_without_a_demo_nobody_is(client, ada, settings, demo, switched_off):
    setattr(settings, switched_off, False)

    assert "Be Ada" not in client.get("/sign-in/").text
    assert client.post(f"/sign-in/{ada.pk}/").status_code == 404
    assert not is_in(client)
