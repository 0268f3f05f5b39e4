"""The second click of a double click does nothing more and is answered like the first, whatever the form."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from releasetrain.audit.models import Entry
from releasetrain.trains.models import Outcome
from tests.factories import create_slot
from tests.riding import aboard, create_release, place_of

FORM = re.compile(r'<form[^>]* action="([^"]+)"[^>]*>(.*?)</form>', re.DOTALL)
KEY = re.compile(r'name="key" value="([^"]+)"')


def keys(browser, page: str, action: str) -> list[str]:
    """The one-time keys of the forms on ``page`` that post to ``action``."""
    forms = [body for address, body in FORM.findall(browser.get(page).text) if address == action]
    return [KEY.search(body)[1] for body in forms]


def click_twice(browser, page: str, action: str, **said) -> tuple:
    """Post the first such form of the page twice, as it was rendered once; return both pages that follow."""
    values = {"key": keys(browser, page, action)[0], **said}
    return tuple(browser.post(action, values, follow=True) for _ in range(2))


def messages_of(answer) -> list[str]:
    return [str(one) for one in answer.context["messages"]]


@pytest.fixture
def leaving(scene):
    """A departure that started half an hour ago."""
    return create_slot(train=scene.train, start_at=timezone.now().replace(microsecond=0) - timedelta(minutes=30))


def test_submit_submits_once_and_says_so_twice(as_, cast, scene):
    draft = create_release(team=cast.pay, submitted=False, train=scene.train)
    page = f"/releases/{draft.pk}/"

    answers = click_twice(as_(cast.ada), page, f"{page}submit/")

    assert [messages_of(one) for one in answers] == [[f"{draft.code} is submitted and aboard."]] * 2
    assert draft.bookings.count() == 1


@pytest.mark.parametrize(
    ("deed", "verb", "words"),
    [("leave", "booking.left", "left its slot and waits."), ("withdraw", "release.withdrawn", "is withdrawn.")],
)
def test_leave_and_withdraw_happen_once_and_say_so_twice(as_, cast, scene, deed, verb, words):
    page = f"/releases/{scene.rides.pk}/"

    answers = click_twice(as_(cast.ada), page, f"{page}{deed}/", reason="not ready")

    assert [messages_of(one) for one in answers] == [[f"{scene.rides.code} {words}"]] * 2
    assert Entry.objects.filter(verb=verb).count() == 1
    assert place_of(scene.rides) is None


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("departed", "departed."),
        ("not-departed", "did not depart and waits again."),
        ("rolled-back", "is rolled back and waits for being submitted again."),
    ],
)
def test_what_happened_is_written_once_and_said_twice(as_, cast, leaving, said, words):
    rider = aboard(leaving, team=cast.inv)
    page = f"/slots/{leaving.pk}/"

    answers = click_twice(
        as_(cast.cleo), page, f"{page}releases/{rider.pk}/report/", said=said, reason="the smoke test failed"
    )

    assert [messages_of(one) for one in answers] == [[f"{rider.code} {words}"]] * 2
    assert [one.kind for one in Outcome.objects.all()] == [said]


def test_every_form_has_a_key_of_its_own(as_, cast, leaving):
    rider = aboard(leaving, team=cast.inv)
    page = f"/slots/{leaving.pk}/"

    found = keys(as_(cast.cleo), page, f"{page}releases/{rider.pk}/report/")

    assert len(found) == len(set(found)) == 4


def test_a_key_is_good_for_its_own_deed_alone(as_, cast, scene):
    browser, page = as_(cast.ada), f"/releases/{scene.rides.pk}/"
    values = {"key": keys(browser, page, f"{page}leave/")[0], "reason": "not ready"}
    browser.post(f"{page}leave/", values)

    browser.post(f"{page}withdraw/", values)

    scene.rides.refresh_from_db()
    assert scene.rides.withdrawn_at is not None


@pytest.mark.parametrize("key", ["", "abc", "9" * 99])
def test_a_key_that_is_none_counts_as_none(as_, cast, scene, key):
    browser, address = as_(cast.ada), f"/releases/{scene.rides.pk}/leave/"

    answers = [browser.post(address, {"reason": "not ready", "key": key}) for _ in range(2)]

    assert [one.status_code for one in answers] == [302, 422]
    assert place_of(scene.rides) is None
