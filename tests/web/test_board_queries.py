"""Pages ask the database the same number of questions however much there is."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from releasetrain.releases.models import Release, ReleaseService
from releasetrain.trains.models import Booking, Outcome, Request, Slot
from tests.factories import create_service
from tests.riding import aboard, create_release

AT_MOST = 16  # with the session and the person, and the departures that the queue looks at
MANY = 10_000
PAST, COMING, WAITING = 300, 100, 400  # departures that were, that come, and releases that wait
HTMX = {"HX-Request": "true"}


@pytest.fixture
def crowd(cast, scene):
    """Ten thousand releases on the scene's train: five years behind, a year ahead, and a queue."""
    with connection.cursor() as cursor:  # the wall would judge ten thousand rows one by one
        cursor.execute("SET LOCAL session_replication_role = replica")
        fill(cast, scene)
        cursor.execute("SET LOCAL session_replication_role = origin")
        cursor.execute("ANALYZE")


def fill(cast, scene) -> None:
    """Write the rows in bulk."""
    now = timezone.now().replace(microsecond=0)
    services = [create_service(team=cast.pay) for _ in range(20)]
    slots = Slot.objects.bulk_create(slot(scene.train, now, number) for number in range(-PAST, COMING) if number)
    releases = Release.objects.bulk_create(release(cast, now, number) for number in range(MANY))
    ReleaseService.objects.bulk_create(
        ReleaseService(release=one, service=services[(one.pk + more) % 20]) for one in releases for more in (0, 7)
    )
    waiting, riding = releases[:WAITING], releases[WAITING:]
    Request.objects.bulk_create(Request(release=one, train=scene.train, made_at=now, asked_at=now) for one in waiting)
    bookings = Booking.objects.bulk_create(
        Booking(release=one, slot=slots[number % len(slots)], booked_at=now) for number, one in enumerate(riding)
    )
    Outcome.objects.bulk_create(
        Outcome(booking=one, kind="departed", started_at=one.slot.start_at, finished_at=one.slot.end_at, at=now)
        for one in bookings
        if one.slot.end_at < now
    )


def slot(train, now, number) -> Slot:
    """The departure so many half weeks from now."""
    start = now + timedelta(hours=84 * number)
    common = {"start_at": start, "end_at": start + timedelta(hours=1), "cut_off_at": start - timedelta(hours=4)}
    return Slot(train=train, occurrence=f"{start:%Y-%m-%dT%H:%M}", capacity=100, **common)


def release(cast, now, number) -> Release:
    """One in twenty is large, one in five medium."""
    size = "L" if number % 20 == 0 else "M" if number % 5 == 0 else "S"
    team = cast.pay if number % 2 else cast.inv
    return Release(team=team, title=f"Release {number}", size=size, created_at=now, submitted_at=now)


def counted(browser, address, **more) -> int:
    """How many questions the page asks."""
    with CaptureQueriesContext(connection) as asked:
        answer = browser.get(address, **more)
    assert answer.status_code == 200
    return len(asked)


@pytest.mark.parametrize("headers", [None, HTMX])
@pytest.mark.parametrize("chosen", [False, True])
def test_a_board_of_ten_thousand_releases_asks_as_little_as_a_small_one(as_, cast, scene, request, headers, chosen):
    browser, address = as_(cast.dov), "/trains/main/" + (f"?chosen={scene.waits.pk}" if chosen else "")
    few = counted(browser, address, headers=headers)

    request.getfixturevalue("crowd")
    many = counted(browser, address, headers=headers)

    assert few == many <= AT_MOST


def test_a_chosen_release_that_is_not_in_view_costs_no_more(as_, cast, scene):
    asks = create_release(team=cast.inv, slot=scene.slots[0])

    assert counted(as_(cast.dov), f"/trains/main/?since=2031-12-20&chosen={asks.pk}") <= AT_MOST


def test_every_other_page_does_so_too(as_, cast, scene, request):
    browser, full = as_(cast.cleo), scene.slots[1]
    riders_and_one_who_asks(cast, scene, full, riders=11)  # too many: conflicts are told in both
    pages = [f"/slots/{full.pk}/", f"/releases/{scene.waits.pk}/", f"/releases/{scene.rides.pk}/"]
    pages += [f"/releases/{scene.waits.pk}/waive/{full.pk}/", "/releases/", "/releases/?q=release", "/releases/new/"]
    few = {page: counted(browser, page) for page in pages}

    request.getfixturevalue("crowd")
    riders_and_one_who_asks(cast, scene, full, riders=15)
    many = {page: counted(browser, page) for page in pages}

    assert few == many


def riders_and_one_who_asks(cast, scene, slot, *, riders: int) -> None:
    """So many small ones more in a slot, and a large one that they keep out."""
    for _ in range(riders):
        aboard(slot, team=cast.pay, services=[scene.service])
    create_release(team=cast.inv, size="L", services=[scene.service], slot=slot)
