"""The shell and the set-up in a real browser: nothing that axe objects to, nothing wider than the screen."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.factories import PASSWORD, create_cast, create_service, create_table, create_train

pytestmark = pytest.mark.browser
SIZES = {"desk": {"width": 1440, "height": 900}, "phone": {"width": 390, "height": 844}}


@pytest.fixture
def pages(live):
    cast = create_cast()
    train = create_train(zone="Europe/Berlin", weekly=[(1, "22:00", 60)], default_of=[cast.pay])
    service, table = create_service(team=cast.pay), create_table(rows=10**9, row_bytes=310, free_disk_bytes=10**12)
    lists = [f"/setup/{noun}/" for noun in ("people", "roles", "teams", "members", "services", "tables", "trains")]
    things = {"people": cast.ada, "teams": cast.pay, "services": service, "tables": table, "trains": train}
    return ["/setup/", *lists, *(f"/setup/{noun}/{row.pk}/" for noun, row in things.items()), "/me/", "/nowhere/"]


def sign_in(page):
    page.goto("/sign-in/")
    page.get_by_label("E-mail").fill("cleo@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name="Cleo").wait_for()


def faults(page) -> list[str]:
    found = [f"{one['id']}: {one['nodes'][0]['target']}" for one in Axe().run(page).response["violations"]]
    is_wider = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    return found + ["wider than the screen"] * is_wider


@pytest.mark.parametrize(("theme", "size"), [("light", "desk"), ("dark", "desk"), ("light", "phone")])
def test_every_page_is_readable_by_everybody(page, pages, theme, size):
    page.emulate_media(color_scheme=theme)
    page.set_viewport_size(SIZES[size])
    page.goto("/sign-in/")
    found = {"/sign-in/": faults(page)}
    sign_in(page)

    for address in pages:
        page.goto(address)
        found[address] = faults(page)

    assert {address: said for address, said in found.items() if said} == {}


def test_no_page_logs_an_error(page, pages):
    errors = []
    page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    sign_in(page)

    for address in pages[:-1]:
        page.goto(address)

    assert errors == []


def test_the_theme_switch_changes_what_the_system_said(page, pages):
    page.emulate_media(color_scheme="dark")
    sign_in(page)

    page.get_by_role("button", name="Switch to light").click()

    page.get_by_role("button", name="Switch to dark").wait_for()
    assert page.locator("html").get_attribute("data-theme") == "light"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(252, 252, 250)"
