"""Which rows can be imported: what the parser cannot know, asked of the database before anything is written."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from releasetrain.boarding.actions.importing.names import Names
from releasetrain.domain.release_file import BadRow, Problem, ReleaseFile, Row, Source
from releasetrain.domain.row_order import circles
from releasetrain.domain.timetable import to_instant
from releasetrain.releases.models import Release
from releasetrain.trains.models import Slot, Train


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is wanted of the file."""

    history: bool
    train: str | None
    skip_bad: bool
    make_missing: bool
    dry_run: bool


@dataclass(slots=True, kw_only=True)
class Sorted:
    """The good rows by train, and the bad ones."""

    groups: dict[int, list[Row]]
    trains: dict[int, Train]
    bad: list[BadRow]


def sort_out(file: ReleaseFile, order: Order, *, now: datetime) -> Sorted:
    """Return which rows can be imported, by train, and which cannot and why."""
    names = Names.load()
    problems = {row.number: problem for row in file.rows if (problem := _problem(row, names, order, now))}
    problems |= dict(_unknown_slots(file.rows, names, order))
    problems |= {
        number: Problem("needs-in-a-circle", {"way": " → ".join(way)})
        for number, way in circles(row for row in file.rows if row.number not in problems).items()
    }
    _spread_to_dependents(file, problems)
    groups, trains = defaultdict(list), {}
    for row in file.rows:
        if row.number not in problems:
            train = names.train_of(row, otherwise=order.train)
            groups[train.pk].append(row)
            trains[train.pk] = train
    bad = [*file.bad, *(BadRow(number=number, problem=problem) for number, problem in problems.items())]
    return Sorted(groups=dict(groups), trains=trains, bad=bad)


def imported_key(source: Source, key: str) -> str:
    """Return how a release remembers the row it came from."""
    return f"{source.value}:{key}"


def known_keys(source: Source, keys: Iterable[str]) -> dict[str, int]:
    """Return the release of each key that was imported before."""
    wanted = {imported_key(source, key): key for key in keys}
    rows = Release.objects.filter(imported_key__in=wanted).values_list("imported_key", "pk")
    return {wanted[full]: id for full, id in rows}


def departed_at(row: Row, train: Train) -> datetime | None:
    """Return when the row departed; a time without a zone is the train's."""
    if row.departed_at is None or row.departed_at.tzinfo:
        return row.departed_at and row.departed_at.astimezone(UTC)
    return to_instant(row.departed_at, ZoneInfo(train.zone))


def _problem(row: Row, names: Names, order: Order, now: datetime) -> Problem | None:
    missing = next(names.missing(row), None)
    if missing and not (order.make_missing and _can_be_made(*missing)):
        return Problem(f"unknown-{missing[0]}", {"name": missing[1]})
    train = names.train_of(row, otherwise=order.train)
    if train is None:
        named = row.train or order.train
        return Problem("unknown-train", {"name": named}) if named else Problem("no-train-yet")
    if any(key == row.key for key, _ in row.needs):
        return Problem("needs-itself")
    return _problem_of_history(row, train, now) if order.history else None


def _can_be_made(kind: str, name: str) -> bool:
    return kind != "table" or all(name.partition(".")[::2])  # a table's database must be known


def _problem_of_history(row: Row, train: Train, now: datetime) -> Problem | None:
    departed = departed_at(row, train)
    if departed is None:
        return Problem("missing", {"column": "departed_at"})
    return Problem("not-departed-yet", {"at": departed.isoformat()}) if departed > now else None


def _unknown_slots(rows: Iterable[Row], names: Names, order: Order) -> Iterator[tuple[int, Problem]]:
    if order.history:
        return
    named = {occurrence_of(row) for row in rows if row.slot}
    known = Slot.objects.exclude(kind=Slot.Kind.PAST).filter(occurrence__in=named)
    there = set(known.values_list("train_id", "occurrence"))
    for row in rows:
        train = names.train_of(row, otherwise=order.train)
        if row.slot and train and (train.pk, occurrence_of(row)) not in there:
            yield row.number, Problem("unknown-slot", {"at": f"{row.slot:%Y-%m-%d %H:%M}", "train": train.name})


def occurrence_of(row: Row) -> str:
    """Return the identity of the row's slot within its train."""
    return f"{row.slot:%Y-%m-%dT%H:%M}" if row.slot else ""


def _spread_to_dependents(file: ReleaseFile, problems: dict[int, Problem]) -> None:
    """A row that needs what is not there cannot be imported either; and so on, until nothing changes."""
    if file.source is None:
        return
    before = known_keys(file.source, (key for row in file.rows for key, _ in row.needs))
    while True:
        good = {row.key for row in file.rows if row.number not in problems} | before.keys()
        found = {
            row.number: Problem("unknown-need", {"key": key})
            for row in file.rows
            if row.number not in problems
            for key, _ in row.needs
            if key not in good
        }
        if not found:
            return
        problems |= found
