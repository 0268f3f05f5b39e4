"""Read one cell of a file of releases, or say why it cannot be."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from releasetrain.domain.sizes import Size

HEAVIEST = 100  # as the form has it; a test holds the two together
LONGEST_LAG = 24 * 365
_NEED = re.compile(r"^(?P<key>.+?)(?:\+(?P<hours>\d{1,6})h)?$")
_WORDS = {"small": "S", "medium": "M", "large": "L"}


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong: a code, and the facts its sentence needs."""

    code: str
    facts: Mapping[str, Any] = field(default_factory=dict)


class Unreadable(ValueError):
    """A row cannot be understood."""

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.problem = Problem(code, facts)


def names(text: str) -> tuple[str, ...]:
    """Return the names of a list, each once."""
    return tuple(dict.fromkeys(name.strip() for name in text.split(";") if name.strip()))


def size(text: str) -> Size:
    """Return the size; nothing is small."""
    value = _WORDS.get(text.lower(), text.upper())
    if value and value not in Size.__members__.values():
        raise Unreadable("bad-size", value=text)
    return Size(value) if value else Size.SMALL


def wish(text: str) -> str:
    """Return the wish as it is written."""
    if text not in ("", "this", "first"):
        raise Unreadable("bad-wish", value=text)
    return text


def weight(text: str) -> int:
    """Return the weight; nothing is 1."""
    if not text:
        return 1
    if not (text.isascii() and text.isdigit() and len(text) <= 5 and 1 <= int(text) <= HEAVIEST):
        raise Unreadable("bad-weight", value=text, most=HEAVIEST)
    return int(text)


def needs(text: str) -> tuple[tuple[str, int | None], ...]:
    """Return keys with hours or None."""
    return tuple(dict(_need(name) for name in names(text)).items())


def _need(text: str) -> tuple[str, int | None]:
    found = _NEED.match(text)
    if found is None:
        raise Unreadable("bad-need", value=text)
    hours = int(found["hours"]) if found["hours"] else None
    if hours is not None and hours > LONGEST_LAG:
        raise Unreadable("bad-need", value=text)
    return found["key"], hours


def day(column: str, text: str) -> date | None:
    """Return the date, None for nothing."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Unreadable("bad-date", column=column, value=text) from None


def time(column: str, text: str) -> datetime | None:
    """Return the time, with its zone or without one."""
    try:
        found = datetime.fromisoformat(text) if text else None
    except ValueError:
        raise Unreadable("bad-time", column=column, value=text) from None
    # The first and the last days of the calendar have no neighbours in other zones.
    if found is not None and not 1 < found.year < 9999:
        raise Unreadable("bad-time", column=column, value=text)
    return found


def local(column: str, text: str) -> datetime | None:
    """Return a time of day where the train runs, to the minute."""
    found = time(column, text)
    if found is not None and (found.tzinfo is not None or found.second or found.microsecond):
        raise Unreadable("bad-time", column=column, value=text)
    return found


def instant(column: str, text: str) -> datetime:
    """Return an instant, which must be there and name its zone."""
    found = time(column, text)
    if found is None:
        raise Unreadable("missing", column=column)
    if found.tzinfo is None:
        raise Unreadable("bad-time", column=column, value=text)
    return found
