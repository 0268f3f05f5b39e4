"""Everything on the board without a mouse."""

import pytest
from playwright.sync_api import expect

from tests.riding import place_of, request_of

pytestmark = pytest.mark.browser


@pytest.fixture
def board(be, cast, scene):
    """The board as Dov of INV sees it."""
    page = be(cast.dov)
    page.goto("/trains/main/")
    page.wait_for_function("window.htmx !== undefined")
    return page


def card(page, release):
    """The link of a card in the table."""
    return page.locator(f"#booking-{release.pk} a.title")


def header(page, slot):
    """The header of a column."""
    return page.locator(f"#slot-{slot.pk}")


def test_j_and_k_step_through_the_cards(board, scene):
    board.keyboard.press("j")
    expect(card(board, scene.rides)).to_be_focused()

    board.keyboard.press("j")
    board.keyboard.press("j")
    expect(card(board, scene.small)).to_be_focused()

    board.keyboard.press("k")
    expect(card(board, scene.waits)).to_be_focused()


def test_m_chooses_and_the_focus_stays_on_the_card(board, scene):
    card(board, scene.waits).focus()

    board.keyboard.press("m")

    expect(header(board, scene.slots[0])).to_contain_text("is large and rides alone.")
    expect(header(board, scene.slots[1])).to_contain_text("free, on time")
    expect(board.locator(f"#booking-{scene.waits.pk}.is-chosen")).to_be_visible()
    expect(card(board, scene.waits)).to_be_focused()


def test_arrows_go_through_the_slots_and_say_what_would_happen_there(board, scene):
    card(board, scene.waits).focus()
    board.keyboard.press("m")
    expect(header(board, scene.slots[1])).to_contain_text("free")

    board.keyboard.press("ArrowRight")
    board.keyboard.press("ArrowRight")
    expect(board.locator("th.is-pointed")).to_have_attribute("id", f"slot-{scene.slots[1].pk}")
    expect(board.locator("#said")).to_contain_text("free, on time")

    board.keyboard.press("ArrowLeft")
    expect(board.locator("#said")).to_contain_text("is large and rides alone.")


def test_enter_places_it_and_the_focus_comes_back_to_the_card(board, scene):
    card(board, scene.waits).focus()
    board.keyboard.press("m")
    expect(header(board, scene.slots[1])).to_contain_text("free")

    board.keyboard.press("ArrowRight")
    board.keyboard.press("ArrowRight")
    board.keyboard.press("Enter")

    expect(board.locator("#toast")).to_contain_text(f"{scene.waits.code} rides on")
    expect(card(board, scene.waits)).to_be_focused()
    assert place_of(scene.waits) == scene.slots[1].pk


def test_a_refusal_takes_the_focus_to_its_ways_out_and_escape_brings_it_back(board, scene):
    card(board, scene.waits).focus()
    board.keyboard.press("m")
    expect(header(board, scene.slots[0])).to_contain_text("rides alone")
    board.keyboard.press("ArrowRight")
    board.keyboard.press("Enter")

    refusal = board.get_by_role("alert").filter(visible=True)
    expect(refusal.get_by_role("button", name="Move").first).to_be_focused()
    board.keyboard.press("Escape")

    expect(refusal).to_have_count(0)
    expect(board.locator(".is-chosen")).to_have_count(0)
    expect(card(board, scene.waits)).to_be_focused()


def test_enter_on_the_way_out_takes_it(board, scene):
    card(board, scene.waits).focus()
    board.keyboard.press("m")
    expect(header(board, scene.slots[0])).to_contain_text("rides alone")
    board.keyboard.press("ArrowRight")
    board.keyboard.press("Enter")
    expect(board.get_by_role("alert").filter(visible=True).get_by_role("button", name="Move").first).to_be_focused()

    board.keyboard.press("Enter")

    expect(board.locator("#toast")).to_contain_text(f"{scene.waits.code} rides on")
    assert place_of(scene.waits) == scene.slots[1].pk


def test_without_javascripts_enter_a_link_is_a_link(board, scene):
    card(board, scene.rides).focus()

    board.keyboard.press("Enter")

    expect(board.get_by_role("heading", level=1)).to_have_text("QR payments")


def test_escape_puts_the_card_down_and_the_focus_stays(board, scene):
    card(board, scene.waits).focus()
    board.keyboard.press("m")
    expect(board.locator("[data-chosen]")).to_have_count(1)

    board.keyboard.press("Escape")

    expect(board.locator("[data-chosen]")).to_have_count(0)
    expect(card(board, scene.waits)).to_be_focused()
    assert request_of(scene.waits).slot is None


def test_a_question_mark_shows_the_keys_and_escape_brings_the_focus_back(board, scene):
    card(board, scene.waits).focus()

    board.keyboard.press("?")
    expect(board.get_by_role("dialog")).to_contain_text("next and previous card")
    board.keyboard.press("Escape")

    expect(board.get_by_role("dialog")).to_have_count(0)
    expect(card(board, scene.waits)).to_be_focused()


def test_a_slash_searches(board, scene):
    board.keyboard.press("/")
    expect(board.get_by_role("searchbox", name="Search releases")).to_be_focused()

    board.keyboard.type("stock")
    board.keyboard.press("Enter")

    expect(board.get_by_role("table")).to_contain_text("Stock counts")
    expect(board.get_by_role("table")).not_to_contain_text("QR payments")


def test_g_and_a_letter_go_to_a_page(board, scene):
    board.keyboard.press("g")
    board.keyboard.press("r")

    expect(board.get_by_role("heading", level=1)).to_have_text("Releases")


def test_letters_typed_into_a_field_are_letters(board, scene):
    board.get_by_role("searchbox", name="Search releases").focus()

    board.keyboard.type("jkm?g/")

    expect(board.get_by_role("searchbox", name="Search releases")).to_have_value("jkm?g/")
    expect(board.get_by_role("dialog")).to_have_count(0)


def test_single_letters_can_be_switched_off_and_the_other_keys_stay(be, cast, scene):
    cast.dov.keys_on = False
    cast.dov.save()
    page = be(cast.dov)
    page.goto(f"/trains/main/?chosen={scene.waits.pk}")
    page.wait_for_function("window.htmx !== undefined")

    for key in ("?", "/", "g", "r", "j"):
        page.keyboard.press(key)
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator("body")).to_be_focused()

    page.keyboard.press("ArrowRight")
    expect(page.locator("th.is-pointed")).to_have_count(1)


def test_a_server_that_does_not_answer_is_told(board, scene):
    card(board, scene.waits).focus()
    board.route("**/trains/main/**", lambda route: route.abort())

    board.keyboard.press("m")

    expect(board.locator("#toast")).to_contain_text("The server did not answer.")
    expect(card(board, scene.waits)).to_be_focused()
