"""How much a question asks of the database."""

from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.api.conftest import Caller


def queries_of(caller: Caller, path: str, **query: Any) -> int:
    """Return how many queries the answer takes; the answer must be there. The token was used before: that is noted."""
    caller.get(path, **query)
    with CaptureQueriesContext(connection) as asked:
        answer = caller.get(path, **query)
    assert answer.status_code == 200, answer.data
    return len(asked)
