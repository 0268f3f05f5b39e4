"""From a train's timetable to its slots. Everything here runs under the calendar's lock, which the verb takes."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, QuerySet

from releasetrain.domain.timetable import CutOff, Occurrence, Weekly, occurrences
from releasetrain.trains.models import Booking, Request, Slot, Train


def planned(train: Train, *, now: datetime) -> dict[str, Occurrence]:
    """Return the departures of the timetable from now to the horizon, by the slot's identity ("2031-11-25T22:00")."""
    zone = ZoneInfo(train.zone)
    today = now.astimezone(zone).date()
    weekly = [Weekly(weekday=entry.weekday, at=entry.at, minutes=entry.minutes) for entry in train.timetable.all()]
    cut_off = CutOff(days_before=train.cut_off_days, at=train.cut_off_time)
    last = today + timedelta(days=train.horizon_days)
    found = occurrences(weekly, zone=zone, cut_off=cut_off, first=today, last=last)
    return {f"{one.local:%Y-%m-%dT%H:%M}": one for one in found if one.departs.start > now}


def missing(train: Train, *, now: datetime) -> dict[str, Occurrence]:
    """Return the planned departures that have no slot yet."""
    plan = planned(train, now=now)
    known = Slot.objects.filter(train=train, kind=Slot.Kind.REGULAR, occurrence__in=plan)
    there = set(known.values_list("occurrence", flat=True))
    return {occurrence: one for occurrence, one in plan.items() if occurrence not in there}


def open_missing(train: Train, *, now: datetime) -> int:
    """Make the slots that are missing up to the horizon; whoever else makes them at the same time does no harm."""
    slots = [
        Slot(
            train=train,
            kind=Slot.Kind.REGULAR,
            occurrence=occurrence,
            start_at=one.departs.start,
            end_at=one.departs.end,
            cut_off_at=one.cut_off_at,
            capacity=train.capacity,
        )
        for occurrence, one in missing(train, now=now).items()
    ]
    Slot.objects.bulk_create(slots, ignore_conflicts=True)
    return len(slots)


def follow(train: Train, *, now: datetime) -> None:
    """Let the coming regular slots follow the train as it is now.

    A slot with a live booking stays exactly as it is (S1). One that somebody asks for keeps its time and takes the
    capacity. A free one takes time, cut-off and capacity, or goes if the timetable no longer has it; where an ended
    booking or request still points at it, it is closed instead, and opened again when the timetable has it again.
    """
    plan, changed, gone = planned(train, now=now), [], []
    for slot in _coming(train, now):
        slot.capacity = train.capacity
        wanted = plan.get(slot.occurrence)
        if not slot.is_asked and wanted is None and not slot.is_known:
            gone.append(slot.pk)
            continue
        if not slot.is_asked:
            _retime(slot, wanted, now)
        changed.append(slot)
    Slot.objects.filter(pk__in=gone).delete()
    Slot.objects.bulk_update(changed, ["start_at", "end_at", "cut_off_at", "closed_at", "capacity"])
    open_missing(train, now=now)


def _coming(train: Train, now: datetime) -> QuerySet[Slot]:
    """The coming regular slots in which nobody rides, with who asks for them and who ever did."""
    of = {"slot": OuterRef("pk")}
    free = Slot.objects.filter(train=train, kind=Slot.Kind.REGULAR, start_at__gt=now)
    free = free.exclude(Exists(Booking.objects.filter(**of, left_at__isnull=True)))
    known = Exists(Booking.objects.filter(**of)) | Exists(Request.objects.filter(**of))
    return free.annotate(is_asked=Exists(Request.objects.filter(**of, ended_at__isnull=True)), is_known=known)


def _retime(slot: Slot, wanted: Occurrence | None, now: datetime) -> None:
    if wanted is None:
        slot.closed_at = slot.closed_at or now
        return
    slot.start_at, slot.end_at = wanted.departs.start, wanted.departs.end
    slot.cut_off_at = wanted.cut_off_at
    slot.closed_at = None if wanted.cut_off_at > now else slot.closed_at


def twice(weekly: Iterable[Weekly]) -> Iterator[Weekly]:
    """Yield the entries that say a departure which another says already."""
    seen: set[tuple[int, object]] = set()
    for entry in weekly:
        if (entry.weekday, entry.at) in seen:
            yield entry
        seen.add((entry.weekday, entry.at))
