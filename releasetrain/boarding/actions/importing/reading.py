"""The verb: one file, one transaction per train, each under the calendar's lock, taken once."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from releasetrain.boarding import queries
from releasetrain.boarding.actions.asking import put_request
from releasetrain.boarding.actions.importing.history import put_history
from releasetrain.boarding.actions.importing.judging import Order, known_keys, sort_out
from releasetrain.boarding.actions.importing.names import Names, make_missing
from releasetrain.boarding.actions.importing.plan import MOST_ROWS, lay_out, put_places
from releasetrain.boarding.actions.importing.report import Report, TrainReport, bad_rows
from releasetrain.boarding.actions.importing.rows import Batch, put_late_needs
from releasetrain.boarding.actions.rebooking import Hand, rebook, serve
from releasetrain.domain import release_file
from releasetrain.domain.errors import Refused
from releasetrain.domain.permissions import Permission, require
from releasetrain.domain.release_file import ReleaseFile, Row
from releasetrain.teams.models import User
from releasetrain.teams.queries import person
from releasetrain.trains import queries as trains
from releasetrain.trains.lock import judge_at_the_wall, locked_calendar, retried
from releasetrain.trains.models import Request, Slot, Train

Clock = Callable[[], datetime]
Progress = Callable[[int, int], None]


class _Undone(Exception):
    """Ends the transaction of a dry run, and lets the calendar go."""


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
        if rows:
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
    refuses becomes a request and is listed. A dry run says what would come of it, keeps nothing, and judges without
    the calendar's lock. ``progress`` is told rows done and rows in all; what it raises ends the import, and the
    transaction at hand is rolled back.
    """
    require(person(by), Permission.IMPORT)
    file = release_file.read(text)
    order = Order(history=history, train=train, skip_bad=skip_bad, make_missing=make_missing, dry_run=dry_run)
    wanted = sort_out(file, order, now=clock())
    if wanted.bad and not skip_bad:
        raise Refused("bad-rows", details={"rows": bad_rows(wanted.bad)})
    total = sum(map(len, wanted.groups.values()))
    if not history and total > MOST_ROWS:
        raise Refused("too-many-rows", details={"found": total, "most": MOST_ROWS})
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
    report = TrainReport(train=train.slug, name=train.name)
    if work.order.dry_run:
        (_try_history if work.order.history else _try_plan)(work, train, rows, report)
        return report
    with locked_calendar():
        batch = _batch(work, train, rows, report)
        if work.order.history:
            put_history(batch, rows)
        else:
            put_places(lay_out(batch, rows))
    return report


def _try_plan(work: _Import, train: Train, rows: list[Row], report: TrainReport) -> None:
    """Lay the rows out as the import would and take that back; then judge what was read, which keeps nobody waiting."""
    with suppress(_Undone), transaction.atomic(durable=True):
        laid = lay_out(_batch(work, train, rows, report), rows)
        judge_at_the_wall()
        raise _Undone
    put_places(laid)


def _try_history(work: _Import, train: Train, rows: list[Row], report: TrainReport) -> None:
    """History asks no rule: what is missing is made to be looked at and taken back, without the calendar."""
    with suppress(_Undone), transaction.atomic(durable=True):
        put_history(_batch(work, train, rows, report), rows)
        raise _Undone


def _batch(work: _Import, train: Train, rows: list[Row], report: TrainReport) -> Batch:
    hand = Hand(at=work.clock(), by=work.by.pk, because={"code": "imported"})
    names = Names.load()
    if work.order.make_missing:
        report.missing_made = make_missing(rows, names, train=train, by=work.by, clock=work.clock)
    known = {"file": work.file, "train": train, "names": names, "hand": hand, "report": report}
    return Batch(**known, step=work.step, dry_run=work.order.dry_run)


@retried
def _import_late_needs(work: _Import, rows: list[Row]) -> None:
    """What a row of one train needs of a train that came after it: where it does not ride in time, it asks instead."""
    with locked_calendar():
        keys = {row.key for row in rows} | {key for row in rows for key, _ in row.needs}
        known = known_keys(work.file.source, keys)
        put_late_needs(rows, known)
        hand = Hand(at=work.clock(), by=work.by.pk, because={"code": "imported"})
        tied = {known[row.key] for row in rows if row.needs and row.key in known}
        _ask_for_what_comes_too_early(tied, hand)
        serve(at=hand.at)


def _ask_for_what_comes_too_early(tied: set[int], hand: Hand) -> None:
    """Let those ask whose needs are not met where they ride; who needs one of them may be the next."""
    while unmet := _unmet(tied, hand.at):
        rebook(dict.fromkeys(unmet), hand=hand)
        for release, slot in unmet.items():
            wanted = Slot.objects.select_related("train").get(pk=slot)
            put_request(queries.release(release), slot=wanted, wish=Request.Wish.THIS, hand=hand)


def _unmet(tied: set[int], now: datetime) -> dict[int, int]:
    picture = trains.picture(releases=tied, slots=(), now=now)
    found = [one for one in picture.blocking_of(tied) if one.code == "dependency"]
    late = {need.release for one in found for need in picture.world.needs if one.has(need.release) and one.has(need.on)}
    return {
        release: picture.places[release].slot
        for release in late & tied & picture.places.keys()
        if not picture.refusal(release, None)
    }
