"""The forecast of a backfill: a table's facts, what each plan would take, which is chosen, what a database costs."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from django.urls import path
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request

from releasetrain.api.door import Door, described
from releasetrain.api.shapes import Answer, Number, Said, Text
from releasetrain.boarding import backfills
from releasetrain.boarding.actions import backfilling, measuring
from releasetrain.boarding.backfills import Outlook, Way
from releasetrain.domain import forecast
from releasetrain.domain.errors import Refused
from releasetrain.domain.forecast import DEFAULTS, Index, Plan, PlanKind
from releasetrain.domain.forecast.measured import LONGEST, MOST_BYTES, MOST_INDEXES, Facts, read
from releasetrain.domain.permissions import Permission
from releasetrain.releases import queries as releases
from releasetrain.releases.models import DataTable
from releasetrain.schema.measuring import query_for
from releasetrain.schema.models import ChosenPlan, SchemaChange
from releasetrain.schema.queries import measurement_of, profile_of

Known = Mapping[str, Any]
MOST_ROWS = 10**15
OF_THE_SERVER = ("server", "free_disk_bytes", "wal_bytes_s")
OF_A_PLAN = ("kind", "batch_rows", "passes", "vacuum_every", "fillfactor", "pause_ms", "at_any_hour")


class IndexAnswer(Answer):
    """An index."""

    name = serializers.CharField()
    bytes = serializers.IntegerField()
    ordered = serializers.BooleanField(help_text="About in the order of the rows.")
    columns = serializers.ListField(child=serializers.CharField())


class FactsAnswer(Answer):
    """What is known of a table. Without a measurement: the sizes of the set-up, and null."""

    table = serializers.IntegerField()
    rows = serializers.IntegerField()
    free_disk_bytes = serializers.IntegerField(allow_null=True)
    heap_bytes = serializers.IntegerField(allow_null=True)
    indexes = IndexAnswer(many=True)
    fillfactor = serializers.IntegerField(allow_null=True)
    checkpoint_s = serializers.IntegerField(allow_null=True)
    max_wal_bytes = serializers.IntegerField(allow_null=True)
    full_page_writes = serializers.BooleanField(allow_null=True)
    wal_compression = serializers.BooleanField(allow_null=True)
    wal_bytes_s = serializers.IntegerField(allow_null=True, help_text="How much log it may write; null: any.")
    target_indexed = serializers.BooleanField(allow_null=True)
    old_snapshot = serializers.BooleanField(allow_null=True)
    server = serializers.CharField()
    measured_at = serializers.DateTimeField(allow_null=True)
    query = serializers.CharField(help_text="For psql -XAt: its answer is what pasted takes.")


class IndexSaid(Said):
    """An index."""

    name = Text(max_length=130, allow_blank=True, default="")
    bytes = Number(min_value=0, max_value=MOST_BYTES)
    ordered = serializers.BooleanField()
    columns = serializers.ListField(child=Text(max_length=130), max_length=32, default=list)


class MeasuredSeen(Said):
    """When it had been measured as it was read. What was measured since is not undone: 409."""

    measured_at = serializers.DateTimeField(allow_null=True)


class FactsSaid(Said):
    """What the query answered as ``pasted``, or rows, heap_bytes and the rest one by one."""

    pasted = Text(max_length=LONGEST, required=False)
    rows = Number(min_value=1, max_value=MOST_ROWS, required=False)
    heap_bytes = Number(min_value=1, max_value=MOST_BYTES, required=False)
    indexes = IndexSaid(many=True, required=False, max_length=MOST_INDEXES)
    fillfactor = Number(min_value=10, max_value=100, default=100)
    checkpoint_s = Number(min_value=30, max_value=86_400, default=300)
    max_wal_bytes = Number(min_value=2**21, max_value=MOST_BYTES, allow_null=True, default=None)
    full_page_writes = serializers.BooleanField(default=True)
    wal_compression = serializers.BooleanField(default=False)
    target_indexed = serializers.BooleanField(default=False)
    old_snapshot = serializers.BooleanField(default=False)
    wal_bytes_s = Number(min_value=10_000, max_value=10**12, allow_null=True, default=None)
    free_disk_bytes = Number(min_value=0, max_value=MOST_BYTES, allow_null=True, default=None)
    server = Text(max_length=measuring.LONGEST, allow_blank=True, default="")
    seen = MeasuredSeen(required=False)


class PlanAnswer(Answer):
    """How a backfill runs."""

    kind = serializers.ChoiceField(choices=ChosenPlan.Kind.choices)
    batch_rows = serializers.IntegerField()
    passes = serializers.IntegerField()
    vacuum_every = serializers.IntegerField(help_text="Rows between two VACUUMs; 0: none.")
    fillfactor = serializers.IntegerField(help_text="What it is repacked to first; 0: not.")
    pause_ms = serializers.IntegerField()
    at_any_hour = serializers.BooleanField(help_text="It does not wait for the hours of low load.")


class PlanSaid(Said):
    """A plan; what is not said is as usual for its kind, what its kind does not mean is left out."""

    kind = serializers.ChoiceField(choices=ChosenPlan.Kind.choices)
    batch_rows = Number(min_value=1, max_value=2**31 - 1, required=False)
    passes = Number(min_value=1, max_value=1000, required=False)
    vacuum_every = Number(min_value=0, max_value=MOST_ROWS, required=False)
    fillfactor = Number(min_value=0, max_value=100, required=False)
    pause_ms = Number(min_value=0, max_value=2**31 - 1, required=False)
    at_any_hour = serializers.BooleanField(default=False)


class ForecastAsked(serializers.Serializer):
    """A plan to try; nothing is written."""

    kind = serializers.ChoiceField(choices=ChosenPlan.Kind.choices, required=False)
    batch_rows = serializers.IntegerField(min_value=1, max_value=2**31 - 1, required=False)
    passes = serializers.IntegerField(min_value=1, max_value=1000, required=False)
    vacuum_every = serializers.IntegerField(min_value=0, max_value=MOST_ROWS, required=False)
    fillfactor = serializers.IntegerField(min_value=0, max_value=100, required=False)
    pause_ms = serializers.IntegerField(min_value=0, max_value=2**31 - 1, required=False)
    at_any_hour = serializers.BooleanField(required=False, default=False)


class WhyAnswer(Answer):
    """A reason: a code and its amounts."""

    code = serializers.CharField()
    amounts = serializers.DictField(child=serializers.FloatField())


class ForecastOfPlanAnswer(Answer):
    """What a plan would take. Growth and peak are beside what is used now."""

    plan = PlanAnswer()
    is_chosen = serializers.BooleanField()
    is_best = serializers.BooleanField()
    rows_s_low = serializers.FloatField()
    rows_s_high = serializers.FloatField()
    seconds_low = serializers.FloatField()
    seconds_high = serializers.FloatField()
    nights_low = serializers.IntegerField(help_text="Windows of low load; 1 where it goes through.")
    nights_high = serializers.IntegerField()
    done_at = serializers.DateTimeField(
        allow_null=True, help_text="At the latest; null: its begin is not known, or not within two years."
    )
    hot_share = serializers.FloatField()
    wal_bytes = serializers.IntegerField()
    heap_growth_bytes = serializers.IntegerField()
    index_growth_bytes = serializers.IntegerField()
    peak_bytes = serializers.IntegerField()
    fits = serializers.BooleanField()
    is_late = serializers.BooleanField(allow_null=True, help_text="null: begin or departure is not known.")
    reasons = WhyAnswer(many=True)


class ForecastAnswer(Answer):
    """The plans side by side; none where nobody said how big the table is."""

    table = serializers.IntegerField()
    is_measured = serializers.BooleanField()
    free_disk_bytes = serializers.IntegerField(allow_null=True)
    begins_at = serializers.DateTimeField(allow_null=True)
    departs_at = serializers.DateTimeField(allow_null=True)
    plans = ForecastOfPlanAnswer(many=True)


class ProfileAnswer(Answer):
    """What a database costs: all coefficients, and which of them are its own."""

    database = serializers.CharField()
    coefficients = serializers.DictField(child=serializers.FloatField())
    own = serializers.ListField(child=serializers.CharField())
    runs = serializers.IntegerField(help_text="How many finished runs they come from.")


class CoefficientsField(serializers.DictField):
    """Coefficients by name."""

    child = serializers.FloatField()


class ProfileSeen(Said):
    """The coefficients of its own as they were read. What was saved since is not undone: 409."""

    coefficients = CoefficientsField()


class ProfileSaid(Said):
    """Coefficients of a database; one that is not said is as it was measured elsewhere."""

    database = Text(max_length=80)
    coefficients = CoefficientsField()
    runs = Number(min_value=0, max_value=measuring.MOST_RUNS, default=0)
    seen = ProfileSeen(required=False)


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
    path("changes/<int:change>/forecast", ChangeForecast.as_view(), name="change-forecast"),
    path("changes/<int:change>/plan", ChangePlan.as_view(), name="change-plan"),
    path("profiles", Profiles.as_view(), name="profiles"),
]
