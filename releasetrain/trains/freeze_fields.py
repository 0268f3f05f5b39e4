"""What a freeze says, and when a database has low load: the values that people edit."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime, time
from typing import Any, Self

from releasetrain.domain.windows import Window
from releasetrain.trains.models import Database, Freeze

LOCAL = "%Y-%m-%dT%H:%M"  # how a freeze keeps its local times
PLAIN = ("name", "reason", "is_hard", "zone", "first_at", "last_at", "rule", "holidays")
SCOPE = ("trains", "services", "teams")
NOT_WRITTEN = 0  # the number of a freeze, or a database, that nobody has written down yet


@dataclass(frozen=True, slots=True, kw_only=True)
class FreezeFields:
    """Everything editable of a freeze. ``first_at`` and ``last_at``: naive local times of ``zone``.

    With ``holidays`` (a calendar such as "DE-BY") it is that calendar's days from the day of ``first_at`` on.
    ``trains``, ``services``, ``teams``: whom it concerns, by id; an empty one narrows nothing.
    """

    name: str
    reason: str
    first_at: datetime
    last_at: datetime | None = None
    is_hard: bool = True
    zone: str = "UTC"
    rule: str = ""
    holidays: str = ""
    trains: Collection[int] = frozenset()
    services: Collection[int] = frozenset()
    teams: Collection[int] = frozenset()

    @classmethod
    def of(cls, freeze: Freeze) -> Self:
        """Return what ``freeze`` says now."""
        said = {name: getattr(freeze, name) for name in PLAIN}
        said |= {name: datetime.fromisoformat(said[name]) for name in ("first_at", "last_at")}
        scope = {name: frozenset(one.pk for one in getattr(freeze, name).all()) for name in SCOPE}
        return cls(**said, **scope)

    def changed_from(self, other: "FreezeFields") -> list[str]:
        """Return the names of the fields that differ."""
        return [one.name for one in fields(self) if _plain(getattr(self, one.name)) != _plain(getattr(other, one.name))]

    def as_row(self, *, id: int = NOT_WRITTEN, suspensions: Iterable[Window] = ()) -> dict[str, Any]:
        """Return the freeze as the rules read it (``freezing.freeze_facts``)."""
        last = self.last_at or self.first_at
        return {
            "id": id,
            "is_hard": self.is_hard,
            "zone": self.zone,
            "first_at": f"{self.first_at:{LOCAL}}",
            "last_at": f"{last:{LOCAL}}",
            "rule": self.rule,
            "holidays": self.holidays,
            "suspensions": [(one.start, one.end) for one in suspensions],
            **{name: list(getattr(self, name)) for name in SCOPE},
        }


def _plain(value: Any) -> Any:
    return frozenset(value) if isinstance(value, Collection) and not isinstance(value, str) else value


@dataclass(frozen=True, slots=True, kw_only=True)
class LowHours:
    """Hours of low load: on these weekdays (0 is Monday) from ``since`` to ``until``, into the next day if that is
    earlier; the same time twice: the whole day.
    """

    weekdays: tuple[int, ...]
    since: time
    until: time

    def as_row(self, *, database: int, zone: str) -> Mapping[str, Any]:
        """Return the hours as the rules read them (``freezing.low_load_of``)."""
        names = {"weekdays": self.weekdays, "since": self.since, "until": self.until}
        return {"database": database, "zone": zone, **names}


def hours_of(database: Database) -> list[LowHours]:
    """Return the hours of low load of a database, as they were set."""
    rows = database.low_load.all()
    return [LowHours(weekdays=tuple(row.weekdays), since=row.since, until=row.until) for row in rows]
