"""What a piece of work in the background is, and how long something takes, in the reader's language."""

from collections.abc import Mapping
from datetime import timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

_MINUTE, _HOUR, _DAY = 60, 3600, 86400

EVENTS: Mapping[str, Promise] = {
    "import.requested": gettext_lazy("Import"),
    "plan.asked": gettext_lazy("Plan"),
    "mail.send": gettext_lazy("Mail"),
    "mail.digest": gettext_lazy("Daily mail"),
    "release.imported": gettext_lazy("A release came in from a file"),
    "release.drafted": gettext_lazy("A release was written down"),
    "release.edited": gettext_lazy("A release was edited"),
    "release.submitted": gettext_lazy("A release was submitted"),
    "release.withdrawn": gettext_lazy("A release was withdrawn"),
    "request.made": gettext_lazy("A release asks for a slot"),
    "booking.made": gettext_lazy("A release boarded"),
    "booking.moved": gettext_lazy("A release moved"),
    "booking.left": gettext_lazy("A release left the train"),
    "slot.closed": gettext_lazy("A departure was closed"),
    "slot.skipped": gettext_lazy("A departure was skipped"),
    "slot.reopened": gettext_lazy("A skipped departure goes after all"),
    "schema.abandoned": gettext_lazy("A schema change was given up"),
    "waiver.made": gettext_lazy("A conflict was waived"),
    "waiver.amended": gettext_lazy("A waiver was changed"),
    "waiver.ended": gettext_lazy("A waiver was taken back"),
    "rollout.departed": gettext_lazy("A release departed"),
    "rollout.not-departed": gettext_lazy("A release did not depart"),
    "rollout.rolled-back": gettext_lazy("A release was rolled back"),
    "review.asked": gettext_lazy("It is a reviewer's turn"),
    "review.question": gettext_lazy("A reviewer asks"),
    "review.answer": gettext_lazy("An author answers"),
    "review.reminder": gettext_lazy("A reviewer is reminded"),
    "review.overdue": gettext_lazy("A review is late"),
    "verdict.given": gettext_lazy("A verdict was given"),
    "condition.ticked": gettext_lazy("A condition was ticked"),
    "result.recorded": gettext_lazy("Clients were tried"),
    "grace.given": gettext_lazy("A release was given grace"),
    "release.cleared": gettext_lazy("A release was cleared"),
    "policy.set": gettext_lazy("The policy of reviews was changed"),
    "questionnaire.set": gettext_lazy("The risk questionnaire was changed"),
    "freeze.added": gettext_lazy("A freeze was added"),
    "freeze.edited": gettext_lazy("A freeze was edited"),
    "freeze.ended": gettext_lazy("A freeze was ended"),
    "freeze.suspended": gettext_lazy("A freeze was suspended"),
    "freeze.counts-again": gettext_lazy("A freeze counts again"),
    "versions.reported": gettext_lazy("Versions of a service were reported"),
    "versions.attested": gettext_lazy("Somebody attested which versions run"),
    "backfill.verified": gettext_lazy("A backfill was verified"),
    "low-load.set": gettext_lazy("Hours of low load were changed"),
    "train.held": gettext_lazy("A train was held"),
    "train.restarted": gettext_lazy("A train goes again"),
    "train.added": gettext_lazy("A train was added"),
    "train.edited": gettext_lazy("A train was edited"),
    "train.timetable-set": gettext_lazy("A timetable was changed"),
    "slot.opened": gettext_lazy("A departure was opened"),
    "slot.capacity-set": gettext_lazy("The capacity of a departure was set"),
}


def event_in_words(event: str) -> str:
    """Return what happened in words; an event without any stands by its own name."""
    return str(EVENTS.get(event, event))


def span(length: timedelta) -> str:
    """Return "6 d", "4 h 56 min" or "5 min": two units at most, the same words before and after an instant."""
    seconds = int(abs(length).total_seconds())
    if seconds >= 2 * _DAY:
        return _("%(days)s d") % {"days": seconds // _DAY}
    hours, minutes = seconds // _HOUR, seconds % _HOUR // _MINUTE
    if hours and minutes:
        return _("%(hours)s h %(minutes)s min") % {"hours": hours, "minutes": minutes}
    if hours:
        return _("%(hours)s h") % {"hours": hours}
    return _("%(minutes)s min") % {"minutes": minutes}


def ago(length: timedelta) -> str:
    """Return "3 s", from a minute on as everywhere."""
    seconds = max(0, int(length.total_seconds()))
    return span(length) if seconds >= 60 else _("%(n)s s") % {"n": seconds}
