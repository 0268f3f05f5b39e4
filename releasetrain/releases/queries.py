"""What is in the catalogue."""

from collections.abc import Iterable
from typing import TypeVar

from django.db import connection
from django.db.models import Model, QuerySet

from releasetrain.domain.errors import Refused
from releasetrain.releases.models import DataTable, Initiative, Service

Row = TypeVar("Row", bound=Model)


def services() -> QuerySet[Service]:
    """Return all services with their owners."""
    return Service.objects.select_related("team")


def tables() -> QuerySet[DataTable]:
    """Return all data tables, database by database."""
    return DataTable.objects.all()


def initiatives() -> QuerySet[Initiative]:
    """Return all initiatives by name."""
    return Initiative.objects.all()


def service(id: int) -> Service:
    """Return the service, or raise ``Refused("no-such-service")``."""
    return _one(services(), id, "service")


def table(id: int) -> DataTable:
    """Return the data table, or raise ``Refused("no-such-table")``."""
    return _one(tables(), id, "table")


def initiative(id: int) -> Initiative:
    """Return the initiative, or raise ``Refused("no-such-initiative")``."""
    return _one(initiatives(), id, "initiative")


def _one(rows: QuerySet[Row], id: int, noun: str) -> Row:
    found = rows.filter(pk=id).first()
    if found is None:
        raise Refused(f"no-such-{noun}", details={noun: id})
    return found


def needs_from(releases: Iterable[int]) -> dict[int, set[int]]:
    """Return what ``releases`` need, and what that needs, and so on; one query."""
    with connection.cursor() as cursor:
        cursor.execute(
            """WITH RECURSIVE way AS (
                   SELECT release_id, on_id FROM releases_dependency WHERE release_id = ANY(%s)
                   UNION SELECT d.release_id, d.on_id FROM releases_dependency d JOIN way ON d.release_id = way.on_id)
               SELECT release_id, on_id FROM way""",
            [list(releases)],
        )
        found: dict[int, set[int]] = {}
        for release, on in cursor.fetchall():
            found.setdefault(release, set()).add(on)
        return found
