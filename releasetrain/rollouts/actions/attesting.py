"""Attest that of a service nothing older than a class runs: a person's word, where the service does not report."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from releasetrain.audit import actions as audit
from releasetrain.audit import queries as log
from releasetrain.domain.errors import Refused
from releasetrain.domain.permissions import Permission, require
from releasetrain.domain.versions import CodeClass
from releasetrain.outbox import actions as outbox
from releasetrain.releases import queries as releases
from releasetrain.rollouts.actions.classing import change_called
from releasetrain.schema.models import Attestation
from releasetrain.teams.models import User
from releasetrain.teams.queries import person
from releasetrain.trains.lock import locked_calendar, retried

Clock = Callable[[], datetime]


@retried
def attest(
    *, change: int, service: int, code: CodeClass, reason: str, by: User, clock: Clock, key: UUID | None = None
) -> None:
    """Say that of a service nothing older than ``code`` runs or can be rolled back to, with a reason.

    For people of the service's team, release managers and architects; never for a pipeline. It overrides what was
    reported before, and is void once a later report contradicts it.
    """
    with locked_calendar():
        if log.result_of(key, by=by.pk) is not None:
            return
        change_called(change)
        of = releases.service(service)
        require(person(by), Permission.ATTEST, team=of.team_id)
        if not reason.strip():
            raise Refused("reason-missing", details={"field": "reason"})
        now, why = clock(), reason.strip()
        Attestation.objects.create(change_id=change, service=of, code_class=code, reason=why, at=now, by=by)
        told = {"change": change, "service": of.name, "code": code, "reason": why}
        audit.record("versions.attested", subject=f"schema:{change}", by=by.pk, at=now, **told)
        outbox.post("versions.attested", by=by.pk, at=now.isoformat(), **told)
        audit.keep_result(key, by=by.pk, result=True)
