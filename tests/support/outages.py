"""A database that does not answer, as this process sees it."""

from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

from django.db import OperationalError, connection

SECRET = "connection refused at a secret address"


def refuse() -> None:
    """Fail as the driver does; the sentence must not reach a reader."""
    raise OperationalError(SECRET)


@contextmanager
def dead_database() -> Iterator[None]:
    """No query gets through inside; the test's own transaction is untouched."""
    with mock.patch.object(connection, "ensure_connection", refuse):
        yield
