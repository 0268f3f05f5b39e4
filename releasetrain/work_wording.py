"""What a piece of work in the background is, in the reader's language."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

EVENTS: Mapping[str, Promise] = {
    "import.requested": gettext_lazy("Import"),
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
    "waiver.made": gettext_lazy("A conflict was waived"),
    "waiver.amended": gettext_lazy("A waiver was changed"),
    "waiver.ended": gettext_lazy("A waiver was taken back"),
    "rollout.departed": gettext_lazy("A release departed"),
    "rollout.not-departed": gettext_lazy("A release did not depart"),
    "rollout.rolled-back": gettext_lazy("A release was rolled back"),
    "train.added": gettext_lazy("A train was added"),
    "train.edited": gettext_lazy("A train was edited"),
    "train.timetable-set": gettext_lazy("A timetable was changed"),
}


def event_in_words(event: str) -> str:
    """Return what happened in words; an event without any stands by its own name."""
    return str(EVENTS.get(event, event))
