"""The board at 390 by 844: a list of departures."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.riding import place_of

pytestmark = pytest.mark.browser


@pytest.fixture
def phone(page, be, cast, scene):
    """The board in Dov's hand."""
    page.set_viewport_size({"width": 390, "height": 844})
    be(cast.dov).goto("/trains/main/")
    page.wait_for_function("window.htmx !== undefined")
    return page


def listed(page, release):
    """A card in the list."""
    return page.locator(f"#list-{release.pk}")


def choose(page, release) -> None:
    """Open the queue and tap a card in it."""
    page.locator(".board-list summary").click()
    listed(page, release).click()
    expect(page.locator("[data-chosen]")).to_have_count(1)


def is_too_wide(page) -> bool:
    """Whether the page scrolls sideways."""
    return page.evaluate("document.documentElement.scrollWidth > window.innerWidth")


def test_it_is_a_list_of_departures_with_who_rides(phone, scene):
    expect(phone.get_by_role("table")).to_have_count(0)
    expect(phone.locator(".board-list section.slotcard")).to_have_count(4)
    expect(listed(phone, scene.rides)).to_be_visible()
    assert not is_too_wide(phone)


def test_a_tapped_card_gets_a_button_in_every_departure_that_would_do(phone, scene):
    choose(phone, scene.waits)

    expect(phone.get_by_role("button", name=f"Board {scene.waits.code} here").filter(visible=True)).to_have_count(3)
    expect(phone.locator(".slotcard").nth(1)).to_contain_text(f"{scene.rides.code} is large and rides alone.")
    assert not is_too_wide(phone)


def test_it_boards_with_one_more_tap(phone, scene):
    choose(phone, scene.waits)

    phone.get_by_role("button", name=f"Board {scene.waits.code} here").filter(visible=True).first.click()

    expect(phone.locator("#toast")).to_contain_text(f"{scene.waits.code} rides on")
    assert place_of(scene.waits) == scene.slots[1].pk


def test_a_refusal_stands_in_the_flow_with_its_ways_out(phone, scene):
    choose(phone, scene.waits)
    phone.evaluate(f"place('{scene.waits.pk}', '{scene.slots[0].pk}')")

    refusal = phone.get_by_role("alert").filter(visible=True)
    expect(refusal).to_contain_text("cannot ride on")
    assert not is_too_wide(phone)
    refusal.get_by_role("button", name="Move").first.click()

    expect(phone.locator("#toast")).to_contain_text(f"{scene.waits.code} rides on")


def test_whatever_is_tapped_is_large_enough_for_a_thumb(phone, scene):
    choose(phone, scene.waits)

    for button in phone.get_by_role("button").filter(visible=True).all():
        assert button.bounding_box()["height"] >= 36, button.inner_text()


def test_it_has_no_faults_with_and_without_a_chosen_card(phone, scene):
    assert Axe().run(phone).violations_count == 0

    choose(phone, scene.waits)

    assert Axe().run(phone).violations_count == 0


@pytest.mark.parametrize(
    "path", ["/releases/", "/releases/{waits}/", "/slots/{slot}/", "/releases/new/", "/me/", "/status"]
)
def test_no_page_scrolls_sideways(phone, scene, path):
    phone.goto(path.format(waits=scene.waits.pk, slot=scene.slots[0].pk))

    assert not is_too_wide(phone)
