"""Versions of services in tests: what a service reported, and a change whose stages ride."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from releasetrain.domain.versions import CodeClass
from releasetrain.releases.models import Release, Service
from releasetrain.schema.models import ReportedVersion, SchemaChange, SchemaStage, VersionClass, VersionReport
from releasetrain.teams.models import User
from tests.factories import NOW, create_table


def create_change(*, name: str = "Purpose", **carriers: Release) -> SchemaChange:
    """A change of a table of its own whose stages these releases carry."""
    change = SchemaChange.objects.create(name=name, table=create_table(), old_field="purpose", new_field="purpose_id")
    SchemaStage.objects.bulk_create(
        SchemaStage(change=change, stage=stage, release=release) for stage, release in carriers.items()
    )
    return change


def reported(
    service: Service,
    *names: str,
    by: User,
    at: datetime = NOW,
    back: Iterable[str] = (),
    classes: Mapping[str, CodeClass] | None = None,
    change: SchemaChange | None = None,
) -> VersionReport:
    """What ``service`` reported: ``names`` run, ``back`` can be rolled back to; ``classes`` of them for ``change``."""
    report = VersionReport.objects.create(service=service, at=at, by=by)
    rows = [(name, True) for name in names] + [(name, False) for name in back]
    ReportedVersion.objects.bulk_create(ReportedVersion(report=report, name=name, runs=runs) for name, runs in rows)
    for name, code in (classes or {}).items():
        VersionClass.objects.create(change=change, service=service, name=name, code_class=code)
    return report
