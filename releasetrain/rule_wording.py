"""What each rule says, in words: what is wrong, the end of a headline, the line of a waiver; and the rest of the page
of rules. One place for whoever explains a rule; the sentence about one conflict is made in ``conflict_wording``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from releasetrain.conflict_wording import Names, day
from releasetrain.domain.conflicts.rule import Grade, Remedy
from releasetrain.domain.conflicts.values import Conflict, SideKind


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleWords:
    """``says``: the rule in one sentence; ``because``: how a headline ends; ``waived``: what who waives lets pass."""

    says: Any
    because: Any
    waived: Any = ""


WORDS: Mapping[str, RuleWords] = {
    "large-rides-alone": RuleWords(
        says=gettext_lazy("A large release shares its slot with no other."),
        because=gettext_lazy("one of them is large and rides alone"),
        waived=gettext_lazy("They share the slot"),
    ),
    "large-overlap": RuleWords(
        says=gettext_lazy("Two large releases on one service or table may not overlap while they soak."),
        because=gettext_lazy("both are large and soak side by side"),
        waived=gettext_lazy("They soak side by side"),
    ),
    "same-table": RuleWords(
        says=gettext_lazy("While a schema change of a table is under way, no other release touches that table."),
        because=gettext_lazy("a table is being changed"),
        waived=gettext_lazy("It touches a table that is being changed"),
    ),
    "frozen": RuleWords(
        says=gettext_lazy("Nothing departs in a hard freeze, and in a soft one only what somebody puts there."),
        because=gettext_lazy("it is frozen then"),
        waived=gettext_lazy("It departs in a freeze"),
    ),
    "capacity": RuleWords(
        says=gettext_lazy("The releases of a slot have no more points than the slot takes."),
        because=gettext_lazy("the slot is full"),
        waived=gettext_lazy("The slot takes more than it has room for"),
    ),
    "team-limit": RuleWords(
        says=gettext_lazy("A team has no more releases in a slot than it can watch over."),
        because=gettext_lazy("its team has too many releases there"),
        waived=gettext_lazy("Its team watches over more than its limit"),
    ),
    "cut-off": RuleWords(
        says=gettext_lazy("Nobody boards at the cut-off or after it, or once the slot is closed."),
        because=gettext_lazy("its cut-off has passed"),
        waived=gettext_lazy("It boards after the cut-off"),
    ),
    "held": RuleWords(
        says=gettext_lazy("While its train is held nothing departs but a hotfix."),
        because=gettext_lazy("the train is held"),
    ),
    "stage-order": RuleWords(
        says=gettext_lazy("The stages of a schema change depart strictly one after the other."),
        because=gettext_lazy("the stages of a change would be out of order"),
    ),
    "soak": RuleWords(
        says=gettext_lazy("Between two stages of a schema change lies the soak that was agreed."),
        because=gettext_lazy("the soak between two stages is too short"),
        waived=gettext_lazy("They soak less than was agreed"),
    ),
    "dependency": RuleWords(
        says=gettext_lazy("What a release needs has departed before it, or rides with it where that is enough."),
        because=gettext_lazy("one needs the other"),
    ),
    "old-version-running": RuleWords(
        says=gettext_lazy("A step waits until no version that it would break runs or can be rolled back to."),
        because=gettext_lazy("an old version may still run"),
    ),
    "backfill-unfinished": RuleWords(
        says=gettext_lazy("What rests on a backfill departs once that is verified complete."),
        because=gettext_lazy("a backfill will not be verified by then"),
    ),
    "peak-hours": RuleWords(
        says=gettext_lazy("A heavy lock or a backfill runs in the hours of low load of its database."),
        because=gettext_lazy("its heavy work leaves the hours of low load"),
        waived=gettext_lazy("Its heavy work runs in busy hours"),
    ),
    "disk-headroom": RuleWords(
        says=gettext_lazy("At its peak a backfill fits the free disk of its database."),
        because=gettext_lazy("the backfill does not fit the disk"),
        waived=gettext_lazy("Its backfill needs more disk than is free"),
    ),
    "not-cleared": RuleWords(
        says=gettext_lazy("A release rides once its gates are clear; from the cut-off on an open gate is in the way."),
        because=gettext_lazy("its reviews are open"),
    ),
}

SIDES: Mapping[SideKind, Any] = {
    SideKind.RELEASE: gettext_lazy("another release"),
    SideKind.SLOT: gettext_lazy("the slot"),
    SideKind.FREEZE: gettext_lazy("a freeze"),
    SideKind.TABLE: gettext_lazy("a table"),
    SideKind.DATABASE: gettext_lazy("a database"),
}
GRADES: Mapping[Grade, Any] = {
    Grade.BLOCKS: gettext_lazy("blocks"),
    Grade.WARNS: gettext_lazy("warns"),
    Grade.BY_FREEZE: gettext_lazy("blocks for a hard freeze, warns for a soft one"),
    Grade.AT_DEPARTURE: gettext_lazy("warns while it is planned, blocks when it departs"),
    Grade.AT_CUT_OFF: gettext_lazy("warns before the cut-off, blocks from then on"),
}
BASIS: Mapping[str, Any] = {
    "slot": gettext_lazy("the slot"),
    "service": gettext_lazy("shared services"),
    "table": gettext_lazy("the table"),
    "change": gettext_lazy("the schema change"),
    "stage": gettext_lazy("the stage"),
    "freeze": gettext_lazy("the freeze"),
    "release": gettext_lazy("who rides"),
    "releases": gettext_lazy("releases too many"),
    "points": gettext_lazy("points too many"),
    "hours": gettext_lazy("hours missing"),
    "needs": gettext_lazy("what is needed"),
    "version": gettext_lazy("the versions"),
    "database": gettext_lazy("the database"),
    "minutes": gettext_lazy("minutes outside"),
    "bytes": gettext_lazy("bytes too many"),
    "gate": gettext_lazy("the open gates"),
}
REMEDIES: Mapping[Remedy, Any] = {
    Remedy.MOVE: gettext_lazy("move it"),
    Remedy.MOVE_OTHER: gettext_lazy("move the other"),
    Remedy.SWAP: gettext_lazy("swap the two"),
    Remedy.SHRINK: gettext_lazy("make it smaller"),
    Remedy.WAIVE: gettext_lazy("waive it"),
    Remedy.REVIEW: gettext_lazy("get it reviewed"),
    Remedy.GRACE: gettext_lazy("give it grace"),
    Remedy.RESTART: gettext_lazy("restart the train"),
    Remedy.SUSPEND: gettext_lazy("suspend the freeze"),
    Remedy.ABANDON: gettext_lazy("give the schema change up"),
    Remedy.ATTEST: gettext_lazy("say that no old version runs"),
    Remedy.WAIT: gettext_lazy("wait"),
    Remedy.LOW_LOAD: gettext_lazy("change the hours of low load"),
}


def headline(found: list[Conflict], *, of: int, names: Names) -> str:
    """Return what stands between the release ``of`` and one other side, with both names, the day and the first reason.

    ``found``: all of it, what is told first standing first.
    """
    first = found[0]
    other = first.other_than(of)
    words = {
        "own": names.release(of).full,
        "day": day(first.departs_at, names.zone),
        "because": _because(first, names),
    }
    if not first.blocks:
        return _("%(own)s may ride on %(day)s, with care: %(because)s.") % words
    if other.kind is not SideKind.RELEASE or other.id == of:
        return _("%(own)s cannot ride on %(day)s: %(because)s.") % words
    words["other"] = names.release(other.id).full
    if any(one.code == "large-rides-alone" for one in found):
        return _("%(own)s cannot ride with %(other)s on %(day)s: %(because)s.") % words
    return _("%(own)s cannot ride beside %(other)s on %(day)s: %(because)s.") % words


def _because(conflict: Conflict, names: Names) -> str:
    special = _NAMED.get(conflict.code)
    return (special(conflict, names) if special else "") or str(WORDS[conflict.code].because)


def _both_large(conflict: Conflict, names: Names) -> str:
    sides = [names.release(side.id) for side in (conflict.a, conflict.b)]
    large = [one for one in sides if one.is_large]
    if len(large) == 2:
        return _("both are large")
    return _("%(large)s is large and rides alone") % {"large": large[0].code} if large else ""


def _freeze(conflict: Conflict, names: Names) -> str:
    return _("frozen, %(freeze)s") % {"freeze": names.of("freeze", conflict.b.id)}


def _table(conflict: Conflict, names: Names) -> str:
    return _("%(table)s is being changed") % {"table": names.of("table", conflict.b.id)}


_NAMED: Mapping[str, Callable[[Conflict, Names], str]] = {
    "large-rides-alone": _both_large,
    "frozen": _freeze,
    "same-table": _table,
}
