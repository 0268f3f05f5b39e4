"""Half-open stretches of time."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Window:
    """The instants ``start <= t < end``; both aware, UTC by convention."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise ValueError(f"a window cannot end ({self.end}) before it starts ({self.start})")

    def meets(self, other: "Window") -> bool:
        """Return whether the two share an instant. An empty window shares none."""
        return max(self.start, other.start) < min(self.end, other.end)

    def joined_with(self, other: "Window") -> "Window":
        """Return the smallest window that covers both."""
        return Window(min(self.start, other.start), max(self.end, other.end))

    def __contains__(self, instant: datetime) -> bool:
        return self.start <= instant < self.end
