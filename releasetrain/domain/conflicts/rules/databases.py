"""What a step asks of its database: hours of low load, room on the disk, no old version."""

from collections.abc import Iterable
from dataclasses import replace

from releasetrain.domain.conflicts.claims import Booked, Claim
from releasetrain.domain.conflicts.rule import Grade, Remedy, Rule
from releasetrain.domain.conflicts.rules.backfills import minutes_of_runs, minutes_outside
from releasetrain.domain.conflicts.values import Basis, Conflict, Severity, Side, SideKind, fact
from releasetrain.domain.versions import CodeClass, Life, Ride, in_the_way
from releasetrain.domain.world import Change, Work


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
    """Return a conflict with each table whose step would break versions that may be running or rolled back to by then.

    What is yet to depart is believed to supersede what runs; of what has, only reports count (ADR 20).
    """
    every = Booked.given(booked)
    found = []
    for change in claim.world.changes_with_code_of.get(claim.release, ()):
        gates = change.gates_of(claim.release) if change.abandoned_at is None else []
        rides = rides_of(change, every, claim)
        if old := in_the_way(gates, change.code, rides, at=claim.departs.start):
            basis = Basis(frozenset({fact("change", change.id), *map(version_fact, old)}))
            parties = frozenset(one.release for one in rides) - {claim.release}
            found.append(replace(_with_table("old-version-running", claim, change.table, basis), parties=parties))
    return found


def rides_of(change: Change, booked: Booked, claim: Claim | None = None) -> list[Ride]:
    """Return the releases with code of a class that are yet to depart; ``claim``: one judged elsewhere than it is."""
    rides = []
    for release, code in change.classes.items():
        there = claim if claim is not None and claim.release == release else booked.of(release)
        if there is not None and not there.is_departing:
            rides.append(_ride(there, code))
    return rides


def _ride(claim: Claim, code: CodeClass) -> Ride:
    return Ride(
        release=claim.release,
        code=code,
        services=claim.services,
        starts_at=claim.departs.start,
        ends_at=claim.ends_at,
    )


def version_fact(life: Life) -> str:
    """Return how a version of a service is written in a basis; without a name where nobody reported which."""
    return f"version:{life.service}:{life.name}"


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
        basis=("change", "version"),
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
