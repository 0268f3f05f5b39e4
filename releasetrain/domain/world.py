"""What the rules read that no booking says: freezes, schema changes, dependencies, windows of low load.

Facts of the world are never refused (C5): they make conflicts stand.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import TypeVar

from releasetrain.domain.spans import Span
from releasetrain.domain.stages import ORDER, Stage
from releasetrain.domain.versions import (
    CODE_OF_STAGE,
    GATES_OF_CODE,
    GATES_OF_STAGE,
    NOTHING_KNOWN,
    Code,
    CodeClass,
    Gate,
)
from releasetrain.domain.windows import Window

K = TypeVar("K")
V = TypeVar("V")

CLIENT_AFTER_SERVER = 24  # hours: when nothing else was said, a client follows its server's new version a day later


@dataclass(frozen=True, slots=True, kw_only=True)
class Freeze:
    """A time in which nothing (hard) or nothing without thought (soft) departs.

    ``windows``: when, without the times for which it is suspended. ``trains``, ``services``, ``teams``: whom it
    concerns, by id; an empty set narrows nothing.
    """

    id: int
    is_hard: bool
    windows: tuple[Window, ...]
    trains: frozenset[int] = frozenset()
    services: frozenset[int] = frozenset()
    teams: frozenset[int] = frozenset()

    def concerns(self, *, train: int, services: frozenset[int], team: int) -> bool:
        """Return whether it speaks of a release of ``team`` that changes ``services`` and rides ``train``."""
        return (
            (not self.trains or train in self.trains)
            and (not self.services or bool(self.services & services))
            and (not self.teams or team in self.teams)
        )

    @property
    def is_for_all_of_a_train(self) -> bool:
        """Whether it names no service and no team, so that whole departures are frozen."""
        return not self.services and not self.teams

    def meets(self, departs: Window) -> bool:
        """Return whether a departure meets one of its windows."""
        return any(window.meets(departs) for window in self.windows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A schema change of ``table``: which release carries each stage, and the agreed soak between stages in hours.

    ``code``: what is known of the code that uses the table.
    """

    id: int
    table: int
    soak_hours: int
    carriers: Mapping[Stage, int]
    abandoned_at: datetime | None = None
    code: Code = NOTHING_KNOWN

    @property
    def steps(self) -> list[tuple[Stage, int]]:
        """Its stages in their order, with the release that carries each."""
        return [(stage, self.carriers[stage]) for stage in ORDER if stage in self.carriers]

    @property
    def classes(self) -> Mapping[int, CodeClass]:
        """The class of the code of every release that has one: the one that was said, else that of its last stage."""
        return {release: CODE_OF_STAGE[stage] for stage, release in self.steps} | dict(self.code.said)

    def gates_of(self, release: int) -> list[Gate]:
        """Return what must be open before a release departs: by the stages it carries and by the class of its code."""
        carried = {
            gate for stage, carrier in self.steps if carrier == release for gate in GATES_OF_STAGE.get(stage, ())
        }
        code = self.classes.get(release)
        return sorted(carried | set(GATES_OF_CODE.get(code, ()) if code else ()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """``release`` needs ``on``: in the same slot or later, or ``lag_hours`` after the end of its departure.

    ``is_broken``: the other was rolled back. ``is_client_of``: a client that follows a server.
    """

    release: int
    on: int
    lag_hours: int | None = None
    is_broken: bool = False
    is_client_of: bool = False

    @property
    def lag(self) -> timedelta | None:
        """How long after the end of the other's departure; None: the same slot is allowed."""
        hours = CLIENT_AFTER_SERVER if self.lag_hours is None and self.is_client_of else self.lag_hours
        return None if hours is None else timedelta(hours=hours)


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """Work that wants the hours of low load of a database: a heavy lock or a run of a backfill.

    ``during`` None: for the whole departure.
    """

    database: int
    during: Window | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Backfill:
    """A backfill that a step needs verified complete. ``takes``: at the worst, None: nobody can say.

    It begins when the expand of its change has soaked, and goes on in the hours of low load of its database, unless
    ``at_any_hour``. ``is_written``: there is SQL, a plan, or a size to forecast it by. ``verified_at``: since when
    somebody's report says that it is complete and no row differs; then it is in nobody's way any more.
    """

    change: int
    table: int
    database: int | None = None
    takes: timedelta | None = None
    at_any_hour: bool = False
    is_written: bool = True
    verified_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Disk:
    """What a backfill needs of a database's disk at its peak, and what is free there, in bytes."""

    database: int
    peak: int
    free: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """What was reported or forecast about one release."""

    work: tuple[Work, ...] = ()
    backfills: tuple[Backfill, ...] = ()
    disks: tuple[Disk, ...] = ()


NOTHING_REPORTED = Reported()


@dataclass(frozen=True, kw_only=True)
class World:
    """Everything of it that matters to the releases of a picture.

    ``low_load``: per database with any, its windows of low load near the departures of the picture; ``low_hours``: how
    they recur, for a run that may begin long before and end long after.
    """

    freezes: tuple[Freeze, ...] = ()
    changes: tuple[Change, ...] = ()
    needs: tuple[Need, ...] = ()
    low_load: Mapping[int, tuple[Window, ...]] = field(default_factory=dict)
    low_hours: Mapping[int, tuple[Span, ...]] = field(default_factory=dict)
    reported: Mapping[int, Reported] = field(default_factory=dict)

    @cached_property
    def needs_of(self) -> Mapping[int, list[Need]]:
        """What each release needs."""
        return _grouped((need.release, need) for need in self.needs)

    @cached_property
    def needed_by(self) -> Mapping[int, list[Need]]:
        """Who needs a release."""
        return _grouped((need.on, need) for need in self.needs)

    @cached_property
    def changes_of(self) -> Mapping[int, list[Change]]:
        """The schema changes of which a release carries a stage, each once."""
        return _grouped((release, one) for one in self.changes for release in set(one.carriers.values()))

    @cached_property
    def changes_with_code_of(self) -> Mapping[int, list[Change]]:
        """The schema changes of which a release carries a stage or ships code of a class, each once."""
        releases = ((one, {*one.classes, *one.carriers.values()}) for one in self.changes)
        return _grouped((release, one) for one, among in releases for release in among)

    @cached_property
    def changes_on(self) -> Mapping[int, list[Change]]:
        """The schema changes of a table."""
        return _grouped((one.table, one) for one in self.changes)

    def with_needs(self, needs: Iterable[Need]) -> "World":
        """Return the world with these needs, in place of what was known of the same two releases."""
        added = {(need.release, need.on): need for need in needs}
        stay = (need for need in self.needs if (need.release, need.on) not in added)
        return replace(self, needs=(*stay, *added.values()))

    def needing(self, release: int, needs: Iterable[Need]) -> "World":
        """Return the world in which ``release`` needs just these."""
        others = (need for need in self.needs if need.release != release)
        return replace(self, needs=(*others, *needs))

    def partners(self, release: int, *, tables: Iterable[int] = ()) -> set[int]:
        """Return the releases whose places the rules read beside that of ``release``, wherever they ride.

        ``tables``: those that it touches; whoever carries a stage of their changes says whether one is under way.
        """
        tied = {need.on for need in self.needs_of.get(release, ())}
        tied |= {need.release for need in self.needed_by.get(release, ())}
        changes = [
            *self.changes_with_code_of.get(release, ()),
            *(one for table in tables for one in self.changes_on.get(table, ())),
        ]
        return (tied | {other for one in changes for other in (*one.carriers.values(), *one.classes)}) - {release}

    def of(self, release: int) -> Reported:
        """Return what was reported about a release."""
        return self.reported.get(release, NOTHING_REPORTED)


def _grouped(pairs: Iterable[tuple[K, V]]) -> Mapping[K, list[V]]:
    found: dict[K, list[V]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return found


def without(windows: Iterable[Window], gaps: Iterable[Window]) -> Iterator[Window]:
    """Yield what is left of ``windows`` when ``gaps`` are taken out of them."""
    left = list(windows)
    for gap in gaps:
        left = [part for window in left for part in _cut(window, gap)]
    yield from left


def _cut(window: Window, gap: Window) -> Iterator[Window]:
    if not window.meets(gap):
        yield window
        return
    if window.start < gap.start:
        yield Window(window.start, gap.start)
    if gap.end < window.end:
        yield Window(gap.end, window.end)
