"""Close the slots whose cut-off has come (S4): each once, whoever asks for it, however late."""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q, QuerySet

from releasetrain.audit import actions as audit
from releasetrain.boarding.actions.places import Hand, Manner, write
from releasetrain.boarding.actions.rebooking import AHEAD, rebook
from releasetrain.domain.closing import Bump, bumps
from releasetrain.domain.errors import Refused
from releasetrain.domain.working_days import a_working_day_after
from releasetrain.outbox import actions as outbox
from releasetrain.releases.models import Release
from releasetrain.reviews.actions.refreshing import refresh_promises
from releasetrain.teams.calendars import working_calendar
from releasetrain.trains import queries as trains
from releasetrain.trains.lock import locked_calendar, retried
from releasetrain.trains.models import Booking, Outcome, Request, Slot

log = logging.getLogger(__name__)
Clock = Callable[[], datetime]


def close_due(*, clock: Clock) -> int:
    """Close every slot whose time has come, the earliest first, each in a transaction of its own; return how many.

    May run at any time and twice at once: whoever comes second finds it closed.
    """
    found = due(clock()).order_by("cut_off_at", "pk").values_list("pk", flat=True)
    return sum(_closed(slot, clock) for slot in list(found))


def _closed(slot: int, clock: Clock) -> bool:
    """Close one; what keeps it open, a busy calendar say, keeps no other open. The next minute tries it again."""
    try:
        return close(slot=slot, clock=clock)
    except Refused as refused:
        log.error("slot %s was not closed: %s %s", slot, refused.code, refused.details)
        return False


def due(now: datetime) -> QuerySet[Slot]:
    """Return the open slots whose cut-off has come; while their train is held it waits, until the departure is over."""
    cut_off = Q(cut_off_at__lte=now) & ~Q(kind=Slot.Kind.HOTFIX) | Q(start_at__lte=now)
    waits = Q(train__held_at__isnull=False) & ~Q(kind=Slot.Kind.HOTFIX) & Q(end_at__gt=now)
    return Slot.objects.filter(cut_off, closed_at__isnull=True).exclude(kind=Slot.Kind.PAST).exclude(waits)


@retried
def close(*, slot: int, clock: Clock) -> bool:
    """Close one slot if its time has come and nobody has; return whether this did it.

    Uncleared riders are bumped, with those in the slot that rest on them; requests for the slot lose it and wait. After
    its departure it is closed as missed: who did not report to have left has lost the place. One event tells of all.
    """
    with locked_calendar():
        now = clock()
        known = due(now).select_related("train").filter(pk=slot).first()
        if known is None:
            return False
        hand = Hand(at=now, by=None, by_itself=True)
        missed = known.end_at <= now
        gone = _miss(known, hand) if missed else _bump(known, hand)
        known.closed_at = now
        known.closed_because = Slot.Closing.MISSED if missed else Slot.Closing.CUT_OFF
        known.save(update_fields=["closed_at", "closed_because"])
        told = {"slot": known.pk, "missed": missed, "gone": gone, "unheard": lose_the_slot(known, hand)}
        audit.record("slot.closed", subject=f"slot:{known.pk}", by=None, at=now, **told)
        if gone or told["unheard"]:
            outbox.post("slot.closed", **told, slot_starts=known.start_at.isoformat(), **hand.deed)
        return True


def _bump(slot: Slot, hand: Hand) -> list[dict[str, Any]]:
    """Let who is not cleared move on; where to is judged with everybody who could be in the way."""
    aboard = trains.holding().filter(slot=slot, outcomes=None)
    riders = list(aboard.values_list("release", flat=True))
    if not riders or slot.kind == Slot.Kind.HOTFIX:
        return []
    coming = trains.coming(slot.train, now=hand.at).filter(kind=Slot.Kind.REGULAR, closed_at=None, skipped_at=None)
    later = list(coming.exclude(pk=slot.pk)[:AHEAD])
    picture = trains.picture(releases=riders, slots=[slot, *later], now=hand.at)
    found = bumps(
        picture,
        slot.pk,
        ahead=[one.pk for one in later],
        from_then=_from_then(riders, hand.at),
        second=_bumped_here(slot),
    )
    if not found:
        return []
    rebook(
        {one.release: one.slot for one in found},
        hand=hand,
        picture=picture,
        because={one.release: _why(one) for one in found},
        quiet=True,
        however_late=True,
    )
    return [{"release": one.release, "slot": one.slot, "rests_on": list(one.rests_on)} for one in found]


def _why(bump: Bump) -> dict[str, Any]:
    said: dict[str, Any] = {"code": "bumped"}
    if bump.rests_on:
        said["with"] = list(bump.rests_on)
    return said if bump.slot is not None else {**said, "only_cleared": True}


def _from_then(releases: Iterable[int], now: datetime) -> dict[int, datetime]:
    """A working day away, by the calendar of each release's team."""
    rows = Release.objects.filter(pk__in=list(releases)).values_list("pk", "team__zone", "team__holidays")
    return {
        release: a_working_day_after(now, zone=ZoneInfo(zone), is_working=working_calendar(holidays))
        for release, zone, holidays in rows
    }


def _bumped_here(slot: Slot) -> set[int]:
    """Who rides here because of a bump, with nobody's word since."""
    bump = Booking.objects.filter(
        release=OuterRef("release"), left_because__code="bumped", left_at=OuterRef("booked_at")
    )
    return set(trains.holding().filter(Exists(bump), slot=slot).values_list("release", flat=True))


def _miss(slot: Slot, hand: Hand) -> list[dict[str, Any]]:
    """After its departure: whoever did not report to have left waits again."""
    reported = Outcome.objects.filter(booking__slot=slot).values("booking")
    silent = trains.holding().filter(slot=slot).exclude(pk__in=reported).order_by("booked_at", "pk")
    riders = list(silent.values_list("release", flat=True))
    if riders:
        take_away(riders, hand=hand, because={"code": "missed"})
    return [{"release": release, "slot": None, "rests_on": []} for release in riders]


def take_away(riders: list[int], *, hand: Hand, because: dict[str, Any]) -> None:
    """End the places of releases, whatever time it is, and let them wait again for the same train."""
    picture = trains.picture(releases=riders, slots=(), now=hand.at)
    manner = Manner(because=dict.fromkeys(riders, because), quiet=True)
    write(dict.fromkeys(riders), picture, hand, manner)


def lose_the_slot(slot: Slot, hand: Hand) -> list[int]:
    """Let the requests for a slot that shuts lose it; they wait from now on. Return whose they were."""
    asking = Request.objects.filter(slot=slot, ended_at__isnull=True, asked_at__isnull=False)
    releases = list(asking.order_by("pk").values_list("release", flat=True))
    asking.update(slot=None)
    for release in releases:
        facts = {"slot": slot.pk, "slot_starts": slot.start_at.isoformat()}
        audit.record("request.unheard", subject=f"release:{release}", by=hand.by, at=hand.at, **facts)
    refresh_promises(releases, at=hand.at, by=hand.by, code="moved")
    return releases
