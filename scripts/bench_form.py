"""How fast the form answers while somebody types: p50 and p95 over HTTP, warm, with 1,000 open releases.

`python -m scripts.bench_form [1000]`; one person types 400 times, then four at once.
"""

import http.client
import os
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path
from urllib.parse import urlencode

from tests.support import servers

OPEN, ASKED, WARM = 1000, 400, 40


def fill(count: int):
    """Write open releases that ride and ask, a third of them with a verdict; return who types, and what."""
    from datetime import timedelta

    from django.db import connection
    from django.utils import timezone

    from releasetrain.reviews.actions.refreshing import refresh
    from releasetrain.trains.lock import locked_calendar
    from tests.factories import create_service, create_slot, create_table, create_team, create_train, member_of
    from tests.riding import approved, ask_for, board, create_release

    now = timezone.now()
    teams = [create_team(code=f"T{n}", hue=n % 12 + 1, place=n, slot_limit=100) for n in range(20)]
    people = [member_of(team, name=f"Member {team.code}") for team in teams]
    train = create_train(capacity=1000, default_of=teams, large_mode="apart")
    slots = [create_slot(train=train, start_at=now + timedelta(days=2 + n)) for n in range(40)]
    services = [create_service(team=team) for team in teams]
    tables = [create_table(rows=10**n) for n in range(3, 10)]
    releases = []
    for n in range(count):
        facts = {"team": teams[n % 20], "services": [services[n % 20]], "size": "SSM"[n % 3], "tables": [tables[n % 7]]}
        release = create_release(**facts)
        if n % 4:
            board(release, slots[n % 40])
        else:
            ask_for(release, slot=slots[n % 40])
        releases.append(release)
    with locked_calendar():
        refresh([one.pk for one in releases], at=now, by=None, code="submitted")
    for n, release in enumerate(releases[: count // 3]):
        approved(release, by=people[n % 20], at=now)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    typed = {"team": teams[0].pk, "size": "L", "services": [one.pk for one in services[:3]], "tables": tables[6].pk}
    return people[0], {**typed, "title": "Fees"}


def session_of(person) -> dict[str, str]:
    """Return the headers of somebody signed in who may post."""
    from django.test import Client

    client = Client()
    client.force_login(person)
    page = client.get("/releases/new/", headers={"host": "127.0.0.1"})
    if page.status_code != 200:
        sys.exit(f"the form answers {page.status_code}")
    cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())
    token = client.cookies["csrftoken"].value
    return {"Cookie": cookies, "X-CSRFToken": token, "Content-Type": "application/x-www-form-urlencoded"}


def type_on(port: int, headers: dict[str, str], said: dict, times: int, took: list[float]) -> None:
    """Send the form again and again, as typing does, and note how long each answer took, in milliseconds."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    for n in range(times):
        body = urlencode({**said, "title": f"Fees {n}"}, doseq=True)
        since = time.perf_counter()
        connection.request("POST", "/releases/live/", body, {**headers, "HX-Request": "true"})
        answer = connection.getresponse()
        content = answer.read()
        took.append((time.perf_counter() - since) * 1000)
        if answer.status != 200 or b"Architecture" not in content:
            sys.exit(f"{answer.status}: {content[:300]!r}")
    connection.close()


def show(name: str, took: list[float]) -> None:
    ranked = sorted(took)
    p95 = ranked[int(len(ranked) * 0.95)]
    print(f"{name:<22} p50 {statistics.median(took):6.1f} ms   p95 {p95:6.1f} ms   of {len(took)}", flush=True)


def measure(count: int) -> None:
    from django.db import connection
    from django.test.utils import setup_databases

    from tests.support.live import LiveServer, address_of

    made = setup_databases(verbosity=0, interactive=False)
    person, said = fill(count)
    headers = session_of(person)
    server = LiveServer(address_of(connection.settings_dict), Path(tempfile.mkdtemp()) / "server.log")
    try:
        type_on(server.port, headers, said, WARM, [])
        print(f"{count} open releases", flush=True)
        one: list[float] = []
        type_on(server.port, headers, said, ASKED, one)
        show("one person", one)
        four: list[float] = []
        crowd = [
            threading.Thread(target=type_on, args=(server.port, headers, said, ASKED // 4, four)) for _ in range(4)
        ]
        for thread in crowd:
            thread.start()
        for thread in crowd:
            thread.join()
        show("four at once", four)
    finally:
        server.stop()
        for alias, old, _destroy in made:
            alias.creation.destroy_test_db(old, verbosity=0)


def main() -> None:
    os.environ["DATABASE_URL"] = servers.choose_ephemeral()
    os.environ["RELEASETRAIN_POOL"] = "8"  # as `make run` starts the web process
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    server = servers.start_ephemeral()
    try:
        import django

        django.setup()
        measure(int(sys.argv[1]) if len(sys.argv) > 1 else OPEN)
    finally:
        server.stop()


if __name__ == "__main__":
    main()
