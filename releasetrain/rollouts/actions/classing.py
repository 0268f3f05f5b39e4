"""Say of which class the code of a release, or of a version, is for a schema change."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from releasetrain.audit import actions as audit
from releasetrain.audit import queries as log
from releasetrain.boarding import queries
from releasetrain.domain.errors import Refused
from releasetrain.domain.permissions import Permission, require
from releasetrain.domain.versions import CodeClass
from releasetrain.releases import queries as releases
from releasetrain.releases.models import Release, Service
from releasetrain.schema.models import ReleaseClass, SchemaChange, VersionClass
from releasetrain.schema.models.versions import LONGEST_NAME
from releasetrain.teams import checks
from releasetrain.teams.models import User
from releasetrain.teams.queries import person
from releasetrain.trains.lock import locked_calendar, retried

Clock = Callable[[], datetime]


@retried
def class_release(
    *, change: int, release: int, code: CodeClass | None, by: User, clock: Clock, key: UUID | None = None
) -> None:
    """Say the class of a release's code for a change, for whoever may edit it; None: that of the stage it carries."""
    with locked_calendar():
        if log.result_of(key, by=by.pk) is not None:
            return
        change_called(change)
        of = _release(release)
        require(person(by), Permission.EDIT, team=of.team_id)
        known = ReleaseClass.objects.filter(change=change, release=release)
        if code is None:
            known.delete()
        else:
            ReleaseClass.objects.update_or_create(change_id=change, release=of, defaults={"code_class": code})
        told = {"change": change, "code": code or ""}
        audit.record("release.classed", subject=f"release:{release}", by=by.pk, at=clock(), **told)
        audit.keep_result(key, by=by.pk, result=True)


@retried
def class_version(
    *, change: int, service: int, name: str, code: CodeClass | None, by: User, clock: Clock, key: UUID | None = None
) -> None:
    """Say the class of a version's code for a change, for the service's team; None: its release's."""
    with locked_calendar():
        if log.result_of(key, by=by.pk) is not None:
            return
        change_called(change)
        of = releases.service(service)
        require(person(by), Permission.REPORT_VERSIONS, team=of.team_id)
        named = checks.text(name, field="name", most=LONGEST_NAME)
        write_version_class(change, of, named, code)
        told = {"change": change, "service": of.name, "name": named, "code": code or ""}
        audit.record("version.classed", subject=f"service:{service}", by=by.pk, at=clock(), **told)
        audit.keep_result(key, by=by.pk, result=True)


def _release(number: int) -> Release:
    """The release that is named in a form or a body, not by the address."""
    try:
        return queries.releases([number])[0]
    except Refused as refused:
        raise Refused("no-such-release", details={"field": "release", **refused.details}) from None


def change_called(change: int, *, field: str = "") -> SchemaChange:
    """Return the change, or raise ``Refused("no-such-change")``, at the field where it is named in one."""
    found = SchemaChange.objects.filter(pk=change).first()
    if found is None:
        at_field = {"field": field} if field else {}
        raise Refused("no-such-change", details={"change": change, **at_field})
    return found


def write_version_class(change: int, service: Service, name: str, code: CodeClass | None) -> None:
    """Keep the class of a version, or forget it; for verbs that hold the calendar."""
    if code is None:
        VersionClass.objects.filter(change=change, service=service, name=name).delete()
        return
    said = {"code_class": code}
    VersionClass.objects.update_or_create(change_id=change, service=service, name=name, defaults=said)
