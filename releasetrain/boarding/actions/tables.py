"""Change what is known of data tables where the review of SQL rests on it: how many rows, how it looks."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from releasetrain.audit import actions as audit
from releasetrain.boarding import queries
from releasetrain.domain.errors import Refused
from releasetrain.domain.permissions import Permission, may, require
from releasetrain.releases.models import DataTable
from releasetrain.reviews.actions.judging import judge_again
from releasetrain.reviews.actions.refreshing import refresh
from releasetrain.reviews.queries import scripts
from releasetrain.schema.models import KnownSchema, SchemaChange
from releasetrain.schema.queries import carriers_of
from releasetrain.teams import checks
from releasetrain.teams.models import User
from releasetrain.teams.queries import person
from releasetrain.trains.lock import locked_calendar, retried

Clock = Callable[[], datetime]
LONGEST = 500_000  # letters of a dump of one table


def judge_lines_ahead(lines: Iterable[Mapping[str, Any]]) -> None:
    """Let the SQL on tables that pasted lines name be judged as it would be, before the calendar's lock is taken."""
    named = {(one.database, one.name): one.pk for one in DataTable.objects.all()}
    known = ((named.get((facts["database"].strip(), facts["name"].strip())), facts) for facts in lines)
    judge_ahead({table: facts for table, facts in known if table is not None})


def told_of_tables() -> dict[int, tuple[str, int]]:
    """Return what of each table the review is told."""
    return {pk: (name, rows) for pk, name, rows in DataTable.objects.values_list("pk", "name", "rows")}


@retried
def know_schema(*, table: int, sql: str, by: User, clock: Clock, seen: str | None = None) -> KnownSchema:
    """Keep how a table looks, as SQL that ``pg_dump --schema-only -t`` wrote; SQL on it is judged again.

    For whoever keeps the catalogue, and whoever may edit a release that carries a change of the table. ``seen``: what
    the form showed; what was saved since is not undone unasked.
    """
    judge_ahead({table: {"sql": sql.replace("\r\n", "\n").strip()}})
    with locked_calendar():
        now = clock()
        if not DataTable.objects.filter(pk=table).exists():
            raise Refused("no-such-table", details={"table": table})
        _require(table, by)
        text = checks.text(sql.replace("\r\n", "\n"), field="sql", most=LONGEST, needed=False)
        known = KnownSchema.objects.filter(table=table).first() or KnownSchema(table_id=table)
        checks.refuse_undoing({"sql": known.sql}, {"sql": text}, None if seen is None else {"sql": seen})
        if known.pk is None or known.sql != text:
            known.sql, known.at, known.by = text, now, by
            known.save()
            audit.record("table.known", subject=f"table:{table}", by=by.pk, at=now)
            judge_tables([table], by=by, at=now)
        return known


def _require(table: int, by: User) -> None:
    who = person(by)
    if may(who, Permission.SET_UP_CATALOGUE):
        return
    carriers = carriers_of(_changes([table]))
    if not any(may(who, Permission.EDIT, team=queries.release(one).team_id) for one in carriers):
        require(who, Permission.SET_UP_CATALOGUE)


def _changes(tables: Collection[int]) -> list[int]:
    return list(SchemaChange.objects.filter(table__in=list(tables), abandoned_at=None).values_list("pk", flat=True))


def judge_tables(tables: Collection[int], *, by: User, at: datetime) -> None:
    """Let the SQL of every change of these tables be judged again, and what follows from it."""
    refresh(judge_again(_changes(tables)), at=at, by=by.pk, code="sql-judged")


def judge_ahead(said: Mapping[int, Mapping[str, Any]]) -> None:
    """Let the SQL on tables be judged as it would be, before anybody is kept waiting for the calendar.

    ``said``: by table what will be otherwise of ``name``, ``rows`` and ``sql``, how it looks.
    """
    for one in scripts.around(_changes(said)).values():
        facts, table = said[one.change.table_id], one.change.table
        table.name, table.rows = facts.get("name", table.name), facts.get("rows", table.rows)
        replace(one, known=facts.get("sql", one.known)).judged()
