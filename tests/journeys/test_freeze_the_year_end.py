"""The story of a year-end freeze over booked departures: looked at first, saved, seen to stand, suspended, gone."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from releasetrain.trains.models import Booking, Freeze, Suspension
from tests.journeys.test_first_ride import enter

pytestmark = pytest.mark.browser


def typed(instant) -> str:
    return f"{instant:%Y-%m-%dT%H:%M}"


def test_a_release_manager_freezes_the_year_end_and_lets_a_repair_through(page, scene):
    first, last = scene.slots[0].start_at.replace(hour=0), scene.slots[1].start_at + timedelta(days=1)

    enter(page, "Cleo")
    looked_at_first(page, scene, first=first, last=last)
    saved(page)
    stands(page, scene)
    suspended(page, scene, until=last)

    assert Booking.objects.filter(release=scene.rides, left_at=None).exists(), "nobody was moved"


def looked_at_first(page, scene, *, first, last) -> None:
    """The preview names the large release that rides in the first departure, and writes nothing."""
    page.goto("/setup/freezes/")
    expect(page.get_by_text("Nothing is frozen.")).to_be_visible()
    page.get_by_role("link", name="Add a freeze").click()
    page.get_by_label("Name").fill("Year-end close")
    page.get_by_label("Why").fill("Everybody shops.")
    page.get_by_label("From").fill(typed(first))
    page.get_by_label("To", exact=True).fill(typed(last))
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("#effect")).to_contain_text("1 conflict")
    expect(page.locator("#effect")).to_contain_text(scene.rides.code)
    expect(page.locator("#effect")).to_contain_text("Frozen: Year-end close, until")
    assert not Freeze.objects.exists()


def saved(page) -> None:
    """What was typed is still there; saving it is one click, and the board is hatched."""
    page.get_by_role("button", name="Freeze", exact=True).click()
    expect(page.get_by_role("link", name="Year-end close")).to_be_visible()
    page.goto("/")
    expect(page.locator("th.slot.is-frozen")).to_have_count(2)
    expect(page.locator("th.slot.is-frozen .verdict").first).to_contain_text("frozen: Year-end close, until")


def stands(page, scene) -> None:
    """The page of conflicts lists what stands, with the ways out."""
    page.get_by_role("link", name="Conflicts").click()
    expect(page.locator("#conflicts")).to_contain_text(scene.rides.code)
    expect(page.locator("#conflicts .rule").first).to_have_text("frozen")


def suspended(page, scene, *, until) -> None:
    """A suspension with its reason lets the departure go."""
    page.get_by_role("link", name="Suspend…").first.click()
    expect(page).to_have_url(re.compile(r"/setup/freezes/\d+/#suspensions$"))
    form = page.locator("#suspensions")
    form.get_by_label("Until").fill(typed(until))
    form.get_by_label("Why").fill("A repair must go out.")
    form.get_by_role("button", name="Preview").click()
    expect(page.locator("#effect")).to_contain_text("What would no longer stand")
    assert not Suspension.objects.exists()
    page.locator("#suspensions").get_by_role("button", name="Suspend", exact=True).click()
    expect(page.locator("#suspensions")).to_contain_text("A repair must go out.")
    page.get_by_role("link", name="Conflicts").click()
    expect(page.locator("#conflicts")).not_to_contain_text("Year-end close")
    expect(page.locator("#conflicts")).to_contain_text("Nothing blocks a departure to come.")
