"""What the page of a conflict reads: the rows behind both sides, in a constant number of queries."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Prefetch

from releasetrain.boarding.queries import edited_by
from releasetrain.boarding.remedies import Remedies, others_of, remedies
from releasetrain.boarding.stages import StageMark, stages_of
from releasetrain.domain.permissions import Person
from releasetrain.domain.waivers import speaks_for
from releasetrain.releases.models import Release
from releasetrain.reviews.models import Gate
from releasetrain.reviews.queries.gates import gates_of
from releasetrain.schema.models import SchemaStage
from releasetrain.trains.models import Booking, Request, Slot


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Everything of one conflict: the releases that the reader may see, where they ride and what they ask for."""

    found: Remedies
    release: Release
    slot: Slot
    now: datetime
    releases: Mapping[int, Release]
    bookings: Mapping[int, Booking]
    requests: Mapping[int, Request]
    gates: Mapping[int, list[Gate]] = field(default_factory=dict)
    stages: Mapping[int, StageMark] = field(default_factory=dict)
    edited: frozenset[int] = frozenset()


def rows_of(release: Release, slot: Slot, *, person: Person, now: datetime) -> Rows:
    """Return what stands against ``release`` in ``slot``, with both sides as a page shows them."""
    found = remedies(release.pk, slot, now=now)
    told = {release.pk, *others_of(found.standing, release.pk)}
    spoken_for = {one for conflict in found.standing for one in speaks_for(conflict)}
    bookings = Booking.objects.filter(release__in=told, left_at__isnull=True)
    requests = Request.objects.filter(release__in=told, ended_at__isnull=True)
    return Rows(
        found=found,
        release=release,
        slot=slot,
        now=now,
        releases={one.pk: one for one in _releases(told, person)},
        bookings={one.release_id: one for one in bookings.select_related("slot__train", "booked_by")},
        requests={one.release_id: one for one in requests.select_related("slot", "train", "made_by")},
        gates=gates_of(told),
        stages=stages_of(told),
        edited=frozenset(edited_by(person.id, spoken_for)),
    )


def _releases(ids: set[int], person: Person) -> Any:
    stages = SchemaStage.objects.select_related("release", "change").order_by("change", "pk")
    return (
        Release.objects.visible_to(person)
        .filter(pk__in=ids)
        .select_related("team")
        .prefetch_related(
            "services", "tables", "needed_by__release", Prefetch("schema_stages__change__stages", queryset=stages)
        )
    )
