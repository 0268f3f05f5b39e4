"""The hold window of a release: when its old and new versions may run side by side."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from releasetrain.domain.windows import Window


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """What really happened: ``finished_at`` None while the departure is still going on."""

    started_at: datetime
    finished_at: datetime | None = None


def planned_hold(departs: Window, *, soak_hours: int) -> Window:
    """Return ``[slot start, slot end + soak)``. The database's wall reads this part only."""
    return Window(departs.start, departs.end + timedelta(hours=soak_hours))


def hold(departs: Window, *, soak_hours: int, ran: Ran | None, now: datetime) -> Window:
    """Return the planned hold joined, once started, with what happened; never shorter than planned."""
    planned = planned_hold(departs, soak_hours=soak_hours)
    if ran is None:
        return planned
    finished = ran.finished_at or max(departs.end, now)
    start = min(ran.started_at, finished)
    return planned.joined_with(Window(start, finished + timedelta(hours=soak_hours)))
