"""Which code may run beside which schema (M3): classes of code, phases of a change, and the four gates between them.

Who runs on what is derived from what code reads and writes and what a phase demands; nobody lists it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from releasetrain.domain.stages import Stage

ROLLBACK_HOURS = 72


class Field(StrEnum):
    """The two sides of a change."""

    OLD = "old"
    NEW = "new"


OLD, NEW, BOTH = frozenset({Field.OLD}), frozenset({Field.NEW}), frozenset(Field)


class CodeClass(StrEnum):
    """What a version's code does with the two fields; a later one is greater."""

    V0 = "V0"
    V1 = "V1"
    V2 = "V2"
    V3 = "V3"


@dataclass(frozen=True, slots=True, kw_only=True)
class Uses:
    """What code reads and what each of its writes fills."""

    reads: frozenset[Field]
    writes: frozenset[Field]


USES: Mapping[CodeClass, Uses] = {
    CodeClass.V0: Uses(reads=OLD, writes=OLD),
    CodeClass.V1: Uses(reads=OLD, writes=BOTH),
    CodeClass.V2: Uses(reads=NEW, writes=BOTH),
    CodeClass.V3: Uses(reads=NEW, writes=NEW),
}


class Phase(StrEnum):
    """How far the schema and its data are."""

    BEFORE = "before"
    EXPANDED = "expanded"
    FILLING = "filling"
    BACKFILLED = "backfilled"
    RELAXED = "relaxed"
    CONTRACTED = "contracted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Demands:
    """The fields that are there, those that hold the truth, and those that every write must fill."""

    there: frozenset[Field]
    true: frozenset[Field]
    filled: frozenset[Field]


DEMANDS: Mapping[Phase, Demands] = {
    Phase.BEFORE: Demands(there=OLD, true=OLD, filled=OLD),
    Phase.EXPANDED: Demands(there=BOTH, true=OLD, filled=OLD),
    Phase.FILLING: Demands(there=BOTH, true=OLD, filled=BOTH),  # what was filled already is looked at no more
    Phase.BACKFILLED: Demands(there=BOTH, true=BOTH, filled=BOTH),
    Phase.RELAXED: Demands(there=BOTH, true=NEW, filled=NEW),  # the old may be left empty
    Phase.CONTRACTED: Demands(there=NEW, true=NEW, filled=NEW),
}


class Gate(StrEnum):
    """What may start: the backfill, code that reads the new (V2), code without the old (V3), the drop."""

    G1 = "G1"
    G2 = "G2"
    G3 = "G3"
    G4 = "G4"


OPENS: Mapping[Gate, Phase] = {
    Gate.G1: Phase.FILLING,
    Gate.G2: Phase.BACKFILLED,
    Gate.G3: Phase.RELAXED,
    Gate.G4: Phase.CONTRACTED,
}
GATES_OF_STAGE: Mapping[Stage, tuple[Gate, ...]] = {
    Stage.BACKFILL: (Gate.G1, Gate.G2),
    Stage.RELAX: (Gate.G3,),
    Stage.DROP: (Gate.G4,),
}
GATES_OF_CODE: Mapping[CodeClass, tuple[Gate, ...]] = {CodeClass.V2: (Gate.G2,), CodeClass.V3: (Gate.G3,)}
CODE_OF_STAGE: Mapping[Stage, CodeClass] = {
    Stage.EXPAND: CodeClass.V1,
    Stage.BACKFILL: CodeClass.V2,
    Stage.RELAX: CodeClass.V3,
    Stage.DROP: CodeClass.V3,
}


def runs_on(code: CodeClass, phase: Phase, *, trigger: bool = False) -> bool:
    """Return whether code of this class can run on the schema; ``trigger``: one in the database fills the new field."""
    uses, demands = USES[code], DEMANDS[phase]
    filled = uses.writes | (NEW if trigger and Field.OLD in uses.writes else frozenset())
    touches_what_is_there = uses.reads | uses.writes <= demands.there
    return touches_what_is_there and uses.reads <= demands.true and demands.filled <= filled


def is_too_old(code: CodeClass, gate: Gate, *, trigger: bool = False) -> bool:
    """Return whether such code keeps the gate shut: it breaks on what the gate opens, and newer code does not."""
    phase = OPENS[gate]
    newer = (one for one in CodeClass if one > code)
    return not runs_on(code, phase, trigger=trigger) and any(runs_on(one, phase, trigger=trigger) for one in newer)


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A version of a service that runs or can be rolled back to, as it was reported.

    ``name`` empty: nobody reported which; ``code`` None: nobody said of which class, which counts as the oldest.
    ``until``: until when it can be rolled back to, as far as somebody said.
    """

    service: int
    name: str = ""
    code: CodeClass | None = None
    runs: bool = True
    until: datetime | None = None

    @property
    def counts_as(self) -> CodeClass:
        """Its class; the worst where nobody said."""
        return self.code or CodeClass.V0


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """What is known of the code that uses the table of a change.

    ``versions``: of each service, what runs and can be rolled back to, one without a name where nobody reported.
    ``said``: the classes that were given to releases. ``verified_at``: the backfill is complete and no row differs.
    """

    services: frozenset[int] = frozenset()
    versions: tuple[Version, ...] = ()
    said: Mapping[int, CodeClass] = field(default_factory=dict)
    trigger: bool = False
    rollback_hours: int = ROLLBACK_HOURS
    verified_at: datetime | None = None

    @property
    def rollback(self) -> timedelta:
        """How long a version can be rolled back to after it was superseded."""
        return timedelta(hours=self.rollback_hours)


NOTHING_KNOWN = Code()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ride:
    """A booked release that is yet to depart with code of a class."""

    release: int
    code: CodeClass
    services: frozenset[int]
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """How long a version, reported or booked (``release``), runs and how long it can be rolled back to.

    ``since`` None: it is there already. ``runs_until`` None: nothing that is booked supersedes it; ``gone_at`` None:
    nobody can say when it is gone.
    """

    service: int
    name: str
    code: CodeClass
    is_known: bool = True
    release: int | None = None
    since: datetime | None = None
    runs: bool = True
    runs_until: datetime | None = None
    gone_at: datetime | None = None

    def is_there(self, at: datetime) -> bool:
        """Return whether it runs at the instant, or can be rolled back to after it."""
        has_come = self.since is None or self.since < at
        return has_come and (self.gone_at is None or self.gone_at > at)


def lives(code: Code, rides: Iterable[Ride]) -> list[Life]:
    """Return what runs and what will, service by service, if every ride departs as it is booked."""
    known = sorted(rides, key=lambda one: (one.ends_at, one.starts_at, one.code, one.release))
    return [life for service in sorted(code.services) for life in _lives_of(service, code, known)]


def _lives_of(service: int, code: Code, rides: Iterable[Ride]) -> Iterator[Life]:
    own = [ride for ride in rides if service in ride.services]
    ends: list[datetime | None] = [*(ride.ends_at for ride in own), None]
    for version in code.versions:
        if version.service == service:
            yield _life(version, ends[0], code)
    for ride, superseded in zip(own, ends[1:], strict=True):
        yield Life(
            service=service,
            name=f"RT-{ride.release}",
            code=ride.code,
            release=ride.release,
            since=ride.starts_at,
            runs_until=superseded,
            gone_at=superseded and superseded + code.rollback,
        )


def _life(version: Version, superseded: datetime | None, code: Code) -> Life:
    gone_at = superseded and superseded + code.rollback
    return Life(
        service=version.service,
        name=version.name,
        code=version.counts_as,
        is_known=version.code is not None,
        runs=version.runs,
        runs_until=superseded if version.runs else None,
        gone_at=gone_at if version.runs or version.until is None else version.until,
    )


def in_the_way(gates: Iterable[Gate], code: Code, rides: Iterable[Ride], *, at: datetime) -> list[Life]:
    """Return what keeps one of the gates shut at an instant: too old, and running or to be rolled back to by then."""
    asked = list(gates)
    return [
        life
        for life in lives(code, rides)
        if life.is_there(at) and any(is_too_old(life.code, gate, trigger=code.trigger) for gate in asked)
    ]


class Missing(StrEnum):
    """What a gate wants beside versions."""

    EXPAND = "not-expanded"
    VERIFIED = "not-verified"
    OPTIONAL = "old-required"
    RELAX = "not-relaxed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What has happened to a change: which stages departed, whether it is verified, whether the old may be left out."""

    expanded: bool = False
    verified: bool = False
    old_is_optional: bool = False
    relaxed: bool = False

    def missing(self, gate: Gate) -> Missing | None:
        """Return what the gate wants beside versions and does not have."""
        return {
            Gate.G1: None if self.expanded else Missing.EXPAND,
            Gate.G2: None if self.verified else Missing.VERIFIED,
            Gate.G3: None if self.old_is_optional or self.relaxed else Missing.OPTIONAL,
            Gate.G4: None if self.relaxed else Missing.RELAX,
        }[gate]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """Whether what a gate guards may start now, and why not."""

    gate: Gate
    missing: Missing | None = None
    versions: tuple[Life, ...] = ()

    @property
    def may(self) -> bool:
        """Whether it may."""
        return self.missing is None and not self.versions


def rulings(code: Code, ground: Ground, *, now: datetime) -> list[Ruling]:
    """Return what each gate says now: only what was reported counts, no booking."""
    return [
        Ruling(gate=gate, missing=ground.missing(gate), versions=tuple(in_the_way([gate], code, (), at=now)))
        for gate in Gate
    ]


def standing_versions(
    service: int,
    reported: Iterable[Version] | None,
    *,
    reported_at: datetime | None = None,
    attested: CodeClass | None = None,
    attested_at: datetime | None = None,
) -> tuple[Version, ...]:
    """Return what counts of a service: its latest report (None: there is none), and the latest attestation.

    An attestation overrides what was reported before it. A later report speaks for itself: it bears the attestation
    out, or makes it void.
    """
    if attested is None or attested_at is None or (reported_at is not None and reported_at >= attested_at):
        return (Version(service=service),) if reported is None else tuple(reported)
    if reported is None:
        return (Version(service=service, code=attested),)
    kept = tuple(one for one in reported if one.counts_as >= attested)
    return kept if any(one.runs for one in kept) else (Version(service=service, code=attested), *kept)


def is_void(attested: CodeClass, later: Iterable[Version]) -> bool:
    """Return whether a later report contradicts an attestation."""
    return any(one.counts_as < attested for one in later)
