"""Ask for a plan, stop the search, throw away what came of it."""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from releasetrain.audit import actions as audit
from releasetrain.audit import queries as log
from releasetrain.domain.errors import Refused
from releasetrain.domain.permissions import Permission, require
from releasetrain.outbox import actions as outbox
from releasetrain.planning.asked import Asked
from releasetrain.planning.models import PlanRun
from releasetrain.releases.models import Release
from releasetrain.teams.models import User
from releasetrain.teams.queries import person
from releasetrain.trains.models import Slot, Train

Clock = Callable[[], datetime]
REQUESTED = "plan.asked"


def ask(
    *,
    kind: str,
    trains: Collection[int] = (),
    asked: Asked | None = None,
    by: User,
    clock: Clock,
    key: UUID | None = None,
) -> PlanRun:
    """Let a worker plan, and return the run to watch; the second click of a double click gets the first's.

    ``kind``: of ``PlanRun.Kind``. ``trains``: of which, by id; none: of all. For release managers. Raises ``Refused``
    where it names a train, release or slot that is not there, or where something is only tried and no what-if was
    asked for.
    """
    try:
        return _ask(kind=kind, trains=trains, asked=asked or Asked(), by=by, clock=clock, key=key)
    except IntegrityError:
        if (done := _done(key, by)) is None:
            raise
        return done


def _done(key: UUID | None, by: User) -> PlanRun | None:
    found = log.result_of(key, by=by.pk)
    return None if found is None else PlanRun.objects.get(pk=found)


@transaction.atomic
def _ask(*, kind: str, trains: Collection[int], asked: Asked, by: User, clock: Clock, key: UUID | None) -> PlanRun:
    require(person(by), Permission.PLAN)
    if (done := _done(key, by)) is not None:
        return done
    wanted = PlanRun.Kind(kind)
    if asked.tried and wanted is not PlanRun.Kind.TRIED:
        raise Refused("plan-not-a-what-if", details={"field": "tried"})
    if (asked.must or asked.about) and wanted is not PlanRun.Kind.REPAIR:
        raise Refused("plan-not-a-repair", details={"field": "must"})
    _refuse_unknown(trains, asked)
    run = PlanRun.objects.create(kind=wanted, asked=asked.as_json(), asked_by=by, asked_at=clock())
    run.trains.set(trains)
    audit.keep_result(key, by=by.pk, result=run.pk)  # before the worker is told: a second click ends here
    message = outbox.post(REQUESTED, run=run.pk)
    run.message = message.pk if message else None
    run.save(update_fields=["message"])
    audit.record(REQUESTED, subject=f"plan:{run.pk}", by=by.pk, at=run.asked_at, kind=kind)
    return run


def _refuse_unknown(trains: Collection[int], asked: Asked) -> None:
    if missing := _missing(Train.objects.all(), {*trains, *asked.trains}):
        raise Refused("no-such-train", details={"train": missing})
    if missing := _missing(Release.objects.filter(submitted_at__isnull=False), asked.releases):
        raise Refused("no-such-release", details={"release": missing})
    if missing := _missing(Slot.objects.all(), asked.slots):
        raise Refused("no-such-slot", details={"slot": missing})


def _missing(there: QuerySet[Any], ids: Collection[int]) -> int | None:
    """The first of the ids that is not there."""
    return min(set(ids) - set(there.filter(pk__in=ids).values_list("pk", flat=True)), default=None)


@transaction.atomic
def cancel(*, run: int, by: User, clock: Clock) -> PlanRun:
    """Let a search stop: at once if no worker has begun it, else when it next tells; the best so far is kept.

    A run that is over stays as it is.
    """
    require(person(by), Permission.PLAN)
    wanted = _locked(run)
    if wanted.is_over or wanted.cancelled_at is not None:
        return wanted
    wanted.cancelled_at, wanted.cancelled_by = clock(), by
    if wanted.state == PlanRun.State.WAITING:
        wanted.state, wanted.finished_at = PlanRun.State.DONE, wanted.cancelled_at
    wanted.save(update_fields=["cancelled_at", "cancelled_by", "state", "finished_at"])
    audit.record("plan.cancelled", subject=f"plan:{run}", by=by.pk, at=wanted.cancelled_at)
    return wanted


@transaction.atomic
def throw_away(*, run: int, by: User, clock: Clock) -> None:
    """Take a run out of every list, and stop it where it is not over; what was applied of it stays applied.

    Raises ``Refused("no-such-plan")`` where it is gone already.
    """
    wanted = cancel(run=run, by=by, clock=clock)
    wanted.thrown_away_at = clock()
    wanted.save(update_fields=["thrown_away_at"])
    audit.record("plan.thrown-away", subject=f"plan:{run}", by=by.pk, at=wanted.thrown_away_at)


def _locked(run: int) -> PlanRun:
    found = PlanRun.objects.select_for_update().filter(pk=run, thrown_away_at__isnull=True).first()
    if found is None:
        raise Refused("no-such-plan")
    return found
