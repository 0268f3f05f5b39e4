"""Trains: what they are, their coming and past departures, and who waits for them."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from releasetrain.api import trains_setup as setting_up
from releasetrain.api.door import Door, described
from releasetrain.api.paging import Asked
from releasetrain.api.shapes import Answer, earliest_year, sizes
from releasetrain.api.timetable_shapes import NewSlotSaid
from releasetrain.api.train_shapes import NewTrainSaid, TrainAnswer, TrainChangeSaid, departing
from releasetrain.boarding.actions import slots as opening
from releasetrain.boarding.expecting import expected, queue
from releasetrain.trains import queries as trains
from releasetrain.trains.models import Request as Wanted
from releasetrain.trains.models import Slot, Train


class SlotAnswer(Answer):
    """A departure and how full it is."""

    id = serializers.IntegerField(source="slot.pk")
    train = serializers.CharField(source="slot.train.slug")
    kind = serializers.ChoiceField(source="slot.kind", choices=Slot.Kind.choices)
    start_at = serializers.DateTimeField(source="slot.start_at")
    end_at = serializers.DateTimeField(source="slot.end_at")
    cut_off_at = serializers.DateTimeField(source="slot.cut_off_at")
    closed_at = serializers.DateTimeField(source="slot.closed_at", allow_null=True)
    closed_because = serializers.CharField(source="slot.closed_because", help_text="cut-off, missed, or empty.")
    skipped_at = serializers.DateTimeField(source="slot.skipped_at", allow_null=True)
    skipped_by = serializers.CharField(allow_null=True)
    skipped_because = serializers.CharField(source="slot.skipped_because")
    capacity = serializers.IntegerField(source="slot.capacity")
    own_capacity = serializers.BooleanField(source="slot.own_capacity", help_text="It does not follow the train's.")
    is_extra = serializers.BooleanField(source="slot.is_extra", help_text="Opened by hand, beside the timetable.")
    opened_because = serializers.CharField(source="slot.opened_because", allow_blank=True)
    points = serializers.IntegerField(help_text="Points taken by those who ride.")
    riders = serializers.IntegerField()
    asking = serializers.IntegerField(help_text="Requests hold no points.")


class WaitingAnswer(Answer):
    """Who waits for a train."""

    release = serializers.CharField(source="release.code")
    title = serializers.CharField(source="release.title")
    team = serializers.CharField(source="release.team.code")
    size = serializers.ChoiceField(source="release.size", choices=sizes())
    due = serializers.DateField(source="release.due", allow_null=True)
    weight = serializers.IntegerField(source="release.weight")
    slot = serializers.IntegerField(source="slot_id", allow_null=True, help_text="The slot it asks for.")
    wish = serializers.ChoiceField(choices=Wanted.Wish.choices)
    asked_at = serializers.DateTimeField()
    came_back = serializers.CharField(help_text="Why it lost a place, as a code such as bumped; empty if it had none.")
    only_cleared = serializers.BooleanField(help_text="true: it is served again only once it is cleared.")
    expected = serializers.IntegerField(
        allow_null=True, help_text="The slot it may expect: the first that would do, those before it seated."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A slot with how full it is."""

    slot: Slot
    points: int
    riders: int
    asking: int

    @property
    def skipped_by(self) -> str | None:
        """Who skipped it."""
        return self.slot.skipped_by.name if self.slot.skipped_by else None


def filled(slots: list[Slot]) -> list[Filled]:
    """Return how full each slot is; two queries, however many there are."""
    aboard = list(trains.holding().filter(slot__in=slots).values_list("slot_id", "release__size"))
    asks = Counter(trains.live_requests().filter(slot__in=slots).values_list("slot_id", flat=True))
    points: Counter[int] = Counter()
    train_of = {slot.pk: slot.train for slot in slots}
    for slot, size in aboard:
        points[slot] += train_of[slot].points_of(size)
    riders = Counter(slot for slot, _size in aboard)
    return [Filled(slot=one, points=points[one.pk], riders=riders[one.pk], asking=asks[one.pk]) for one in slots]


class Trains(Door):
    """Every train."""

    family = "trains"
    ordering = "pk"

    @described("Trains", answers=TrainAnswer, paged=True)
    def get(self, request: Request, said: dict[str, Any]) -> QuerySet[Train]:
        """Return them all."""
        return Train.objects.prefetch_related("timetable").select_related("held_by")

    def with_more(self, page: list[Train]) -> list[Train]:
        """Add when each departs."""
        return [departing(train) for train in page]

    @described("Add a train with its timetable; its slots open", takes=NewTrainSaid, answers=TrainAnswer, status=201)
    def post(self, request: Request, said: dict[str, Any]) -> Response:
        """Add it."""
        train = setting_up.added(request, said)
        there = {"Location": f"/api/v1/trains/{train.slug}"}
        return Response(TrainAnswer().to_representation(train), status=201, headers=there)


class One(Door):
    """One train."""

    family = "trains"

    @described("A train and its timetable", answers=TrainAnswer)
    def get(self, request: Request, slug: str) -> Train:
        """Return it."""
        return departing(train_or_404(slug))

    @described("Change what a train is: what is not said stays", takes=TrainChangeSaid, answers=TrainAnswer)
    def patch(self, request: Request, slug: str, said: dict[str, Any]) -> Train:
        """Change it; its slots follow, but for those that are boarded or asked for."""
        return setting_up.changed_train(request, train_or_404(slug), said)


def train_or_404(slug: str) -> Train:
    """Return the train with this slug, or raise 404."""
    return get_object_or_404(Train.objects.prefetch_related("timetable").select_related("held_by"), slug=slug)


@extend_schema_serializer(component_name="SlotFilters")
class Between(Asked):
    """Which departures."""

    since = serializers.DateTimeField(required=False, validators=[earliest_year], help_text="Starts then or later.")
    until = serializers.DateTimeField(required=False, validators=[earliest_year], help_text="Starts before.")


class Slots(Door):
    """The departures of a train."""

    family = "trains"
    ordering = ("start_at", "pk")

    @described("Departures of a train, earliest first", asks=Between, answers=SlotAnswer, paged=True)
    def get(self, request: Request, slug: str, said: dict[str, Any]) -> QuerySet[Slot]:
        """Return those between two instants, past ones among them."""
        found = Slot.objects.filter(train=train_or_404(slug)).select_related("train", "skipped_by")
        bounds: dict[str, datetime] = {}
        if "since" in said:
            bounds["start_at__gte"] = said["since"]
        if "until" in said:
            bounds["start_at__lt"] = said["until"]
        return found.filter(**bounds)

    def with_more(self, page: list[Slot]) -> list[Filled]:
        """Add how full each is."""
        return filled(page)

    @described("Open a departure that no timetable has", takes=NewSlotSaid, answers=SlotAnswer, status=201)
    def post(self, request: Request, slug: str, said: dict[str, Any]) -> Response:
        """Open it, in the train's local time."""
        opened = opening.open_slot(
            train=train_or_404(slug).pk, wanted=opening.Wanted(**said), by=request.user, clock=timezone.now
        )
        there = {"Location": f"/api/v1/slots/{opened}"}
        (full,) = filled(list(Slot.objects.filter(pk=opened).select_related("train")))
        return Response(SlotAnswer().to_representation(full), status=201, headers=there)


class Queue(Door):
    """Who waits for a train: open to all (S3)."""

    family = "trains"
    ordering = trains.QUEUE_ORDER

    @described("Who waits for a train: due, weight, submitted", answers=WaitingAnswer, paged=True)
    def get(self, request: Request, slug: str, said: dict[str, Any]) -> QuerySet[Wanted]:
        """Return the live requests in the order in which they are served."""
        self.train = train_or_404(slug)
        return queue(self.train)

    def with_more(self, page: list[Wanted]) -> list[Wanted]:
        """Add why each came back, and where it may expect to ride."""
        slots = expected(self.train, timezone.now())
        for one in page:
            one.came_back, one.expected = (one.because or {}).get("code", ""), slots.get(one.release_id)
        return page


urlpatterns = [
    path("trains", Trains.as_view(), name="trains"),
    path("trains/<slug:slug>", One.as_view(), name="train"),
    path("trains/<slug:slug>/slots", Slots.as_view(), name="slots"),
    path("trains/<slug:slug>/queue", Queue.as_view(), name="queue"),
]
