"""Saying on the page of a departure what happened to each rider."""

from datetime import timedelta

import pytest
from django.utils import timezone

from releasetrain.trains.models import Outcome
from tests.factories import create_slot
from tests.riding import aboard, place_of, request_of


@pytest.fixture
def leaving(cast, scene):
    """A departure that started half an hour ago."""
    return create_slot(train=scene.train, start_at=timezone.now().replace(microsecond=0) - timedelta(minutes=30))


@pytest.fixture
def rider(cast, leaving):
    return aboard(leaving, team=cast.inv, size="S")


def report(browser, slot, release, **said):
    """Press one of the buttons beside a rider."""
    return browser.post(f"/slots/{slot.pk}/releases/{release.pk}/report/", said)


def latest(release) -> Outcome:
    """What was said last."""
    return Outcome.objects.filter(booking__release=release).first()


def test_departed_now_is_one_click(as_, cast, leaving, rider):
    answer = report(as_(cast.cleo), leaving, rider, said="departed", finished_at="now")

    assert (answer.status_code, answer["Location"]) == (302, f"/slots/{leaving.pk}/")
    assert latest(rider).started_at == leaving.start_at
    assert latest(rider).finished_at is not None
    assert f"{rider.code} departed." in as_(cast.cleo).get(answer["Location"]).text


def test_times_are_typed_in_the_readers_zone(as_, cast, leaving, rider):
    cast.cleo.zone = "Asia/Tokyo"
    cast.cleo.save()
    started = leaving.start_at + timedelta(minutes=5)

    report(
        as_(cast.cleo), leaving, rider, said="departed", started_at=f"{started + timedelta(hours=9):%Y-%m-%dT%H:%M:%S}"
    )

    assert latest(rider).started_at == started
    assert latest(rider).finished_at is None


def test_not_departed_needs_a_reason_and_lets_it_wait_again(as_, cast, leaving, rider):
    refused = report(as_(cast.cleo), leaving, rider, said="not-departed", reason=" ")
    assert refused.status_code == 422
    assert "Say why" in refused.text
    assert place_of(rider) == leaving.pk

    report(as_(cast.cleo), leaving, rider, said="not-departed", reason="the build broke")

    assert place_of(rider) is None
    assert request_of(rider) is not None


def test_rolled_back_is_shown_where_it_had_its_place(as_, cast, leaving, rider):
    report(as_(cast.cleo), leaving, rider, said="rolled-back", reason="prices were wrong")

    page = as_(cast.cleo).get(f"/slots/{leaving.pk}/")
    assert "rolled back: “prices were wrong”" in page.text


def test_a_departure_that_has_not_started_is_refused_on_the_same_page(as_, cast, scene):
    answer = report(as_(cast.cleo), scene.slots[0], scene.rides, said="departed")

    assert answer.status_code == 422
    assert "Its departure has not started." in answer.text
    assert "Boarding order" in answer.text


@pytest.mark.parametrize("typed", ["tomorrow", "2031-02-30T10:00", "0001-01-01T00:00", "9999-12-31T23:59"])
def test_a_time_that_cannot_be_is_refused_in_words(as_, cast, leaving, rider, typed):
    answer = report(as_(cast.cleo), leaving, rider, said="departed", started_at=typed)

    assert answer.status_code == 422
    assert f"“{typed}” is not a time that can be read." in answer.text
    assert latest(rider) is None


def test_only_a_release_manager_reports(as_, cast, leaving, rider):
    assert report(as_(cast.dov), leaving, rider, said="departed").status_code == 404
    assert "/report/" not in as_(cast.dov).get(f"/slots/{leaving.pk}/").text
    assert latest(rider) is None


def test_who_rides_elsewhere_cannot_be_reported_here(as_, cast, leaving, scene, rider):
    other = create_slot(train=scene.train, start_at=timezone.now() - timedelta(days=7))

    answer = report(as_(cast.cleo), other, rider, said="departed", finished_at="now")

    assert answer.status_code in (409, 422)
    assert latest(rider) is None


def test_it_is_only_posted_to(as_, cast, leaving, rider):
    assert as_(cast.cleo).get(f"/slots/{leaving.pk}/releases/{rider.pk}/report/").status_code == 405
