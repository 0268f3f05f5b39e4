"""Versions against schema over time: phases, how long each version lives beside them, where it breaks, the gates."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from releasetrain.domain.stages import Stage
from releasetrain.domain.versions import Code, CodeClass, Gate, Ground, Life, Missing, Phase, Ride, in_the_way, runs_on
from releasetrain.domain.windows import Window


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """The course of a change: the departure of each stage that has one, which departed, and when the data is moved.

    ``fill`` None: nobody planned it; it lies between the soak of expand and the backfill's departure (M1).
    """

    departs: Mapping[Stage, Window]
    departed: frozenset[Stage] = frozenset()
    soak: timedelta = timedelta()
    fill: Window | None = None
    verified_at: datetime | None = None
    is_expanded: bool = False  # no release carries expand: the new field is there already

    def starts(self, stage: Stage) -> datetime | None:
        """Return when the stage departs, if it has a place."""
        window = self.departs.get(stage)
        return window.start if window else None

    @property
    def filling(self) -> Window | None:
        """When the data is moved, as far as anybody can say."""
        expand, until = self.departs.get(Stage.EXPAND), self.starts(Stage.BACKFILL)
        window = self.fill
        if window is None and expand is not None and until is not None:
            soaked = expand.end + self.soak
            window = Window(min(soaked if soaked < until else expand.end, until), until)
        if self.verified_at is not None:
            since = min(window.start, self.verified_at) if window else self.verified_at
            return Window(since, min(window.end, self.verified_at) if window else self.verified_at)
        return window


@dataclass(frozen=True, slots=True)
class Span:
    """A phase and when it is in force."""

    phase: Phase
    window: Window


def phases(course: Course, *, first: datetime, last: datetime) -> list[Span]:
    """Return the phases from ``first`` to ``last``, one after the other; what has no departure does not come."""
    filling = course.filling
    begins: list[tuple[Phase, datetime | None]] = [
        (Phase.BEFORE, None if course.is_expanded else first),
        (Phase.EXPANDED, first if course.is_expanded else course.starts(Stage.EXPAND)),
        (Phase.FILLING, filling.start if filling else None),
        (Phase.BACKFILLED, filling.end if filling else None),
        (Phase.RELAXED, course.starts(Stage.RELAX)),
        (Phase.CONTRACTED, course.starts(Stage.DROP)),
    ]
    known = [(phase, max(first, min(at, last))) for phase, at in begins if at is not None]
    ends = [*(at for _phase, at in known[1:]), last]
    return [Span(phase, Window(at, end)) for (phase, at), end in zip(known, ends, strict=True) if at < end]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A version over time: when it runs, when it can be rolled back to after that, and when it is there and breaks."""

    life: Life
    runs: Window | None
    back: Window | None
    breaks: tuple[Window, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """When a version that was reported ran, as far as reports say: first and last; and the class of its code."""

    first: datetime
    last: datetime
    code: CodeClass | None = None


def line(
    life: Life, spans: Sequence[Span], *, code: Code, first: datetime, last: datetime, seen: Seen | None = None
) -> Line:
    """Return how a version lives between ``first`` and ``last``; what nobody knows the end of lasts till then."""
    since = max(first, life.since or (seen.first if seen else first))
    until = (life.runs_until or last) if life.runs else (seen.last if seen else since)
    runs = _window(since, min(until, last))
    back = _window(max(first, until), min(life.gone_at or last, last))
    there = _window(since, back.end if back else until)
    broken = [span.window for span in spans if not runs_on(life.code, span.phase, trigger=code.trigger)]
    return Line(life=life, runs=runs, back=back, breaks=tuple(_met(there, broken)) if there else ())


def passed(service: int, name: str, seen: Seen) -> Life:
    """Return the life of a version that was reported once and is no more."""
    return Life(
        service=service,
        name=name,
        code=seen.code or CodeClass.V0,
        is_known=seen.code is not None,
        runs=False,
        gone_at=seen.last,
    )


def _window(start: datetime, end: datetime) -> Window | None:
    return Window(start, end) if start < end else None


def _met(there: Window, windows: Iterable[Window]) -> Iterable[Window]:
    """Where ``windows`` meet ``there``; those that touch are one."""
    found: list[Window] = []
    for one in windows:
        if met := _window(max(there.start, one.start), min(there.end, one.end)):
            if found and found[-1].end >= met.start:
                met = Window(found.pop().start, met.end)
            found.append(met)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A gate at the instant at which what it guards is to start: what stands in it then, as it is booked and reported.

    ``missing``: what is wanted beside versions; before that instant it may still come.
    """

    gate: Gate
    at: datetime
    is_ahead: bool
    missing: Missing | None = None
    versions: tuple[Life, ...] = ()

    @property
    def may(self) -> bool | None:
        """Whether it opens; None: something is still to come for it."""
        if self.versions:
            return False
        if self.missing is not None:
            return None if self.is_ahead else False
        return True


def passages(course: Course, code: Code, ground: Ground, rides: Iterable[Ride], *, now: datetime) -> list[Passage]:
    """Return the gates in their order, each at its instant; of what has no departure there is none."""
    filling, contract = course.filling, course.starts(Stage.DROP)
    relax = course.starts(Stage.RELAX) or contract
    instants = {
        Gate.G1: filling.start if filling else None,
        Gate.G2: course.starts(Stage.BACKFILL),
        Gate.G3: relax,
        Gate.G4: contract,
    }
    known = list(rides)
    return [
        _passage(gate, at, ground, in_the_way([gate], code, known, at=max(at, now)), now)
        for gate, at in instants.items()
        if at is not None
    ]


def _passage(gate: Gate, at: datetime, ground: Ground, found: list[Life], now: datetime) -> Passage:
    comes_by_itself = gate in (Gate.G1, Gate.G3, Gate.G4)  # with the departure of a stage, which is drawn beside it
    missing = None if comes_by_itself and at > now else ground.missing(gate)
    return Passage(gate=gate, at=at, is_ahead=at > now, missing=missing, versions=tuple(found))
