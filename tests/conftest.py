"""Fixtures every test may use: a throwaway database server, a browser, and the real web server."""

import os
import time
from collections.abc import Iterator

import pytest

from tests.support import servers

server = pytest.StashKey()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[server] = servers.start_ephemeral()


def pytest_unconfigure(config: pytest.Config) -> None:
    if started := config.stash.get(server, None):
        started.stop()


@pytest.fixture(scope="session")
def live_server_process(django_db_setup, django_db_blocker, tmp_path_factory):
    """One web process for all tests of this worker; use `live`."""
    from django.db import connection

    from tests.support.live import LiveServer, address_of

    started = LiveServer(address_of(connection.settings_dict), tmp_path_factory.mktemp("live") / "server.log")
    yield started
    started.stop()


@pytest.fixture
def live(transactional_db, live_server_process) -> Iterator[str]:
    """The address of the real web server on this test's database. What it logs is shown if the test fails."""
    yield live_server_process.url
    print(live_server_process.news())
    quiet()


def quiet(patience: float = 3.0) -> None:
    """Wait until the server asks the database nothing any more: the tables are emptied next, and would wait for it."""
    from django.db import connection

    until = time.monotonic() + patience
    busy = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    with connection.cursor() as cursor:
        while time.monotonic() < until:
            cursor.execute(f"{busy} AND state <> 'idle'")
            if cursor.fetchone() == (0,):
                return
            time.sleep(0.05)


@pytest.fixture(scope="session")
def browser():
    """A Chromium for all tests of this worker. Outside CI a machine without one skips these tests and says so."""
    from playwright.sync_api import sync_playwright

    from tests.support import browser as chromium

    found = chromium.find()
    if found is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(chromium.MISSING)
    # Playwright's loop runs in this thread, which Django would take for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=found, args=chromium.FLAGS)
        yield started
        started.close()


@pytest.fixture
def page(browser, live):
    """A fresh page of a fresh visitor; `page.goto("/")` is the first page of the real server."""
    context = browser.new_context(base_url=live, locale="en-GB", viewport={"width": 1440, "height": 900})
    opened = context.new_page()
    opened.set_default_timeout(5000)
    yield opened
    context.close()  # before the tables are emptied: nothing must be asking any more
