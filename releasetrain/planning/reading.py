"""Reads the calendar as a plan needs it: everything to come of some trains, whoever rides and whoever asks."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import NamedTuple

from releasetrain.domain.picture import Picture
from releasetrain.trains import queries
from releasetrain.trains.models import Slot, Train


class Calendar(NamedTuple):
    """A picture, the train of everybody who only asks, and the points that plans keep free, per train that is read."""

    picture: Picture
    wanted: Mapping[int, int]
    reserve: Mapping[int, int]


def calendar(now: datetime, trains: Collection[int] = ()) -> Calendar:
    """Return what is to come of ``trains`` (none: of all), with everybody elsewhere who matters to it.

    Nine queries at most, however much is to come.
    """
    reserve = _reserve(trains)
    coming = Slot.objects.filter(train__in=list(reserve), end_at__gt=now).exclude(kind=Slot.Kind.PAST)
    slots = list(coming.select_related("train"))
    own = list(queries.facts_of(queries.holding().filter(slot__in=[slot.pk for slot in slots])))
    asking = queries.live_requests().filter(train__in=list(reserve))
    wanted = dict(asking.values_list("release", "train"))
    releases = {booking.release_id for booking in own} | wanted.keys()
    picture = queries.picture(releases=releases, slots=slots, now=now, own=own)
    return Calendar(picture=picture, wanted=wanted, reserve=reserve)


def _reserve(trains: Collection[int]) -> dict[int, int]:
    every = Train.objects.filter(pk__in=list(trains)) if trains else Train.objects.all()
    return dict(every.values_list("pk", "reserve"))
