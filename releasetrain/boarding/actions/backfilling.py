"""Choose how a backfill is to run."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime

from releasetrain.audit import actions as audit
from releasetrain.boarding.actions.rebooking import serve
from releasetrain.boarding.backfills import as_text, plan_seen
from releasetrain.domain import forecast
from releasetrain.domain.errors import Refused
from releasetrain.domain.forecast import Plan
from releasetrain.domain.permissions import Permission, require
from releasetrain.domain.stages import Stage
from releasetrain.schema.models import ChosenPlan, SchemaChange
from releasetrain.teams import checks
from releasetrain.teams.models import User
from releasetrain.teams.queries import person
from releasetrain.trains.lock import locked_calendar, retried
from releasetrain.trains.models import Database

Clock = Callable[[], datetime]


@retried
def choose_plan(
    *, change: int, plan: Plan, by: User, clock: Clock, seen: Mapping[str, str] | None = None
) -> ChosenPlan:
    """Choose how the backfill of a change runs, for whoever may edit the release that carries it. It moves nobody.

    ``seen``: what ``backfills.plan_seen`` said when the plans were shown; what was chosen since is not undone unasked.
    """
    with locked_calendar():
        now, of = clock(), SchemaChange.objects.select_related("table").filter(pk=change).first()
        if of is None:
            raise Refused("no-such-change", details={"change": change})
        _allowed(of, by)
        checked = forecast.checked(plan)
        was, says = plan_seen(change), {"plan": as_text(asdict(checked))}
        checks.refuse_undoing(was, says, seen)
        if was == says:
            return of.plan
        Database.objects.get_or_create(name=of.table.database)
        said = {**asdict(checked), "kind": checked.kind.value, "by": by, "at": now}
        row = ChosenPlan.objects.update_or_create(change=of, defaults=said)[0]
        audit.record("plan.chosen", subject=f"schema:{of.pk}", by=by.pk, at=now, was=was["plan"], now=says["plan"])
        serve(at=now)
        return row


def _allowed(change: SchemaChange, by: User) -> None:
    """Whoever may edit the release that carries the backfill."""
    carrier = change.stages.select_related("release").filter(stage=Stage.BACKFILL.value).first()
    if carrier is None:
        require(person(by), Permission.SET_UP_CATALOGUE)
        raise Refused("no-backfill-stage", details={"change": change.name})
    require(person(by), Permission.EDIT, team=carrier.release.team_id)
    if change.abandoned_at is not None:
        raise Refused("abandoned-already", details={"change": change.name})
