"""From a train's timetable to its slots. Everything here runs under the calendar's lock, which the verb takes."""

from datetime import datetime

from releasetrain.boarding.timetables import Fate, following, missing, planned
from releasetrain.domain.timetable import Occurrence
from releasetrain.trains.models import Slot, Train


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
    booking or request still points at it, it is closed instead, and opened again when the timetable has it again. What
    was opened by hand, and a capacity that was set on its own, are left alone.
    """
    found = [one for one in following(train, planned(train, now=now), now=now) if not one.slot.is_ridden]
    for one in found:
        if not one.slot.own_capacity:
            one.slot.capacity = train.capacity
        if not one.slot.is_asked and one.slot.skipped_at is None:
            _retime(one.slot, one.wanted, now)
    Slot.objects.filter(pk__in=[one.slot.pk for one in found if one.fate is Fate.GOES]).delete()
    kept = [one.slot for one in found if one.fate is not Fate.GOES]
    Slot.objects.bulk_update(kept, ["start_at", "end_at", "cut_off_at", "closed_at", "closed_because", "capacity"])
    open_missing(train, now=now)


def _retime(slot: Slot, wanted: Occurrence | None, now: datetime) -> None:
    if wanted is None:
        slot.closed_at = slot.closed_at or now
        return
    slot.start_at, slot.end_at = wanted.departs.start, wanted.departs.end
    slot.cut_off_at = wanted.cut_off_at
    if wanted.cut_off_at > now:
        slot.closed_at, slot.closed_because = None, ""
