"""When a freeze is, and when a database has low load, in a few words. Local times stay as they were said."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.utils import formats
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from releasetrain.conflict_wording import listed
from releasetrain.trains.freeze_fields import FreezeFields, LowHours

A_MINUTE = timedelta(minutes=1)
SIMPLE: Mapping[str, Promise] = {
    "FREQ=DAILY": gettext_lazy("every day, first %(time)s"),
    "FREQ=WEEKLY": gettext_lazy("every week, first %(time)s"),
    "FREQ=MONTHLY": gettext_lazy("every month, first %(time)s"),
    "FREQ=YEARLY": gettext_lazy("every year, first %(time)s"),
}


def freeze_when(said: FreezeFields) -> str:
    """Return "20 Dec 2031 00:00 – 7 Jan 2032 00:00", how it recurs, or whose holidays it is."""
    if said.holidays:
        words = {"calendar": said.holidays, "day": _day(said.first_at)}
        return _("each public holiday of %(calendar)s since %(day)s") % words
    if not said.rule:
        return _stretch(said)
    known = SIMPLE.get(said.rule, gettext_lazy("by %(rule)s, first %(time)s"))
    return str(known) % {"time": _stretch(said), "rule": said.rule}


def _stretch(said: FreezeFields) -> str:
    """Whole days are named by their days, the last one included."""
    last = said.last_at or said.first_at
    if not said.first_at.hour and not said.first_at.minute and not last.hour and not last.minute:
        first_on, last_on = _day(said.first_at), _day(last - A_MINUTE)
        return first_on if first_on == last_on else _("%(first)s to %(last)s") % {"first": first_on, "last": last_on}
    return _("%(first)s to %(last)s") % {"first": _moment(said.first_at), "last": _moment(last)}


def _day(local: datetime) -> str:
    return formats.date_format(local, "j M Y")


def _moment(local: datetime) -> str:
    return formats.date_format(local, "j M Y H:i")


def hours_words(hours: Iterable[LowHours]) -> str:
    """Return "Mon, Tue and Fri 23:00–05:00"; several are parted by semicolons."""
    return "; ".join(f"{_days(one.weekdays)} {one.since:%H:%M}–{one.until:%H:%M}" for one in hours)


def _days(weekdays: Iterable[int]) -> str:
    named = sorted(set(weekdays))
    if named == list(range(7)):
        return _("every day")
    if len(named) > 2 and named == list(range(named[0], named[-1] + 1)):
        return f"{WEEKDAYS_ABBR[named[0]]}–{WEEKDAYS_ABBR[named[-1]]}"
    return listed(str(WEEKDAYS_ABBR[day]) for day in named)
