"""Open pages follow what others do, and leave alone whoever is at work in them."""

import time

import pytest
from django.db import connection
from django.utils import timezone
from playwright.sync_api import expect

from releasetrain.boarding.actions import drafting, riding
from releasetrain.releases.models import Release
from tests.riding import said

pytestmark = pytest.mark.browser

SOON = 3000  # ms; measured it is far less than one second
A_WHILE = 700  # ms in which what must not happen would have happened


@pytest.fixture
def other(browser, live, be, cast):
    """Ben of PAY, in a browser of his own."""
    context = browser.new_context(base_url=live, locale="en-GB", viewport={"width": 1440, "height": 900})
    opened = context.new_page()
    opened.set_default_timeout(5000)
    yield be(cast.ben, on=opened)
    context.close()


def go(page, address):
    """Open a page and wait until it follows."""
    with page.expect_request(lambda request: "/events" in request.url):
        page.goto(address)
    page.wait_for_timeout(300)
    return page


def board_it(release, slot, *, by) -> float:
    """Let somebody else put a release on a slot; return when it was done."""
    riding.book(release=release.pk, slot=slot.pk, by=by, clock=timezone.now)
    return time.monotonic()


def rename(release, title, *, by) -> None:
    """Let somebody else call a release otherwise."""
    revision = Release.objects.get(pk=release.pk).revision
    drafting.edit(release=release.pk, fields=said(release, title=title), revision=revision, by=by, clock=timezone.now)


def cell(page, slot, team):
    return page.locator(f'td[data-slot="{slot.pk}"][data-team="{team.pk}"]')


def notice(page):
    return page.locator("#live .live")


def test_a_booking_in_one_browser_shows_in_the_other_within_a_second(be, other, cast, scene):
    mine, theirs = go(be(cast.dov), "/trains/main/"), go(other, "/trains/main/")
    mine.locator(f"#booking-{scene.small.pk} a.title").click()
    mine.locator(f"#slot-{scene.slots[1].pk} .verdict", has_text="free").wait_for()

    cell(mine, scene.slots[1], cast.inv).get_by_role("button", name="Board").click()
    cell(mine, scene.slots[1], cast.inv).get_by_text(scene.small.code).wait_for()
    started = time.monotonic()
    expect(cell(theirs, scene.slots[1], cast.inv)).to_contain_text(scene.small.code, timeout=SOON)

    print(f"in the other browser {1000 * (time.monotonic() - started):.0f} ms after it stood in the first")
    expect(mine.locator("#toast")).to_contain_text("rides on")  # what was said to one stays with one
    expect(theirs.locator("#toast")).to_be_empty()


def test_after_a_deed_of_ones_own_the_board_is_not_changed_a_second_time(be, cast, scene):
    page = go(be(cast.dov), f"/trains/main/?chosen={scene.small.pk}")
    cell(page, scene.slots[1], cast.inv).get_by_role("button", name="Board").click()
    page.locator("#toast .toast").wait_for()
    expect(page.locator(".htmx-settling")).to_have_count(0)
    page.wait_for_timeout(50)
    page.evaluate(
        "window.changes = 0; new MutationObserver((all) => { window.changes += all.length; })"
        ".observe(document.getElementById('board'), {childList: true, subtree: true, attributes: true,"
        " attributeFilter: ['class', 'id', 'href']})"
    )

    page.wait_for_timeout(A_WHILE)

    assert page.evaluate("window.changes") == 0
    expect(page.locator("#toast")).to_contain_text("rides on")


def test_scroll_focus_an_open_menu_and_the_chosen_card_stay(be, cast, scene):
    page = go(be(cast.dov), f"/trains/main/?chosen={scene.waits.pk}")
    page.set_viewport_size({"width": 900, "height": 600})
    page.locator(".board-scroll").evaluate("one => { one.scrollLeft = 120; }")
    page.locator(f"#booking-{scene.waits.pk} a.title").focus()
    before = page.locator(".board-scroll").evaluate("one => one.scrollLeft")

    board_it(scene.small, scene.slots[2], by=cast.dov)
    expect(cell(page, scene.slots[2], cast.inv)).to_contain_text(scene.small.code, timeout=SOON)

    assert page.locator(".board-scroll").evaluate("one => one.scrollLeft") == before > 0
    expect(page.locator(f"#booking-{scene.waits.pk} a.title")).to_be_focused()
    expect(page.locator(f"#booking-{scene.waits.pk}")).to_have_class("card is-waiting is-chosen")


def test_focus_goes_with_the_card_that_somebody_else_moved(be, cast, scene):
    page = go(be(cast.dov), "/trains/main/")
    page.locator(f"#booking-{scene.small.pk} a.title").focus()

    board_it(scene.small, scene.slots[2], by=cast.dov)
    expect(cell(page, scene.slots[2], cast.inv)).to_contain_text(scene.small.code, timeout=SOON)

    expect(page.locator(f"#booking-{scene.small.pk} a.title")).to_be_focused()


def test_a_departure_and_a_release_follow_too(be, other, cast, scene):
    departure = go(be(cast.dov), f"/slots/{scene.slots[1].pk}/")
    release = go(other, f"/releases/{scene.small.pk}/")

    board_it(scene.small, scene.slots[1], by=cast.dov)

    expect(departure.locator(f"#rider-{scene.small.pk}")).to_be_visible(timeout=SOON)
    expect(release.locator(".stations")).to_contain_text("Boarded", timeout=SOON)


@pytest.fixture
def writing(be, cast, scene):
    """Ada's release, with her in the middle of saying why it should leave."""
    page = go(be(cast.ada), f"/releases/{scene.rides.pk}/")
    page.get_by_text("Leave the slot…").click()
    page.get_by_label("Why").first.fill("The bank is not")
    return page


def test_a_form_somebody_writes_in_is_left_alone_and_a_notice_says_so(writing, cast, scene):
    rename(scene.rides, "Called otherwise", by=cast.ben)

    expect(notice(writing)).to_contain_text("Somebody changed this page.", timeout=SOON)
    expect(writing.get_by_role("status").filter(has_text="Somebody changed this page.")).to_have_count(1)
    expect(writing.get_by_role("heading", name="Called otherwise")).to_have_count(0)
    expect(writing.get_by_label("Why").first).to_be_focused()
    writing.keyboard.type(" ready")
    expect(writing.get_by_label("Why").first).to_have_value("The bank is not ready")


def test_show_it_shows_it_and_keeps_the_words(writing, cast, scene):
    rename(scene.rides, "Called otherwise", by=cast.ben)

    notice(writing).get_by_role("button", name="Show it").click(timeout=SOON)

    expect(writing.get_by_role("heading", name="Called otherwise")).to_be_visible()
    expect(notice(writing)).to_have_count(0)
    expect(writing.get_by_label("Why").first).to_have_value("The bank is not")
    expect(writing.get_by_label("Why").first).to_be_focused()


def test_it_shows_by_itself_when_the_form_is_left_empty(writing, cast, scene):
    writing.get_by_label("Why").first.fill("")
    rename(scene.rides, "Called otherwise", by=cast.ben)
    expect(notice(writing)).to_be_visible(timeout=SOON)

    writing.locator("h1").click()

    expect(writing.get_by_role("heading", name="Called otherwise")).to_be_visible()
    expect(notice(writing)).to_have_count(0)
    expect(writing.get_by_text("Leave and wait")).to_be_visible()  # what was opened stays open


def test_a_change_of_nothing_that_is_shown_disturbs_nobody(writing, cast, scene):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE releases_release SET imported_key = 'x' WHERE id = %s", [scene.rides.pk])

    writing.wait_for_timeout(A_WHILE)

    expect(notice(writing)).to_have_count(0)


def test_while_a_card_is_dragged_the_board_waits(be, cast, scene):
    page = go(be(cast.dov), "/trains/main/")
    page.locator(f"#booking-{scene.waits.pk}").hover()
    page.mouse.down()
    where = page.locator(f"#booking-{scene.waits.pk}").bounding_box()
    page.mouse.move(where["x"] + 40, where["y"] + 30, steps=4)
    page.locator(f"#slot-{scene.slots[1].pk} .verdict", has_text="free").wait_for()

    board_it(scene.small, scene.slots[2], by=cast.dov)
    expect(notice(page)).to_be_visible(timeout=SOON)
    expect(cell(page, scene.slots[2], cast.inv)).not_to_contain_text(scene.small.code)
    page.mouse.up()

    expect(cell(page, scene.slots[2], cast.inv)).to_contain_text(scene.small.code)
    expect(notice(page)).to_have_count(0)


def test_an_open_dialog_holds_the_page(be, cast, scene):
    page = go(be(cast.dov), "/trains/main/")
    page.keyboard.press("?")
    page.locator("dialog[open]").wait_for()

    board_it(scene.small, scene.slots[2], by=cast.dov)
    expect(notice(page)).to_be_visible(timeout=SOON)
    page.keyboard.press("Escape")

    expect(cell(page, scene.slots[2], cast.inv)).to_contain_text(scene.small.code)


def test_a_refusal_stays_until_it_was_read(be, cast, scene):
    page = go(be(cast.dov), f"/trains/main/?chosen={scene.waits.pk}")
    page.evaluate("([release, slot]) => place(release, slot)", [str(scene.waits.pk), str(scene.slots[0].pk)])
    page.locator(".board .refusal").wait_for()

    board_it(scene.small, scene.slots[2], by=cast.dov)

    expect(notice(page)).to_be_visible(timeout=SOON)
    expect(page.locator(".board .refusal")).to_be_visible()


def test_without_the_trigger_the_page_does_not_follow(be, cast, scene):
    page = go(be(cast.dov), "/trains/main/")
    switch("DISABLE")

    try:
        board_it(scene.small, scene.slots[2], by=cast.dov)
        page.wait_for_timeout(1500)
        expect(cell(page, scene.slots[2], cast.inv)).not_to_contain_text(scene.small.code)
    finally:
        switch("ENABLE")


def switch(on) -> None:
    with connection.cursor() as cursor:
        for table in ("trains_booking", "trains_request", "releases_release", "audit_entry"):
            cursor.execute(f"ALTER TABLE {table} {on} TRIGGER live")


FAST = "window.setTimeout = ((real) => (act, time, ...rest) => real(act, time / 20, ...rest))(window.setTimeout)"


@pytest.mark.parametrize("how", ["refused", "missing"])
def test_without_a_stream_it_asks_every_ten_seconds_and_is_mostly_told_nothing_changed(be, page, cast, scene, how):
    answers = []
    page.add_init_script(FAST + ("; delete window.EventSource" if how == "missing" else ""))
    page.route("**/events?*", lambda route: route.fulfill(status=503))
    page.on("response", lambda response: "x-live" in response.request.headers and answers.append(response.status))
    be(cast.dov).goto("/trains/main/")
    page.locator("body[data-follows=polling]").wait_for()

    board_it(scene.small, scene.slots[2], by=cast.dov)

    expect(cell(page, scene.slots[2], cast.inv)).to_contain_text(scene.small.code, timeout=SOON)
    page.wait_for_timeout(2500)
    assert answers.count(304) > answers.count(200)


def test_a_hidden_page_keeps_no_stream_and_catches_up_when_it_is_seen_again(be, page, cast, scene):
    page.add_init_script(
        "window.streams = []; window.EventSource = class extends EventSource"
        " { constructor(...all) { super(...all); window.streams.push(this); } }"
    )
    be(cast.dov).goto("/trains/main/")
    assert states(page, wanted=[OPEN]) == [OPEN]

    see(page, is_hidden=True)
    assert states(page, wanted=[CLOSED]) == [CLOSED]
    board_it(scene.small, scene.slots[2], by=cast.dov)
    page.wait_for_timeout(A_WHILE)
    expect(cell(page, scene.slots[2], cast.inv)).not_to_contain_text(scene.small.code)
    see(page, is_hidden=False)

    expect(cell(page, scene.slots[2], cast.inv)).to_contain_text(scene.small.code, timeout=SOON)
    assert states(page, wanted=[CLOSED, OPEN]) == [CLOSED, OPEN]


OPEN, CLOSED = 1, 2


def states(page, *, wanted) -> list[int]:
    """Return how the page's streams are, after a while if they are not as wanted; its policy forbids waiting inside."""
    for _ in range(100):
        if (found := page.evaluate("window.streams.map((one) => one.readyState)")) == wanted:
            break
        page.wait_for_timeout(50)
    return found


def see(page, *, is_hidden: bool) -> None:
    """Hide the tab, or show it again."""
    page.evaluate(
        "(hidden) => { Object.defineProperty(document, 'hidden', {value: hidden, configurable: true});"
        " document.dispatchEvent(new Event('visibilitychange')); }",
        is_hidden,
    )


def test_who_was_signed_out_is_told_and_led_to_sign_in(be, page, cast, scene):
    go(be(cast.dov), "/trains/main/")
    cast.dov.is_active = False

    cast.dov.save()

    expect(notice(page)).to_contain_text("You are signed out", timeout=SOON)
    notice(page).get_by_role("button").click()
    page.wait_for_url("**/sign-in/?next=%2Ftrains%2Fmain%2F")
