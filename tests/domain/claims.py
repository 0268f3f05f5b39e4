"""Claims, slots and pictures for the rules: a train that departs at ten in the evening, day after day."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

from hypothesis import strategies as st

from releasetrain.domain.conflicts.claims import NO_WORLD, Claim, SlotFacts
from releasetrain.domain.conflicts.values import Basis, Conflict, LargeMode, Side, SlotKind
from releasetrain.domain.holds import Ran, hold
from releasetrain.domain.picture import Departure, Picture, Place, Rider
from releasetrain.domain.sizes import Size
from releasetrain.domain.waivers import Waiver
from releasetrain.domain.windows import Window
from releasetrain.domain.world import World

FIRST = datetime(2031, 11, 25, 22, 0, tzinfo=UTC)
NOW = FIRST - timedelta(days=1)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
POINTS = {Size.SMALL: 1, Size.MEDIUM: 3, Size.LARGE: 6}
SOAK = {Size.SMALL: 24, Size.MEDIUM: 48, Size.LARGE: 120}


def slot(
    id: int = 1,
    *,
    day: float = 0,
    train: int = 1,
    kind: SlotKind = SlotKind.REGULAR,
    mode: LargeMode = LargeMode.ALONE,
    capacity: int = 10,
    closed_at: datetime | None = None,
    is_held: bool = False,
) -> SlotFacts:
    """The departure ``day`` days after the first: an hour long, its door shuts four hours before."""
    start = FIRST + day * DAY
    return SlotFacts(
        id=id,
        train=train,
        kind=kind,
        departs=Window(start, start + HOUR),
        cut_off_at=start - 4 * HOUR,
        capacity=capacity,
        large_mode=mode,
        closed_at=closed_at,
        is_held=is_held,
    )


def claim(
    release: int,
    on: SlotFacts | None = None,
    *,
    size: str = "S",
    team: int | None = None,
    team_limit: int = 2,
    services: str = "",
    tables: str = "",
    soak: int | None = None,
    ran: Ran | None = None,
    now: datetime = NOW,
    boarded_at: datetime = NOW,
    world: World = NO_WORLD,
) -> Claim:
    """A release aboard; ``services`` and ``tables`` are named by digits; each has a team of its own by default."""
    there, big = on or slot(), Size(size)
    return Claim(
        release=release,
        team=release if team is None else team,
        team_limit=team_limit,
        size=big,
        points=POINTS[big],
        services=frozenset(map(int, services)),
        tables=frozenset(map(int, tables)),
        slot=there,
        holds=hold(there.departs, soak_hours=SOAK[big] if soak is None else soak, ran=ran, now=now),
        boarded_at=boarded_at,
        over_at=ran.finished_at if ran else None,
        is_departing=now >= there.departs.start,
        world=world,
    )


def conflict(
    code: str = "large-overlap",
    a: int = 1,
    b: int = 2,
    *,
    facts: str = "service:1",
    amounts: Mapping[str, int] | None = None,
    departs_at: datetime = FIRST,
) -> Conflict:
    """A conflict of two releases."""
    return Conflict(code, Side.release(a), Side.release(b), basis(facts, amounts), departs_at)


def waiver_of(found: Conflict, *, until: datetime | None = None) -> Waiver:
    """The waiver that says yes to just this conflict."""
    return Waiver(code=found.code, a=found.a, b=found.b, basis=found.basis, until=until)


def basis(facts: str = "", amounts: Mapping[str, int] | None = None) -> Basis:
    """A basis of space-separated facts."""
    return Basis(frozenset(facts.split()), amounts or {})


def codes(found: list[Conflict]) -> list[str]:
    """The codes of what was found."""
    return [one.code for one in found]


@st.composite
def pictures(draw: st.DrawFn, *, releases: int = 6, slots: int = 4) -> Picture:
    """A small crowded calendar on one or two trains: few services and tables, slots close together."""
    kinds, modes = st.sampled_from(SlotKind), draw(st.tuples(st.sampled_from(LargeMode), st.sampled_from(LargeMode)))
    departures = {}
    for id in range(1, slots + 1):
        train = draw(st.integers(0, 1))
        day, room = draw(st.integers(0, 12)), draw(st.integers(0, 12))
        there = slot(id, day=day, train=train, kind=draw(kinds), mode=modes[train], capacity=room)
        departures[id] = Departure(slot=there, on=there.departs.start.date(), points=POINTS, soak_hours=SOAK)
    some, ids = st.frozensets(st.integers(1, 3), max_size=2), range(1, releases + 1)
    riders = {
        id: Rider(
            release=id,
            team=draw(st.integers(1, 3)),
            team_limit=2,
            size=draw(st.sampled_from(Size)),
            services=draw(some),
            tables=draw(some),
            earliest=draw(st.none() | st.just(date(2031, 11, 28))),
        )
        for id in ids
    }
    places = {
        id: Place(slot=draw(st.sampled_from(list(departures))), boarded_at=NOW) for id in ids if draw(st.booleans())
    }
    return Picture(now=NOW, riders=riders, departures=departures, places=places)
