"""What a train is: the fields that people edit, as one value."""

from dataclasses import dataclass, fields
from datetime import time
from typing import Self

from releasetrain.trains.models import Train


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainFields:
    """Everything editable of a train but its timetable. ``slug``: its address; empty: made from the name."""

    name: str
    slug: str = ""
    zone: str = "UTC"
    horizon_days: int = 180
    capacity: int = 10
    reserve: int = 0
    points_small: int = 1
    points_medium: int = 3
    points_large: int = 6
    soak_small_hours: int = 24
    soak_medium_hours: int = 48
    soak_large_hours: int = 120
    cut_off_days: int = 1
    cut_off_time: time = time(18, 0)
    large_mode: str = Train.LargeMode.ALONE.value

    @classmethod
    def of(cls, train: Train) -> Self:
        """Return what ``train`` is now."""
        return cls(**{field.name: getattr(train, field.name) for field in fields(cls)})

    def changed_from(self, other: "TrainFields") -> list[str]:
        """Return the names of the fields that differ."""
        return [field.name for field in fields(self) if getattr(self, field.name) != getattr(other, field.name)]
