"""What a file says, taken piece by piece; what is wrong with it is noted with its place, and reading goes on."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time

from releasetrain.domain.planner.problem import DAY, Id

MOST = 10**9  # of any amount
MOST_WEIGHT = 10**6
HOUR = 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Something a file says that cannot be so. ``where``: "releases[3].points"; the sentence is made elsewhere."""

    code: str
    where: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)


class Unreadable(Exception):
    """A file is no problem to plan, for every reason in ``faults``."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(", ".join(f"{one.code} {one.where}".strip() for one in faults))
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class Said:
    """An object of the file with the place where it stands. Every fault goes into ``faults``, shared by all."""

    values: Mapping[str, object]
    where: str
    faults: list[Fault]

    def wrong(self, code: str, key: str = "", **facts: object) -> None:
        """Note what is wrong with a key, or with the whole object."""
        self.faults.append(Fault(code=code, where=".".join(filter(None, (self.where, key))), facts=facts))

    def only(self, known: Sequence[str]) -> None:
        """Note every key that nobody knows."""
        for key in self.values:
            if key not in known:
                self.wrong("unknown-key", key)

    def list_of(self, key: str) -> Sequence[object]:
        """Return the list at a key; none is an empty one."""
        found = self.values.get(key)
        if found is None or isinstance(found, list):
            return found or []
        self.wrong("not-a-list", key)
        return []

    def objects(self, key: str) -> Iterator["Said"]:
        """Yield the objects of the list at a key."""
        for at, one in enumerate(self.list_of(key)):
            if isinstance(one, dict):
                yield Said(one, f"{key}[{at}]", self.faults)
            else:
                self.wrong("not-an-object", f"{key}[{at}]")

    def id(self, key: str) -> Id | None:
        """Return the id at a key; None: there is none."""
        found = self.values.get(key)
        if found is None or is_id(found):
            return found  # type: ignore[return-value]
        self.wrong("not-an-id", key)
        return None

    def yes(self, key: str, default: bool) -> bool:
        """Return the answer at a key."""
        found = self.values.get(key)
        if found is None or isinstance(found, bool):
            return default if found is None else found
        self.wrong("not-yes-or-no", key)
        return default

    def amount(self, key: str, default: int | None, most: int = MOST) -> int | None:
        """Return the whole number at a key, 0 or more."""
        found = number_in(self, key, self.values.get(key), most)
        if found is None:
            return default
        if found != int(found):
            self.wrong("not-whole", key, value=found)
            return default
        return int(found)

    def hours(self, key: str) -> int:
        """Return the hours at a key as seconds; fractions are allowed."""
        return round((number_in(self, key, self.values.get(key), MOST) or 0) * HOUR)

    def instant(self, key: str) -> int | None:
        """Return the instant at a key as seconds; a date alone is its midnight."""
        found = self.values.get(key)
        seconds = None if found is None else seconds_of(found)
        if found is not None and seconds is None:
            self.wrong("not-an-instant", key)
        return seconds

    def first_late(self, key: str) -> int | None:
        """Return the first second after the instant at a key; a date alone lasts until its end."""
        seconds = self.instant(key)
        whole_day = seconds is not None and day_of(self.values[key]) is not None
        return None if seconds is None else seconds + (DAY if whole_day else 1)


def is_id(value: object) -> bool:
    """Return whether a value can name something: a text that is not empty, or a whole number."""
    return (isinstance(value, str) and bool(value)) or (isinstance(value, int) and not isinstance(value, bool))


def number_in(said: Said, key: str, found: object, most: int) -> float | None:
    """Return a number that lies between 0 and ``most``; note what is wrong with it otherwise."""
    if found is None:
        return None
    if isinstance(found, bool) or not isinstance(found, int | float) or found != found:
        said.wrong("not-a-number", key)
    elif found < 0:
        said.wrong("negative", key, value=found)
    elif found > most:
        said.wrong("too-much", key, most=most)
    else:
        return found
    return None


def day_of(value: object) -> int | None:
    """Return the midnight in UTC with which a date alone begins; None: it is no date alone."""
    try:
        day = date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return None if day is None else int(datetime.combine(day, time(), UTC).timestamp())


def seconds_of(value: object) -> int | None:
    """Return an ISO instant in whole seconds since 1970, without a zone in UTC; None: it is none."""
    day = day_of(value)
    if day is not None or not isinstance(value, str):
        return day
    try:
        found = datetime.fromisoformat(value)
        return int((found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp() // 1)
    except (ValueError, OverflowError):
        return None
