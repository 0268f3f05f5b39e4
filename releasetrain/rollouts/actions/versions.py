"""Report which versions of a service run and which can be rolled back to. The latest report counts."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from releasetrain.audit import actions as audit
from releasetrain.audit import queries as log
from releasetrain.domain.errors import Refused
from releasetrain.domain.permissions import Permission, require
from releasetrain.domain.versions import CodeClass
from releasetrain.outbox import actions as outbox
from releasetrain.releases import queries as releases
from releasetrain.releases.models import Release, Service
from releasetrain.rollouts.actions.classing import change_called, write_version_class
from releasetrain.schema.models import ReportedVersion, VersionReport
from releasetrain.schema.models.versions import LONGEST_NAME
from releasetrain.teams import checks
from releasetrain.teams.models import User
from releasetrain.teams.queries import person
from releasetrain.trains.lock import locked_calendar, retried

Clock = Callable[[], datetime]
MOST_VERSIONS, MOST_COPIES = 50, 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A version: it runs, or can be rolled back to (``until``, where that is known).

    ``release``: the one that built it; ``classes``: the class of its code, by change, where somebody says so.
    """

    name: str
    runs: bool = True
    copies: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    release: int | None = None
    classes: Mapping[int, CodeClass] = field(default_factory=dict)


@retried
def report_versions(
    *, service: int, versions: Sequence[Running], by: User, clock: Clock, key: UUID | None = None
) -> None:
    """Report every version of a service that runs or can be rolled back to; whatever is not named is gone.

    For the service's team, its pipelines among them. It moves nobody, and stands until the next report.
    """
    with locked_calendar():
        if log.result_of(key, by=by.pk) is not None:
            return
        of = releases.service(service)
        require(person(by), Permission.REPORT_VERSIONS, team=of.team_id)
        checked, now = _checked(versions), clock()
        _write(of, checked, by=by, at=now)
        told = {"service": of.name, "versions": [one.name for one in checked if one.runs]}
        audit.record("versions.reported", subject=f"service:{service}", by=by.pk, at=now, **told)
        outbox.post("versions.reported", service_id=service, by=by.pk, at=now.isoformat(), **told)
        audit.keep_result(key, by=by.pk, result=True)


def _checked(versions: Sequence[Running]) -> list[Running]:
    """The versions as they are kept, or a refusal at the field."""
    checks.number(len(versions), field="versions", least=1, most=MOST_VERSIONS)
    named: set[str] = set()
    found = []
    for one in versions:
        name = checks.text(one.name, field="name", most=LONGEST_NAME)
        if name in named:
            raise Refused("version-twice", details={"field": "name", "name": name})
        named.add(name)
        if one.copies is not None:
            checks.number(one.copies, field="copies", least=0, most=MOST_COPIES)
        found.append(_kept(name, one))
    return found


def _kept(name: str, one: Running) -> Running:
    if one.release is not None and not Release.objects.filter(pk=one.release).exists():
        raise Refused("no-such-release", details={"field": "release", "release": one.release})
    for change in one.classes:
        change_called(change, field="classes")
    until = None if one.runs else one.until
    return Running(
        name=name,
        runs=one.runs,
        copies=one.copies,
        since=one.since,
        until=until,
        release=one.release,
        classes=one.classes,
    )


def _write(service: Service, versions: Sequence[Running], *, by: User, at: datetime) -> None:
    report = VersionReport.objects.create(service=service, at=at, by=by)
    ReportedVersion.objects.bulk_create(
        ReportedVersion(
            report=report,
            name=one.name,
            runs=one.runs,
            copies=one.copies,
            since=one.since,
            until=one.until,
            release_id=one.release,
        )
        for one in versions
    )
    for one in versions:
        for change, code in one.classes.items():
            write_version_class(change, service, one.name, code)
