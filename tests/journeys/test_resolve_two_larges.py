"""Two large releases want one slot. The page of their conflict resolves it in three ways: move, waive, shrink."""

import pytest
from playwright.sync_api import expect

from releasetrain.releases.models import Release
from releasetrain.trains.models import Request, Waiver
from tests.riding import create_release, place_of

pytestmark = pytest.mark.browser


@pytest.fixture
def asks(cast, scene) -> Release:
    """INV's large release asks for the departure that PAY's large one has; there is room for both."""
    scene.slots[0].capacity = 20
    scene.slots[0].save()
    known = {"services": [scene.service], "created_at": scene.rides.created_at}
    asks = create_release(team=cast.inv, size="L", title="Batch numbers", slot=scene.slots[0], by=cast.dov, **known)
    Request.objects.update(wish="this")  # nobody takes another slot by itself
    return asks


@pytest.fixture
def compared(page, be, cast, scene, asks):
    """The page of the conflict, as the release manager comes to it from the board's refusal."""
    be(cast.cleo).goto(f"/trains/main/?chosen={asks.pk}")
    page.locator(f'td[data-slot="{scene.slots[0].pk}"]').first.wait_for()
    page.evaluate(f"place('{asks.pk}', '{scene.slots[0].pk}')")
    page.get_by_role("alert").filter(visible=True).get_by_role("link", name="Compare both").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(
        f"{asks.code} Batch numbers cannot ride with {scene.rides.code} QR payments"
    )
    page.wait_for_load_state()
    return page


def test_moving_the_first_frees_the_slot_for_the_second(compared, scene, asks):
    compared.locator("#side-a").get_by_role("button", name=f"Move {scene.rides.code}").first.click()

    expect(compared.locator("#toast")).to_contain_text(f"{scene.rides.code} rides on")
    assert (place_of(scene.rides), place_of(asks)) == (scene.slots[1].pk, scene.slots[0].pk)


def test_moving_the_second_leaves_the_first_where_it_is(compared, scene, asks):
    compared.locator("#side-b").get_by_role("button", name=f"Move {asks.code}").first.click()

    expect(compared.locator("#toast")).to_contain_text(f"{asks.code} rides on")
    assert (place_of(scene.rides), place_of(asks)) == (scene.slots[0].pk, scene.slots[1].pk)


def test_waiving_both_rules_lets_them_ride_together(compared, scene, asks):
    compared.keyboard.press("w")
    expect(compared.get_by_label("Reason")).to_be_focused()
    compared.keyboard.type("Both teams watch")
    compared.get_by_role("button", name="Waive for").click()
    expect(compared.get_by_text("Tick the rules that you waive.")).to_be_visible()
    expect(compared.get_by_label("Reason")).to_have_value("Both teams watch")

    compared.get_by_label("They share the slot").check()
    compared.get_by_label("They soak side by side").check()
    compared.get_by_role("button", name="Waive for").click()

    expect(compared.locator("#toast")).to_contain_text(f"Waived: {asks.code} rides on")
    assert place_of(asks) == place_of(scene.rides) == scene.slots[0].pk
    assert set(Waiver.objects.values_list("code", flat=True)) == {"large-rides-alone", "large-overlap"}


def test_making_both_smaller_lets_them_ride_together(compared, scene, asks):
    for release in (scene.rides, asks):
        compared.goto(f"/conflicts/{asks.pk}/{scene.slots[0].pk}/")
        compared.get_by_role("link", name=f"Make {release.code} smaller").click()
        compared.get_by_label("medium").check()
        compared.get_by_role("button", name="Save").click()
        expect(compared.locator("#toast")).to_contain_text(f"{release.code} is saved.")

    compared.goto(f"/conflicts/{asks.pk}/{scene.slots[0].pk}/")

    expect(compared.get_by_role("heading", level=1)).to_contain_text("Nothing stands against")
    assert place_of(asks) == scene.slots[0].pk
    assert not Waiver.objects.exists()
