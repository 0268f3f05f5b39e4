"""Say which services use the table of a schema change, and how their versions come and go."""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from releasetrain.audit import actions as audit
from releasetrain.audit import queries as log
from releasetrain.domain.errors import Refused
from releasetrain.domain.permissions import require_edit_together
from releasetrain.domain.versions import ROLLBACK_HOURS
from releasetrain.releases.models import Service
from releasetrain.rollouts.actions.classing import change_called
from releasetrain.schema.models import Usage
from releasetrain.schema.queries import teams_of
from releasetrain.teams import checks
from releasetrain.teams.models import User
from releasetrain.teams.queries import person
from releasetrain.trains.lock import locked_calendar, retried

Clock = Callable[[], datetime]
MOST_ROLLBACK, MOST_SERVICES = 2000, 200


@retried
def say_usage(
    *,
    change: int,
    by: User,
    clock: Clock,
    services: Collection[int] = (),
    old_is_optional: bool = False,
    rollback_hours: int = ROLLBACK_HOURS,
    key: UUID | None = None,
) -> None:
    """Say who uses the table (no services: the servers of its stages' releases), for whoever may edit those releases.

    ``old_is_optional``: the old has no NOT NULL, or a default; ``rollback_hours``: how long a superseded version can be
    rolled back to.
    """
    with locked_calendar():
        if log.result_of(key, by=by.pk) is not None:
            return
        of = change_called(change)
        require_edit_together(person(by), teams_of(of.pk))
        named = _services(services)
        checks.number(rollback_hours, field="rollback_hours", least=0, most=MOST_ROLLBACK)
        facts = {"old_is_optional": old_is_optional, "rollback_hours": rollback_hours}
        usage, _made = Usage.objects.update_or_create(change=of, defaults=facts)
        usage.services.set(named)
        told: dict[str, Any] = {**facts, "services": sorted(one.name for one in named)}
        audit.record("schema.usage", subject=f"schema:{change}", by=by.pk, at=clock(), **told)
        audit.keep_result(key, by=by.pk, result=True)


def _services(ids: Collection[int]) -> list[Service]:
    wanted = set(ids)
    checks.number(len(wanted), field="services", least=0, most=MOST_SERVICES)
    found = list(Service.objects.filter(pk__in=wanted))
    if len(found) != len(wanted):
        raise Refused("no-such-service", details={"field": "services"})
    return found
