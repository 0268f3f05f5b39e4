"""Hold a train and restart it (S5): stopping is easy, restarting asks for a reason."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.db.models.functions import Least

from releasetrain.audit import actions as audit
from releasetrain.audit import queries as log
from releasetrain.domain.errors import Refused
from releasetrain.domain.permissions import Permission, require
from releasetrain.outbox import actions as outbox
from releasetrain.teams.models import User
from releasetrain.teams.queries import person
from releasetrain.trains.lock import locked_calendar, retried
from releasetrain.trains.models import Slot, Train

Clock = Callable[[], datetime]


@retried
def hold_train(*, train: int, reason: str, by: User, clock: Clock, key: UUID | None = None) -> None:
    """Stop a train: nothing departs and no cut-off strikes until it is restarted; hotfix departures go all the same."""
    with locked_calendar():
        if log.result_of(key, by=by.pk) is not None:
            return
        now, held = clock(), _allowed(train, reason, by=by)
        if held.held_at is not None:
            raise Refused("held-already", details={"train": held.name})
        held.held_at, held.held_by, held.held_because = now, by, reason.strip()
        held.save(update_fields=["held_at", "held_by", "held_because"])
        _tell("train.held", held, reason, by=by, at=now)
        audit.keep_result(key, by=by.pk, result=True)


@retried
def restart_train(*, train: int, reason: str, by: User, clock: Clock, key: UUID | None = None) -> None:
    """Let a held train go again. The cut-offs that waited strike now; departures that went by are not made up for."""
    with locked_calendar():
        if log.result_of(key, by=by.pk) is not None:
            return
        now, held = clock(), _allowed(train, reason, by=by)
        if held.held_at is None:
            raise Refused("not-held", details={"train": held.name})
        waited = Slot.objects.filter(train=held, closed_at=None, end_at__gt=now).exclude(kind=Slot.Kind.PAST)
        waited = waited.filter(cut_off_at__gt=held.held_at, cut_off_at__lte=now)
        waited.exclude(kind=Slot.Kind.HOTFIX).update(cut_off_at=Least(now, "start_at"))
        since = held.held_at
        held.held_at, held.held_by, held.held_because = None, None, ""
        held.save(update_fields=["held_at", "held_by", "held_because"])
        _tell("train.restarted", held, reason, by=by, at=now, since=since.isoformat())
        audit.keep_result(key, by=by.pk, result=True)


def _allowed(train: int, reason: str, *, by: User) -> Train:
    require(person(by), Permission.HOLD)
    found = Train.objects.filter(pk=train).first()
    if found is None:
        raise Refused("no-such-train", details={"train": train})
    if not reason.strip():
        raise Refused("reason-missing", details={"field": "reason"})
    return found


def _tell(verb: str, train: Train, reason: str, *, by: User, at: datetime, **facts: str) -> None:
    said = {"reason": reason.strip(), **facts}
    audit.record(verb, subject=f"train:{train.pk}", by=by.pk, at=at, **said)
    outbox.post(verb, train=train.pk, by=by.pk, at=at.isoformat(), **said)
