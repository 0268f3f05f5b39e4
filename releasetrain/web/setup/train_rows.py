"""Trains as the set-up lists them."""

from datetime import datetime

from django.db.models import Count, Q, QuerySet
from django.http import Http404

from releasetrain.trains.models import Train


def with_timetable(*, now: datetime) -> QuerySet[Train]:
    """Return all trains with their timetables and ``coming``, the number of their departures to come."""
    coming = Count("slots", filter=Q(slots__start_at__gt=now))
    return Train.objects.prefetch_related("timetable").annotate(coming=coming)


def train(id: int) -> Train:
    """Return the train with its timetable, both as of one moment; what does not exist is a 404."""
    found = Train.objects.prefetch_related("timetable").filter(pk=id).first()
    if found is None:
        raise Http404
    return found
