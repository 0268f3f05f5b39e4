"""What the pages of plans say of the planner's values."""

from collections.abc import Collection, Mapping
from datetime import date, tzinfo
from typing import Any

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from releasetrain.domain.planner.values import Aim, Level
from releasetrain.planning.asked import About, Tried
from releasetrain.planning.models import PlanRun
from releasetrain.planning_wording import AIMS, LEVELS
from releasetrain.trains.models import Slot
from releasetrain.web.templatetags.times import moment_in, short_day

WHAT: Mapping[str, Promise] = {
    Aim.FEWEST_MOVES: gettext_lazy("moves as few as can be, then is punctual"),
    Aim.BALANCED: gettext_lazy("nearly as punctual as can be, with fewer moves"),
    Aim.EARLIEST: gettext_lazy("as punctual as can be, then as early"),
    Aim.REPAIR: gettext_lazy("few moves first, then punctual"),
}
COUNTS: Mapping[str, Promise] = {
    Level.EXCESS: gettext_lazy("more than a way out should move"),
    Level.MOVES: gettext_lazy("releases that ride elsewhere than today"),
    Level.LATENESS: gettext_lazy("the days of each, times its weight"),
    Level.EARLINESS: gettext_lazy("from the first departure on, times weight"),
}
FROM: Mapping[str, Promise] = {
    "refusal": gettext_lazy("it is to get a place there"),
    "bump": gettext_lazy("it has no place"),
    "slip": gettext_lazy("it slipped"),
    "conflict": gettext_lazy("something stands against it"),
}


def aim(code: str) -> str:
    """Return what a plan is called."""
    return _("The way out") if code == Aim.REPAIR else capfirst(str(AIMS[code]))


def what(code: str) -> str:
    """Return what a plan looks at first."""
    return str(WHAT.get(code, ""))


def level(code: str) -> str:
    """Return what a level is called."""
    return capfirst(str(LEVELS[code]))


def counts(code: str) -> str:
    """Return what a level counts."""
    return str(COUNTS.get(code, ""))


def at_most(code: str, value: int) -> str:
    """Return "at most 3 moves", "no moves"."""
    if value == 0:
        return _("no %(level)s") % {"level": LEVELS[code]}
    return _("at most %(value)s %(level)s") % {"value": value, "level": LEVELS[code]}


def title(run: PlanRun, about: int | None) -> str:
    """Return the headline of a run."""
    if run.kind == PlanRun.Kind.REPAIR:
        return _("A way out for %(code)s") % {"code": f"RT-{about}"} if about else _("A way out")
    return _("What if") if run.kind == PlanRun.Kind.TRIED else _("Three plans")


def codes(releases: Collection[int]) -> tuple[str, ...]:
    """Return what releases are called in a row: RT-3, RT-5."""
    return tuple(f"RT-{one}" for one in sorted(releases))


def looking(told: Mapping[str, Any]) -> str:
    """Return what the search is at."""
    if not told.get("aim"):
        return _("Reading the calendar.")
    return f"{aim(told['aim'])}: {LEVELS[told['level']]}"


def reached(told: Mapping[str, Any]) -> str:
    """Return the best so far, and what no plan goes below."""
    value, bound = told.get("value"), told.get("bound")
    if value is None:
        return _("no plan yet") if told.get("aim") else ""
    if bound is None:
        return _("%(value)s so far") % {"value": value}
    return _("%(value)s so far, no plan goes below %(bound)s") % {"value": value, "bound": bound}


def about(asked: About, slots: Mapping[int, Slot], *, zone: tzinfo) -> str:
    """Return what a way out was asked from."""
    slot = slots.get(asked.slot or 0)
    if slot is None:
        return str(FROM[asked.kind])
    return f"{FROM[asked.kind]}, {moment_in(slot.start_at, zone)}"


def thought(tried: Tried, slots: Mapping[int, Slot], *, zone: tzinfo) -> list[str]:
    """Return what is only thought of, a sentence each."""
    said = [_capacity(slots[slot], points, zone) for slot, points in tried.capacity.items() if slot in slots]
    said += [
        _("nothing departs from %(since)s to %(until)s")
        % {"since": moment_in(one.since, zone), "until": moment_in(one.until, zone)}
        for one in tried.freezes
    ]
    return said + [_days(release, days) for release, days in tried.dates.items()]


def _capacity(slot: Slot, points: int, zone: tzinfo) -> str:
    words = _("%(when)s takes %(points)s points, not %(today)s")
    return words % {"when": moment_in(slot.start_at, zone), "points": points, "today": slot.capacity}


def _days(release: int, days: Mapping[str, date | None]) -> str:
    said = [_("ready %(day)s") % {"day": short_day(on)} for name, on in days.items() if on and name == "earliest"]
    said += [_("due %(day)s") % {"day": short_day(on)} for name, on in days.items() if on and name == "due"]
    return f"RT-{release}: {', '.join(said)}"
