"""The days of a drawing over time: where an instant stands, and which days have room for their names. Pure."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from django.utils import formats

from releasetrain.domain.timetable import to_instant
from releasetrain.domain.windows import Window

LEFT, RIGHT = 176.0, 1392.0
NARROWEST = 46.0  # what the name of a day takes
LETTER = 6.2  # what a letter takes
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Tick:
    """A day: where it begins, its middle, and what it is called, if there is room."""

    x: str
    middle: str
    words: str
    css: str


@dataclass(frozen=True, kw_only=True)
class Axis:
    """Whole days where the reader is, from the one of ``first`` to the one of ``last``."""

    first: datetime
    last: datetime
    zone: ZoneInfo

    @cached_property
    def days(self) -> list[date]:
        """The days, each once."""
        start, end = (one.astimezone(self.zone).date() for one in (self.first, self.last))
        return [start + DAY * number for number in range((end - start).days + 1)]

    @cached_property
    def window(self) -> Window:
        """From the midnight before the first day to the one after the last."""
        return Window(self._midnight(self.days[0]), self._midnight(self.days[-1] + DAY))

    def _midnight(self, on: date) -> datetime:
        return to_instant(datetime.combine(on, datetime.min.time()), self.zone)

    def at(self, instant: datetime) -> float:
        """Return where an instant stands; what lies outside stands at the edge."""
        whole = (self.window.end - self.window.start).total_seconds()
        part = (instant - self.window.start).total_seconds() / whole
        return LEFT + min(max(part, 0.0), 1.0) * (RIGHT - LEFT)

    def ticks(self, marked: Collection[date]) -> Iterator[Tick]:
        """Yield the days; ``marked`` ones are named first, the others where there is room between."""
        step = (RIGHT - LEFT) / len(self.days)
        taken: list[float] = [LEFT + step * (number + 0.5) for number, on in enumerate(self.days) if on in marked]
        for number, on in enumerate(self.days):
            middle = LEFT + step * (number + 0.5)
            is_marked = on in marked
            named = is_marked or all(abs(middle - other) >= NARROWEST for other in taken)
            if named and not is_marked:
                taken.append(middle)
            yield Tick(
                x(self.at(self._midnight(on))), x(middle), _name(on, is_marked) if named else "", _css(is_marked)
            )


def _name(on: date, is_marked: bool) -> str:
    if is_marked:
        return formats.date_format(on, "D j")
    return formats.date_format(on, "j M" if on.day == 1 else "j")


def _css(is_marked: bool) -> str:
    return "mid day" if is_marked else "mid dim"


def x(number: float) -> str:
    """Return a coordinate as it is written."""
    return f"{number:.1f}"


def wide(words: str) -> float:
    """Return about how wide some words are."""
    return len(words) * LETTER
