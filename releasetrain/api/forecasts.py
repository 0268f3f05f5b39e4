"""The forecast of a backfill: a table's facts, what each plan would take, which is chosen, what a database costs."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from django.urls import path
from django.utils import timezone
from rest_framework.request import Request

from releasetrain.api.door import Door, described
from releasetrain.api.forecast_shapes import (
    FactsAnswer,
    FactsSaid,
    ForecastAnswer,
    ForecastAsked,
    PlanSaid,
    ProfileAnswer,
    ProfileSaid,
)
from releasetrain.boarding import backfills
from releasetrain.boarding.actions import backfilling, measuring
from releasetrain.boarding.backfills import Outlook, Way
from releasetrain.domain import forecast
from releasetrain.domain.errors import Refused
from releasetrain.domain.forecast import DEFAULTS, Index, Plan, PlanKind
from releasetrain.domain.forecast.measured import Facts, read
from releasetrain.domain.permissions import Permission
from releasetrain.releases import queries as releases
from releasetrain.releases.models import DataTable
from releasetrain.schema.measuring import query_for
from releasetrain.schema.models import SchemaChange
from releasetrain.schema.queries import measurement_of, profile_of

Known = Mapping[str, Any]
OF_THE_SERVER = ("server", "free_disk_bytes", "wal_bytes_s")
OF_A_PLAN = ("kind", "batch_rows", "passes", "vacuum_every", "fillfactor", "pause_ms", "at_any_hour")


class TableFacts(Door):
    """What is known of a table."""

    family = "forecasts"
    named_by_address = ("no-such-table",)

    @described("What is known of a table for a forecast, and the query that measures it", answers=FactsAnswer)
    def get(self, request: Request, id: int) -> Known:
        """Return it."""
        return _facts_of(releases.table(id))

    @described("Say what is known of a table: pasted, or one by one", takes=FactsSaid, answers=FactsAnswer)
    def put(self, request: Request, id: int, said: Known) -> Known:
        """Keep it; it moves nobody."""
        measuring.measure_table(table=id, facts=_facts(said), seen=_seen(said), by=request.user, clock=timezone.now)
        return _facts_of(releases.table(id))


def _facts(said: Known) -> Facts:
    server = {name: said[name] for name in OF_THE_SERVER}
    if pasted := said.get("pasted"):
        return read(pasted, **server)
    for name in ("rows", "heap_bytes"):
        if name not in said:
            raise Refused("missing", details={"field": name})
    indexes = tuple(
        Index(bytes=one["bytes"], is_ordered=one["ordered"], name=one["name"], columns=tuple(one["columns"]))
        for one in said.get("indexes", ())
    )
    plain = {name: value for name, value in said.items() if name not in ("pasted", "indexes", "seen")}
    return Facts(**plain, indexes=indexes)


def _seen(said: Known) -> dict[str, str] | None:
    if "seen" not in said:
        return None
    at = said["seen"]["measured_at"]
    return {"measured_at": at.isoformat() if at else ""}


def _facts_of(table: DataTable) -> Known:
    row = measurement_of(table.pk)
    plain = ("heap_bytes", "fillfactor", "checkpoint_s", "max_wal_bytes", "full_page_writes", "wal_compression")
    names = (*plain, "wal_bytes_s", "target_indexed", "old_snapshot")
    return {
        "table": table.pk,
        "rows": table.rows,
        "free_disk_bytes": table.free_disk_bytes,
        **{name: getattr(row, name) if row else None for name in names},
        "indexes": row.indexes if row else [],
        "server": row.server if row else "",
        "measured_at": row.at if row else None,
        "query": query_for(table.name),
    }


class ChangeForecast(Door):
    """The plans of a change."""

    family = "forecasts"
    named_by_address = ("no-such-change",)

    @described(
        "What each plan of a backfill would take; with a kind, that one is tried",
        asks=ForecastAsked,
        answers=ForecastAnswer,
        refuses=True,
    )
    def get(self, request: Request, change: int, said: Known) -> Known:
        """Return them side by side."""
        of = _change(change)
        return _outlook(of, trying=_plan(said, of) if "kind" in said else None)


class ChangePlan(Door):
    """The plan of a change."""

    family = "forecasts"
    needs = Permission.SEE  # whose release carries it: the action asks
    named_by_address = ("no-such-change",)

    @described("Choose how a backfill runs", takes=PlanSaid, answers=ForecastAnswer)
    def put(self, request: Request, change: int, said: Known) -> Known:
        """Choose it; it moves nobody."""
        of = _change(change)
        backfilling.choose_plan(change=of.pk, plan=_plan(said, of), by=request.user, clock=timezone.now)
        return _outlook(of)


def _change(id: int) -> SchemaChange:
    found = SchemaChange.objects.select_related("table").filter(pk=id).first()
    if found is None:
        raise Refused("no-such-change", details={"change": id})
    return found


def _plan(said: Known, change: SchemaChange) -> Plan:
    usual = forecast.usual(PlanKind(said["kind"]), rows=change.table.rows)
    known = {**asdict(usual), **{name: said[name] for name in OF_A_PLAN if name in said}, "kind": usual.kind}
    return forecast.checked(Plan(**known))


def _outlook(change: SchemaChange, *, trying: Plan | None = None) -> Known:
    found = backfills.outlook(change, now=timezone.now(), trying=trying)
    return {
        "table": found.facts.pk,
        "is_measured": found.measurement is not None,
        "free_disk_bytes": found.facts.free_disk_bytes,
        "begins_at": found.begins_at,
        "departs_at": found.departs_at,
        "plans": [_way(one, found) for one in found.ways],
    }


def _way(way: Way, of: Outlook) -> Known:
    said = way.forecast
    return {
        "plan": {**asdict(said.plan), "kind": said.plan.kind.value},
        "is_chosen": way.is_chosen,
        "is_best": way.is_best,
        "rows_s_low": said.least_rows_s,
        "rows_s_high": said.most_rows_s,
        "seconds_low": said.least_seconds,
        "seconds_high": said.most_seconds,
        "nights_low": way.least.nights,
        "nights_high": way.most.nights,
        "done_at": way.most.done_at if of.begins_at else None,
        "hot_share": said.hot_share,
        "wal_bytes": said.wal_bytes,
        "heap_growth_bytes": said.heap_growth,
        "index_growth_bytes": said.index_growth,
        "peak_bytes": said.peak_bytes,
        "fits": way.fits,
        "is_late": way.is_late,
        "reasons": [{"code": one.code, "amounts": dict(one.amounts)} for one in said.reasons],
    }


class Profiles(Door):
    """What databases cost."""

    family = "forecasts"

    @described("What every database that data tables name costs", answers=ProfileAnswer, many=True)
    def get(self, request: Request) -> list[Known]:
        """Return them by name."""
        return [_profile(name) for name in _databases()]

    @described("Say what a database costs", takes=ProfileSaid, answers=ProfileAnswer)
    def put(self, request: Request, said: Known) -> Known:
        """Keep it; it moves nobody."""
        seen = measuring.seen_as(said["seen"]["coefficients"]) if "seen" in said else None
        facts = {name: said[name] for name in ("database", "coefficients", "runs")}
        row = measuring.set_profile(**facts, seen=seen, by=request.user, clock=timezone.now)
        return _profile(row.database)


def _databases() -> Iterable[str]:
    names = DataTable.objects.exclude(database="").order_by("database").values_list("database", flat=True)
    return names.distinct()


def _profile(database: str) -> Known:
    row = profile_of(database)
    own = row.coefficients if row else {}
    return {
        "database": database,
        "coefficients": {**asdict(DEFAULTS), **own},
        "own": sorted(own),
        "runs": row.runs if row else 0,
    }


urlpatterns = [
    path("tables/<row:id>/facts", TableFacts.as_view(), name="table-facts"),
    path("changes/<row:change>/forecast", ChangeForecast.as_view(), name="change-forecast"),
    path("changes/<row:change>/plan", ChangePlan.as_view(), name="change-plan"),
    path("profiles", Profiles.as_view(), name="profiles"),
]
