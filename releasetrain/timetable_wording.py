"""A timetable in a few words, whatever its rules: "Tue and Thu 22:00, the first Tue of the month 21:00"."""

from collections.abc import Callable, Iterable
from datetime import date, time

from django.utils import formats
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from releasetrain.conflict_wording import listed
from releasetrain.domain.errors import Refused
from releasetrain.domain.recurrence import EVER, Rule, read

WHICH: dict[int, Promise] = {
    1: gettext_lazy("the first %(day)s of the month"),
    2: gettext_lazy("the second %(day)s of the month"),
    3: gettext_lazy("the third %(day)s of the month"),
    4: gettext_lazy("the fourth %(day)s of the month"),
    5: gettext_lazy("the fifth %(day)s of the month"),
    -1: gettext_lazy("the last %(day)s of the month"),
}
Entry = tuple[str, str, date]  # rule, "22:00", first day


def timetable_words(entries: Iterable[object]) -> str:
    """Return "Tue and Thu 22:00, every 2 weeks Fri 10:00" of rows or values with rule, at and first_on.

    Plain weeks that share a time stand together, first of all.
    """
    return in_words((one.rule, _clock(one.at), one.first_on) for one in entries)  # type: ignore[attr-defined]


def _clock(at: time | str) -> str:
    return at if isinstance(at, str) else f"{at:%H:%M}"


def in_words(entries: Iterable[Entry]) -> str:
    """Return a timetable in words; a rule that says more than can be said so stands as it is."""
    plain: dict[str, list[int]] = {}
    others = []
    for rule, at, first_on in entries:
        if (weekday := _plain_weekday(rule, first_on)) is not None:
            plain.setdefault(at, []).append(weekday)
        else:
            others.append(entry_words(rule, at, first_on))
    weeks = [f"{_weekdays(days)} {at}" for at, days in sorted(plain.items(), key=lambda one: (min(one[1]), one[0]))]
    return ", ".join([*weeks, *others])


def _plain_weekday(rule: str, first_on: date) -> int | None:
    said = _read(rule)
    is_week = said is not None and said.freq == "WEEKLY" and said.is_plain and first_on == EVER
    return said.days[0][0] if said and is_week and len(said.days) == 1 else None


def _read(rule: str) -> Rule | None:
    try:
        return read(rule)
    except Refused:  # kept before rules were read so strictly
        return None


def entry_words(rule: str, at: str, first_on: date) -> str:
    """Return "every 2 weeks Tue and Thu 22:00, from 4 Nov 2031"."""
    said = _read(rule)
    how_often = (_WORDS[said.freq](said, first_on) if said else "") or rule
    return f"{how_often} {at}{_span(said, first_on)}"


def _span(said: Rule | None, first_on: date) -> str:
    found = ""
    if first_on != EVER:
        found += _(", from %(day)s") % {"day": _day(first_on)}
    if said and said.until:
        found += _(", until %(day)s") % {"day": _day(said.until)}
    if said and said.count:
        found += ngettext(", %(n)s time", ", %(n)s times", said.count) % {"n": said.count}
    return found


def _day(on: date) -> str:
    return formats.date_format(on, "j M Y")


def _weekdays(days: Iterable[int]) -> str:
    return listed(str(WEEKDAYS_ABBR[day]) for day in sorted(set(days)))


def _daily(said: Rule, first_on: date) -> str:
    if said.numbers or said.days:
        return ""
    return ngettext("every day", "every %(n)s days", said.interval) % {"n": said.interval}


def _weekly(said: Rule, first_on: date) -> str:
    if said.numbers:
        return ""
    days = _weekdays([day for day, _which in said.days] or [first_on.weekday()])
    if said.interval == 1:
        return days
    return _("every %(n)s weeks %(days)s") % {"n": said.interval, "days": days}


def _monthly(said: Rule, first_on: date) -> str:
    days = said.numbers.get("BYMONTHDAY", () if said.days else (first_on.day,))
    if said.interval > 1 or said.numbers.keys() - {"BYMONTHDAY"} or (said.days and days):
        return ""
    if days:
        return "" if any(day < -1 for day in days) else listed(_of_the_month(day) for day in days)
    if any(which not in WHICH for _day, which in said.days):
        return ""
    return listed(str(WHICH[which]) % {"day": WEEKDAYS_ABBR[day]} for day, which in said.days)


def _of_the_month(day: int) -> str:
    return _("the last day of the month") if day == -1 else _("day %(n)s of the month") % {"n": day}


def _yearly(said: Rule, first_on: date) -> str:
    return ""


_WORDS: dict[str, Callable[[Rule, date], str]] = {
    "DAILY": _daily,
    "WEEKLY": _weekly,
    "MONTHLY": _monthly,
    "YEARLY": _yearly,
}
