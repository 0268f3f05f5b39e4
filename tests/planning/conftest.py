"""The cast, for every test that asks for it."""

import pytest

from tests.factories import Cast, create_cast


@pytest.fixture
def cast(db) -> Cast:
    return create_cast()
