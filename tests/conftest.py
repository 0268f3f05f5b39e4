"""Fixtures every test may use: a throwaway database server, a browser, and the real web server."""

import pytest

from tests.support import servers

server = pytest.StashKey()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[server] = servers.start_ephemeral()


def pytest_unconfigure(config: pytest.Config) -> None:
    if started := config.stash.get(server, None):
        started.stop()
