"""Picking a card up and dropping it on a departure."""

import pytest
from playwright.sync_api import expect

from tests.riding import place_of

pytestmark = pytest.mark.browser


@pytest.fixture
def board(be, cast, scene):
    """The board as Dov of INV sees it."""
    page = be(cast.dov)
    page.goto("/trains/main/")
    page.wait_for_function("window.htmx !== undefined")
    return page


def pick_up(page, release) -> None:
    """Take a card with the mouse and hold it."""
    page.locator(f"#booking-{release.pk}").hover()
    page.mouse.down()
    where = page.locator(f"#booking-{release.pk}").bounding_box()
    page.mouse.move(where["x"] + 40, where["y"] + 30, steps=4)


def cell(page, slot, team):
    """Where a team's row crosses a slot's column."""
    return page.locator(f'td[data-slot="{slot.pk}"][data-team="{team.pk}"]')


def drop_on(page, cell) -> None:
    """Carry what is held to the cell and let it go there."""
    where = cell.bounding_box()
    page.mouse.move(where["x"] + where["width"] / 2, where["y"] + 20, steps=6)
    page.mouse.move(where["x"] + where["width"] / 2, where["y"] + 22)
    page.mouse.up()


def test_every_column_says_what_would_happen_before_anything_is_dropped(board, scene):
    pick_up(board, scene.waits)

    expect(board.locator(f"#slot-{scene.slots[0].pk} .verdict")).to_contain_text("is large and rides alone.")
    expect(board.locator(f"#slot-{scene.slots[1].pk} .verdict")).to_contain_text("free, on time")
    expect(board.locator("col.lit--free")).to_have_count(3)
    assert place_of(scene.waits) is None
    board.mouse.up()


def test_dropped_where_it_would_do_it_rides(board, cast, scene):
    pick_up(board, scene.waits)
    expect(board.locator(f"#slot-{scene.slots[1].pk} .verdict")).to_contain_text("free")

    drop_on(board, cell(board, scene.slots[1], cast.inv))

    expect(board.locator("#toast")).to_contain_text(f"{scene.waits.code} rides on")
    expect(cell(board, scene.slots[1], cast.inv)).to_contain_text(scene.waits.code)
    assert place_of(scene.waits) == scene.slots[1].pk


def test_dropped_where_it_may_not_ride_the_refusal_stands_in_that_cell(board, cast, scene):
    pick_up(board, scene.waits)
    expect(board.locator(f"#slot-{scene.slots[0].pk} .verdict")).to_contain_text("rides alone")

    drop_on(board, cell(board, scene.slots[0], cast.inv))

    refusal = cell(board, scene.slots[0], cast.inv).get_by_role("alert")
    expect(refusal).to_contain_text(f"{scene.waits.code} cannot ride on")
    expect(refusal.locator(".rule")).to_have_count(3)
    assert place_of(scene.waits) is None


def test_the_way_out_of_a_refusal_is_one_click(board, cast, scene):
    pick_up(board, scene.waits)
    expect(board.locator(f"#slot-{scene.slots[0].pk} .verdict")).to_contain_text("rides alone")
    drop_on(board, cell(board, scene.slots[0], cast.inv))

    cell(board, scene.slots[0], cast.inv).get_by_role("button", name="Move").first.click()

    expect(board.locator("#toast")).to_contain_text(f"{scene.waits.code} rides on")
    expect(board.get_by_role("alert").filter(visible=True)).to_have_count(0)
    assert place_of(scene.waits) == scene.slots[1].pk


def test_dropped_outside_nothing_happens(board, cast, scene):
    pick_up(board, scene.waits)
    expect(board.locator(f"#slot-{scene.slots[1].pk} .verdict")).to_contain_text("free")

    drop_on(board, board.locator(f"#slot-{scene.slots[1].pk}"))

    expect(board.locator(".is-over-cell")).to_have_count(0)
    assert place_of(scene.waits) is None


def test_another_teams_card_cannot_be_picked_up(board, scene):
    pick_up(board, scene.rides)

    expect(board.locator(".lit--free")).to_have_count(0)
    board.mouse.up()


def test_picking_a_card_up_asks_the_server_once_for_all_departures(board, scene):
    """The rules are asked once, not once per departure; and carrying the card over cells asks nothing more."""
    asked = []
    board.on("request", lambda request: asked.append(request.url) if "chosen=" in request.url else None)

    pick_up(board, scene.waits)
    expect(board.locator("th.slot[class*='lit--']:not(.lit--)")).to_have_count(len(scene.slots))
    where = board.locator(f"#slot-{scene.slots[-1].pk}").bounding_box()
    board.mouse.move(where["x"] + 20, where["y"] + 200, steps=12)

    assert len(asked) == 1
    board.mouse.up()
