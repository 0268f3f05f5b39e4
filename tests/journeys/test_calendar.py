"""The calendar in a browser: by keyboard, on a phone, on paper, and without JavaScript."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.factories import create_slot

pytestmark = pytest.mark.browser


def test_two_keys_lead_there_and_the_calendar_goes_back_and_on(page, be, cast, scene):
    be(cast.ines).goto("/trains/main/")
    page.keyboard.press("g")
    page.keyboard.press("c")

    expect(page.get_by_role("heading", level=1)).to_have_text("Calendar")
    here = page.locator(".cal-head .range b").inner_text()
    page.get_by_label("Later").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".cal-head .range b")).not_to_have_text(here)
    page.get_by_role("link", name="Today").click()
    expect(page.locator(".cal-head .range b")).to_have_text(here)


def test_from_the_month_to_a_departure_and_from_the_quarter_to_plain_text(page, be, cast, scene):
    on = scene.slots[0].start_at.date()
    be(cast.ines).goto(f"/calendar/?on={on}")
    page.locator(".cal-line a", has_text="Main service").filter(has_text="1 L").click()
    expect(page).to_have_url(re.compile(rf"/slots/{scene.slots[0].pk}/$"))

    page.goto(f"/calendar/?show=quarter&on={on}")
    row = page.get_by_role("row").filter(has_text=scene.rides.code)
    expect(row).to_contain_text("6/10 · 1 L")
    page.get_by_role("link", name="Plain text for mail").click()
    expect(page.locator("body")).to_contain_text(f"PAY: {scene.rides.code}")


def test_somebody_else_s_change_shows_without_a_reload(page, be, cast, scene):
    on = scene.slots[1].start_at.date()
    be(cast.ines).goto(f"/calendar/?show=week&on={on}")
    expect(page.locator(".cal-stop")).to_contain_text("nobody aboard")
    page.wait_for_timeout(500)  # the stream is open by then

    scene.slots[1].__class__.objects.filter(pk=scene.slots[1].pk).update(capacity=7)

    expect(page.locator(".cal-stop .load").first).to_contain_text("0/7")


def test_on_a_phone_a_month_is_a_list_of_days_with_departures(page, be, cast, scene):
    page.set_viewport_size({"width": 390, "height": 844})
    on = scene.slots[0].start_at.date()
    be(cast.ines).goto(f"/calendar/?on={on}")

    expect(page.locator(".cal thead")).to_be_hidden()
    days = page.locator(".cal td:visible")
    assert 1 <= days.count() <= 6  # at most five departures, and today
    expect(page.locator(".cal td:visible", has_text="6/10 · 1 L")).to_be_visible()
    for address in ("/calendar/", "/calendar/?show=week", f"/calendar/?show=quarter&on={on}", "/trains/main/queue/"):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address


def test_a_quarter_is_printed_on_one_page(page, be, cast, scene):
    for day in range(1, 27):
        create_slot(train=scene.train, start_at=scene.slots[0].start_at + timedelta(days=day * 3, hours=1))
    on = scene.slots[0].start_at.date()
    be(cast.ines).goto(f"/calendar/?show=quarter&on={on}")

    paper = page.pdf(format="A4", landscape=True, prefer_css_page_size=True)

    assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 1


def test_without_javascript_everything_is_reached(browser, live, be, cast, scene):
    context = browser.new_context(base_url=live, java_script_enabled=False)
    page = context.new_page()
    be(cast.ines, on=page)
    page.goto("/calendar/")
    page.get_by_label("Team").select_option("PAY")
    page.get_by_role("button", name="Show").click()

    expect(page).to_have_url(re.compile("team=PAY"))
    page.get_by_role("link", name="Quarter").click()
    expect(page).to_have_url(re.compile("show=quarter.*team=PAY"))
    page.goto("/trains/main/queue/")
    expect(page.get_by_role("row").filter(has_text="Labels")).to_contain_text("→")
    context.close()


def test_an_address_to_follow_is_made_shown_once_and_revoked(page, be, cast, scene):
    be(cast.ines).goto("/calendar/")
    page.get_by_role("link", name="Follow it in your calendar").click()
    page.get_by_role("button", name="Make it").click()

    address = page.get_by_role("textbox", name="Address").input_value()
    assert "/calendar/feed.ics?token=" in address
    assert page.request.get(address).status == 200
    page.get_by_role("button", name=re.compile("Revoke My calendar")).click()
    expect(page.get_by_text("lets nobody in any more")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("Follow the calendar")
    assert page.request.get(address).status == 404


def test_today_is_there_in_the_reader_s_zone(page, be, cast, scene):
    cast.ines.zone = "Pacific/Kiritimati"
    cast.ines.save()
    be(cast.ines).goto("/calendar/")

    ahead = (timezone.now() + timedelta(hours=14)).date()
    expect(page.locator("td.is-today time").first).to_have_attribute("datetime", ahead.isoformat())
