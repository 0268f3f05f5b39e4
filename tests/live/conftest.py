"""The cast and the usual scene, committed for real where a listener of another session is to hear of it."""

from collections.abc import Iterator

import psycopg
import pytest

from releasetrain.web.live.listening import CHANNEL, address
from tests.factories import Cast, create_cast


@pytest.fixture
def cast(transactional_db) -> Cast:
    return create_cast()


class Ear:
    """Hears what the database tells from when it was opened."""

    def __init__(self, session: psycopg.Connection) -> None:
        self.session = session

    def heard(self) -> set[str]:
        """Everything that was told since the last question; what is committed was told."""
        return {told.payload for told in self.session.notifies(timeout=0.05)}


@pytest.fixture
def ear(transactional_db) -> Iterator[Ear]:
    with psycopg.connect(**address(), autocommit=True) as session:
        session.execute(f"LISTEN {CHANNEL}")
        yield Ear(session)
