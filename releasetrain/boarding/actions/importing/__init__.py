"""Bring releases in from a file: what departed as history, what is to come as a plan under the rules."""

from releasetrain.boarding.actions.importing.reading import import_releases
from releasetrain.boarding.actions.importing.report import Report
from releasetrain.boarding.actions.importing.running import (
    LARGEST,
    REQUESTED,
    Cancelled,
    cancel_import,
    run_import,
    start_import,
)

__all__ = [
    "LARGEST",
    "REQUESTED",
    "Cancelled",
    "Report",
    "cancel_import",
    "import_releases",
    "run_import",
    "start_import",
]
