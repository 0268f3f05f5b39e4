"""Single departures: one that no timetable has, and how much one takes."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from releasetrain.audit import actions as audit
from releasetrain.audit import queries as log
from releasetrain.boarding.actions.rebooking import serve
from releasetrain.boarding.timetables import LONGEST_MINUTES, NAME, cut_off_of
from releasetrain.domain.errors import Refused
from releasetrain.domain.permissions import Permission, require
from releasetrain.domain.timetable import Occurrence, occurrence, to_instant
from releasetrain.outbox import actions as outbox
from releasetrain.teams import checks
from releasetrain.teams import queries as teams
from releasetrain.teams.models import User
from releasetrain.trains.lock import locked_calendar, retried
from releasetrain.trains.models import Slot, Train

Clock = Callable[[], datetime]
MOST_CAPACITY = 1000
MOST_DAYS_AHEAD = 730
LONGEST_REASON = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A departure as it is asked for: ``local`` and ``cut_off`` are naive times of the train's zone.

    Without a ``cut_off`` its door shuts as the train's do, a hotfix's when it starts; without a ``capacity`` it takes
    what the train takes.
    """

    local: datetime
    minutes: int
    is_hotfix: bool = False
    capacity: int | None = None
    cut_off: datetime | None = None
    reason: str = ""

    @property
    def kind(self) -> str:
        """What kind of slot it becomes."""
        return (Slot.Kind.HOTFIX if self.is_hotfix else Slot.Kind.REGULAR).value


@retried
def open_slot(*, train: int, wanted: Wanted, by: User, clock: Clock, key: UUID | None = None) -> int:
    """Open one departure beside the timetable, which will neither move nor remove it; return the slot's id.

    A hotfix departure needs a reason. Refused in the past, too far ahead, with its door already shut, and where the
    train has a departure of that kind at that local time.
    """
    with locked_calendar():
        if (done := log.result_of(key, by=by.pk)) is not None:
            return int(done)
        require(teams.person(by), Permission.SET_UP_TRAINS)
        now, on = clock(), _train(train)
        slot = _opened(on, wanted, by=by, now=now)
        facts = {"kind": slot.kind, "reason": slot.opened_because}
        audit.record("slot.opened", subject=f"slot:{slot.pk}", by=by.pk, at=now, train=on.pk, **facts)
        _tell("slot.opened", slot, by=by, at=now, **facts)
        audit.keep_result(key, by=by.pk, result=slot.pk)
        return slot.pk


@retried
def set_capacity(*, slot: int, capacity: int | None, reason: str, by: User, clock: Clock) -> None:
    """Let one departure take so many points, whatever its train does from then on; None: as its train again.

    Never refused for whom it leaves over: they stay, and it stands (C5). Whom a larger one has room for boards.
    """
    with locked_calendar():
        require(teams.person(by), Permission.SET_UP_TRAINS)
        now = clock()
        known = _coming(slot, now=now)
        why = checks.text(_reason(reason), field="reason", most=LONGEST_REASON)
        was = known.capacity
        known.capacity = known.train.capacity if capacity is None else _points(capacity)
        known.own_capacity = capacity is not None
        known.save(update_fields=["capacity", "own_capacity"])
        facts = {"was": was, "capacity": known.capacity, "reason": why}
        audit.record("slot.capacity-set", subject=f"slot:{known.pk}", by=by.pk, at=now, **facts)
        _tell("slot.capacity-set", known, by=by, at=now, **facts)
        if known.capacity > was:
            serve(at=now)


def _train(id: int) -> Train:
    found = Train.objects.filter(pk=id).first()
    if found is None:
        raise Refused("no-such-train", details={"train": id})
    return found


def _coming(id: int, *, now: datetime) -> Slot:
    found = Slot.objects.filter(pk=id).select_related("train").first()
    if found is None:
        raise Refused("no-such-slot")
    if found.kind == Slot.Kind.PAST or found.start_at <= now:
        raise Refused("slot-departed")
    return found


def _opened(train: Train, wanted: Wanted, *, by: User, now: datetime) -> Slot:
    departs = _departure(train, wanted, now=now)
    name = f"{departs.local:{NAME}}"
    if Slot.objects.filter(train=train, kind=wanted.kind, occurrence=name).exists():
        raise Refused("departs-already", details={"field": "at"})
    return Slot.objects.create(
        train=train,
        kind=wanted.kind,
        occurrence=name,
        start_at=departs.departs.start,
        end_at=departs.departs.end,
        cut_off_at=departs.cut_off_at,
        capacity=train.capacity if wanted.capacity is None else _points(wanted.capacity),
        own_capacity=wanted.capacity is not None,
        is_extra=True,
        opened_by=by,
        opened_because=_why(wanted),
    )


def _why(wanted: Wanted) -> str:
    reason = _reason(wanted.reason) if wanted.is_hotfix else wanted.reason
    return checks.text(reason, field="reason", most=LONGEST_REASON, needed=wanted.is_hotfix)


def _reason(said: str) -> str:
    if not said.strip():
        raise Refused("reason-missing", details={"field": "reason"})
    return said


def _points(capacity: int) -> int:
    return checks.number(capacity, field="capacity", least=1, most=MOST_CAPACITY)


def _departure(train: Train, wanted: Wanted, *, now: datetime) -> Occurrence:
    """When it starts, ends and shuts; refused at the field that says it."""
    minutes = checks.number(wanted.minutes, field="minutes", least=1, most=LONGEST_MINUTES)
    zone, local = ZoneInfo(train.zone), wanted.local.replace(second=0, microsecond=0)
    today = now.astimezone(zone).date()
    checks.day(local.date(), field="on", least=today, most=today + timedelta(days=MOST_DAYS_AHEAD))
    found = occurrence(local, minutes, zone=zone, cut_off=cut_off_of(train))
    start = found.departs.start
    if start <= now:
        raise Refused("departs-in-the-past", details={"field": "at"})
    shuts = start if wanted.is_hotfix else found.cut_off_at
    if wanted.cut_off is not None and not wanted.is_hotfix:
        shuts = to_instant(wanted.cut_off, zone)
    if shuts > start:
        raise Refused("shuts-after-it-starts", details={"field": "cut_off"})
    if shuts <= now:
        raise Refused("door-is-shut-already", details={"field": "cut_off"})
    return Occurrence(local=local, departs=found.departs, cut_off_at=shuts)


def _tell(event: str, slot: Slot, *, by: User, at: datetime, **facts: object) -> None:
    starts = slot.start_at.isoformat()
    outbox.post(event, slot=slot.pk, train=slot.train_id, slot_starts=starts, by=by.pk, at=at.isoformat(), **facts)
