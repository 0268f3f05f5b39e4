"""The fixtures other tests rest on."""

from urllib.error import HTTPError
from urllib.request import urlopen

import pytest


def status_of(address: str) -> int:
    try:
        with urlopen(address, timeout=20) as response:
            return response.status
    except HTTPError as refused:
        return refused.code


def test_the_live_server_answers(live):
    assert status_of(f"{live}/no-such-page") == 404


@pytest.mark.browser
def test_a_page_of_the_live_server_opens_in_the_browser(page):
    answer = page.goto("/no-such-page")

    assert answer.status == 404
    assert "default-src 'self'" in answer.headers["content-security-policy"]
