"""A weekly timetable in a few words."""

from collections.abc import Iterable

from django import template
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext as _

from releasetrain.trains.models import TimetableEntry

register = template.Library()


@register.filter
def weekly_words(entries: Iterable[TimetableEntry]) -> str:
    """Return "Tue and Thu 22:00, Fri 10:00": days that share a time stand together."""
    days: dict[str, list[str]] = {}
    for entry in entries:
        days.setdefault(f"{entry.at:%H:%M}", []).append(str(WEEKDAYS_ABBR[entry.weekday]))
    return ", ".join(f"{_listed(named)} {at}" for at, named in days.items())


def _listed(named: list[str]) -> str:
    if len(named) == 1:
        return named[0]
    return _("%(first)s and %(last)s") % {"first": ", ".join(named[:-1]), "last": named[-1]}
