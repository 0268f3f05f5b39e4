"""The four plans that are compared, and the one that would do best."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import replace

from releasetrain.domain.errors import Refused
from releasetrain.domain.forecast.model import forecast
from releasetrain.domain.forecast.values import DEFAULTS, Coefficients, Forecast, Plan, PlanKind, Table

BATCH, RANGE = 10_000, 50_000
VACUUM_SHARE = 10  # VACUUM after each tenth of the table
PASSES = 10  # fewer move more rows than index leaves take up
FILLFACTOR = 50  # every row finds room for its new version
A_NIGHT = 8 * 3600
LEAST_BATCH, MOST_BATCH = 100, 10_000_000
MOST_PASSES, LEAST_FILLFACTOR, MOST_FILLFACTOR, MOST_PAUSE_MS = 100, 10, 95, 600_000


def usual(kind: PlanKind, *, rows: int) -> Plan:
    """Return a plan of a kind as it is usually run on so many rows."""
    match kind:
        case PlanKind.ONE_PASS:
            return Plan(kind=kind, batch_rows=BATCH)
        case PlanKind.VACUUM:
            return Plan(kind=kind, batch_rows=BATCH, vacuum_every=max(BATCH, -(-rows // VACUUM_SHARE)))
        case PlanKind.PASSES:
            return Plan(kind=kind, batch_rows=RANGE, passes=PASSES)
        case PlanKind.REPACK:
            return Plan(kind=kind, batch_rows=BATCH, fillfactor=FILLFACTOR)


def compared(table: Table, *, own: Iterable[Plan] = (), coefficients: Coefficients = DEFAULTS) -> list[Forecast]:
    """Return the forecast of all four, as they are usually run; ``own``: plans that take the place of their kind."""
    plans: Mapping[PlanKind, Plan] = {
        **{kind: usual(kind, rows=table.rows) for kind in PlanKind},
        **{plan.kind: plan for plan in own},
    }
    return [forecast(table, plan, coefficients) for plan in plans.values()]


def best(found: Iterable[Forecast], *, free_disk: int | None) -> Forecast:
    """Return the one that takes the fewest nights of those that fit the disk, then the one that needs least of it.

    Where none fits, the one that needs least.
    """
    every = list(found)
    fitting = [one for one in every if one.fits(free_disk)]
    if not fitting:
        return min(every, key=lambda one: one.peak_bytes)
    return min(fitting, key=lambda one: (math.ceil(one.most_seconds / A_NIGHT), one.peak_bytes))


def checked(plan: Plan) -> Plan:
    """Return the plan with only what its kind means, or raise ``Refused("out-of-range")`` at a field."""
    _within(plan.batch_rows, "batch_rows", LEAST_BATCH, MOST_BATCH)
    _within(plan.pause_ms, "pause_ms", 0, MOST_PAUSE_MS)
    known = Plan(kind=plan.kind, batch_rows=plan.batch_rows, pause_ms=plan.pause_ms, at_any_hour=plan.at_any_hour)
    match plan.kind:
        case PlanKind.VACUUM:
            _within(plan.vacuum_every, "vacuum_every", LEAST_BATCH, 10**15)
            return replace(known, vacuum_every=plan.vacuum_every)
        case PlanKind.PASSES:
            _within(plan.passes, "passes", 2, MOST_PASSES)
            return replace(known, passes=plan.passes)
        case PlanKind.REPACK:
            _within(plan.fillfactor, "fillfactor", LEAST_FILLFACTOR, MOST_FILLFACTOR)
            _within(plan.passes, "passes", 1, MOST_PASSES)
            return replace(known, fillfactor=plan.fillfactor, passes=plan.passes)
        case PlanKind.ONE_PASS:
            return known


def _within(value: int, field: str, least: int, most: int) -> None:
    if not least <= value <= most:
        raise Refused("out-of-range", details={"field": field, "least": least, "most": most})
