"""On which days a rule of iCalendar recurs (RFC 5545, 3.3.10): "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH".

A rule says days only; the time of day stands beside it. The days of a month or a year are ``dateutil``'s. It is asked
for one month or year at a time and the interval is counted here: asked for a rule that never comes true, it would look
for the next day up to the year 9999, and from the first day on each time.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import islice

from dateutil import rrule

from releasetrain.domain.errors import Refused

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
LONGEST = 200  # characters of a rule
EVER = date(2000, 1, 1)  # the first day there is: a timetable "since ever" begins here
LAST = date(2199, 12, 31)
COMES_WITHIN = 10  # years after its first day in which a rule must give a day
_NEVER_AGAIN = 12 * 10_000  # months: a step beyond the last year of the calendar, so that one stretch is all
_STEPS = {"DAILY": "day", "WEEKLY": "week", "MONTHLY": "month", "YEARLY": "year"}
_TOO_FINE = frozenset({"BYHOUR", "BYMINUTE", "BYSECOND"})
_DAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)", re.ASCII)
_NUMBER = re.compile(r"[+-]?\d{1,4}", re.ASCII)
# What goes with which frequency: RFC 5545's table, and BYSETPOS only where a month or a year is chosen from.
_FITS: Mapping[str, frozenset[str]] = {
    "DAILY": frozenset({"BYMONTH", "BYMONTHDAY", "BYDAY"}),
    "WEEKLY": frozenset({"BYMONTH", "BYDAY"}),
    "MONTHLY": frozenset({"BYMONTH", "BYMONTHDAY", "BYDAY", "BYSETPOS"}),
    "YEARLY": frozenset({"BYMONTH", "BYMONTHDAY", "BYDAY", "BYSETPOS", "BYYEARDAY", "BYWEEKNO"}),
}
# The largest number each list may name, and whether it also counts from the end.
_BOUNDS = {
    "BYMONTH": (12, False),
    "BYMONTHDAY": (31, True),
    "BYYEARDAY": (366, True),
    "BYWEEKNO": (53, True),
    "BYSETPOS": (366, True),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule that was read. ``days``: weekday (0 is Monday) with the which-th of the month or year, 0 for each."""

    text: str
    freq: str
    interval: int = 1
    count: int | None = None
    until: date | None = None
    week_start: int = 0
    days: tuple[tuple[int, int], ...] = ()
    numbers: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    @property
    def is_plain(self) -> bool:
        """Whether it has neither an interval, an end, nor anything but days of the week."""
        return self.interval == 1 and self.count is None and self.until is None and not self.numbers


def tidy(text: str) -> str:
    """Return a rule as it is kept: capitals, no spaces, without the name of its line."""
    return re.sub(r"\s+", "", text).upper().removeprefix("RRULE:").rstrip(";")


def read(text: str) -> Rule:
    """Return the rule, or raise ``Refused``: ``rule-unreadable``, ``rule-too-fine`` or ``rule-part-unfit``."""
    said = tidy(text)
    if "=" not in said:
        _refuse(text.strip() or "–")
    parts = _parts(said)
    freq = parts.pop("FREQ", "")
    if freq not in _STEPS or parts.keys() & _TOO_FINE:
        _refuse_freq(said, freq, parts)
    unfit = sorted(name for name in parts if name.startswith("BY") and name not in _FITS[freq])
    if unfit:
        raise Refused("rule-part-unfit", details={"field": "rule", "part": unfit[0], "freq": freq})
    rule = Rule(
        text=said,
        freq=freq,
        interval=_one(parts, "INTERVAL", 1000) or 1,
        count=_one(parts, "COUNT", 1000),
        until=_until(parts),
        week_start=_weekday(parts.get("WKST", "MO"), "WKST"),
        days=_days(parts, freq),
        numbers={name: _numbers(parts[name], name) for name in _BOUNDS if name in parts},
    )
    _refuse_half(rule)
    return rule


def _parts(said: str) -> dict[str, str]:
    if len(said) > LONGEST:
        _refuse(said)
    found: dict[str, str] = {}
    for part in said.split(";"):
        name, is_said, value = part.partition("=")
        known = name in _BOUNDS or name in _TOO_FINE or name in ("FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYDAY")
        if not is_said or not value or not known or name in found:
            _refuse(part)
        found[name] = value
    return found


def _refuse(part: str) -> None:
    raise Refused("rule-unreadable", details={"field": "rule", "part": part[:40]})


def _refuse_freq(said: str, freq: str, parts: Mapping[str, str]) -> None:
    if freq in ("HOURLY", "MINUTELY", "SECONDLY") or (freq and parts.keys() & _TOO_FINE):
        raise Refused("rule-too-fine", details={"field": "rule"})
    _refuse(f"FREQ={freq}" if freq else said)


def _refuse_half(rule: Rule) -> None:
    """COUNT and UNTIL are two ends; BYSETPOS chooses from what another part names."""
    if rule.count is not None and rule.until is not None:
        raise Refused("rule-part-unfit", details={"field": "rule", "part": "COUNT", "freq": "UNTIL"})
    if "BYSETPOS" in rule.numbers and not rule.days and len(rule.numbers) == 1:
        _refuse("BYSETPOS")


def _one(parts: Mapping[str, str], name: str, most: int) -> int | None:
    if (said := parts.get(name)) is None:
        return None
    if not (said.isascii() and said.isdigit() and len(said) <= 5 and 1 <= int(said) <= most):
        _refuse(f"{name}={said}")
    return int(said)


def _until(parts: Mapping[str, str]) -> date | None:
    """The last day, as 20320131. An instant would need a zone; a day is the train's own."""
    if (said := parts.get("UNTIL")) is None:
        return None
    if re.fullmatch(r"\d{8}", said, re.ASCII):
        try:
            return date(int(said[:4]), int(said[4:6]), int(said[6:]))
        except ValueError:
            pass
    raise Refused("rule-unreadable", details={"field": "rule", "part": f"UNTIL={said}"[:40]})


def _weekday(said: str, name: str) -> int:
    if said not in WEEKDAYS:
        _refuse(f"{name}={said}")
    return WEEKDAYS.index(said)


def _most_of_a_day(parts: Mapping[str, str], freq: str) -> int:
    """How often a day of the week may come in what its number counts within: a month, or a year."""
    if freq not in ("MONTHLY", "YEARLY") or "BYWEEKNO" in parts:
        return 0
    return 53 if freq == "YEARLY" and "BYMONTH" not in parts else 5


def _days(parts: Mapping[str, str], freq: str) -> tuple[tuple[int, int], ...]:
    if (said := parts.get("BYDAY")) is None:
        return ()
    most, found = _most_of_a_day(parts, freq), []
    for one in said.split(","):
        match = _DAY.fullmatch(one)
        which = int(match[1]) if match and match[1] else 0
        if match is None or abs(which) > most or (match[1] and not which):
            _refuse(f"BYDAY={said}")
            continue
        found.append((WEEKDAYS.index(match[2]), which))
    return tuple(found)


def _numbers(said: str, name: str) -> tuple[int, ...]:
    most, is_signed = _BOUNDS[name]
    words = said.split(",")
    if not all(_NUMBER.fullmatch(one) for one in words):
        _refuse(f"{name}={said}")
    found = tuple(map(int, words))
    if not all(1 <= abs(one) <= most and (is_signed or one > 0) for one in found):
        _refuse(f"{name}={said}")
    return found


def days(rule: Rule, *, first_on: date, first: date, last: date) -> Iterator[date]:
    """Yield the days from ``first`` to ``last``, both included, on which ``rule`` comes true since ``first_on``.

    Costs about a tenth of a millisecond a month; a rule with a COUNT is counted from its first day.
    """
    start = first_on if rule.count is not None else max(first, first_on)
    end = min(last, rule.until) if rule.until else last
    found = (one for one in _all_days(rule, first_on, start, end) if start <= one <= end)
    yield from (one for one in islice(found, rule.count) if one >= first)


def refuse_without_days(rule: Rule, *, first_on: date) -> None:
    """Raise ``Refused("rule-never-departs")`` unless the rule gives a day within ten years of its first."""
    last = date(first_on.year + COMES_WITHIN, 12, 31)
    if next(days(rule, first_on=first_on, first=first_on, last=last), None) is None:
        raise Refused("rule-never-departs", details={"field": "rule", "rule": rule.text, "years": COMES_WITHIN})


def _all_days(rule: Rule, first_on: date, start: date, end: date) -> Iterator[date]:
    is_due = _phase(rule, first_on)
    by = _by(rule, first_on)
    for stretch in _stretches(rule.freq, start, end):
        if rule.freq in ("DAILY", "WEEKLY") or is_due(stretch):
            found = _days_of(rule, by, stretch)
            yield from (one for one in found if is_due(one)) if rule.interval > 1 else found


def _stretches(freq: str, start: date, end: date) -> Iterator[date]:
    """Yield the first day of every year (of a yearly rule) or month that has a day of the span."""
    at = date(start.year, 1, 1) if freq == "YEARLY" else start.replace(day=1)
    while at <= end:
        yield at
        at = date(at.year + 1, 1, 1) if freq == "YEARLY" or at.month == 12 else at.replace(month=at.month + 1)


def _phase(rule: Rule, first_on: date) -> Callable[[date], bool]:
    """Return whether a day lies in a period that the interval does not pass over."""
    number = {"DAILY": date.toordinal, "WEEKLY": _week(rule), "MONTHLY": _month, "YEARLY": _year}[rule.freq]
    began = number(first_on)
    return lambda day: (number(day) - began) % rule.interval == 0


def _week(rule: Rule) -> Callable[[date], int]:
    return lambda day: (day.toordinal() - 1 - rule.week_start) // 7


def _month(day: date) -> int:
    return day.year * 12 + day.month


def _year(day: date) -> int:
    return day.year


def _by(rule: Rule, first_on: date) -> dict[str, object]:
    """Return the rule as ``dateutil`` takes it; what a rule leaves open is as on its first day."""
    by: dict[str, object] = {name.lower(): numbers for name, numbers in rule.numbers.items()}
    if rule.days:
        named = [rrule.weekday(day, which or None) for day, which in rule.days]
        return by | {"byweekday": named}
    if by.keys() & {"bymonthday", "byyearday", "byweekno"}:
        return by
    match rule.freq:
        case "DAILY":
            return by | {"bymonthday": range(1, 32)}
        case "WEEKLY":
            return by | {"byweekday": first_on.weekday()}
        case "YEARLY" if "bymonth" not in by:
            return by | {"bymonth": first_on.month, "bymonthday": first_on.day}
    return by | {"bymonthday": first_on.day}


def _days_of(rule: Rule, by: Mapping[str, object], stretch: date) -> list[date]:
    """Return the days of one month or year; the next stretch lies beyond the calendar, so nothing is searched for."""
    is_year = rule.freq == "YEARLY"
    freq, step = (rrule.YEARLY, _NEVER_AGAIN // 12) if is_year else (rrule.MONTHLY, _NEVER_AGAIN)
    begins = datetime.combine(stretch, time.min)
    found = rrule.rrule(freq, dtstart=begins, interval=step, wkst=rule.week_start, **by)
    return [one.date() for one in found]


def next_days(rule: Rule, *, first_on: date, after: date, count: int) -> list[date]:
    """Return the next ``count`` days from ``after`` on, fewer where the rule gives no more within ten years."""
    last = max(after, first_on) + timedelta(days=366 * COMES_WITHIN)
    return list(islice(days(rule, first_on=first_on, first=after, last=last), count))
