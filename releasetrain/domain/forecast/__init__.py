"""The forecast of a backfill (M4): what it takes of time, log and disk, for each of four plans."""

from releasetrain.domain.forecast.model import forecast
from releasetrain.domain.forecast.nights import Run, run
from releasetrain.domain.forecast.plans import best, checked, compared, usual
from releasetrain.domain.forecast.values import (
    DEFAULTS,
    Coefficients,
    Forecast,
    Index,
    Plan,
    PlanKind,
    Reason,
    Table,
)

__all__ = [
    "DEFAULTS",
    "Coefficients",
    "Forecast",
    "Index",
    "Plan",
    "PlanKind",
    "Reason",
    "Run",
    "Table",
    "best",
    "checked",
    "compared",
    "forecast",
    "run",
    "usual",
]
