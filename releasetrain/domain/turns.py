"""Whose turn it is at a gate, since when, and on how many working days (R8). The clock stops while the author works."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from releasetrain.domain.fingerprints import FieldClass


class Turn(StrEnum):
    """On whom a gate waits."""

    REVIEWER = "reviewer"
    AUTHOR = "author"
    NOBODY = "nobody"


class Event(StrEnum):
    """What can change whose turn it is."""

    ASKED = "asked"  # submitted, new to the release, or open again
    APPROVED = "approved"
    OBJECTED = "objected"  # needs work, reject
    QUESTION = "question"
    ANSWER = "answer"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """An event at a gate; ``classes``: what an edit touched."""

    event: Event
    at: datetime
    classes: frozenset[FieldClass] = frozenset()


Span = tuple[datetime, datetime | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnNow:
    """Whose turn it is and since when; ``spans``: when the reviewers had this turn, None: they still have it."""

    turn: Turn
    since_at: datetime
    spans: tuple[Span, ...] = ()


def turn_now(happened: Iterable[Happened], *, rests_on: Collection[FieldClass], is_open: bool) -> TurnNow:
    """Return whose turn it is after everything that happened at a gate; the first event is that it was asked for.

    A question stops the reviewers' clock and its answer lets it run on; an objection ends their turn, and the next
    begins with a change of what the gate rests on, or an answer.
    """
    events = sorted(happened, key=lambda one: one.at)
    now, paused = TurnNow(turn=Turn.REVIEWER, since_at=events[0].at, spans=((events[0].at, None),)), False
    for one in events[1:]:
        if (after := _after(one, now, rests_on, paused)) is not None:
            now, paused = after, one.event is Event.QUESTION
    return now if is_open else TurnNow(turn=Turn.NOBODY, since_at=events[-1].at)


def _after(one: Happened, now: TurnNow, rests_on: Collection[FieldClass], paused: bool) -> TurnNow | None:
    """Return the turn after an event, None where it changes nothing."""
    if one.event is Event.ASKED:
        return _theirs(one.at)
    if one.event in (Event.OBJECTED, Event.QUESTION):
        return TurnNow(turn=Turn.AUTHOR, since_at=one.at, spans=_closed(now.spans, one.at))
    if now.turn is not Turn.AUTHOR or (one.event is Event.CHANGED and not one.classes & frozenset(rests_on)):
        return None
    return _theirs(one.at, before=now.spans if paused else ())


def _theirs(at: datetime, *, before: tuple[Span, ...] = ()) -> TurnNow:
    return TurnNow(turn=Turn.REVIEWER, since_at=at, spans=(*before, (at, None)))


def _closed(spans: Iterable[Span], at: datetime) -> tuple[Span, ...]:
    return tuple((start, at if end is None else end) for start, end in spans)


def working_days(spans: Iterable[Span], *, now: datetime, zone: ZoneInfo, is_working: Callable[[date], bool]) -> int:
    """Return on how many working days somebody had the turn; the day on which it came to them is none of them."""
    days: set[date] = set()
    for start, end in spans:
        first, last = start.astimezone(zone).date(), (end or now).astimezone(zone).date()
        days.update(first + timedelta(days=n) for n in range(1, (last - first).days + 1))
    return sum(is_working(day) for day in days)


def late_by(days: int, *, target: int) -> int:
    """Return by how many working days the target is missed."""
    return max(0, days - target)
