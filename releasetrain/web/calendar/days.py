"""Days as the month and the week draw them: departures, freezes, and bars for what soaks."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from releasetrain.boarding.agenda import Agenda, Hold, Stop
from releasetrain.boarding.stages import StageMark
from releasetrain.domain.windows import Window
from releasetrain.releases.models import Release
from releasetrain.trains.between import Frozen
from releasetrain.web.board.meter import Coach, coaches
from releasetrain.web.calendar.asked import DAY, Asked, Show, midnight
from releasetrain.web.calendar.words import Word, freeze_words, hold_words, load, words_of

LINES = 4  # departures of a day of the month; one more would fit, if it is the last
LANES = 3  # bars of a week


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A departure of a day. ``riders``: those whom the reader asked for, each with its stage if it carries one."""

    stop: Stop
    load: str
    words: list[Word]
    meter: list[Coach]
    riders: list[tuple[Release, StageMark | None]]
    is_over: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A freeze on a day. ``is_named``: the first time that it is seen; ``hatches``: nothing in view departs then."""

    freeze: Frozen
    words: str
    is_named: bool
    hatches: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A piece of a hold, in hundredths of the day as SVG wants them; ``words`` where it begins in its week."""

    hold: Hold
    x: str
    width: str
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A day. ``more``: departures that found no room, ``week``: where they stand. ``bars``: a place per lane, None
    where nothing soaks; ``unshown``: large ones that soak and found no lane.
    """

    on: date
    is_today: bool
    is_other: bool
    lines: list[Line]
    more: int
    week: str
    marks: list[Mark]
    bars: list[Bar | None]
    unshown: int
    low_load: list[tuple[str, Window]]

    @property
    def look(self) -> str:
        """Its classes: hard freezes are hatched, soft ones have the tint of what waits."""
        hard = any(one.hatches and one.freeze.freeze.is_hard for one in self.marks)
        soft = any(one.hatches for one in self.marks)
        names = {"is-frozen": hard, "is-soft": soft and not hard, "is-today": self.is_today, "is-other": self.is_other}
        names["is-bare"] = not self.lines and not any(one.is_named for one in self.marks)
        return " ".join(name for name, counts in names.items() if counts)


def weeks(asked: Asked, seen: Agenda, *, trains: int, stages: Mapping[int, StageMark]) -> list[list[Day]]:
    """Return the days in view week by week; ``trains``: how many there are, to tell whether a freeze means them all."""
    days = list(asked.days)
    lines = _lines_by_day(asked, seen, stages)
    named: set[int] = set()
    found = []
    for start in range(0, len(days), 7):
        week = days[start : start + 7]
        lanes = _lanes([one for one in seen.holds if one.window.meets(_window(asked, week[0], week[-1]))])
        found.append([_day(asked, seen, on, lines, lanes, named, trains, is_first=on == week[0]) for on in week])
    return found


def _window(asked: Asked, first: date, last: date) -> Window:
    return Window(midnight(first, asked.zone), midnight(last + DAY, asked.zone))


def _lines_by_day(asked: Asked, seen: Agenda, stages: Mapping[int, StageMark]) -> Mapping[date, list[Line]]:
    found: dict[date, list[Line]] = {}
    for stop in seen.stops:
        found.setdefault(stop.slot.start_at.astimezone(asked.zone).date(), []).append(_line(asked, stop, stages))
    return found


def _line(asked: Asked, stop: Stop, stages: Mapping[int, StageMark]) -> Line:
    points = [(stop.slot.train.points_of(one.size), one.size == "L") for one in stop.releases]
    room = stop.points if stop.slot.kind == "past" else stop.slot.capacity
    return Line(
        stop=stop,
        load=load(stop),
        words=words_of(stop, asked.now),
        meter=coaches(points, capacity=room),
        riders=[(one, stages.get(one.pk)) for one in asked.of_team(stop.releases)],
        is_over=not stop.is_ahead(asked.now),
    )


def _lanes(holds: Iterable[Hold]) -> list[list[Hold]]:
    """Put holds that do not meet into one lane, as few lanes as they need."""
    lanes: list[list[Hold]] = []
    for hold in holds:
        lane = next((one for one in lanes if not one[-1].window.meets(hold.window)), None)
        if lane is None:
            lanes.append([hold])
        else:
            lane.append(hold)
    return lanes


def _day(
    asked: Asked,
    seen: Agenda,
    on: date,
    lines: Mapping[date, list[Line]],
    lanes: list[list[Hold]],
    named: set[int],
    trains: int,
    *,
    is_first: bool,
) -> Day:
    window, mine = _window(asked, on, on), lines.get(on, [])
    room = len(mine) if asked.show is Show.WEEK or len(mine) <= LINES + 1 else LINES
    return Day(
        on=on,
        is_today=on == asked.today,
        is_other=not asked.first <= on <= asked.last,
        lines=mine[:room],
        more=len(mine) - room,
        week=asked.query(show=Show.WEEK.value, on=on.isoformat()),
        marks=list(_marks(asked, seen, window, named, trains)),
        bars=[_bar(asked, lane, window, is_first=is_first) for lane in lanes[:LANES]],
        unshown=sum(any(hold.window.meets(window) for hold in lane) for lane in lanes[LANES:]),
        low_load=[(name, one) for name, every in seen.low_load.items() for one in every if one.start in window],
    )


def _marks(asked: Asked, seen: Agenda, window: Window, named: set[int], trains: int) -> Iterator[Mark]:
    for one in seen.freezes:
        met = next((found for found in one.facts.windows if found.meets(window)), None)
        if met is not None:
            words, hatches = freeze_words(one, met, asked.zone), _hatches(one, asked, trains)
            yield Mark(freeze=one, words=words, is_named=one.freeze.pk not in named, hatches=hatches)
            named.add(one.freeze.pk)


def _hatches(one: Frozen, asked: Asked, trains: int) -> bool:
    """Whether it stops everything in view: all trains, or the one that is looked at; all teams, or that one."""
    every_train = not one.facts.trains or asked.train is not None or len(one.facts.trains) >= trains
    every_team = not one.facts.teams or asked.team is not None
    return every_train and every_team and not one.facts.services


def _bar(asked: Asked, lane: Iterable[Hold], day: Window, *, is_first: bool) -> Bar | None:
    hold = next((one for one in lane if one.window.meets(day)), None)
    if hold is None:
        return None
    start, end = (_hundredths(instant, day) for instant in (hold.window.start, hold.window.end))
    begins = is_first or hold.window.start in day
    return Bar(
        hold=hold, x=f"{start:.1f}", width=f"{end - start:.1f}", words=hold_words(hold, asked.zone) if begins else ""
    )


def _hundredths(instant: datetime, day: Window) -> float:
    return min(100.0, max(0.0, 100 * ((instant - day.start) / (day.end - day.start))))
