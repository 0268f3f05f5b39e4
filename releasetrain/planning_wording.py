"""What the planner says, in words: why there is no plan, why a release moves or is left out, what its levels mean.

One sentence per code, for pages, the API and the terminal alike. Values come in with functions that name what they
number (``Called``), words go out; what is wrong with a file of a problem is told in ``planner_file_wording``.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from releasetrain.amount_wording import duration
from releasetrain.conflict_wording import listed
from releasetrain.domain.planner.values import Aim, Clash, Level, Measured, Reason
from releasetrain.rule_wording import WORDS

FEW = 6  # releases that are named; more are counted
Id = int | str

AIMS: Mapping[str, Promise] = {
    Aim.FEWEST_MOVES: gettext_lazy("fewest moves"),
    Aim.BALANCED: gettext_lazy("balanced"),
    Aim.EARLIEST: gettext_lazy("earliest"),
    Aim.REPAIR: gettext_lazy("repair"),
}
LEVELS: Mapping[str, Promise] = {
    Level.EXCESS: gettext_lazy("moves beyond the displaced and three more"),
    Level.MOVES: gettext_lazy("moves"),
    Level.LATENESS: gettext_lazy("weighted days late"),
    Level.EARLINESS: gettext_lazy("weighted days until departure"),
}
STAYS: Mapping[str, Promise] = {
    "pinned": gettext_lazy("it is pinned"),
    "left-out": gettext_lazy("it is left out of the plan"),
    "has-departed": gettext_lazy("it has departed"),
    "other-train": gettext_lazy("its train is not planned"),
    "hotfix": gettext_lazy("it is a hotfix"),
    "closed-in": gettext_lazy("its slot is closed"),
    "waived": gettext_lazy("it rests on a waiver there"),
}
WHY_NOT: Mapping[str, Promise] = {
    "before-earliest": gettext_lazy("it may not ride before it is ready"),
    "needs-one-left-out": gettext_lazy("it needs a release that has no place"),
    "no-departure": gettext_lazy("its train has no departure to come"),
    "rolled-back": gettext_lazy("it was rolled back and waits to be handed in again"),
    "slot-skipped": gettext_lazy("the slot is skipped"),
    "slot-departed": gettext_lazy("the slot has departed"),
    "must": gettext_lazy("it is to ride in another slot"),
    "": gettext_lazy("its train has no departure"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """What the numbers in a value are called. ``team``; ``resource``: of a service or table ("service:3")."""

    release: Callable[[int], str]
    slot: Callable[[int], str]
    team: Callable[[Id], str] = str
    resource: Callable[[Id], str] = str


def clash(one: Clash, called: Called) -> str:
    """Return one of the facts that contradict each other, in one sentence."""
    return CLASHES[one.code](one, called)


def reason(why: Reason, called: Called) -> str:
    """Return why a plan moves a release, in one sentence."""
    return REASONS[why.code](why, called)


def left_out(code: str, of: Sequence[int], called: Called) -> str:
    """Return why no plan can place a release, in one sentence."""
    because = why_not(code)
    if not of:
        return _("No plan can place it: %(because)s.") % {"because": because}
    return _("No plan can place it beside %(others)s: %(because)s.") % {
        "others": _releases(of, called),
        "because": because,
    }


def why_not(code: str) -> str:
    """Return the end of a sentence: for what a release may not ride somewhere."""
    return str(WHY_NOT.get(code) or (WORDS[code].because if code in WORDS else code))


def measured(one: Measured) -> str:
    """Return "12 moves, proven best", "40 weighted days late; no plan goes below 37", and what the bound holds for."""
    words = {"value": one.value, "level": LEVELS[one.level], "bound": one.bound}
    if one.value == one.bound:
        said = _("%(level)s: %(value)s, proven best") % words
    else:
        said = _("%(level)s: %(value)s; no plan goes below %(bound)s") % words
    return f"{said} ({holds_for(one)})" if one.given else said


def holds_for(one: Measured) -> str:
    """Return for which plans a bound holds."""
    return _("holds for the values reached above it") if one.given else _("holds for every plan")


def _releases(releases: Sequence[int], called: Called) -> str:
    if len(releases) <= FEW:
        return listed(called.release(one) for one in releases)
    return ngettext("%(n)s release", "%(n)s releases", len(releases)) % {"n": len(releases)}


def _slots(slots: Sequence[int], called: Called) -> str:
    if len(slots) <= 2:
        return listed(called.slot(one) for one in slots)
    words = {"n": len(slots), "first": called.slot(slots[0]), "last": called.slot(slots[-1])}
    return _("the %(n)s slots from %(first)s to %(last)s") % words


def _no_option(one: Clash, called: Called) -> str:
    because = _("it is larger than every slot") if one.of == "capacity" else why_not(str(one.of or ""))
    words = {"release": _releases(one.releases, called), "because": because}
    return _("%(release)s can ride nowhere: %(because)s.") % words


def _window(one: Clash, called: Called) -> str:
    first, last = one.slots
    words = {
        "releases": _releases(one.releases, called),
        "n": one.amounts["options"],
        "first": called.slot(first),
        "last": called.slot(last),
    }
    if one.amounts["options"] == 2:
        return _("%(releases)s can only ride in %(first)s or %(last)s.") % words
    return _("%(releases)s can only ride in %(n)s slots, from %(first)s to %(last)s.") % words


def _pin(one: Clash, called: Called) -> str:
    words = {"release": _releases(one.releases, called), "slot": called.slot(one.slots[0])}
    if not one.of:
        return _("%(release)s can only ride in %(slot)s.") % words
    return _("%(release)s stays in %(slot)s: %(because)s.") % {**words, "because": STAYS.get(str(one.of), one.of)}


def _room(one: Clash, called: Called) -> str:
    words = {
        "releases": _releases(one.releases, called),
        "points": _points(one.amounts["points"]),
        "slots": _slots(one.slots, called),
        "capacity": one.amounts["capacity"],
    }
    if len(one.releases) == 1:
        return _("%(releases)s needs %(points)s; %(slots)s: room for %(capacity)s.") % words
    return _("%(releases)s need %(points)s; %(slots)s: room for %(capacity)s.") % words


def _points(points: int) -> str:
    return ngettext("%(n)s point", "%(n)s points", points) % {"n": points}


def _alone(one: Clash, called: Called) -> str:
    large, slots = one.amounts["large"], _slots(one.slots, called)
    words = {"n": large, "releases": _releases(one.releases, called), "slots": slots}
    if large == len(one.releases):
        return _("%(releases)s are large and ride alone in %(slots)s.") % words
    said = ngettext(
        "Of %(releases)s, %(n)s is large and rides alone in %(slots)s.",
        "Of %(releases)s, %(n)s are large and ride alone in %(slots)s.",
        large,
    )
    return said % words


def _overlap(one: Clash, called: Called) -> str:
    words = {"releases": _releases(one.releases, called), "shared": called.resource(one.of or "")}
    return _("%(releases)s are large and change %(shared)s: they may not soak side by side.") % words


def _team_limit(one: Clash, called: Called) -> str:
    limit = one.amounts["limit"]
    said = ngettext(
        "%(team)s has at most %(n)s release in a slot, but wants room for %(releases)s in %(slots)s.",
        "%(team)s has at most %(n)s releases in a slot, but wants room for %(releases)s in %(slots)s.",
        limit,
    )
    words = {"releases": _releases(one.releases, called), "slots": _slots(one.slots, called)}
    return said % {"team": called.team(one.of or ""), "n": limit, **words}


def _apart(one: Clash, called: Called) -> str:
    return _("%(releases)s may not share a slot.") % {"releases": _releases(one.releases, called)}


def _order(one: Clash, called: Called) -> str:
    before, then = (called.release(at) for at in one.releases)
    words = {"before": before, "then": then, "lag": duration(one.amounts["lag"])}
    if one.amounts["ready"]:
        return _("%(then)s departs once the backfill after %(before)s is done.") % words
    if one.amounts["together"] and not one.amounts["lag"]:
        return _("%(then)s departs with %(before)s or after it.") % words
    if one.amounts["together"]:
        return _("%(then)s departs with %(before)s or at least %(lag)s after its end.") % words
    if one.amounts["lag"]:
        return _("%(then)s departs at least %(lag)s after the end of %(before)s.") % words
    return _("%(then)s departs after %(before)s.") % words


def _same_table(one: Clash, called: Called) -> str:
    words = {
        "toucher": called.release(one.releases[0]),
        "carriers": _releases(one.releases[1:], called),
        "table": called.resource(one.of or ""),
    }
    if not one.amounts["last"]:
        return _("%(toucher)s touches %(table)s: it departs before %(carriers)s, which change it.") % words
    return _("%(toucher)s touches %(table)s: it departs before %(carriers)s, or once their change is over.") % words


CLASHES: Mapping[str, Callable[[Clash, Called], str]] = {
    "no-option": _no_option,
    "window": _window,
    "pin": _pin,
    "room": _room,
    "large-rides-alone": _alone,
    "large-overlap": _overlap,
    "team-limit": _team_limit,
    "apart": _apart,
    "order": _order,
    "same-table": _same_table,
}


def _boards(why: Reason, called: Called) -> str:
    if late := why.amounts.get("days", 0):
        said = ngettext("It gets a place, %(n)s day late.", "It gets a place, %(n)s days late.", late)
        return said % {"n": late}
    return _("It gets a place.")


def _cannot_stay(why: Reason, called: Called) -> str:
    words = {"because": why_not(why.rule), "others": _releases(why.releases, called)}
    if not why.releases:
        return _("It cannot stay: %(because)s.") % words
    return _("It cannot stay beside %(others)s: %(because)s.") % words


def _makes_room(why: Reason, called: Called) -> str:
    words = {"others": _releases(why.releases, called), "because": why_not(why.rule)}
    return (_("It makes room for %(others)s: %(because)s.") if why.rule else _("It makes room for %(others)s.")) % words


def _in_time(why: Reason, called: Called) -> str:
    days = why.amounts.get("days", 0)
    return ngettext("It is %(n)s day less late.", "It is %(n)s days less late.", days) % {"n": days}


def _earlier(why: Reason, called: Called) -> str:
    days = why.amounts.get("days", 0)
    return ngettext("It departs %(n)s day earlier.", "It departs %(n)s days earlier.", days) % {"n": days}


def _no_worse(why: Reason, called: Called) -> str:
    return _("It could stay; nothing gets worse by its move.")


REASONS: Mapping[str, Callable[[Reason, Called], str]] = {
    "boards": _boards,
    "cannot-stay": _cannot_stay,
    "makes-room": _makes_room,
    "in-time": _in_time,
    "earlier": _earlier,
    "no-worse": _no_worse,
}
