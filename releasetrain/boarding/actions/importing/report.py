"""What came of an import, as values: the page and the command find the words."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from releasetrain.domain.conflicts.values import Conflict, SideKind
from releasetrain.domain.release_file import BadRow, Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One row worth naming. ``release``: its number, None after a dry run; ``against``: (code, the other's title)."""

    row: int
    key: str
    title: str
    release: int | None = None
    code: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    against: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True, kw_only=True)
class TrainReport:
    """What came of the rows of one train. ``asking`` hold no place, against the rules named; ``left``: left alone."""

    train: str
    name: str
    made: int = 0
    updated: int = 0
    unchanged: int = 0
    departed: int = 0
    boarded: int = 0
    waiting: int = 0
    asking: list[Line] = field(default_factory=list)
    left: list[Line] = field(default_factory=list)
    warnings: list[Line] = field(default_factory=list)
    missing_made: dict[str, list[str]] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Report:
    """What came of a file, or would have come of it (``dry_run``)."""

    history: bool
    dry_run: bool
    trains: list[TrainReport] = field(default_factory=list)
    bad: list[dict[str, Any]] = field(default_factory=list)

    def total(self, name: str) -> int:
        """Return the sum over the trains of a number, or of the length of a list."""
        found = (getattr(one, name) for one in self.trains)
        return sum(value if isinstance(value, int) else len(value) for value in found)

    def as_json(self) -> dict[str, Any]:
        """Return the report as the run keeps it."""
        return asdict(self)


def line(row: Row, *, release: int | None = None, code: str = "", **facts: Any) -> Line:
    """Return the line of a row."""
    return Line(row=row.number, key=row.key, title=row.title, release=release, code=code, facts=facts)


def bad_rows(rows: Iterable[BadRow]) -> list[dict[str, Any]]:
    """Return the bad rows in the order of the file."""
    ordered = sorted(rows, key=lambda bad: bad.number)
    return [{"row": bad.number, "code": bad.problem.code, "facts": dict(bad.problem.facts)} for bad in ordered]


def against(conflicts: Iterable[Conflict], *, release: int, titles: dict[int, str]) -> tuple[tuple[str, str], ...]:
    """Return each conflict's rule code and the title of the release on its other side, if it is one."""
    sides = ((conflict.code, conflict.other_than(release)) for conflict in conflicts)
    return tuple((code, titles.get(side.id, "") if side.kind is SideKind.RELEASE else "") for code, side in sides)
