"""Read a file of releases: every row becomes a release to import or a bad row with the reason (docs/import.md).

Two shapes are known by their headings: our own columns, and the OpenStack cycle as it was published.
"""

import csv
import io
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from releasetrain.domain import release_cells as read_cell
from releasetrain.domain.release_cells import Problem, Unreadable
from releasetrain.domain.sizes import Size, size_from_version

LONGEST_KEY = 180
LONGEST = {"title": 120, "team": 80, "train": 80, "initiative": 120, "service": 80, "table": 120}
OWN = frozenset(
    ("key", "title", "team", "size", "services", "tables", "train", "slot", "wish", "earliest", "due", "weight")
) | {"initiative", "needs", "description", "departed_at"}
OPENSTACK = frozenset(("deliverable", "team", "version", "requested_at", "released_at"))
OPENSTACK_SAYS = frozenset(("title", "size", "services", "earliest", "due"))
_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")


class Source(StrEnum):
    """Whose file it is; a key is unique within its source."""

    OWN = "file"
    OPENSTACK = "openstack"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A release as the file says it. A time without a zone is the train's; ``number`` counts the heading as 1."""

    number: int
    key: str
    title: str
    team: str
    size: Size = Size.SMALL
    services: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()
    train: str = ""
    slot: datetime | None = None
    wish: str = ""
    earliest: date | None = None
    due: date | None = None
    weight: int = 1
    initiative: str = ""
    needs: tuple[tuple[str, int | None], ...] = ()
    description: str = ""
    asked_at: datetime | None = None
    departed_at: datetime | None = None
    warning: Problem | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BadRow:
    """A row that cannot be imported, by its number in the file, and why."""

    number: int
    problem: Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseFile:
    """A file understood. ``source`` None: its headings say nothing to us. ``columns``: those of ours it has."""

    source: Source | None
    columns: frozenset[str] = frozenset()
    rows: tuple[Row, ...] = ()
    bad: tuple[BadRow, ...] = ()


def read(content: bytes | str) -> ReleaseFile:
    """Return the rows and the bad rows of a file, whatever it holds; never raises."""
    text = content if isinstance(content, str) else content.decode("utf-8-sig", errors="surrogateescape")
    records = _records(text)
    number, heading = next(records, (1, []))
    if isinstance(heading, Problem):
        return ReleaseFile(source=None, bad=(BadRow(number=number, problem=heading),))
    names = [name.strip().lower() for name in heading]
    source = _source(names)
    if source is None:
        return ReleaseFile(source=None, bad=(BadRow(number=number, problem=Problem("unknown-headings")),))
    return _read_rows(source, names, records)


def _records(text: str) -> Iterator[tuple[int, list[str] | Problem]]:
    """Yield each record that is not empty with its number, as a spreadsheet counts."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    number = 0
    while True:
        number += 1
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield number, Problem("not-csv")
            continue
        if any(cell.strip() for cell in record):
            yield number, record


def _delimiter(text: str) -> str:
    heading = text.lstrip().split("\n", 1)[0]
    return max(",;\t", key=heading.count)


def _source(names: list[str]) -> Source | None:
    if set(names) >= OPENSTACK:
        return Source.OPENSTACK
    return Source.OWN if set(names) >= {"key", "title", "team"} and set(names) <= OWN else None


def _read_rows(source: Source, names: list[str], records: Iterator[tuple[int, list[str] | Problem]]) -> ReleaseFile:
    cells: list[tuple[int, dict[str, str]]] = []
    bad: list[BadRow] = []
    for number, record in records:
        try:
            cells.append((number, _cells(names, record)))
        except Unreadable as error:
            bad.append(BadRow(number=number, problem=error.problem))
    row_of = _own_row if source is Source.OWN else _openstack_rows(cells)
    rows: dict[str, Row] = {}
    for number, cell in cells:
        try:
            row = _checked(row_of(number, cell))
            _refuse_twice(row, rows)
            rows[row.key] = row
        except Unreadable as error:
            bad.append(BadRow(number=number, problem=error.problem))
    bad.sort(key=lambda one: one.number)
    columns = frozenset(names) if source is Source.OWN else OPENSTACK_SAYS
    return ReleaseFile(source=source, columns=columns, rows=tuple(rows.values()), bad=tuple(bad))


def _refuse_twice(row: Row, rows: Mapping[str, Row]) -> None:
    if row.key in rows:
        raise Unreadable("key-twice", key=row.key, first=rows[row.key].number)


def _cells(names: list[str], record: list[str] | Problem) -> dict[str, str]:
    if isinstance(record, Problem):
        raise Unreadable(record.code)
    if any(_UNSTORABLE.search(cell) for cell in record):
        raise Unreadable("not-text")
    if len(record) > len(names):
        raise Unreadable("too-many-cells", found=len(record), headings=len(names))
    return {name: cell.strip() for name, cell in zip(names, record, strict=False)}


def _checked(row: Row) -> Row:
    """Return the row if what the database must hold holds."""
    named = {"title": [row.title], "team": [row.team], "train": [row.train], "initiative": [row.initiative]}
    for name, values in {**named, "service": row.services, "table": row.tables}.items():
        if longest := [value for value in values if len(value) > LONGEST[name]]:
            raise Unreadable("too-long", column=name, most=LONGEST[name], found=len(longest[0]))
    if len(row.key) > LONGEST_KEY:
        raise Unreadable("too-long", column="key", most=LONGEST_KEY, found=len(row.key))
    for name in ("key", "title", "team"):
        if not getattr(row, name):
            raise Unreadable("missing", column=name)
    if row.earliest and row.due and row.due < row.earliest:
        raise Unreadable("due-before-earliest", earliest=row.earliest.isoformat(), due=row.due.isoformat())
    return row


def _own_row(number: int, cells: Mapping[str, str]) -> Row:
    def cell(name: str) -> str:
        return cells.get(name, "")

    return Row(
        number=number,
        key=cell("key"),
        title=cell("title"),
        team=cell("team"),
        size=read_cell.size(cell("size")),
        services=read_cell.names(cell("services")),
        tables=read_cell.names(cell("tables")),
        train=cell("train"),
        slot=read_cell.local("slot", cell("slot")),
        wish=read_cell.wish(cell("wish")),
        earliest=read_cell.day("earliest", cell("earliest")),
        due=read_cell.day("due", cell("due")),
        weight=read_cell.weight(cell("weight")),
        initiative=cell("initiative"),
        needs=read_cell.needs(cell("needs")),
        description=cell("description"),
        departed_at=read_cell.time("departed_at", cell("departed_at")),
    )


def _openstack_rows(cells: list[tuple[int, dict[str, str]]]) -> Callable[[int, Mapping[str, str]], Row]:
    """Return how a row of the OpenStack file is read: its size depends on its deliverable's other versions."""
    versions: dict[str, set[str]] = defaultdict(set)
    for _, cell in cells:
        versions[cell.get("deliverable", "")].add(cell.get("version", ""))

    def row(number: int, cell: Mapping[str, str]) -> Row:
        name, version = cell.get("deliverable", ""), cell.get("version", "")
        if not (name and version):
            raise Unreadable("missing", column="deliverable" if version else "version")
        asked = read_cell.instant("requested_at", cell.get("requested_at", ""))
        departed = read_cell.instant("released_at", cell.get("released_at", ""))
        late = {"asked_at": asked.isoformat(), "departed_at": departed.isoformat()}
        return Row(
            number=number,
            key=f"{name}:{version}",
            title=f"{name} {version}",
            team=cell.get("team", ""),
            size=size_from_version(version, candidates=frozenset(versions[name])),
            services=(name,),
            wish="first",
            earliest=min(asked, departed).date(),
            due=departed.date(),
            asked_at=asked,
            departed_at=departed,
            warning=Problem("wrong-clock", late) if departed < asked else None,
        )

    return row
