"""A company with so many releases: most departed long ago, some hundreds on their way. Written as rows, in SQL."""

from dataclasses import dataclass
from datetime import timedelta

from django.db import connection
from django.utils import timezone

from releasetrain.domain.scopes import Scope
from releasetrain.notices import actions as notices
from releasetrain.releases.models import Release
from tests.factories import create_service, create_slot, create_team, create_train, release_manager

MOVING = 200  # releases that are booked to and fro
HISTORY = """
    INSERT INTO releases_release (team_id, title, description, size, weight, links, revision, created_at, submitted_at)
    SELECT %(first)s + n %% %(teams)s, 'Release ' || n, 'What changes, in some words.', 'S', 1, '{}', 1, now(), now()
    FROM generate_series(1, %(count)s) n
"""
LINKS = "INSERT INTO releases_releaseservice (release_id, service_id) SELECT id, %(service)s FROM releases_release"
BOOKED = """
    INSERT INTO trains_booking (release_id, slot_id, booked_at, by_itself)
    SELECT r.id, (%(slots)s::bigint[])[1 + r.id %% %(many)s], now(), true FROM releases_release r
    WHERE r.id <= (SELECT max(id) FROM releases_release) - %(moving)s
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """Whom to ask as, and what for."""

    secret: str
    moving: list[int]
    slots: list[int]


def fill(count: int) -> Company:
    """Write the company, and tell the database's planner about it."""
    teams = [create_team(code=f"T{n}", hue=n % 12 + 1, place=n, slot_limit=100) for n in range(40)]
    cleo, service, now = release_manager(), create_service(team=teams[0]), timezone.now()
    train = create_train(capacity=1000, default_of=teams)
    past = [create_slot(train=train, start_at=now - timedelta(days=7 * n), kind="past").pk for n in range(1, 300)]
    coming = [create_slot(train=train, start_at=now + timedelta(days=7 * n)).pk for n in range(1, 21)]
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # history needs no judging
        cursor.execute(HISTORY, {"first": teams[0].pk, "teams": len(teams), "count": count})
        cursor.execute(LINKS, {"service": service.pk})
        cursor.execute(BOOKED, {"slots": past, "many": len(past), "moving": MOVING})
        cursor.execute("SET session_replication_role = origin")
        moving = list(Release.objects.order_by("-pk").values_list("pk", flat=True)[:MOVING])
        cursor.execute("ANALYZE")
    _token, secret = notices.make_token(name="bench", scopes=tuple(Scope), days=1, by=cleo, clock=timezone.now)
    return Company(secret=secret, moving=moving, slots=coming)
