"""What a planner is asked beside the trains, as it stands in ``PlanRun.asked``: read strictly, written back alike."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar

from releasetrain.domain.errors import Refused

T = TypeVar("T")

LEAST_SECONDS, USUAL_SECONDS, MOST_SECONDS = 1, 30, 600
MOST_NAMED = 5000  # releases, slots or freezes in one question
LARGEST = 32_767  # points that a slot can have
LARGEST_ID = (1 << 63) - 1
ABOUT = ("refusal", "bump", "slip", "conflict")
LONGEST_CODE = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class ThoughtOf:
    """A freeze that is only thought of. ``trains``: which it concerns; none: all."""

    since: datetime
    until: datetime
    is_hard: bool = True
    trains: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What is only tried (P4): points by slot, freezes, and by release its ``earliest`` and ``due`` (None: without)."""

    capacity: Mapping[int, int] = field(default_factory=dict)
    freezes: tuple[ThoughtOf, ...] = ()
    dates: Mapping[int, Mapping[str, date | None]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.capacity or self.freezes or self.dates)


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a repair was asked from: a refusal, a bump, a slip or a conflict that stands, of a release."""

    kind: str
    release: int
    slot: int | None = None
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """How long to look and with which seed, whom to leave out, who stays where it is, and what is only tried.

    ``must``: the slot that a release is to get, for a repair; ``about``: what the repair was asked from.
    """

    seconds: int = USUAL_SECONDS
    seed: int = 0
    leave_out: tuple[int, ...] = ()
    pinned: tuple[int, ...] = ()
    tried: Tried = field(default_factory=Tried)
    must: Mapping[int, int] = field(default_factory=dict)
    about: About | None = None

    @property
    def releases(self) -> frozenset[int]:
        """Every release that it names."""
        about = () if self.about is None else (self.about.release,)
        return frozenset((*self.leave_out, *self.pinned, *self.tried.dates, *self.must, *about))

    @property
    def slots(self) -> frozenset[int]:
        """Every slot that it names."""
        about = () if self.about is None or self.about.slot is None else (self.about.slot,)
        return frozenset((*self.tried.capacity, *self.must.values(), *about))

    @property
    def trains(self) -> frozenset[int]:
        """Every train that a freeze thought of names."""
        return frozenset(train for freeze in self.tried.freezes for train in freeze.trains)

    def as_json(self) -> dict[str, Any]:
        """Return it as ``read`` reads it."""
        return {
            "seconds": self.seconds,
            "seed": self.seed,
            "leave_out": list(self.leave_out),
            "pinned": list(self.pinned),
            "tried": _tried_as_json(self.tried),
            "must": {str(release): slot for release, slot in self.must.items()},
            "about": None
            if self.about is None
            else {name: getattr(self.about, name) for name in ("kind", "release", "slot", "code")},
        }


def read(said: Any) -> Asked:
    """Return what was said, what is missing as usual; raise ``Refused("plan-unreadable")`` with the field for nonsense.

    Whatever it does not know is nonsense too: a misspelt wish must not be dropped in silence.
    """
    known = _object(said, "", ("seconds", "seed", "leave_out", "pinned", "tried", "must", "about"))
    seconds = _whole(known.get("seconds", USUAL_SECONDS), "seconds")
    if not LEAST_SECONDS <= seconds <= MOST_SECONDS:
        raise Refused("plan-seconds", details={"field": "seconds", "least": LEAST_SECONDS, "most": MOST_SECONDS})
    asked = Asked(
        seconds=seconds,
        seed=_whole(known.get("seed", 0), "seed", most=(1 << 31) - 1),
        leave_out=_ids(known.get("leave_out", ()), "leave_out"),
        pinned=_ids(known.get("pinned", ()), "pinned"),
        tried=_tried(known.get("tried") or {}),
        must=_by_id(known.get("must") or {}, "must", _id),
        about=_about(known.get("about")),
    )
    _refuse_contradictions(asked)
    return asked


def _refuse_contradictions(asked: Asked) -> None:
    """Nobody stays where it is and is left out of the question, or is to get a slot and stays."""
    for one, other in (("leave_out", "pinned"), ("leave_out", "must"), ("pinned", "must")):
        if both := sorted({*getattr(asked, one)} & {*getattr(asked, other)}):
            raise Refused("plan-both", details={"field": one, "one": one, "other": other, "release": both[0]})


def _tried(said: Any) -> Tried:
    known = _object(said, "tried", ("capacity", "freezes", "dates"))
    freezes = known.get("freezes") or ()
    return Tried(
        capacity=_by_id(known.get("capacity") or {}, "capacity", _points),
        freezes=tuple(_freeze(one) for one in _list(freezes, "freezes")),
        dates=_by_id(known.get("dates") or {}, "dates", _dates),
    )


def _freeze(said: Any) -> ThoughtOf:
    known = _object(said, "freezes", ("since", "until", "is_hard", "trains"))
    since, until = (_instant(known.get(name), "freezes") for name in ("since", "until"))
    if not isinstance(is_hard := known.get("is_hard", True), bool) or until <= since:
        raise _unreadable("freezes")
    return ThoughtOf(since=since, until=until, is_hard=is_hard, trains=_ids(known.get("trains") or (), "freezes"))


def _dates(said: Any, name: str) -> Mapping[str, date | None]:
    known = _object(said, name, ("earliest", "due"))
    return {field: None if value is None else _date(value, name) for field, value in known.items()}


def _about(said: Any) -> About | None:
    if said is None:
        return None
    known = _object(said, "about", ("kind", "release", "slot", "code"))
    kind, code, slot = known.get("kind"), known.get("code") or "", known.get("slot")
    if kind not in ABOUT or not isinstance(code, str) or len(code) > LONGEST_CODE:
        raise _unreadable("about")
    release = _id(known.get("release"), "about")
    return About(kind=kind, release=release, slot=None if slot is None else _id(slot, "about"), code=code)


def _object(said: Any, name: str, allowed: Collection[str]) -> Mapping[str, Any]:
    if not isinstance(said, Mapping):
        raise _unreadable(name)
    if unknown := [one for one in said if one not in allowed]:
        raise _unreadable(str(unknown[0]))
    return said


def _list(said: Any, name: str) -> list[Any]:
    if not isinstance(said, list | tuple) or len(said) > MOST_NAMED:
        raise _unreadable(name)
    return list(said)


def _by_id(said: Any, name: str, value: Callable[[Any, str], T]) -> dict[int, T]:
    if not isinstance(said, Mapping) or len(said) > MOST_NAMED:
        raise _unreadable(name)
    return {_id(int(one) if str(one).isdecimal() else None, name): value(held, name) for one, held in said.items()}


def _ids(said: Any, name: str) -> tuple[int, ...]:
    return tuple(dict.fromkeys(_id(one, name) for one in _list(said, name)))


def _id(said: Any, name: str) -> int:
    return _whole(said, name, least=1, most=LARGEST_ID)


def _points(said: Any, name: str) -> int:
    return _whole(said, name, most=LARGEST)


def _whole(said: Any, name: str, *, least: int = 0, most: int = LARGEST_ID) -> int:
    if not isinstance(said, int) or isinstance(said, bool) or not least <= said <= most:
        raise _unreadable(name)
    return said


def _date(said: Any, name: str) -> date:
    if isinstance(said, date) and not isinstance(said, datetime):
        return said
    try:
        return date.fromisoformat(said)
    except (TypeError, ValueError):
        raise _unreadable(name) from None


def _instant(said: Any, name: str) -> datetime:
    try:
        found = said if isinstance(said, datetime) else datetime.fromisoformat(said)
    except (TypeError, ValueError):
        raise _unreadable(name) from None
    if found.tzinfo is None:
        raise _unreadable(name)
    return found


def _unreadable(name: str) -> Refused:
    return Refused("plan-unreadable", details={"field": name})


def _tried_as_json(tried: Tried) -> dict[str, Any]:
    dates = {
        str(release): {name: value and value.isoformat() for name, value in said.items()}
        for release, said in tried.dates.items()
    }
    freezes = [
        {
            "since": one.since.isoformat(),
            "until": one.until.isoformat(),
            "is_hard": one.is_hard,
            "trains": list(one.trains),
        }
        for one in tried.freezes
    ]
    return {
        "capacity": {str(slot): points for slot, points in tried.capacity.items()},
        "freezes": freezes,
        "dates": dates,
    }
