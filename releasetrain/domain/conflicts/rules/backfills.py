"""When a backfill runs: between the soak of its expand and the departure that rests on it, at night (M1, M4)."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from releasetrain.domain.conflicts.claims import Booked, Claim
from releasetrain.domain.conflicts.rule import Grade, Remedy, Rule
from releasetrain.domain.conflicts.values import Basis, Conflict, Severity, Side, SideKind, fact, whole_hours
from releasetrain.domain.forecast.nights import run
from releasetrain.domain.spans import Span, windows
from releasetrain.domain.stages import Stage
from releasetrain.domain.windows import Window
from releasetrain.domain.world import Backfill, without

MINUTE = timedelta(minutes=1)


def backfill_unfinished(claim: Claim, *, booked: Booked | Iterable[Claim]) -> list[Conflict]:
    """Return a conflict for each backfill that will not be verified complete before the departure that needs it.

    What nobody wrote yet, neither SQL nor plan nor the table's size, is not foretold. Where its expand has no place,
    when it begins is a matter of order, and nothing is said here.
    """
    every = Booked.given(booked)
    found = (_unfinished(one, claim, every) for one in _open(claim))
    return [one for one in found if one is not None]


def _open(claim: Claim) -> Iterator[Backfill]:
    return (one for one in claim.world.of(claim.release).backfills if one.verified_at is None)


def _unfinished(backfill: Backfill, claim: Claim, booked: Booked) -> Conflict | None:
    """When the departure begins, no forecast counts any more: it is verified, or it is not."""
    facts = frozenset({fact("change", backfill.change)})
    if claim.is_departing:
        return _conflict(backfill, claim, Basis(facts | {"not-verified"}))
    if not backfill.is_written:
        return None
    if backfill.takes is None:
        return _conflict(backfill, claim, Basis(facts | {"no-forecast"}))
    begins = begins_at(backfill, claim, booked)
    if begins is None:
        return None
    done_at = done_when(backfill, claim, begins)
    if done_at is None:
        return _conflict(backfill, claim, Basis(facts | {"never"}))
    late = done_at - claim.departs.start
    return _conflict(backfill, claim, Basis(facts, {"hours": whole_hours(late)})) if late > timedelta() else None


def begins_at(backfill: Backfill, claim: Claim, booked: Booked) -> datetime | None:
    """Return when the run may begin: its change's expand has departed and soaked. None: that has no place."""
    change = next((one for one in claim.world.changes_of.get(claim.release, ()) if one.id == backfill.change), None)
    expand = change.carriers.get(Stage.EXPAND) if change else None
    carrier = booked.of(expand) if expand not in (None, claim.release) else None
    return carrier.ends_at + timedelta(hours=change.soak_hours) if change and carrier else None


def done_when(backfill: Backfill, claim: Claim, begins: datetime) -> datetime | None:
    """Return when a run that may begin at ``begins`` is complete; None: nobody can say, or not within two years."""
    hours = () if backfill.at_any_hour else _low_hours(backfill, claim)
    return None if backfill.takes is None else run(begins, backfill.takes, hours).done_at


def _conflict(backfill: Backfill, claim: Claim, basis: Basis) -> Conflict:
    severity = Severity.BLOCKS if claim.is_departing else Severity.WARNS
    sides = Side.release(claim.release), Side(SideKind.TABLE, backfill.table)
    return Conflict("backfill-unfinished", *sides, basis, claim.departs.start, severity)


def minutes_of_runs(claim: Claim, booked: Booked) -> Iterator[tuple[int, int]]:
    """Yield how long each run that does not wait for low load goes on outside it, with its database."""
    for one in _open(claim):
        hours, begins = _low_hours(one, claim), begins_at(one, claim, booked)
        if one.database is not None and one.at_any_hour and hours and one.takes and begins:
            goes_on = Window(begins, begins + one.takes)
            yield one.database, minutes_outside(goes_on, windows(hours, near=goes_on))


def _low_hours(backfill: Backfill, claim: Claim) -> tuple[Span, ...]:
    """When its database has low load; without any it never is at its peak."""
    return () if backfill.database is None else claim.world.low_hours.get(backfill.database, ())


def minutes_outside(window: Window, low: Iterable[Window]) -> int:
    """Return how long a window lies outside those of low load; a minute begun is one."""
    return sum(-(-(part.end - part.start) // MINUTE) for part in without([window], low))


RULES = (
    Rule(
        code="backfill-unfinished",
        rank=130,
        predicate=backfill_unfinished,
        grade=Grade.AT_DEPARTURE,
        sides=(SideKind.TABLE,),
        basis=("change", "hours"),
        waivable=False,
        remedies=(Remedy.WAIT, Remedy.MOVE),
    ),
)
