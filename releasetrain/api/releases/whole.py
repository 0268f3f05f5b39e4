"""One release as JSON is made of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from rest_framework.request import Request

from releasetrain.api.conflicts import told
from releasetrain.api.sql_shapes import accepted_in, told_findings
from releasetrain.boarding.journeys import Journey, asked_slot, journey
from releasetrain.releases.models import Dependency, Release
from releasetrain.trains import queries as trains
from releasetrain.trains.models import Slot


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """A release as ``ReleaseAnswer`` reads it."""

    here: Journey
    asked: int | None
    conflicts: list[dict[str, Any]]

    @property
    def release(self) -> Release:
        """What it says."""
        return self.here.release

    @property
    def booking(self) -> Slot | None:
        """Where it rides."""
        return self.here.booking and self.here.booking.slot

    @property
    def holds_until(self) -> datetime | None:
        """Until when it holds what it changes."""
        return self.here.holds and self.here.holds.end

    @property
    def services(self) -> list[int]:
        """The numbers of its services."""
        return sorted(self.release.service_ids)

    @property
    def tables(self) -> list[int]:
        """The numbers of its tables."""
        return sorted(self.release.table_ids)

    @property
    def clients(self) -> list[int]:
        """The numbers of the clients it must work with."""
        return sorted(link.client_id for link in self.release.client_links.all())

    @property
    def steps(self) -> list[dict[str, Any]]:
        """The stages it carries."""
        rows = sorted(self.release.schema_stages.all(), key=lambda row: row.pk)
        accepted = accepted_in(rows)
        return [
            {
                "change": row.change_id,
                "findings": told_findings(row, accepted),
                **{name: getattr(row, name) for name in ("stage", "sql", "heavy_lock", "found_lock")},
            }
            for row in rows
        ]

    @property
    def needs(self) -> list[Dependency]:
        """What it needs."""
        return sorted(self.release.needs.all(), key=lambda need: need.on_id)

    @property
    def request(self) -> dict[str, Any] | None:
        """What it asks for; a slot that departed is asked for no more."""
        asks = self.here.request
        if asks is None:
            return None
        slot = asks.slot if self.asked or not asks.asked_at else None
        return {"train": asks.train.slug, "slot": slot, "wish": asks.wish, "asked_at": asks.asked_at}


def _whole(here: Journey, *, now: datetime) -> Whole:
    standing = told(here.standing, of=here.release.pk, zone=timezone.get_current_timezone())
    return Whole(here=here, asked=asked_slot(here.request, now=now), conflicts=standing)


def visible(request: Request) -> QuerySet[Release]:
    """Return the releases that whoever asks may see."""
    return Release.objects.visible_to(request._request.person)


def known(request: Request, number: int) -> int:
    """Return the number of a release that whoever asks may see, or raise 404."""
    return get_object_or_404(visible(request).values_list("pk", flat=True), pk=number)


def whole(request: Request, number: int) -> Whole:
    """Return a release with everything its answer says, in a constant number of queries."""
    now = timezone.now()
    seen = trains.with_resources(visible(request).select_related("team")).prefetch_related(
        "needs__on", "client_links", "schema_stages"
    )
    return _whole(journey(get_object_or_404(seen, pk=number), now=now), now=now)
