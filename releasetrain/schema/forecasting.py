"""From rows to what a forecast reads: read by the calendar's world, by pages and by scripts alike."""

from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any

from releasetrain.domain.forecast import Coefficients, Forecast, Index, Plan, PlanKind, Table, best, compared, forecast

Row = Mapping[str, Any]
ORDERED_BYTES, RANDOM_BYTES = 22.5, 28.0  # of an index a row, where nobody measured: what the measured runs had
PLAN_FIELDS = tuple(one.name for one in fields(Plan))


def table_of(facts: Row, *, target: str = "") -> Table | None:
    """Return the table of a row of ``releases.DataTable`` with ``measured``: its measurement, or None.

    Where nothing was measured, indexes are guessed from its sizes; None where not even those are known. ``target``: the
    field, or fields, that are filled.
    """
    measured = facts.get("measured")
    if not facts["rows"] or not (measured or facts["row_bytes"]):
        return None
    if not measured:
        return Table(
            rows=facts["rows"],
            heap_bytes=facts["rows"] * facts["row_bytes"],
            indexes=tuple(_guessed(facts)),
            free_disk=facts["free_disk_bytes"],
        )
    indexes = tuple(_index(one) for one in measured["indexes"])
    return Table(
        rows=facts["rows"],
        heap_bytes=measured["heap_bytes"],
        indexes=indexes,
        free_share=1 - measured["fillfactor"] / 100,
        checkpoint_s=measured["checkpoint_s"],
        max_wal_bytes=measured["max_wal_bytes"],
        full_page_writes=measured["full_page_writes"],
        wal_compression=measured["wal_compression"],
        wal_bytes_s=measured["wal_bytes_s"],
        is_target_indexed=measured["target_indexed"] or _covers(indexes, target),
        has_old_snapshot=measured["old_snapshot"],
        free_disk=facts["free_disk_bytes"],
    )


def _guessed(facts: Row) -> Iterable[Index]:
    rows, random = facts["rows"], facts["random_indexes"]
    for _ in range(facts["indexes"] - random):
        yield Index(bytes=round(rows * ORDERED_BYTES), is_ordered=True)
    for _ in range(random):
        yield Index(bytes=round(rows * RANDOM_BYTES), is_ordered=False)


def _index(said: Row) -> Index:
    columns = tuple(said.get("columns", ()))
    return Index(bytes=said["bytes"], is_ordered=said["ordered"], name=said.get("name", ""), columns=columns)


def _covers(indexes: Iterable[Index], target: str) -> bool:
    filled = {one.strip() for one in target.split(",")} - {""}
    return any(filled & set(one.columns) for one in indexes)


def coefficients_of(known: Row | None) -> Coefficients:
    """Return the coefficients of a profile: those it knows, the others as they were measured elsewhere."""
    return Coefficients(**(known or {}))


def plan_of(row: Row | None) -> Plan | None:
    """Return the plan of a row of ``ChosenPlan``."""
    if row is None:
        return None
    return Plan(**{name: row[name] for name in PLAN_FIELDS if name != "kind"}, kind=PlanKind(row["kind"]))


def expected(table: Table, plan: Plan | None, coefficients: Coefficients) -> Forecast:
    """Return what the run is expected to take: by its plan, or by the one that would do best while none is chosen."""
    if plan is not None:
        return forecast(table, plan, coefficients)
    return best(compared(table, coefficients=coefficients), free_disk=table.free_disk)
