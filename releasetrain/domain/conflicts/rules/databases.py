"""What a step asks of its database: hours of low load, room on the disk, no old version."""

from collections.abc import Iterable

from releasetrain.domain.conflicts.claims import Booked, Claim
from releasetrain.domain.conflicts.rule import Grade, Remedy, Rule
from releasetrain.domain.conflicts.rules.backfills import minutes_of_runs, minutes_outside
from releasetrain.domain.conflicts.values import Basis, Conflict, Severity, Side, SideKind, fact
from releasetrain.domain.world import Work


def in_peak_hours(claim: Claim, *, booked: Booked | Iterable[Claim]) -> list[Conflict]:
    """Return a conflict with each database where a heavy lock or a backfill runs outside its windows of low load.

    Its amount: minutes outside, in all. A database without such windows is never at its peak.
    """
    every, over = Booked.given(booked), dict[int, int]()
    for work in claim.world.of(claim.release).work:
        over[work.database] = over.get(work.database, 0) + _minutes_outside(work, claim)
    for database, minutes in minutes_of_runs(claim, every):
        over[database] = over.get(database, 0) + minutes
    return [_with_database("peak-hours", claim, one, {"minutes": n}) for one, n in sorted(over.items()) if n]


def _minutes_outside(work: Work, claim: Claim) -> int:
    if work.database not in claim.world.low_load:
        return 0
    return minutes_outside(work.during or claim.departs, claim.world.low_load[work.database])


def disk_too_small(claim: Claim, *, booked: Booked | Iterable[Claim]) -> list[Conflict]:
    """Return a conflict with each database whose free disk the backfill's forecast peak does not fit."""
    return [
        _with_database("disk-headroom", claim, disk.database, {"bytes": disk.peak - disk.free})
        for disk in claim.world.of(claim.release).disks
        if disk.peak > disk.free
    ]


def _with_database(code: str, claim: Claim, database: int, amounts: dict[str, int]) -> Conflict:
    basis = Basis(frozenset({fact("database", database)}), amounts)
    sides = Side.release(claim.release), Side(SideKind.DATABASE, database)
    return Conflict(code, *sides, basis, claim.departs.start)


def breaks_old_versions(claim: Claim, *, booked: Booked | Iterable[Claim]) -> list[Conflict]:
    """Return a conflict with each table whose step would break versions that may be running or rolled back to."""
    old = claim.world.of(claim.release).old_versions
    return [
        _with_table("old-version-running", claim, table, Basis(frozenset(f"version:{one}" for one in versions)))
        for table, versions in sorted(old.items())
        if versions
    ]


def _with_table(code: str, claim: Claim, table: int, basis: Basis) -> Conflict:
    severity = Severity.BLOCKS if claim.is_departing else Severity.WARNS
    sides = Side.release(claim.release), Side(SideKind.TABLE, table)
    return Conflict(code, *sides, basis, claim.departs.start, severity)


RULES = (
    Rule(
        code="old-version-running",
        rank=120,
        predicate=breaks_old_versions,
        grade=Grade.AT_DEPARTURE,
        sides=(SideKind.TABLE,),
        basis=("version",),
        waivable=False,
        remedies=(Remedy.WAIT, Remedy.ATTEST, Remedy.MOVE),
    ),
    Rule(
        code="peak-hours",
        rank=140,
        predicate=in_peak_hours,
        sides=(SideKind.DATABASE,),
        basis=("database", "minutes"),
        remedies=(Remedy.MOVE, Remedy.LOW_LOAD, Remedy.WAIVE),
    ),
    Rule(
        code="disk-headroom",
        rank=145,
        predicate=disk_too_small,
        sides=(SideKind.DATABASE,),
        basis=("database", "bytes"),
        remedies=(Remedy.WAIT, Remedy.WAIVE),
    ),
)
