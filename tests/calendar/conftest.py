"""The cast, for every test that asks for it."""

import pytest

from tests.factories import Cast, create_cast


@pytest.fixture
def cast(db) -> Cast:
    return create_cast()


@pytest.fixture
def unqueued(monkeypatch):
    """Nobody else boards or moves on while a verb is tried: what is compared is what the rules say of one place."""
    monkeypatch.setattr("releasetrain.boarding.actions.rebooking.serve", lambda **_: None)
