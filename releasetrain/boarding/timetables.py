"""What a train's timetable says, whether it can be kept, and what becomes of the coming slots under it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, QuerySet

from releasetrain.domain import recurrence
from releasetrain.domain.errors import Refused
from releasetrain.domain.timetable import CutOff, Occurrence, Recurring, locals_of, occurrences
from releasetrain.teams import checks
from releasetrain.trains.models import Booking, Request, Slot, Train

LONGEST_MINUTES = 1440
MOST_ENTRIES = 60
MOST_DEPARTURES = 10_000  # over that time: their slots are made under the calendar's lock
ALIKE_WITHIN = 366  # days in which two entries must not say the same departure, unless the horizon is longer
NAME = "%Y-%m-%dT%H:%M"


class Fate(StrEnum):
    """What becomes of a coming slot: it stays as it is, changes its time, opens again, closes, or goes."""

    STAYS = "stays"
    MOVES = "moves"
    OPENS = "opens"
    CLOSES = "closes"
    GOES = "goes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Following:
    """A coming slot that is there, the departure that the timetable has under its name, and what becomes of it."""

    slot: Any
    wanted: Occurrence | None
    fate: Fate


def timetable_of(train: Train) -> list[Recurring]:
    """Return when a train departs."""
    return [
        Recurring(rule=row.rule, at=row.at, minutes=row.minutes, first_on=row.first_on) for row in train.timetable.all()
    ]


def cut_off_of(train: Train) -> CutOff:
    """Return when the door of a train's slots shuts."""
    return CutOff(days_before=train.cut_off_days, at=train.cut_off_time)


def planned(train: Train, *, now: datetime, timetable: Iterable[Recurring] | None = None) -> dict[str, Occurrence]:
    """Return the departures of the timetable from now to the horizon, by the slot's identity ("2031-11-25T22:00").

    ``timetable``: another than the train's.
    """
    zone = ZoneInfo(train.zone)
    today = now.astimezone(zone).date()
    entries = timetable_of(train) if timetable is None else timetable
    last = today + timedelta(days=train.horizon_days)
    found = occurrences(entries, zone=zone, cut_off=cut_off_of(train), first=today, last=last)
    return {f"{one.local:{NAME}}": one for one in found if one.departs.start > now}


def missing(train: Train, *, now: datetime) -> dict[str, Occurrence]:
    """Return the planned departures that have no slot yet."""
    plan = planned(train, now=now)
    known = Slot.objects.filter(train=train, kind=Slot.Kind.REGULAR, occurrence__in=plan)
    there = set(known.values_list("occurrence", flat=True))
    return {occurrence: one for occurrence, one in plan.items() if occurrence not in there}


def following(train: Train, plan: dict[str, Occurrence], *, now: datetime) -> list[Following]:
    """Return what becomes of each coming slot of the timetable under a plan; those opened by hand are not of it."""
    return [
        Following(slot=slot, wanted=plan.get(slot.occurrence), fate=_fate(slot, plan.get(slot.occurrence), now))
        for slot in _coming(train, now)
    ]


def _fate(slot: Any, wanted: Occurrence | None, now: datetime) -> Fate:
    if slot.is_ridden or slot.is_asked or slot.skipped_at is not None:  # what is skipped stays to be seen
        return Fate.STAYS
    if wanted is None:
        return Fate.CLOSES if slot.is_known else Fate.GOES
    if slot.closed_at is not None and wanted.cut_off_at > now:
        return Fate.OPENS
    is_there = (slot.start_at, slot.end_at) == (wanted.departs.start, wanted.departs.end)
    return Fate.STAYS if is_there else Fate.MOVES


def _coming(train: Train, now: datetime) -> QuerySet[Slot]:
    """The timetable's coming slots: whether somebody rides, asks, or ever did."""
    of, live = {"slot": OuterRef("pk")}, {"ended_at__isnull": True}
    slots = Slot.objects.filter(train=train, kind=Slot.Kind.REGULAR, is_extra=False, start_at__gt=now)
    return slots.annotate(
        is_ridden=Exists(Booking.objects.filter(**of, left_at__isnull=True)),
        is_asked=Exists(Request.objects.filter(**of, **live)),
        is_known=Exists(Booking.objects.filter(**of)) | Exists(Request.objects.filter(**of)),
    )


def checked(timetable: Iterable[Recurring], *, horizon_days: int, today: date) -> list[Recurring]:
    """Return a timetable as it is kept, in its order, or raise ``Refused``: what cannot be read or never departs,
    lengths out of range, two entries that say the same departure within the horizon or a year, too many."""
    entries = sorted((_checked(one) for one in timetable), key=lambda one: one.order)
    checks.number(len(entries), field="timetable", least=0, most=MOST_ENTRIES)
    seen: set[datetime] = set()
    last = today + timedelta(days=max(ALIKE_WITHIN, horizon_days))
    for entry in entries:
        found = set(locals_of(entry, first=today, last=last))
        if twice := seen & found:
            at = min(twice)
            raise Refused("departs-twice", details={"on": at.date().isoformat(), "at": f"{at:%H:%M}"})
        seen |= found
    if len(seen) > MOST_DEPARTURES:
        raise Refused("too-many-departures", details={"field": "timetable", "most": MOST_DEPARTURES})
    return entries


def _checked(entry: Recurring) -> Recurring:
    checks.number(entry.minutes, field="minutes", least=1, most=LONGEST_MINUTES)
    checks.day(entry.first_on, field="first_on", least=recurrence.EVER, most=recurrence.LAST)
    rule = recurrence.read(entry.rule)
    recurrence.refuse_without_days(rule, first_on=entry.first_on)
    return Recurring(rule=rule.text, at=entry.at, minutes=entry.minutes, first_on=entry.first_on)
