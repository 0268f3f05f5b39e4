"""How fast the calendar answers: the ways out after a refusal, and one check of a release among very many bookings.

`python -m scripts.bench_calendar [10000 100000]`, in this process, warm, on a throwaway database. Printed: p50 and p95
of the next three slots for either side with their costs, at the first number of bookings; the median of 1,000 checks
of one release in one slot at the second, and through which indexes PostgreSQL finds the bookings that can matter.
"""

import os
import random
import statistics
import sys
import time

from tests.support import servers

REFUSALS, CHECKS, WARM = 200, 1000, 30
TRAINS, PAST, COMING = 20, 150, 50  # departures of each train
RELEASES = """
    INSERT INTO releases_release
      (team_id, title, description, size, weight, links, revision, created_at, submitted_at, open_gates, due)
    SELECT %(first)s + n %% 40, 'Release ' || n, '', (ARRAY['S','S','S','S','S','S','M','M','M','L'])[1 + n %% 10],
           1, '{}', 1, now(), now(), '{}', (now() + n %% 300 * interval '1 day')::date
      FROM generate_series(1, %(count)s) n
"""
LINKS = """
    INSERT INTO releases_releaseservice (release_id, service_id)
    SELECT id, %(first)s + (id + more * 17) %% 60 FROM releases_release, generate_series(0, 1) more
"""
BOOKED = """
    INSERT INTO trains_booking (release_id, slot_id, booked_at, by_itself)
    SELECT id, (%(slots)s::bigint[])[1 + (id * 7919) %% %(many)s], now() - interval '9 days', false
      FROM releases_release WHERE id <= %(last)s
"""
DEPARTED = """
    INSERT INTO trains_outcome (booking_id, kind, started_at, finished_at, reason, at)
    SELECT b.id, 'departed', s.start_at, s.end_at, '', s.end_at
      FROM trains_booking b JOIN trains_slot s ON s.id = b.slot_id WHERE s.end_at < now()
"""


def fill(count: int):
    """Write trains with their departures, and so many bookings; return some large releases that ask for a slot."""
    from datetime import timedelta

    from django.db import connection
    from django.utils import timezone

    from releasetrain.releases.models import Release
    from releasetrain.trains.models import Request, Slot
    from tests.factories import create_service, create_team, create_train

    now = timezone.now().replace(microsecond=0)
    teams = [create_team(code=f"T{n}", hue=n % 12 + 1, place=n, slot_limit=3) for n in range(40)]
    services = [create_service(team=teams[n % 40]) for n in range(60)]
    trains = [create_train(slug=f"t{n}", capacity=30, large_mode="apart") for n in range(TRAINS)]
    slots = Slot.objects.bulk_create(
        Slot(
            train=train,
            occurrence=f"{start:%Y-%m-%dT%H:%M}",
            start_at=start,
            end_at=start + timedelta(hours=1),
            cut_off_at=start - timedelta(hours=4),
            closed_at=start - timedelta(hours=4) if start < now else None,
            capacity=30,
        )
        for train in trains
        for start in (now + timedelta(hours=84 * n + 5) for n in range(-PAST, COMING))
    )
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # nobody judges what is only there to be many
        cursor.execute(RELEASES, {"first": teams[0].pk, "count": count + REFUSALS})
        cursor.execute(LINKS, {"first": services[0].pk})
        asking = list(Release.objects.order_by("-pk")[:REFUSALS])
        facts = {"slots": [slot.pk for slot in slots], "many": len(slots), "last": asking[-1].pk - 1}
        cursor.execute(BOOKED, facts)
        cursor.execute(DEPARTED)
        Release.objects.filter(pk__in=[one.pk for one in asking]).update(size="L")
        coming = [slot for slot in slots if slot.start_at > now]
        dice = random.Random(1)  # noqa: S311  the same dice in every run
        Request.objects.bulk_create(
            Request(release=one, train_id=there.train_id, slot=there, made_at=now, asked_at=now, wish="this")
            for one, there in ((one, dice.choice(coming)) for one in asking)
        )
        cursor.execute("SET session_replication_role = origin")
        cursor.execute("VACUUM ANALYZE")
    return list(Request.objects.select_related("slot__train").order_by("pk"))


def timed(asked, times: int, deed) -> list[float]:
    took = []
    for n in range(times + WARM):
        since = time.perf_counter()
        deed(asked[n % len(asked)])
        took.append((time.perf_counter() - since) * 1000)
    return took[WARM:]


def show(name: str, took: list[float]) -> None:
    p95 = sorted(took)[int(len(took) * 0.95)]
    print(f"{name:<44} p50 {statistics.median(took):7.2f} ms   p95 {p95:7.2f} ms   of {len(took)}", flush=True)


def ways_out(asked) -> None:
    """Bench what a refusal offers at the smaller size: three slots for either side, with what each would cost."""
    from django.utils import timezone

    from releasetrain.boarding.remedies import remedies

    def deed(one) -> None:
        remedies(one.release_id, one.slot, now=timezone.now())

    show("ways out for either side", timed(asked, REFUSALS, deed))


def checks(asked) -> None:
    """Bench one check of one release in one slot, from reading to judging."""
    from django.utils import timezone

    from releasetrain.boarding.queries import chances

    show(
        "one check of one release",
        timed(asked, CHECKS, lambda one: chances(one.release_id, [one.slot], now=timezone.now())),
    )


def plan(asked) -> None:
    """Print through which indexes the bookings that can matter are found."""
    from django.utils import timezone

    from releasetrain.trains import queries as trains

    one, now = asked[0], timezone.now()
    departures = {one.slot_id: trains.departure(one.slot)}
    world = trains.world_of({one.release_id}, slots=departures, near=trains.span_of(departures.values(), now=now))
    found = trains.bookings_near(departures, world=world, now=now, also={one.release_id})
    lines = trains.facts_of(found).explain(analyze=True).splitlines()
    for line in lines:
        if "Scan" in line or "Time" in line:
            print("   ", line.strip())


def measure(count: int, *parts) -> None:
    from django.db import connection
    from django.test.utils import setup_databases, teardown_databases

    made = setup_databases(verbosity=0, interactive=False)
    try:
        asked = fill(count)
        print(f"{count} bookings, {TRAINS} trains, {TRAINS * (PAST + COMING)} departures", flush=True)
        for part in parts:
            part(asked)
    finally:
        connection.close()
        teardown_databases(made, verbosity=0)


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    import django

    django.setup()
    started = servers.start_ephemeral()
    try:
        smaller, larger = [int(word) for word in sys.argv[1:]] or (10_000, 100_000)
        measure(smaller, ways_out, checks)
        measure(larger, checks, plan)
    finally:
        if started:
            started.stop()


if __name__ == "__main__":
    main()
