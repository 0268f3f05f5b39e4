"""Every deed works by links, forms and pages alone."""

import pytest
from playwright.sync_api import expect

from tests.riding import create_release, place_of, request_of

pytestmark = pytest.mark.browser


@pytest.fixture
def plain(browser, live, be, cast, scene):
    """A page that runs no script, at the board."""
    context = browser.new_context(
        base_url=live, java_script_enabled=False, locale="en-GB", viewport={"width": 1440, "height": 900}
    )
    page = context.new_page()
    page.set_default_timeout(5000)
    yield page
    context.close()


def test_a_card_is_chosen_by_a_link_and_placed_by_a_button(plain, be, cast, scene):
    be(cast.dov, plain).goto("/trains/main/")

    plain.locator(f"#booking-{scene.waits.pk} a.title").click()
    expect(plain).to_have_url(f"/trains/main/?chosen={scene.waits.pk}")
    plain.locator(f'td[data-slot="{scene.slots[1].pk}"]').get_by_role("button").click()

    expect(plain.locator("#toast")).to_contain_text(f"{scene.waits.code} rides on")
    assert place_of(scene.waits) == scene.slots[1].pk


def test_a_refused_release_asks_and_is_waived_by_forms(plain, be, cast, scene):
    asks = create_release(team=cast.inv, size="L", services=[scene.service], slot=scene.slots[0], title="Batches")
    be(cast.cleo, plain).goto(f"/slots/{scene.slots[0].pk}/")

    plain.get_by_role("link", name="Waive…").click()
    plain.get_by_label("One reason for all").fill("Both teams watch")
    plain.get_by_role("button", name=f"Waive and board {asks.code}").click()

    expect(plain.locator("#toast")).to_contain_text(f"Waived: {asks.code} rides on")
    assert place_of(asks) == scene.slots[0].pk


def test_a_draft_is_written_and_submitted_from_its_page(plain, be, cast, scene):
    be(cast.dov, plain).goto("/releases/new/?train=main")
    plain.get_by_label("Title").fill("Scanner update")
    plain.get_by_role("button", name="Save as a draft").click()
    expect(plain.locator(".rail")).to_contain_text("A draft.")

    plain.get_by_role("button", name="Submit").click()

    expect(plain.locator("#toast")).to_contain_text("is submitted and aboard.")


def test_a_place_is_given_back_with_a_reason(plain, be, cast, scene):
    be(cast.ada, plain).goto(f"/releases/{scene.rides.pk}/")

    plain.get_by_text("Leave the slot…").click()
    plain.get_by_label("Why").first.fill("not ready")
    plain.get_by_role("button", name="Leave and wait").click()

    expect(plain.locator("#toast")).to_contain_text("left its slot and waits.")
    assert request_of(scene.rides) is not None


def test_one_team_is_looked_at_alone(plain, be, cast, scene):
    be(cast.ada, plain).goto("/trains/main/")

    plain.get_by_label("Teams").select_option("INV")
    plain.get_by_role("button", name="Show").click()

    expect(plain.locator("tbody tr")).to_have_count(1)
