"""On which days a team works: weekends and public holidays of its country, from a maintained library."""

from collections.abc import Callable, Mapping
from datetime import date
from functools import cache

import holidays

from releasetrain.domain.errors import Refused

WEEKEND = frozenset({5, 6})  # where no country is named: Saturday and Sunday


@cache
def calendars() -> tuple[str, ...]:
    """Return what a team can choose: a country ("DE"), or a part of one ("DE-BY")."""
    countries = holidays.list_supported_countries(include_aliases=False)
    return tuple(sorted(name for code, parts in countries.items() for name in (code, *(f"{code}-{p}" for p in parts))))


def known(calendar: str) -> str:
    """Return the calendar, or raise ``Refused("unknown-calendar")``; empty: no public holidays."""
    wanted = calendar.strip().upper()
    found = {name.upper(): name for name in calendars()}
    if wanted and wanted not in found:
        raise Refused("unknown-calendar", details={"field": "holidays", "calendar": calendar.strip()})
    return found.get(wanted, "")


@cache
def working_calendar(calendar: str) -> Callable[[date], bool]:
    """Return whether a day is a working day there: no weekend and no public holiday as that country has them."""
    if not calendar:
        return lambda day: day.weekday() not in WEEKEND
    country, _, part = calendar.partition("-")
    return holidays.country_holidays(country, subdiv=part or None).is_working_day


@cache
def public_holidays(calendar: str, year: int) -> Mapping[date, str]:
    """Return the public holidays of a calendar in a year, with their names in its own language."""
    country, _, part = calendar.partition("-")
    return dict(sorted(holidays.country_holidays(country, subdiv=part or None, years=year).items()))
