"""What came of a release after somebody waived for it: what happened where it then rode."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Fate(StrEnum):
    """What came of it."""

    COMING = "coming"
    SILENT = "silent"  # its departure is over, and nobody said what happened
    DEPARTED = "departed"
    ROLLED_BACK = "rolled-back"
    NOT_DEPARTED = "not-departed"
    AWAY = "away"  # it took another place, or gave this one back
    NEVER = "never"  # it never took a place since


@dataclass(frozen=True, slots=True, kw_only=True)
class Ride:
    """A place that a release took: until when it held it (None: still), and the latest word on what happened."""

    slot: int
    ends_at: datetime
    left_at: datetime | None = None
    said: str = ""


def fate(rides: Iterable[Ride], *, since: datetime, slot: int | None, now: datetime) -> Fate:
    """Return what came of a release that a waiver of ``since`` spoke for, in ``slot`` if the waiver names one.

    ``rides``: its places, earliest first.
    """
    held = [ride for ride in rides if ride.left_at is None or ride.left_at > since]
    there = held if slot is None else [ride for ride in held if ride.slot == slot]
    if not there:
        return Fate.AWAY if held else Fate.NEVER
    last = there[-1]
    if last.said:
        return Fate(last.said)
    if last.left_at is not None:
        return Fate.AWAY
    return Fate.COMING if last.ends_at > now else Fate.SILENT
