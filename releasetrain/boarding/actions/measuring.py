"""Say what is known of a table, and what its database costs: facts that the forecast of a backfill reads (C5)."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from releasetrain.audit import actions as audit
from releasetrain.audit import queries as log
from releasetrain.boarding.actions import tables as judged
from releasetrain.boarding.actions.low_load import named_by_tables
from releasetrain.boarding.actions.rebooking import serve
from releasetrain.boarding.backfills import measured_seen
from releasetrain.domain.forecast import Index, measured, profiles
from releasetrain.domain.forecast.measured import Facts
from releasetrain.domain.permissions import Permission, require
from releasetrain.releases import actions as catalogue
from releasetrain.releases import queries as releases
from releasetrain.releases.models import DataTable
from releasetrain.schema.models import Measurement, Profile
from releasetrain.teams import checks
from releasetrain.teams.models import User
from releasetrain.teams.queries import person
from releasetrain.trains.lock import locked_calendar, retried
from releasetrain.trains.models import Database

Clock = Callable[[], datetime]
SIZES = ("rows", "row_bytes", "indexes", "random_indexes", "database")
KEPT = (
    "heap_bytes",
    "fillfactor",
    "checkpoint_s",
    "max_wal_bytes",
    "full_page_writes",
    "wal_compression",
    "wal_bytes_s",
    "target_indexed",
    "old_snapshot",
)
LONGEST, MOST_RUNS, MOST_ROW = 80, 32_767, 2**31 - 1


@retried
def measure_table(
    *,
    table: int,
    facts: Facts,
    by: User,
    clock: Clock,
    seen: Mapping[str, str] | None = None,
    key: UUID | None = None,
) -> Measurement:
    """Write down what is known of a table; what the set-up says of its size follows. It moves nobody.

    ``seen``: what ``backfills.measured_seen`` said when the form was shown.
    """
    judged.judge_ahead({table: {"rows": facts.rows}})
    with locked_calendar():
        require(person(by), Permission.SET_UP_CATALOGUE)
        row, now, known = releases.table(table), clock(), measured.checked(facts)
        if log.result_of(key, by=by.pk) is not None:
            return row.measurement
        checks.refuse_undoing(measured_seen(row.pk), {"measured_at": now.isoformat()}, seen)
        Database.objects.get_or_create(name=row.database)
        _say_sizes(row, known)
        judged.judge_tables([row.pk], by=by, at=now)
        kept = _kept(row, known, by=by, at=now)
        said = {"name": row.name, "rows": known.rows, "bytes": known.heap_bytes}
        audit.record("table.measured", subject=f"table:{row.pk}", by=by.pk, at=now, **said)
        serve(at=now)
        audit.keep_result(key, by=by.pk, result=True)
        return kept


def _say_sizes(row: DataTable, facts: Facts) -> None:
    row.rows, row.row_bytes = facts.rows, min(MOST_ROW, max(1, round(facts.heap_bytes / facts.rows)))
    row.indexes = len(facts.indexes)
    row.random_indexes = sum(not one.is_ordered for one in facts.indexes)
    row.free_disk_bytes = facts.free_disk_bytes
    row.save(update_fields=["rows", "row_bytes", "indexes", "random_indexes", "free_disk_bytes"])


def _kept(row: DataTable, facts: Facts, *, by: User, at: datetime) -> Measurement:
    plain = {name: getattr(facts, name) for name in KEPT}
    server = checks.text(facts.server, field="server", most=LONGEST, needed=False)
    said = {**plain, "server": server, "indexes": [_as_json(one) for one in facts.indexes], "by": by, "at": at}
    return Measurement.objects.update_or_create(table=row, defaults=said)[0]


def _as_json(index: Index) -> dict[str, Any]:
    return {
        "name": index.name,
        "bytes": index.bytes,
        "ordered": index.is_ordered,
        "columns": list(index.columns),
    }


@retried
def edit_table(*, table: int, by: User, clock: Clock, seen: Mapping[str, str] | None = None, **facts: Any) -> DataTable:
    """Change what the set-up says of a table. Other sizes than were measured put the measurement aside."""
    judged.judge_ahead({table: facts})
    with locked_calendar():
        known = releases.table(table)
        was = _sizes(known)
        row = catalogue.edit_table(table=table, by=by, clock=clock, seen=seen, **facts)
        _put_aside([row.pk] if _sizes(row) != was else [])
        judged.judge_tables([row.pk], by=by, at=clock())
        serve(at=clock())
        return row


@retried
def put_tables(lines: Mapping[int, Mapping[str, Any]], *, by: User, clock: Clock) -> int:
    """Add or edit the table of each line, as ``releases.actions.put_tables``; other sizes put measurements aside.

    SQL on what changed is judged again.
    """
    judged.judge_lines_ahead(lines.values())
    with locked_calendar():
        told = judged.told_of_tables()
        was = {row.pk: _sizes(row) for row in DataTable.objects.all()}
        count = catalogue.put_tables(lines, by=by, clock=clock)
        now = {row.pk: _sizes(row) for row in DataTable.objects.filter(pk__in=was)}
        _put_aside([table for table, sizes in now.items() if sizes != was[table]])
        after = judged.told_of_tables()
        judged.judge_tables([one for one in told if told[one] != after.get(one)], by=by, at=clock())
        serve(at=clock())
        return count


def _sizes(row: DataTable) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in SIZES)


def _put_aside(tables: Iterable[int]) -> None:
    Measurement.objects.filter(table__in=list(tables)).delete()


@retried
def set_profile(
    *,
    database: str,
    coefficients: Mapping[str, float],
    by: User,
    clock: Clock,
    runs: int = 0,
    seen: Mapping[str, str] | None = None,
) -> Profile:
    """Say what a database costs; what is not said is as it was measured elsewhere, and none at all is just that.

    ``runs``: how many finished runs it comes from. ``seen``: what ``profile_seen`` said when it was shown.
    """
    with locked_calendar():
        require(person(by), Permission.SET_UP_CATALOGUE)
        name, now, kept = named_by_tables(database), clock(), profiles.checked(coefficients)
        checks.number(runs, field="runs", least=0, most=MOST_RUNS)
        was, says = profile_seen(name), seen_as(kept)
        checks.refuse_undoing(was, says, seen)
        Database.objects.get_or_create(name=name)
        said = {"coefficients": kept, "runs": runs, "by": by, "at": now}
        row = Profile.objects.update_or_create(database=name, defaults=said)[0]
        facts = {"database": name, "was": was, "now": says}
        audit.record("profile.set", subject=f"database:{name}", by=by.pk, at=now, **facts)
        serve(at=now)
        return row


def profile_seen(database: str) -> dict[str, str]:
    """Return the coefficients of a database as text, to tell whether they are still what was shown."""
    found = Profile.objects.filter(database=database).first()
    return seen_as(found.coefficients if found else {})


def seen_as(coefficients: Mapping[str, float]) -> dict[str, str]:
    """Return coefficients as ``profile_seen`` does, to be compared with it."""
    return {"coefficients": _in_order(coefficients)}


def _in_order(coefficients: Mapping[str, float]) -> str:
    return "; ".join(f"{name} {value:g}" for name, value in sorted(coefficients.items()))
