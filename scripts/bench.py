"""Measure the pages on the demo, both trains' boards among them: `python -m scripts.bench`.

A throwaway database is filled by the demo command; then each page is asked for by a signed-in person, in this
process. Printed per page: status, median and worst milliseconds, number of queries.
"""

import os
import statistics
import time
from collections.abc import Iterator

from tests.support import servers

ROUNDS = 20


def pages() -> Iterator[str]:
    """Yield the path of every page of the web door that can be asked for without naming a thing."""
    from django.urls import NoReverseMatch, get_resolver, reverse

    names = get_resolver().namespace_dict["web"][1].reverse_dict
    for name in sorted(key for key in names if isinstance(key, str)):
        try:
            yield reverse(f"web:{name}")
        except NoReverseMatch:
            continue  # a page of one thing


def pages_of_one() -> Iterator[str]:
    """Yield each train's board, the busiest departure and the release that asks."""
    from django.db.models import Count

    from releasetrain.trains.models import Request, Slot, Train

    yield from (f"/trains/{slug}/" for slug in Train.objects.values_list("slug", flat=True))
    asks = Request.objects.filter(slot__isnull=False, ended_at__isnull=True).select_related("train").first()
    yield f"/trains/{asks.train.slug}/?chosen={asks.release_id}"
    yield f"/releases/{asks.release_id}/"
    yield f"/slots/{Slot.objects.annotate(riders=Count('bookings')).order_by('-riders').first().pk}/"


def measure(client, path: str) -> str:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        status = client.get(path).status_code
    asked, times = len(queries), []  # the next request empties the log
    for _ in range(ROUNDS):
        began = time.perf_counter()
        client.get(path)
        times.append((time.perf_counter() - began) * 1000)
    return f"{status:>6} {statistics.median(times):>9.1f} {max(times):>9.1f} {asked:>8}  {path}"


def main() -> None:
    os.environ["DATABASE_URL"] = servers.choose_ephemeral()
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    server = servers.start_ephemeral()
    try:
        import django

        django.setup()
        report()
    finally:
        server.stop()


def report() -> None:
    from django.contrib.auth import get_user_model
    from django.core.management import call_command
    from django.test import Client
    from django.utils import timezone

    from releasetrain.outbox import actions as outbox

    call_command("migrate", verbosity=0)
    call_command("demo")
    outbox.drain(clock=timezone.now)  # the second train comes in behind the first page
    client = Client(raise_request_exception=False, headers={"host": "127.0.0.1"})
    client.force_login(get_user_model().objects.order_by("pk").first())
    print("status median ms  worst ms  queries  page")
    for path in (*pages_of_one(), *pages()):
        print(measure(client, path), flush=True)


if __name__ == "__main__":
    main()
