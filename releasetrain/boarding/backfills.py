"""The forecast of a change's backfill beside the calendar: what each plan takes, and whether it is done in time."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F

from releasetrain.domain.conflicts.rules.backfills import begins_at
from releasetrain.domain.forecast import Coefficients, Forecast, Plan, Run, Table, best, compared, run
from releasetrain.domain.spans import Span
from releasetrain.domain.stages import Stage
from releasetrain.domain.windows import Window
from releasetrain.domain.world import Backfill
from releasetrain.releases.models import DataTable
from releasetrain.schema.forecasting import PLAN_FIELDS, coefficients_of, plan_of, table_of
from releasetrain.schema.models import ChosenPlan, Measurement, Profile, SchemaChange, SchemaStage
from releasetrain.schema.queries import measurement_of, profile_of
from releasetrain.trains import queries as trains
from releasetrain.trains.freezing import spans_of_load
from releasetrain.trains.models import LowLoad


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One plan, and when its run is done, at the least and at the most.

    ``is_late``: at the most it ends after the departure that rests on it; None: that, or its begin, is not known.
    """

    forecast: Forecast
    least: Run
    most: Run
    is_chosen: bool
    is_best: bool
    too_much: int
    is_late: bool | None

    @property
    def fits(self) -> bool:
        """Whether its peak fits the free disk, as far as that is known."""
        return self.too_much <= 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What is known of a change's backfill. ``table`` None: its size is not known, and there are no ``ways``.

    ``begins_at``: the expand has soaked; ``departs_at``: the backfill's release departs; None: they have no place.
    ``hours``: when its database has low load.
    """

    facts: DataTable
    table: Table | None
    measurement: Measurement | None
    profile: Profile | None
    plan: ChosenPlan | None
    carrier: SchemaStage | None
    begins_at: datetime | None
    departs_at: datetime | None
    hours: tuple[Span, ...]
    ways: tuple[Way, ...] = ()


def outlook(change: SchemaChange, *, now: datetime, trying: Plan | None = None) -> Outlook:
    """Return the outlook of a change's backfill; ``trying``: a plan beside the chosen one, in the place of its kind.

    A constant number of queries.
    """
    facts, plan = change.table, ChosenPlan.objects.select_related("by").filter(change=change).first()
    measurement, profile = measurement_of(facts.pk), profile_of(facts.database)
    table = table_of(_as_row(facts, measurement), target=change.new_field)
    carrier = SchemaStage.objects.select_related("release").filter(change=change, stage=Stage.BACKFILL.value).first()
    begins, departs = _between(change, carrier, now)
    hours = hours_of(facts.database)
    known = {"begins": begins, "departs": departs, "hours": hours, "now": now}
    coefficients = coefficients_of(profile.coefficients if profile else None)
    ways = _ways(table, [_plan(plan), trying], coefficients, chosen=_plan(plan), **known) if table else ()
    return Outlook(
        facts=facts,
        table=table,
        measurement=measurement,
        profile=profile,
        plan=plan,
        carrier=carrier,
        begins_at=begins,
        departs_at=departs,
        hours=hours,
        ways=tuple(ways),
    )


def nights(change: SchemaChange, *, now: datetime) -> tuple[Window, ...]:
    """Return when the chosen plan would run, at the most; none where no plan or no begin is known."""
    found = outlook(change, now=now)
    chosen = next((way for way in found.ways if way.is_chosen), None)
    return chosen.most.windows if chosen and found.begins_at else ()


def _as_row(facts: DataTable, measurement: Measurement | None) -> dict[str, Any]:
    names = ("rows", "row_bytes", "indexes", "random_indexes", "free_disk_bytes")
    return {**{name: getattr(facts, name) for name in names}, "measured": vars(measurement) if measurement else None}


def _plan(row: ChosenPlan | None) -> Plan | None:
    return plan_of({name: getattr(row, name) for name in PLAN_FIELDS}) if row else None


def hours_of(database: str) -> tuple[Span, ...]:
    """Return how a database's windows of low load recur."""
    rows = LowLoad.objects.filter(database__name=database).order_by("pk")
    found = spans_of_load(rows.values("database", "weekdays", "since", "until", zone=F("database__zone")))
    return next(iter(found.values()), ())


def _between(
    change: SchemaChange, carrier: SchemaStage | None, now: datetime
) -> tuple[datetime | None, datetime | None]:
    """From when the run may go on, and when what rests on it departs, where both have a place."""
    if carrier is None:
        return None, None
    picture = trains.picture(releases={carrier.release_id}, slots=[], now=now)
    rides = picture.claim(carrier.release_id)
    if rides is None:
        return _soaked(change, picture), None
    return begins_at(Backfill(change=change.pk, table=change.table_id), rides, picture.booked), rides.departs.start


def _soaked(change: SchemaChange, picture: Any) -> datetime | None:
    """The same while the backfill's release has no place yet."""
    known = next((one for one in picture.world.changes if one.id == change.pk), None)
    expand = picture.claim(known.carriers[Stage.EXPAND]) if known and Stage.EXPAND in known.carriers else None
    return expand.ends_at + timedelta(hours=change.soak_hours) if expand else None


def _ways(
    table: Table,
    own: Iterable[Plan | None],
    coefficients: Coefficients,
    *,
    chosen: Plan | None,
    begins: datetime | None,
    departs: datetime | None,
    hours: tuple[Span, ...],
    now: datetime,
) -> Iterable[Way]:
    found = compared(table, own=[plan for plan in own if plan], coefficients=coefficients)
    would_do_best = best(found, free_disk=table.free_disk)
    for one in found:
        during = () if one.plan.at_any_hour else hours
        least, most = (
            run(begins or now, timedelta(seconds=seconds), during) for seconds in (one.least_seconds, one.most_seconds)
        )
        is_late = None if begins is None or departs is None else most.done_at is None or most.done_at > departs
        yield Way(
            forecast=one,
            least=least,
            most=most,
            is_chosen=one.plan == chosen,
            is_best=one is would_do_best,
            too_much=0 if table.free_disk is None else one.peak_bytes - table.free_disk,
            is_late=is_late,
        )


def measured_seen(table: int) -> dict[str, str]:
    """Return when a table was measured last, as a form carries it, to tell whether somebody did meanwhile."""
    found = measurement_of(table)
    return {"measured_at": found.at.isoformat() if found else ""}


def plan_seen(change: int) -> dict[str, str]:
    """Return the plan of a change as text, to tell whether it is still the one that was shown."""
    found = ChosenPlan.objects.filter(change=change).values(*PLAN_FIELDS).first()
    return {"plan": as_text(found) if found else ""}


def as_text(plan: Mapping[str, Any]) -> str:
    """Return a plan's values in one line."""
    return "; ".join(f"{name} {plan[name]}" for name in PLAN_FIELDS)
