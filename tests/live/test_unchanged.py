"""A page whose content did not change is not sent again; whoever would see something else always gets it."""

import pytest
from django.contrib.messages import constants
from django.contrib.messages.storage.cookie import CookieStorage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from releasetrain.domain.permissions import Role
from releasetrain.teams import actions as teams
from tests.factories import clock
from tests.web.conftest import scene  # noqa: F401  the same situation

LIVE = {"HX-Request": "true", "X-Live": "1"}
AT_MOST = 4  # session, user, person, stamp
PAGES = ["/trains/main/", "/slots/{slot}/", "/releases/{rides}/"]


@pytest.fixture(autouse=True)
def still(monkeypatch):
    """The minute does not end in the middle of a test."""
    now = timezone.now().replace(second=30)
    monkeypatch.setattr(timezone, "now", lambda: now)


@pytest.fixture(params=PAGES)
def address(request, scene):  # noqa: F811
    return request.param.format(slot=scene.slots[0].pk, rides=scene.rides.pk)


@pytest.fixture
def dov(client, cast):
    client.force_login(cast.dov)
    return client


def shown(browser, address, **headers):
    """What the browser shows, by its tag."""
    browser.get(address)  # the first page lays the cookie of the forms
    answer = browser.get(address, headers=LIVE | headers)
    assert answer.status_code == 200
    return answer["ETag"]


def again(browser, address, tag, **headers):
    return browser.get(address, headers=LIVE | {"If-None-Match": tag} | headers)


def test_unchanged_it_costs_four_questions_and_no_page(dov, address):
    tag = shown(dov, address)

    with CaptureQueriesContext(connection) as asked:
        answer = again(dov, address, tag)

    assert (answer.status_code, answer.content, answer["ETag"]) == (304, b"", tag)
    assert answer["Cache-Control"] == "no-store"
    assert len(asked) <= AT_MOST


def test_the_live_part_alone_is_answered_without_the_messages(dov, address):
    answer = dov.get(address, headers=LIVE)

    assert b"data-live-stamp=" in answer.content
    assert b"<html" not in answer.content
    assert b'id="toast"' not in answer.content


@pytest.mark.parametrize(
    "words",
    [
        "UPDATE releases_release SET title = 'Called otherwise'",
        "UPDATE trains_train SET capacity = 3",
        "UPDATE teams_team SET name = name || '!'",
        "INSERT INTO trains_waiver (code, a_kind, a_id, b_kind, b_id, facts, amounts, reason, at, by_id)"
        " SELECT 'cut-off', 'release', 1, 'slot', 1, '{}', '{}', 'x', now(), min(id) FROM teams_user",
        "DELETE FROM trains_request",
    ],
)
def test_after_any_change_it_is_sent(dov, address, words):
    tag = shown(dov, address)

    with connection.cursor() as cursor:
        cursor.execute(words)

    assert again(dov, address, tag).status_code == 200


def test_without_the_trigger_it_would_not_be(dov, address):
    tag = shown(dov, address)

    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE teams_team DISABLE TRIGGER live")
        cursor.execute("UPDATE teams_team SET name = name || '!'")
        cursor.execute("ALTER TABLE teams_team ENABLE TRIGGER live")

    assert again(dov, address, tag).status_code == 304


def test_the_next_minute_it_is_sent(dov, address, monkeypatch):
    tag, later = shown(dov, address), timezone.now() + timezone.timedelta(minutes=1)

    monkeypatch.setattr(timezone, "now", lambda: later)

    assert again(dov, address, tag).status_code == 200


def test_another_reader_is_sent_it(dov, cast, address):
    tag, other = shown(dov, address), Client()
    other.force_login(cast.ben)

    assert again(other, address, tag).status_code == 200


def test_the_same_reader_in_another_browser_is_sent_it(dov, cast, address):
    tag, other = shown(dov, address), Client()
    other.force_login(cast.dov)

    assert again(other, address, tag).status_code == 200


def test_who_got_a_role_is_sent_it(dov, cast, address):
    tag = shown(dov, address)

    teams.give_role(person=cast.dov.pk, role=Role.RELEASE_MANAGER, by=cast.cleo, clock=clock())

    assert again(dov, address, tag).status_code == 200


def test_who_changed_their_zone_is_sent_it(dov, cast, address):
    tag = shown(dov, address)

    type(cast.dov).objects.filter(pk=cast.dov.pk).update(zone="Asia/Tokyo")

    assert again(dov, address, tag).status_code == 200


def test_another_language_or_theme_is_sent(dov, address):
    tag = shown(dov, address)

    russian = again(dov, address, tag, **{"Accept-Language": "ru"}).status_code
    dov.cookies["theme"] = "dark"

    assert (russian, again(dov, address, tag).status_code) == (200, 200)


def test_another_address_is_sent(dov, scene):  # noqa: F811
    tag = shown(dov, "/trains/main/")

    assert again(dov, f"/trains/main/?chosen={scene.waits.pk}", tag).status_code == 200


def test_the_whole_page_is_not_taken_for_its_part(dov, address):
    assert dov.get(address, headers={"If-None-Match": shown(dov, address)}).status_code == 200


def test_a_message_that_waits_is_shown_on_the_page_and_kept_by_the_part(dov, address):
    tag = shown(dov, address)
    whole = dov.get(address)["ETag"]
    leave_message(dov)

    part = again(dov, address, tag)
    page = dov.get(address, headers={"If-None-Match": whole})

    assert (part.status_code, page.status_code) == (200, 200)
    assert b"It is done." not in part.content
    assert b"It is done." in page.content


def leave_message(browser) -> None:
    """As a deed does that redirects."""
    from django.http import HttpRequest, HttpResponse

    storage, response = CookieStorage(HttpRequest()), HttpResponse()
    storage.add(constants.SUCCESS, "It is done.")
    storage.update(response)
    browser.cookies["messages"] = response.cookies["messages"].value


def test_who_signed_out_is_sent_to_sign_in(dov, address):
    tag = shown(dov, address)

    dov.logout()

    assert again(dov, address, tag)["HX-Redirect"].startswith("/sign-in/")


def test_who_was_deactivated_is_sent_to_sign_in(dov, cast, address):
    tag = shown(dov, address)

    cast.dov.is_active = False
    cast.dov.save()

    assert again(dov, address, tag)["HX-Redirect"].startswith("/sign-in/")


def test_a_deed_is_never_answered_with_unchanged(dov, scene):  # noqa: F811
    tag = shown(dov, "/trains/main/")

    deed = {"release": scene.waits.pk, "slot": scene.slots[1].pk}
    answer = dov.post("/trains/main/place/", deed, headers=LIVE | {"If-None-Match": tag})

    assert answer.status_code == 200
    assert "ETag" not in answer.headers
