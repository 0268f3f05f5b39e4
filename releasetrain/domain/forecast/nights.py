"""When a run is done that goes on only in the hours of low load of its database."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from releasetrain.domain.spans import Span, windows
from releasetrain.domain.windows import Window

AT_ONCE = timedelta(days=60)  # looked at in one go
LONGEST = timedelta(days=730)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """The windows in which it goes on, each as long as it is used. ``done_at`` None: not within two years."""

    windows: tuple[Window, ...]
    done_at: datetime | None

    @property
    def nights(self) -> int:
        """How many windows it takes."""
        return len(self.windows)


@lru_cache(maxsize=4096)
def run(start: datetime, takes: timedelta, hours: tuple[Span, ...]) -> Run:
    """Return the run that may begin at ``start`` and needs ``takes``; without ``hours`` it goes through at once."""
    if not hours:
        return Run(windows=(Window(start, start + takes),), done_at=start + takes)
    used: list[Window] = []
    left = takes
    for window in _opening(start, hours):
        last = window.start + left
        if last <= window.end:
            return Run(windows=(*used, Window(window.start, last)), done_at=last)
        used.append(window)
        left -= window.end - window.start
    return Run(windows=tuple(used), done_at=None)


def _opening(start: datetime, hours: tuple[Span, ...]) -> Iterator[Window]:
    """Yield the windows from ``start`` on, in order; what overlaps counts once."""
    since = shut = start
    while since < start + LONGEST:
        near = Window(since, since + AT_ONCE)
        for window in windows(hours, near=near):
            opens = max(window.start, shut)
            if opens < window.end:
                yield Window(opens, window.end)
                shut = window.end
        since = max(near.end, shut)
