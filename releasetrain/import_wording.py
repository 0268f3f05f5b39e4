"""One sentence per reason that a row of a file is bad, odd or left alone, in the reader's language."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

SENTENCES: Mapping[str, Promise] = {
    # what the parser says
    "unknown-headings": gettext_lazy(
        "The headings are not known. It needs key, title and team, or those of OpenStack."
    ),
    "not-csv": gettext_lazy("This is not a row of a CSV file: look at its quotation marks."),
    "not-text": gettext_lazy("It holds signs that are not text. Save the file as UTF-8."),
    "too-many-cells": gettext_lazy("It has %(found)s cells, the heading %(headings)s."),
    "missing": gettext_lazy("%(column)s is missing."),
    "key-twice": gettext_lazy("The key %(key)s stands in row %(first)s already."),
    "too-long": gettext_lazy("%(column)s has %(found)s characters, at most %(most)s are kept."),
    "bad-size": gettext_lazy("The size %(value)s is none of S, M, L."),
    "bad-wish": gettext_lazy("The wish %(value)s is neither this nor first."),
    "bad-weight": gettext_lazy("The weight %(value)s is not a whole number from 1 to %(most)s."),
    "bad-need": gettext_lazy("%(value)s is neither a key nor a key with hours, such as A-12+24h."),
    "bad-date": gettext_lazy("%(column)s: %(value)s is not a date such as 2026-12-01."),
    "bad-time": gettext_lazy("%(column)s: %(value)s is not a time such as 2026-12-01 22:00."),
    "due-before-earliest": gettext_lazy("It is due on %(due)s, before its earliest day %(earliest)s."),
    "needs-itself": gettext_lazy("It needs itself."),
    # what the database says
    "unknown-team": gettext_lazy("There is no team %(name)s."),
    "unknown-service": gettext_lazy("There is no service %(name)s."),
    "unknown-table": gettext_lazy("There is no table %(name)s. A table is named database.table."),
    "unknown-initiative": gettext_lazy("There is no initiative %(name)s."),
    "unknown-train": gettext_lazy("There is no train with the address %(name)s."),
    "no-train-yet": gettext_lazy("There is no train yet."),
    "unknown-slot": gettext_lazy("%(train)s has no departure at %(at)s, its own local time."),
    "unknown-need": gettext_lazy("It needs %(key)s, which is neither here nor in the file, or is bad itself."),
    "not-departed-yet": gettext_lazy("It departs at %(at)s: history lies in the past."),
    # what is odd about a row that came in, or why it was left alone
    "wrong-clock": gettext_lazy("Its clock was wrong: departed at %(departed_at)s, asked for only at %(asked_at)s."),
    "needs-in-a-circle": gettext_lazy("It needs itself: %(way)s."),
    "is-planned": gettext_lazy("It is still planned here. Report its departure, or withdraw it."),
    "has-departed": gettext_lazy("It has departed; what it says stays."),
    "needs-a-word": gettext_lazy("Its departure has begun: say on the slot's page what happened, then it can change."),
    "slot-departed": gettext_lazy("The slot it names has departed: it waits in the queue."),
    "before-earliest": gettext_lazy("The slot it names departs before its earliest day: it waits in the queue."),
    "conflict": gettext_lazy("It asks for its slot and does not ride there."),
}

RULES: Mapping[str, Promise] = {
    "large-rides-alone": gettext_lazy("a large one rides alone"),
    "large-overlap": gettext_lazy("two large ones meet"),
    "capacity": gettext_lazy("the slot is full"),
    "team-limit": gettext_lazy("more of its team than it watches over"),
    "cut-off": gettext_lazy("the door is shut"),
    "not-cleared": gettext_lazy("its reviews are open"),
    "frozen": gettext_lazy("it departs in a freeze"),
    "held": gettext_lazy("the train is held"),
    "same-table": gettext_lazy("its table is being changed"),
    "stage-order": gettext_lazy("its stages are out of order"),
    "soak": gettext_lazy("too soon after the stage before"),
    "dependency": gettext_lazy("what it needs does not ride before it"),
    "old-version-running": gettext_lazy("an old version may still run"),
    "backfill-unfinished": gettext_lazy("the backfill is not verified by then"),
    "peak-hours": gettext_lazy("heavy work outside the hours of low load"),
    "disk-headroom": gettext_lazy("the disk is too small"),
}

KINDS: Mapping[str, Promise] = {
    "team": gettext_lazy("teams"),
    "service": gettext_lazy("services"),
    "table": gettext_lazy("tables"),
    "initiative": gettext_lazy("initiatives"),
}


NUMBERS: Mapping[str, Promise] = {
    "made": gettext_lazy("new"),
    "updated": gettext_lazy("changed"),
    "unchanged": gettext_lazy("as before"),
    "departed": gettext_lazy("departed"),
    "boarded": gettext_lazy("boarded"),
    "waiting": gettext_lazy("in the queue"),
    "asking": gettext_lazy("not aboard"),
}


def sentence(code: str, facts: Mapping[str, Any]) -> str:
    """Return why a row is bad, odd or left alone."""
    found = SENTENCES.get(code)
    return str(found) % facts if found else _("It was refused: %(code)s.") % {"code": code}


def rule(code: str, other: str) -> str:
    """Return what a rule found, with the title of the release on the other side if there is one."""
    words = str(RULES.get(code, code))
    return _("%(rule)s: %(other)s") % {"rule": words, "other": other} if other else words
