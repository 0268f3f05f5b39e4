"""What lies between two instants: departures and who rides, freezes, hours of low load, and what changed there."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import Count, F, Max, QuerySet

from releasetrain.audit.models import Entry
from releasetrain.domain.windows import Window
from releasetrain.domain.world import Freeze as FreezeFacts
from releasetrain.releases.models import Revision
from releasetrain.trains import queries
from releasetrain.trains.freezing import low_load_of
from releasetrain.trains.models import Booking, Freeze, LowLoad, Outcome, Slot
from releasetrain.trains.worlds import freeze_of, freezes_near

NEVER = datetime(2001, 1, 1, tzinfo=UTC)  # nobody did anything there yet


def departures_between(near: Window, *, train: int | None = None) -> QuerySet[Slot]:
    """Return the departures that start within ``near``, skipped ones and imported history among them, in order."""
    slots = Slot.objects.filter(start_at__gte=near.start, start_at__lt=near.end)
    slots = slots.filter(train=train) if train else slots
    return slots.select_related("train", "skipped_by", "train__held_by").order_by("start_at", "pk")


def riding_between(near: Window, slots: Collection[Slot]) -> list[Any]:
    """Return who rides in ``slots``, and every large one that may hold within ``near``, with what the rules read."""
    found = queries.large_near(near, slots=[slot.pk for slot in slots])
    return list(queries.facts_of(found).order_by("booked_at", "pk"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Frozen:
    """A freeze as somebody wrote it, and what it means within the time that was asked for."""

    freeze: Freeze
    facts: FreezeFacts


def freezes_between(near: Window) -> list[Frozen]:
    """Return the freezes that meet ``near``, in order of their first window there."""
    found = ((row, freeze_of(row.row, near)) for row in freezes_near(near))
    met = [Frozen(freeze=row, facts=facts) for row, facts in found if facts is not None and facts.meets(near)]
    return sorted(met, key=lambda one: (one.facts.windows[0].start, one.freeze.pk))


def low_load_between(near: Window) -> dict[str, tuple[Window, ...]]:
    """Return the windows of low load that meet ``near``, by the name of their database."""
    names = {"zone": F("database__zone"), "called": F("database__name")}
    rows = list(
        LowLoad.objects.order_by("database__name", "pk").values("database", "weekdays", "since", "until", **names)
    )
    called = {row["database"]: row["called"] for row in rows}
    return {called[database]: windows for database, windows in low_load_of(rows, near=near).items()}


@dataclass(frozen=True, slots=True)
class Changed:
    """How often something changed at a departure, never fewer than before, and when it did last."""

    times: int = 0
    last_at: datetime = NEVER

    def __add__(self, other: "Changed") -> "Changed":
        return Changed(self.times + other.times, max(self.last_at, other.last_at))


def changes_of(slots: Iterable[Slot]) -> dict[int, Changed]:
    """Return what changed at each of ``slots``: who came and left, what was reported, what the log says of it and of
    its train. An edit of a rider counts by its time alone: riders come and go, and a count must not fall.
    """
    rows = list(slots)
    aboard, said, logged, edited = _aboard(rows), _reported(rows), _logged(rows), _edited(rows)
    nothing = Changed()
    return {
        slot.pk: logged.get(f"slot:{slot.pk}", nothing)
        + logged.get(f"train:{slot.train_id}", nothing)
        + aboard.get(slot.pk, nothing)
        + said.get(slot.pk, nothing)
        + Changed(0, edited.get(slot.pk, NEVER))
        for slot in rows
    }


def _aboard(slots: list[Slot]) -> Mapping[int, Changed]:
    rows = Booking.objects.filter(slot__in=slots).values("slot")
    rows = rows.annotate(came=Count("pk"), left=Count("left_at"), first=Max("booked_at"), last=Max("left_at"))
    return {
        row["slot"]: Changed(row["came"] + row["left"], max(row["first"], row["last"] or row["first"])) for row in rows
    }


def _reported(slots: list[Slot]) -> Mapping[int, Changed]:
    rows = Outcome.objects.filter(booking__slot__in=slots).order_by().values("booking__slot")
    return {
        row["booking__slot"]: Changed(row["n"], row["last"]) for row in rows.annotate(n=Count("pk"), last=Max("at"))
    }


def _logged(slots: list[Slot]) -> Mapping[str, Changed]:
    subjects = {f"slot:{slot.pk}" for slot in slots} | {f"train:{slot.train_id}" for slot in slots}
    rows = Entry.objects.filter(subject__in=subjects).order_by().values("subject")
    return {row["subject"]: Changed(row["n"], row["last"]) for row in rows.annotate(n=Count("pk"), last=Max("at"))}


def _edited(slots: list[Slot]) -> Mapping[int, datetime]:
    live = {"release__bookings__slot__in": slots, "release__bookings__left_at": None}
    rows = Revision.objects.filter(**live).order_by().values_list("release__bookings__slot")
    return dict(rows.annotate(last=Max("at")))
