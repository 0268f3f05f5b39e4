"""The verb: one file, one transaction per train, each under the calendar's lock, taken once."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from releasetrain.boarding.actions.importing.history import put_history
from releasetrain.boarding.actions.importing.judging import Order, known_keys, sort_out
from releasetrain.boarding.actions.importing.names import Names, make_missing
from releasetrain.boarding.actions.importing.plan import put_plan
from releasetrain.boarding.actions.importing.report import Report, TrainReport, bad_rows
from releasetrain.boarding.actions.importing.rows import Batch, put_late_needs
from releasetrain.boarding.actions.rebooking import Hand
from releasetrain.domain import release_file
from releasetrain.domain.errors import Refused
from releasetrain.domain.permissions import Permission, require
from releasetrain.domain.release_file import ReleaseFile, Row
from releasetrain.teams.models import User
from releasetrain.teams.queries import person
from releasetrain.trains.lock import judge_at_the_wall, locked_calendar, retried
from releasetrain.trains.models import Train

Clock = Callable[[], datetime]
Progress = Callable[[int, int], None]


class _Undone(Exception):
    """Ends the transaction of a dry run, with what would have come of it."""

    def __init__(self, result: TrainReport) -> None:
        super().__init__("a dry run keeps nothing")
        self.result = result


@dataclass(slots=True, kw_only=True)
class _Import:
    """One import at work: what all its steps need."""

    file: ReleaseFile
    order: Order
    by: User
    clock: Clock
    tell: Progress
    total: int
    done: int = 0

    def step(self, rows: int) -> None:
        self.done += rows
        self.tell(self.done, self.total)


def import_releases(
    *,
    text: bytes | str,
    history: bool,
    train: str | None,
    by: User,
    clock: Clock,
    skip_bad: bool = False,
    make_missing: bool = False,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> Report:
    """Bring the releases of a file in and return what came of each; twice is once, by source and key.

    ``train``: the slug for rows that name none (None: their team's default). A bad row refuses the whole file
    (``Refused("bad-rows")``, ``details["rows"]``: each row's number, code and facts) unless ``skip_bad``. Teams,
    services, tables and initiatives that are not there make a row bad, unless ``make_missing``. A row that a rule
    refuses becomes a request and is listed. A dry run does all of it and keeps nothing. ``progress`` is told rows done
    and rows in all; what it raises ends the import, and the transaction at hand is rolled back.
    """
    require(person(by), Permission.IMPORT)
    file = release_file.read(text)
    order = Order(history=history, train=train, skip_bad=skip_bad, make_missing=make_missing, dry_run=dry_run)
    wanted = sort_out(file, order, now=clock())
    if wanted.bad and not skip_bad:
        raise Refused("bad-rows", details={"rows": bad_rows(wanted.bad)})
    total = sum(map(len, wanted.groups.values()))
    work = _Import(file=file, order=order, by=by, clock=clock, tell=progress or _nobody, total=total)
    report = Report(history=history, dry_run=dry_run, bad=bad_rows(wanted.bad))
    for id, rows in wanted.groups.items():
        report.trains.append(_import_train(work, wanted.trains[id], rows, work.done))
    if len(report.trains) > 1 and not dry_run:
        _import_late_needs(work, [row for rows in wanted.groups.values() for row in rows])
    return report


def _nobody(done: int, total: int) -> None:
    """Nobody wants to know."""


@retried
def _import_train(work: _Import, train: Train, rows: list[Row], done: int) -> TrainReport:
    work.done = done  # a second try starts where the first one did
    try:
        with locked_calendar():
            result = _import_rows(work, train, rows)
            if work.order.dry_run:
                judge_at_the_wall()
                raise _Undone(result)
    except _Undone as undone:
        return undone.result
    return result


def _import_rows(work: _Import, train: Train, rows: list[Row]) -> TrainReport:
    hand = Hand(at=work.clock(), by=work.by.pk, because={"code": "imported"})
    report = TrainReport(train=train.slug, name=train.name)
    names = Names.load()
    if work.order.make_missing:
        report.missing_made = make_missing(rows, names, train=train, by=work.by, clock=work.clock)
    batch = Batch(file=work.file, train=train, names=names, hand=hand, report=report, step=work.step)
    (put_history if work.order.history else put_plan)(batch, rows)
    return report


@retried
def _import_late_needs(work: _Import, rows: list[Row]) -> None:
    """What a row of one train needs of a train that came after it."""
    with locked_calendar():
        keys = {row.key for row in rows} | {key for row in rows for key, _ in row.needs}
        put_late_needs(rows, known_keys(work.file.source, keys))
