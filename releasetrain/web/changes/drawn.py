"""The values of a drawing of versions against schema: what stands where, in words and numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from releasetrain.domain.windows import Window
from releasetrain.web.changes.axis import Axis, Tick, x

SHORTEST_BAR = 2.0


def place(window: Window, axis: Axis) -> tuple[str, str]:
    """Return where a window begins and how wide it is."""
    left, right = axis.at(window.start), axis.at(window.end)
    return x(left), x(max(right - left, SHORTEST_BAR))


@dataclass(frozen=True, slots=True)
class Bar:
    """Something that lasts; ``text``: where its words stand, which are empty where they have no room."""

    x: str
    width: str
    css: str = ""
    words: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Stop:
    """A stage on the track."""

    x: str
    letter: str
    words: str
    is_no: bool


@dataclass(frozen=True, slots=True)
class Text:
    """Words at a place."""

    x: str
    words: str
    css: str = ""
    y: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A version of a service: its name, its class, its bars, and what it breaks on; the same in words for a table."""

    y: int
    name: str
    words: str
    full: str
    class_words: str
    indent: int
    bars: tuple[Bar, ...] = ()
    note: Text | None = None
    runs: str = ""
    back: str = ""
    breaks: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A service with its versions."""

    y: int
    name: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GateMark:
    """A gate. ``look``: ok, no or wait."""

    x: str
    look: str
    name: str
    words: str
    text: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """What the template draws."""

    ticks: tuple[Tick, ...]
    stops: tuple[Stop, ...]
    soaks: tuple[Text, ...]
    spans: tuple[Bar, ...]
    groups: tuple[Group, ...]
    gates: tuple[GateMark, ...]
    frozen: tuple[Bar, ...]
    nights: tuple[Bar, ...]
    track_ends: str
    now: str
    foot: int
    height: int
    rollback: str
    summary: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What is drawn beside the change: names of services, freezes, and when a backfill is planned to run."""

    services: Mapping[int, str]
    freezes: Sequence[tuple[str, Window]] = ()
    nights: Sequence[Window] = ()
