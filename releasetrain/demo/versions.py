"""Report the versions that run beside the demo's schema change, as its people would have."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from releasetrain.demo.company import person_called
from releasetrain.demo.data import story as told
from releasetrain.domain.versions import ROLLBACK_HOURS, CodeClass
from releasetrain.rollouts.actions import Running, report_versions
from releasetrain.schema.models import SchemaChange, VersionReport

ROLLBACK = timedelta(hours=ROLLBACK_HOURS)


def tell(*, now: datetime, services: Mapping[str, int]) -> None:
    """Report them once; what was reported before stays."""
    if VersionReport.objects.exists():
        return
    change = SchemaChange.objects.get(name=told.CHANGE).pk
    for service, by, days, runs, back in told.VERSIONS:
        at = now - timedelta(days=days)
        old = {"classes": {change: CodeClass.V0}}
        versions = [Running(name=name, copies=copies, since=at, **old) for name, copies in runs.items()]
        versions += [Running(name=name, runs=False, until=at + ROLLBACK, **old) for name in back]
        facts = {"service": services[service], "versions": versions, "by": person_called(by)}
        report_versions(**facts, clock=lambda at=at: at)
