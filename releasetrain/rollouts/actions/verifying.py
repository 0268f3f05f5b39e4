"""Report what verifying a backfill found: how many rows differ. With none it is complete."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from releasetrain.audit import actions as audit
from releasetrain.audit import queries as log
from releasetrain.domain.errors import Refused
from releasetrain.domain.permissions import Permission, teams_where
from releasetrain.outbox import actions as outbox
from releasetrain.rollouts.actions.classing import change_called
from releasetrain.schema.models import Verification
from releasetrain.teams import checks
from releasetrain.teams.models import User
from releasetrain.teams.queries import person
from releasetrain.trains.lock import locked_calendar, retried

Clock = Callable[[], datetime]
MOST_ROWS = 2**62


@retried
def report_verified(*, change: int, differing: int, by: User, clock: Clock, key: UUID | None = None) -> None:
    """Report how many rows of a change's table differ after its backfill; 0 ends ``backfill-unfinished``.

    For the teams whose releases carry its stages, their pipelines among them. The latest report counts.
    """
    with locked_calendar():
        if log.result_of(key, by=by.pk) is not None:
            return
        of, now = change_called(change), clock()
        teams = set(of.stages.values_list("release__team", flat=True))
        known = person(by)
        if known is None or not teams_where(known, Permission.REPORT_VERSIONS, among=teams or {None}):
            raise Refused("forbidden", details={"permission": str(Permission.REPORT_VERSIONS)})
        checks.number(differing, field="differing", least=0, most=MOST_ROWS)
        Verification.objects.create(change=of, differing=differing, at=now, by=by)
        told = {"change": change, "differing": differing}
        audit.record("backfill.verified", subject=f"schema:{change}", by=by.pk, at=now, **told)
        outbox.post("backfill.verified", by=by.pk, at=now.isoformat(), **told)
        audit.keep_result(key, by=by.pk, result=True)
