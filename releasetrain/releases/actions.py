"""The catalogue: services, data tables, initiatives. Editing it never breaks a booking: releases point at rows.

``seen`` of an edit: what the form showed; what was saved since is not undone unasked.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.db import models, transaction

from releasetrain.audit import actions as audit
from releasetrain.domain.errors import Refused
from releasetrain.domain.lines import all_or_none
from releasetrain.domain.permissions import Permission, require
from releasetrain.releases import queries
from releasetrain.releases.models import DataTable, Initiative, Service
from releasetrain.teams import checks
from releasetrain.teams import queries as teams
from releasetrain.teams.models import User

Clock = Callable[[], datetime]
MOST_ROWS = 10**15


@transaction.atomic
def add_service(
    *, name: str, team: int, by: User, clock: Clock, kind: str = Service.Kind.SERVER, platform: str = ""
) -> Service:
    """Add something deployable, owned by ``team``; a client names its platform."""
    _allowed(by)
    service = _say_service(Service(), name=name, kind=kind, platform=platform, team=team)
    return _keep("service.added", service, by=by, at=clock())


@transaction.atomic
def edit_service(
    *,
    service: int,
    name: str,
    kind: str,
    platform: str,
    team: int,
    by: User,
    clock: Clock,
    seen: Mapping[str, str] | None = None,
) -> Service:
    """Change what a service is called, what it is and who owns it."""
    _allowed(by)
    known = queries.service(service)
    with checks.undoing_nothing(known, seen):
        _say_service(known, name=name, kind=kind, platform=platform, team=team)
    return _keep("service.edited", known, by=by, at=clock())


def _say_service(service: Service, *, name: str, kind: str, platform: str, team: int) -> Service:
    service.name = checks.text(name, field="name", most=80)
    service.kind = Service.Kind(kind).value
    service.platform = checks.text(platform, field="platform", most=40, needed=False)
    service.team = teams.team(team)
    if service.kind == Service.Kind.CLIENT and not service.platform:
        raise Refused("platform-missing", details={"field": "platform"})
    _refuse_twin(service, name=service.name)
    return service


@transaction.atomic
def add_table(
    *,
    name: str,
    database: str,
    by: User,
    clock: Clock,
    rows: int = 0,
    row_bytes: int = 0,
    indexes: int = 0,
    random_indexes: int = 0,
    free_disk_bytes: int | None = None,
) -> DataTable:
    """Add a table that releases may alter."""
    _allowed(by)
    sizes = {"rows": rows, "row_bytes": row_bytes, "indexes": indexes, "random_indexes": random_indexes}
    table = _say_table(DataTable(), name=name, database=database, free_disk_bytes=free_disk_bytes, **sizes)
    return _keep("table.added", table, by=by, at=clock())


@transaction.atomic
def edit_table(*, table: int, by: User, clock: Clock, seen: Mapping[str, str] | None = None, **facts: Any) -> DataTable:
    """Change what is known of a table; the same facts as ``add_table``, all of them."""
    _allowed(by)
    known = queries.table(table)
    with checks.undoing_nothing(known, seen):
        _say_table(known, **facts)
    return _keep("table.edited", known, by=by, at=clock())


def _say_table(
    table: DataTable,
    *,
    name: str,
    database: str,
    rows: int,
    row_bytes: int,
    indexes: int,
    random_indexes: int,
    free_disk_bytes: int | None,
) -> DataTable:
    table.name = checks.text(name, field="name", most=120)
    table.database = checks.text(database, field="database", most=80)
    table.rows = checks.number(rows, field="rows", least=0, most=MOST_ROWS)
    table.row_bytes = checks.number(row_bytes, field="row_bytes", least=0, most=2**31 - 1)
    table.indexes = checks.number(indexes, field="indexes", least=0, most=32767)
    table.random_indexes = checks.number(random_indexes, field="random_indexes", least=0, most=32767)
    table.free_disk_bytes = free_disk_bytes
    if free_disk_bytes is not None:
        checks.number(free_disk_bytes, field="free_disk_bytes", least=0, most=2**62)
    if random_indexes > indexes:
        raise Refused("more-random-than-indexes", details={"field": "random_indexes", "indexes": indexes})
    _refuse_twin(table, name=table.name, database=table.database)
    return table


@transaction.atomic
def add_initiative(*, name: str, by: User, clock: Clock) -> Initiative:
    """Add a task from the product owner that groups releases."""
    _allowed(by)
    initiative = Initiative(name=checks.text(name, field="name", most=120))
    _refuse_twin(initiative, name=initiative.name)
    return _keep("initiative.added", initiative, by=by, at=clock())


@transaction.atomic
def edit_initiative(
    *, initiative: int, name: str, by: User, clock: Clock, seen: Mapping[str, str] | None = None
) -> Initiative:
    """Change what an initiative is called."""
    _allowed(by)
    known = queries.initiative(initiative)
    with checks.undoing_nothing(known, seen):
        known.name = checks.text(name, field="name", most=120)
    _refuse_twin(known, name=known.name)
    return _keep("initiative.edited", known, by=by, at=clock())


@transaction.atomic
def put_services(lines: Mapping[int, Mapping[str, Any]], *, by: User, clock: Clock) -> int:
    """Add or edit the service of each line (name, kind, platform, team code) by name: all lines or none."""

    def put(*, name: str, team: str, **facts: Any) -> None:
        facts.update(name=name, team=teams.team_called(team).pk, by=by, clock=clock)
        known = Service.objects.filter(name=name.strip()).first()
        edit_service(service=known.pk, **facts) if known else add_service(**facts)

    return all_or_none(lines, put)


@transaction.atomic
def put_tables(lines: Mapping[int, Mapping[str, Any]], *, by: User, clock: Clock) -> int:
    """Add or edit the table of each line (the facts of ``add_table``) by database and name: all lines or none."""

    def put(*, name: str, database: str, **facts: Any) -> None:
        facts.update(name=name, database=database, by=by, clock=clock)
        known = DataTable.objects.filter(name=name.strip(), database=database.strip()).first()
        edit_table(table=known.pk, **facts) if known else add_table(**facts)

    return all_or_none(lines, put)


@transaction.atomic
def put_initiatives(lines: Mapping[int, Mapping[str, Any]], *, by: User, clock: Clock) -> int:
    """Add the initiative of each line (name) that is not there yet: all lines or none."""

    def put(*, name: str) -> None:
        _allowed(by)
        if not Initiative.objects.filter(name=name.strip()).exists():
            add_initiative(name=name, by=by, clock=clock)

    return all_or_none(lines, put)


def _allowed(by: User) -> None:
    require(teams.person(by), Permission.SET_UP_CATALOGUE)


def _refuse_twin(row: models.Model, **named: str) -> None:
    if type(row).objects.filter(**named).exclude(pk=row.pk).exists():
        raise Refused("taken", details={"field": "name", "value": named["name"]})


def _keep(verb: str, row: Any, *, by: User, at: datetime) -> Any:
    checks.save(row, called=row.name)
    audit.record(verb, subject=f"{verb.split('.')[0]}:{row.pk}", by=by.pk, at=at, name=row.name)
    return row
