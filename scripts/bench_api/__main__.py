"""Requests a second and p95 of list, detail and booking, beside bare views, in one run, at two sizes.

`python -m scripts.bench_api [10000 100000]`; each cell is the median of three rounds that take turns.
"""

import itertools
import os
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.support import servers

SIZES = (10_000, 100_000)
SECONDS, ROUNDS = 4.0, 3


def ways(company) -> dict[str, Callable[[int], Iterator[tuple[str, str, object]]]]:
    """Return what is asked, by name; ``{door}`` is where."""

    def listing(door: str):
        return lambda n: itertools.repeat(("GET", f"{door}/releases?limit=50", None))

    def detail(door: str):
        return lambda n: (("GET", f"{door}/releases/{number}", None) for number in itertools.cycle(company.moving))

    def booking(door: str):
        def own(n: int) -> Iterator[tuple[str, str, object]]:
            mine = company.moving[n::4]
            for turn in itertools.count():
                slot = company.slots[(turn // len(mine) + n) % len(company.slots)]
                yield "POST", f"{door}/releases/{mine[turn % len(mine)]}/book", {"slot": slot}

        return own

    return {"list": listing, "detail": detail, "book": booking}


def measure(size: int) -> Iterator[tuple[str, tuple[float, float], tuple[float, float]]]:
    """Yield for each way its name, our rate and p95, the bare view's rate and p95."""
    from django.db import connection
    from django.test.utils import setup_databases

    from scripts.bench_api.asking import load
    from scripts.bench_api.company import fill
    from tests.support.live import LiveServer, address_of

    made = setup_databases(verbosity=0, interactive=False)
    company = fill(size)
    server = LiveServer(address_of(connection.settings_dict), Path(tempfile.mkdtemp()) / "server.log")
    try:
        for name, way in ways(company).items():
            figures = {"/api/v1": [], "/bare": []}
            for turn in range(ROUNDS + 1):  # the first warms up
                for door, rows in figures.items():
                    said = load(server.port, company.secret, way(door), seconds=SECONDS if turn else 1.0)
                    if said.wrong:
                        sys.exit(f"{door} {name}: {said.wrong} wrong answers\n{server.news()[-2000:]}")
                    rows.append(said)
            yield name, *(middle(rows[1:]) for rows in figures.values())
    finally:
        server.stop()
        for alias, old, _destroy in made:
            alias.creation.destroy_test_db(old, verbosity=0)


def middle(rows: list) -> tuple[float, float]:
    """Return the median of the rates and of the p95s."""
    return statistics.median(one.rate for one in rows), statistics.median(one.p95 for one in rows)


def main() -> None:
    sizes = [int(word) for word in sys.argv[1:]] or list(SIZES)
    os.environ["DATABASE_URL"] = servers.choose_ephemeral()
    os.environ["RELEASETRAIN_POOL"] = "8"  # as `make run` starts the web process
    os.environ["DJANGO_SETTINGS_MODULE"] = "scripts.bench_api.settings"
    server = servers.start_ephemeral()
    try:
        import django

        django.setup()
        print(f"{'releases':>9} {'what':>7} {'req/s':>8} {'p95 ms':>8} {'bare req/s':>11} {'p95 ms':>8} {'ratio':>6}")
        first: dict[str, float] = {}
        for size in sizes:
            for name, (rate, p95), (bare, bare_p95) in measure(size):
                grown = f"  {first[name] / rate:.2f}x the time of {sizes[0]}" if name in first else ""
                first.setdefault(name, rate)
                cells = f"{size:>9} {name:>7} {rate:>8.0f} {p95:>8.1f} {bare:>11.0f} {bare_p95:>8.1f}"
                print(f"{cells} {rate / bare:>6.2f}{grown}", flush=True)
    finally:
        server.stop()


if __name__ == "__main__":
    main()
