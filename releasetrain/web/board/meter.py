"""The slot as a train: a coach per release, as long as its points; what is free stays outlined."""

from collections.abc import Iterable
from dataclasses import dataclass

WIDTH = 84
GAP = 1.5


@dataclass(frozen=True, slots=True)
class Coach:
    """One rectangle of the drawing, in its own units, written as SVG wants them (a dot, whatever the language)."""

    kind: str
    x: str
    y: str
    width: str
    height: str


def coaches(points: Iterable[tuple[int, bool]], *, capacity: int, width: float = WIDTH) -> list[Coach]:
    """Return a coach for each (points, is large); past the capacity they are drawn as ``over``, within the width."""
    riders = [(size, is_large) for size, is_large in points if size > 0]
    total = sum(size for size, _ in riders)
    unit, drawn, x = width / max(capacity, total, 1), [], 0.0
    for size, is_large in riders:
        over = x / unit + size > capacity + 0.01
        kind = "over" if over else "coach coach--l" if is_large else "coach"
        y, height = ("0", "8") if is_large else ("1", "6")
        drawn.append(Coach(kind, f"{x:.1f}", y, f"{max(size * unit - GAP, 1):.1f}", height))
        x += size * unit
    return drawn
