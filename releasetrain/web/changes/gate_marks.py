"""The gates of the drawing: each beside its line, in the first lane that is free there."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from releasetrain.domain.overtime import Passage
from releasetrain.version_wording import OPEN, against
from releasetrain.web.changes.axis import RIGHT, Axis, wide, x
from releasetrain.web.changes.drawn import GateMark, Text

LANE, FIRST = 18, 20
DOT = 9.0
LOOKS = {True: "ok", False: "no", None: "wait"}
Taken = tuple[float, float]


def gate_marks(gates: Sequence[Passage], axis: Axis, services: Mapping[int, str], *, foot: int) -> Iterator[GateMark]:
    """Yield the gates; those of one instant stand on both sides of it, or below each other."""
    lanes: list[list[Taken]] = []
    for one in gates:
        at = axis.at(one.at)
        words = str(OPEN[one.gate]) if one.may else against(one.missing, one.versions, services)
        is_left, taken = _side(at, wide(f"{one.gate} {words}") + DOT)
        y = foot + FIRST + LANE * _lane(lanes, taken)
        text = Text(x(at - DOT if is_left else at + DOT), words, "last" if is_left else "", y)
        yield GateMark(x=x(at), look=LOOKS[one.may], name=one.gate.value, words=words, text=text)


def _side(at: float, width: float) -> tuple[bool, Taken]:
    """Whether the words stand left of the line, and what they take."""
    is_left = at + width > RIGHT
    return is_left, (at - width, at + DOT) if is_left else (at - DOT, at + width)


def _lane(lanes: list[list[Taken]], taken: Taken) -> int:
    free = (place for place, lane in enumerate(lanes) if _is_free(lane, taken))
    lane = next(free, len(lanes))
    if lane == len(lanes):
        lanes.append([])
    lanes[lane].append(taken)
    return lane


def _is_free(lane: Iterable[Taken], taken: Taken) -> bool:
    return all(taken[1] < left or taken[0] > right for left, right in lane)
