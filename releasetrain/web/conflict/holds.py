"""The drawing of two hold windows: which days they stand side by side. Numbers as SVG attributes want them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from releasetrain.domain.windows import Window

LEFT, RIGHT = 10.0, 283.0
NEAREST = 42.0  # two labels closer than this would lie over each other
TICKS = 15
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Bar:
    """A window: where it begins, how long it is, and where its name stands."""

    x: str
    width: str
    text: str


@dataclass(frozen=True, slots=True)
class Label:
    """A day under the drawing: where, what, and how it is aligned."""

    x: str
    words: str
    css: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """What the template draws. ``words``: the same for who cannot see it; ``both`` None: they do not meet."""

    a: Bar
    b: Bar
    both: Bar | None
    middle: str
    ticks: list[str]
    labels: list[Label]
    side_by_side: str
    share: str


def drawing(a: Window, b: Window, zone: ZoneInfo) -> Drawing:
    """Return the drawing of two hold windows."""
    start, end = min(a.start, b.start), max(a.end, b.end)
    unit = (RIGHT - LEFT) / max((end - start).total_seconds(), 1)

    def at(instant: datetime) -> float:
        return LEFT + (instant - start).total_seconds() * unit

    def bar(window: Window) -> Bar:
        x = at(window.start)
        return Bar(_x(x), _x(max(at(window.end) - x, 2)), _x(x + 6))

    both = Window(max(a.start, b.start), min(a.end, b.end)) if a.meets(b) else None
    marks = sorted({start, end, *((both.start, both.end) if both else ())})
    return Drawing(
        a=bar(a),
        b=bar(b),
        both=bar(both) if both else None,
        middle=_x((at(both.start) + at(both.end)) / 2) if both else "",
        ticks=_ticks(start, end, at),
        labels=_labels([(at(one), one) for one in marks], zone),
        side_by_side=_("%(time)s side by side") % {"time": _time(both)} if both else "",
        share=_share(both, max(a.end - a.start, b.end - b.start)),
    )


def _x(number: float) -> str:
    return f"{number:.1f}"


def _ticks(start: datetime, end: datetime, at: Callable[[datetime], float]) -> list[str]:
    days = (end - start) // DAY
    step = max(1, -(-days // TICKS))
    return [_x(at(start + DAY * day)) for day in range(0, days + 1, step)]


def _labels(marks: list[tuple[float, datetime]], zone: ZoneInfo) -> list[Label]:
    """The first and the last day, and between them those that have room."""
    first, last = marks[0], marks[-1]
    kept = [first]
    for x, instant in marks[1:-1]:
        if x - kept[-1][0] >= NEAREST and last[0] - x >= NEAREST:
            kept.append((x, instant))
    kept += [last] if last is not first else []
    css = {first: "", last: "last"}
    return [Label(_x(one[0]), _day(one[1], zone), css.get(one, "mid")) for one in kept]


def _day(instant: datetime, zone: ZoneInfo) -> str:
    return formats.date_format(instant.astimezone(zone), "j M")


def _whole_days(span: timedelta) -> int:
    return round(span / DAY)


def _time(both: Window) -> str:
    days = _whole_days(both.end - both.start)
    if days:
        return ngettext("%(n)s day", "%(n)s days", days) % {"n": days}
    hours = max(1, round((both.end - both.start) / timedelta(hours=1)))
    return ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours}


def _share(both: Window | None, longest: timedelta) -> str:
    if both is None:
        return _("none in common")
    of = _whole_days(longest)
    if not _whole_days(both.end - both.start):
        return _time(both)
    return ngettext("%(n)s of %(of)s day", "%(n)s of %(of)s days", of) % {
        "n": _whole_days(both.end - both.start),
        "of": of,
    }
