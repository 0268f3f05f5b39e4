"""What another timetable would do to a train's slots, before it is saved (S1). Nothing is written."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from releasetrain.boarding.timetables import Fate, Following, checked, following, planned
from releasetrain.domain import recurrence
from releasetrain.domain.timetable import Occurrence, Recurring, to_instant
from releasetrain.trains.models import Booking, Request, Slot, Train

NEXT = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Departure:
    """A departure that comes, goes or stays: its start, and its length in minutes."""

    start_at: datetime
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A departure that stays under its name at another time: as it is, and as it would be."""

    was: Departure
    now: Departure


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """A release for whose sake a departure stays: it rides in it, or asks for it."""

    release: int
    title: str
    team: str
    rides: bool

    @property
    def code(self) -> str:
        """How people name the release."""
        return f"RT-{self.release}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A departure that stays at its time as an exception, because of those who ride in it or ask for it."""

    slot: int
    departure: Departure
    holders: tuple[Holder, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Next:
    """The departures that an entry gives next, by itself."""

    entry: Recurring
    starts: tuple[datetime, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What saving would do to the slots up to the horizon; each list in order of time."""

    comes: tuple[Departure, ...]
    goes: tuple[Departure, ...]
    moves: tuple[Moved, ...]
    stays: tuple[Kept, ...]
    next_of_each: tuple[Next, ...]

    @property
    def is_empty(self) -> bool:
        """Whether no slot would come, go or move."""
        return not (self.comes or self.goes or self.moves)


def preview(train: Train, timetable: Iterable[Recurring], *, now: datetime) -> Preview:
    """Return what becomes of a train's slots under another timetable; refused as saving it would be.

    Constant number of queries. ``stays`` are those that the timetable does not have at that time, and that somebody
    rides in or asks for.
    """
    today = now.astimezone(ZoneInfo(train.zone)).date()
    entries = checked(timetable, horizon_days=train.horizon_days, today=today)
    plan = planned(train, now=now, timetable=entries)
    found = sorted(following(train, plan, now=now), key=lambda one: one.slot.start_at)
    regular = Slot.objects.filter(train=train, kind=Slot.Kind.REGULAR, start_at__gt=now)
    there = set(regular.values_list("occurrence", flat=True))
    new = [one for name, one in plan.items() if name not in there]
    opens = [one.wanted for one in found if one.fate is Fate.OPENS and one.wanted]
    return Preview(
        comes=tuple(_departure(one) for one in sorted((*new, *opens), key=lambda one: one.departs.start)),
        goes=tuple(_is(one.slot) for one in found if _goes(one)),
        moves=tuple(
            Moved(was=_is(one.slot), now=_departure(one.wanted))
            for one in found
            if one.fate is Fate.MOVES and one.wanted
        ),
        stays=_kept([one.slot for one in found if _is_exception(one)]),
        next_of_each=tuple(Next(entry=one, starts=next_starts(one, train=train, now=now)) for one in entries),
    )


def next_starts(entry: Recurring, *, train: Train, now: datetime, count: int = NEXT) -> tuple[datetime, ...]:
    """Return when an entry departs next; fewer than ``count`` where it gives no more within ten years."""
    zone = ZoneInfo(train.zone)
    rule, today = recurrence.read(entry.rule), now.astimezone(zone).date()
    days = recurrence.next_days(rule, first_on=entry.first_on, after=today, count=count + 1)
    starts = (to_instant(datetime.combine(day, entry.at), zone) for day in days)
    return tuple(islice((start for start in starts if start > now), count))


def _goes(one: Following) -> bool:
    """A slot that is closed already goes no more."""
    return one.fate is Fate.GOES or (one.fate is Fate.CLOSES and one.slot.closed_at is None)


def _is_exception(one: Following) -> bool:
    if not (one.slot.is_ridden or one.slot.is_asked):
        return False
    is_there = one.wanted and (one.wanted.departs.start, one.wanted.departs.end) == (one.slot.start_at, one.slot.end_at)
    return not is_there


def _departure(one: Occurrence) -> Departure:
    return _lasting(one.departs.start, one.departs.end)


def _is(slot: Slot) -> Departure:
    return _lasting(slot.start_at, slot.end_at)


def _lasting(start: datetime, end: datetime) -> Departure:
    return Departure(start_at=start, minutes=(end - start) // timedelta(minutes=1))


def _kept(slots: Collection[Slot]) -> tuple[Kept, ...]:
    holders: dict[int, list[Holder]] = {slot.pk: [] for slot in slots}
    riding = Booking.objects.filter(slot__in=slots, left_at__isnull=True)
    asking = Request.objects.filter(slot__in=slots, ended_at__isnull=True)
    for places, rides in ((riding, True), (asking, False)):
        for place in places.select_related("release__team").order_by("release"):
            of = place.release
            holders[place.slot_id].append(Holder(release=of.pk, title=of.title, team=of.team.code, rides=rides))
    return tuple(Kept(slot=slot.pk, departure=_is(slot), holders=tuple(holders[slot.pk])) for slot in slots)
