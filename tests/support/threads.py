"""Several at once, as several workers are."""

import threading
from collections.abc import Callable

from django.db import connection


def in_threads(count: int, work: Callable[[], object]) -> list[Exception]:
    """Do ``work`` in so many threads at once, each over a connection of its own; return what went wrong."""
    errors: list[Exception] = []
    barrier = threading.Barrier(count)

    def run() -> None:
        try:
            barrier.wait(10)
            work()
        except Exception as error:  # noqa: BLE001  the test says what it was
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return errors
