"""Giving a place back, and taking a release back, from its page."""

import pytest

from tests.riding import place_of, request_of


def post(browser, release, deed, **values):
    """Send one of the two small forms."""
    return browser.post(f"/releases/{release.pk}/{deed}/", values)


def test_leaving_needs_a_reason_that_is_kept_and_the_release_waits(as_, cast, scene):
    answer = as_(cast.ada).post(f"/releases/{scene.rides.pk}/leave/", {"reason": "not ready"}, follow=True)

    assert place_of(scene.rides) is None
    assert request_of(scene.rides) is not None
    assert f"{scene.rides.code} left its slot and waits." in answer.text
    assert scene.rides.bookings.get().left_because == {"code": "left", "reason": "not ready"}


def test_withdrawing_takes_it_off_the_train_and_out_of_the_queue(as_, cast, scene):
    answer = as_(cast.ada).post(f"/releases/{scene.rides.pk}/withdraw/", {"reason": "bought it"}, follow=True)

    assert place_of(scene.rides) is None
    assert request_of(scene.rides).asked_at is None
    assert "withdrew it: “bought it”" in answer.text
    assert "Submit again" in answer.text


@pytest.mark.parametrize("deed", ["leave", "withdraw"])
def test_without_a_reason_nothing_happens(as_, cast, scene, deed):
    answer = post(as_(cast.ada), scene.rides, deed, reason="  ")

    assert answer.status_code == 422
    assert "Say why: the reason is kept and shown." in answer.text
    assert place_of(scene.rides) == scene.slots[0].pk


@pytest.mark.parametrize("deed", ["leave", "withdraw"])
def test_another_team_may_not(as_, cast, scene, deed):
    answer = post(as_(cast.dov), scene.rides, deed, reason="in our way")

    assert answer.status_code == 403
    assert "You may not do that." in answer.text
    assert place_of(scene.rides) == scene.slots[0].pk


def test_who_has_no_place_cannot_leave(as_, cast, scene):
    answer = post(as_(cast.dov), scene.waits, "leave", reason="no")

    assert answer.status_code == 422
    assert "It has no place to change." in answer.text


@pytest.mark.parametrize("deed", ["leave", "withdraw"])
def test_both_are_only_posted_to(as_, cast, scene, deed):
    assert as_(cast.ada).get(f"/releases/{scene.rides.pk}/{deed}/").status_code == 405
