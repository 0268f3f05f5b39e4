"""Set trains up: what they are and when they depart."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils import timezone
from rest_framework.request import Request

from releasetrain.api.door import Door, described
from releasetrain.api.setup.noun import TakenAnswer, changed, taken
from releasetrain.api.timetable_shapes import PreviewAnswer, WantedTimetable
from releasetrain.api.train_shapes import TimetableSaid, TrainAnswer, TrainLines, departing, recurring
from releasetrain.boarding import timetable_previews as previews
from releasetrain.boarding.actions import trains as actions
from releasetrain.domain.permissions import Permission
from releasetrain.domain.timetable import Recurring
from releasetrain.trains.fields import TrainFields
from releasetrain.trains.models import Train

Facts = Mapping[str, Any]


def added(request: Request, said: Facts) -> Train:
    """Add a train, and return it as its answer reads it."""
    train = actions.add_train(**_line(said), by=request.user, clock=timezone.now)
    return _known(train.pk)


def changed_train(request: Request, train: Train, said: Facts) -> Train:
    """Change what is said of a train and leave the rest, and return it as its answer reads it."""
    wanted = changed(asdict(TrainFields.of(train)), said)
    seen = wanted.pop("seen")
    actions.edit_train(train=train.pk, fields=TrainFields(**wanted), seen=seen, by=request.user, clock=timezone.now)
    return _known(train.pk)


class Timetable(Door):
    """When a train departs."""

    family, needs = "trains", Permission.SET_UP_TRAINS

    @described("Set when a train departs", takes=TimetableSaid, answers=TrainAnswer)
    def put(self, request: Request, slug: str, said: Facts) -> Train:
        """Set it; its slots follow, but for those that are boarded or asked for."""
        train = get_object_or_404(Train, slug=slug)
        seen = actions.timetable_seen(_timetable(said["seen"])) if "seen" in said else None
        wanted = _timetable(said["timetable"])
        actions.set_timetable(train=train.pk, timetable=wanted, seen=seen, by=request.user, clock=timezone.now)
        return _known(train.pk)


class Preview(Door):
    """What another timetable would do."""

    family, needs = "trains", Permission.SET_UP_TRAINS

    @described(
        "What another timetable would do to the slots; nothing is changed",
        takes=WantedTimetable,
        answers=PreviewAnswer,
        keyed=False,
    )
    def post(self, request: Request, slug: str, said: Facts) -> previews.Preview:
        """Return which departures come, go, change their time, or stay as exceptions and for whom."""
        train = get_object_or_404(Train, slug=slug)
        return previews.preview(train, _timetable(said["timetable"]), now=timezone.now())


class Many(Door):
    """Lines of trains."""

    family, needs = "trains", Permission.SET_UP_TRAINS

    @described("Take many trains over: every line, or none", takes=TrainLines, answers=TakenAnswer)
    def post(self, request: Request, said: list[Facts]) -> Facts:
        """Add or edit the train of each line."""
        return taken(actions.put_trains, [_line(one) for one in said], request)


def _line(said: Facts) -> dict[str, Any]:
    fields = {name: value for name, value in said.items() if name != "timetable"}
    return {"fields": TrainFields(**fields), "timetable": _timetable(said["timetable"])}


def _timetable(said: Iterable[Facts]) -> list[Recurring]:
    return [recurring(one) for one in said]


def _known(id: int) -> Train:
    return departing(Train.objects.prefetch_related("timetable").get(pk=id))


urlpatterns = [
    path("trains/lines", Many.as_view(), name="trains-lines"),
    path("trains/<slug:slug>/timetable", Timetable.as_view(), name="train-timetable"),
    path("trains/<slug:slug>/timetable/preview", Preview.as_view(), name="train-timetable-preview"),
]
