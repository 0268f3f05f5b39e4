"""The pages of tokens: a secret is shown once, in one answer."""

import re
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone

from releasetrain.audit.models import Entry, OneTimeKey
from releasetrain.notices.models import Token
from tests.api.conftest import Caller
from tests.factories import PASSWORD, create_cast

OWN = "/me/tokens/"
WANTED = {"name": "nightly", "scopes": ["read", "gate"], "days": 30}
SECRET = re.compile(r'id="secret" value="([^"]+)"')
KEY = re.compile(r'name="key" value="([^"]+)"')


def make(browser, address=OWN, **said):
    key = KEY.search(browser.get(address).text)[1]
    return browser.post(address, {**WANTED, "key": key, **said})


def test_the_secret_stands_in_the_answer_and_lets_in(as_, cast):
    answer = make(as_(cast.ada))

    secret = SECRET.search(answer.text)[1]
    assert answer.headers["Cache-Control"] == "no-store"
    assert Caller(secret=secret).get("/me").data["token"]["scopes"] == ["gate", "read"]


def test_it_is_shown_once_and_is_nowhere_else(as_, cast, client, caplog):
    browser = as_(cast.ada)
    secret = SECRET.search(make(browser).text)[1]

    assert secret not in browser.get(OWN).text
    assert f"…{secret[-4:]}" in browser.get(OWN).text
    assert secret not in str(dict(client.session.items()))
    assert secret not in caplog.text
    assert secret not in str(list(Entry.objects.values_list("facts", flat=True)))
    assert secret not in str(list(Token.objects.values()))


def test_a_double_click_makes_one_and_both_answers_show_its_secret(as_, cast):
    browser = as_(cast.ada)
    key = KEY.search(browser.get(OWN).text)[1]

    answers = [browser.post(OWN, {**WANTED, "key": key}) for _ in range(2)]

    first, second = (SECRET.search(one.text)[1] for one in answers)
    assert first == second
    assert Token.objects.count() == 1
    assert Caller(secret=second).get("/me").status_code == 200


def test_what_is_kept_of_the_key_does_not_lead_back_to_it(as_, cast):
    browser = as_(cast.ada)
    key = KEY.search(browser.get(OWN).text)[1]

    browser.post(OWN, {**WANTED, "key": key})

    assert key not in str(list(OneTimeKey.objects.values()))


def test_a_form_sent_again_later_shows_no_secret(as_, cast):
    browser = as_(cast.ada)
    key = KEY.search(browser.get(OWN).text)[1]
    browser.post(OWN, {**WANTED, "key": key})
    Token.objects.update(made_at=timezone.now() - timedelta(minutes=2))

    answer = browser.post(OWN, {**WANTED, "key": key})

    assert answer.status_code == 422
    assert not SECRET.search(answer.text)
    assert Token.objects.count() == 1


def test_the_key_of_somebody_else_leads_to_another_token(as_, cast):
    key = KEY.search(as_(cast.ada).get(OWN).text)[1]
    first = SECRET.search(as_(cast.ada).post(OWN, {**WANTED, "key": key}).text)[1]

    second = SECRET.search(as_(cast.ben).post(OWN, {**WANTED, "key": key}).text)[1]

    assert first != second
    assert Token.objects.count() == 2


@pytest.mark.parametrize("said", [{"scopes": []}, {"name": ""}, {"days": 0}, {"days": 400}, {"scopes": ["root"]}])
def test_what_cannot_be_made_is_told_on_the_form(as_, cast, said):
    answer = make(as_(cast.ada), **said)

    assert answer.status_code == 422
    assert not Token.objects.exists()


def test_one_is_revoked_with_its_button(as_, cast):
    browser = as_(cast.ada)
    secret = SECRET.search(make(browser).text)[1]

    answer = browser.post(f"{OWN}{Token.objects.get().pk}/revoke/", follow=True)

    assert "nightly lets nobody in any more." in answer.text
    assert Caller(secret=secret).get("/me").status_code == 401


def test_a_stranger_neither_sees_nor_revokes(as_, cast):
    make(as_(cast.ada))

    assert "nightly" not in as_(cast.ben).get(OWN).text
    assert as_(cast.ben).post(f"{OWN}{Token.objects.get().pk}/revoke/").status_code == 404
    assert Token.objects.get().revoked_at is None


def test_a_lead_makes_one_for_a_pipeline(as_, cast):
    address = f"/setup/teams/{cast.pay.pk}/tokens/"

    secret = SECRET.search(make(as_(cast.ada), address).text)[1]

    assert Caller(secret=secret).get("/me").data["name"] == "PAY nightly"
    assert "nightly" in as_(cast.cleo).get(address).text
    assert "nightly" not in as_(cast.ada).get(OWN).text


@pytest.mark.parametrize("who", ["ben", "dov"])
def test_the_tokens_of_a_team_are_for_who_sets_it_up(as_, cast, who):
    browser, address = as_(getattr(cast, who)), f"/setup/teams/{cast.pay.pk}/tokens/"

    assert browser.get(address).status_code == 404
    assert browser.post(address, WANTED).status_code == 404
    assert not Token.objects.exists()


def test_a_pipeline_is_offered_nothing_that_a_person_does(as_, cast):
    address = f"/setup/teams/{cast.pay.pk}/tokens/"

    assert 'value="waive"' not in as_(cast.ada).get(address).text
    assert make(as_(cast.ada), address, scopes=["waive"]).status_code == 422


def test_the_questions_do_not_grow_with_the_tokens(as_, cast, django_assert_max_num_queries):
    browser = as_(cast.ada)
    for number in range(9):
        make(browser, f"/setup/teams/{cast.pay.pk}/tokens/", name=f"n{number}")

    with django_assert_max_num_queries(9):
        browser.get(f"/setup/teams/{cast.pay.pk}/tokens/")


@pytest.mark.browser
@pytest.mark.parametrize(("theme", "width"), [("light", 1440), ("dark", 390)])
def test_a_token_is_made_with_a_double_click_and_read_by_everybody(page, live, theme, width):
    cast = create_cast()
    page.emulate_media(color_scheme=theme)
    page.set_viewport_size({"width": width, "height": 844})
    page.goto("/sign-in/")
    page.get_by_label("E-mail").fill(cast.ada.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.goto("/me/")
    page.get_by_role("link", name="Your tokens").click()

    page.get_by_label("Name").fill("nightly")
    page.get_by_label("read what its owner sees").check()
    page.get_by_role("button", name="Make it").dblclick()

    secret = page.get_by_role("textbox", name="Secret")
    secret.wait_for()
    assert secret.input_value().startswith("rtp_")
    assert secret.input_value()[4:] not in page.url
    assert Token.objects.count() == 1
    assert [one["id"] for one in Axe().run(page).response["violations"]] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
