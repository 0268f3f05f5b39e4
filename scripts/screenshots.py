"""Take pictures of the demo's pages: `python -m scripts.screenshots http://127.0.0.1:8000 docs/pictures`.

Needs a running demo. Each page is taken in light and dark on a desk (1440x900) and on a phone (390x844).
"""

import argparse
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.support import browser as chromium

PERSON = "Cleo"  # who may see and do everything
SIZES = {"desk": {"width": 1440, "height": 900}, "phone": {"width": 390, "height": 844}}
THEMES = ("light", "dark")


def board(page: Page) -> None:
    page.goto("/")


def chosen(page: Page) -> None:
    """The board with the first waiting release that may be moved."""
    board(page)
    page.goto(f"{board_address(page)}?chosen={waiting(page)}")


def refused(page: Page) -> None:
    """The board where that release was refused in the first slot that will not do."""
    chosen(page)
    shut = page.locator("th.slot:has(.verdict.is-blocked)").first.get_attribute("id")
    page.evaluate("([release, slot]) => place(release, slot)", [waiting(page), shut.removeprefix("slot-")])
    page.locator(".refusal").first.wait_for(state="attached")


def changed(page: Page) -> None:
    """The board under somebody's hands, after somebody else called a release otherwise."""
    board(page)
    page.get_by_label("Teams", exact=True).focus()
    other = page.context.browser.new_context(base_url=page.url)
    with other.new_page() as editing:
        enter(editing)
        editing.goto(f"/releases/{waiting(editing)}/edit/")
        title = editing.locator("[name=title]")
        title.fill(f"{title.input_value()}.")
        title.press("Enter")
        editing.wait_for_url(re.compile(r"/releases/\d+/$"))
    other.close()
    page.locator("#live .live").wait_for()


def departure(page: Page) -> None:
    board(page)
    page.goto(page.locator("th.slot.is-next a.date").get_attribute("href"))


def departed(page: Page) -> None:
    """The latest departure that is over."""
    board(page)
    page.goto(page.get_by_label("Earlier").get_attribute("href"))
    page.goto(page.locator("th.slot.is-over a.date").last.get_attribute("href"))


def release(page: Page) -> None:
    """A release that asks for a slot, else any."""
    board(page)
    asking = page.locator(".board .card.is-asking a.title")
    page.goto((asking if asking.count() else page.locator(".board .card a.title")).first.get_attribute("data-open"))


def waive(page: Page) -> None:
    """The waiver form of the chosen release in the slot that refused it."""
    refused(page)
    page.goto(page.locator('.refusal a[href*="/waive/"]').first.get_attribute("href"))


def conflict(page: Page) -> None:
    """Both sides of what refused it there."""
    refused(page)
    page.goto(page.locator('.refusal a[href*="/conflicts/"]').first.get_attribute("href"))


def at(path: str) -> Callable[[Page], None]:
    return lambda page: page.goto(path) and None


PAGES: dict[str, Callable[[Page], None]] = {
    "board": board,
    "board-chosen": chosen,
    "board-refused": refused,
    "board-changed": changed,
    "departure": departure,
    "departed": departed,
    "release": release,
    "waive": waive,
    "conflict": conflict,
    "waivers": at("/waivers/"),
    "rules": at("/rules/"),
    "new-release": at("/releases/new/"),
    "releases": at("/releases/"),
    "import": at("/imports/"),
    "set-up": at("/setup/"),
    "status": at("/status"),
    "dead-letters": at("/dead-letters/"),
    "me": at("/me/"),
    "notices": at("/me/notices/"),
    "mails": at("/mails/"),
}


def board_address(page: Page) -> str:
    """The address of the board that is shown, without its query."""
    return re.sub(r"\?.*", "", page.url)


def waiting(page: Page) -> str:
    """The number of the first release in the queue that may be moved, the large ones first."""
    cards = page.locator(".board td:nth-child(2) .card[draggable]")
    large = cards.filter(has=page.locator(".size--l"))
    return (large if large.count() else cards).first.get_attribute("data-release")


def enter(page: Page) -> None:
    """Be the demo's release manager."""
    page.goto("/sign-in/")
    page.get_by_role("button", name=f"Be {PERSON}").first.click()
    page.wait_for_load_state()


def visits(browser: Browser, address: str) -> Iterator[tuple[str, Page]]:
    """Yield a page of the demo's release manager for each size and theme, with a name for both."""
    for size, viewport in SIZES.items():
        for theme in THEMES:
            context = browser.new_context(base_url=address, viewport=viewport, color_scheme=theme, locale="en-GB")
            page = context.new_page()
            enter(page)
            yield f"{size}-{theme}", page
            context.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("address")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", nargs="*", choices=PAGES, default=list(PAGES))
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium.find(), args=chromium.FLAGS)
        for look, page in visits(started, asked.address):
            for name in asked.only:
                PAGES[name](page)
                page.screenshot(path=asked.folder / f"{name}-{look}.png", full_page=look.startswith("phone"))
                print(f"{name}-{look}.png", flush=True)
        started.close()


if __name__ == "__main__":
    main()
