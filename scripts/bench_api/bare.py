"""What a bare Django view takes for the same data: no token, no permission, no checks of shape, no rules asked.

The same rows are read with plain querysets and written with ``JsonResponse``; booking calls the same verb, since
without it there would be no booking.
"""

import json
from typing import Any

from django.db.models import F
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from releasetrain.boarding.actions import riding
from releasetrain.releases.models import Release
from releasetrain.teams.models import User
from releasetrain.trains.models import Booking, Request

LINE = ("pk", "title", "team__code", "size", "due", "weight", "submitted_at", "withdrawn_at", "rolled_back_at")
PLACE = {"of": F("slot__train__slug"), "start": F("slot__start_at"), "end": F("slot__end_at")}


def releases(request: HttpRequest) -> JsonResponse:
    """A page of 50, with where each rides or asks to."""
    page = list(Release.objects.order_by("-pk").values(*LINE)[:50])
    ids = [one["pk"] for one in page]
    booked = Booking.objects.filter(release__in=ids, left_at__isnull=True).values("release_id", "slot_id", **PLACE)
    asked = Request.objects.filter(release__in=ids, ended_at__isnull=True).values("release_id", "slot_id", **PLACE)
    places = {one["release_id"]: one for one in (*asked, *booked)}
    return JsonResponse({"results": [{**one, "place": places.get(one["pk"])} for one in page]})


def release(request: HttpRequest, number: int) -> JsonResponse:
    """Everything that one says, and where it rides."""
    found = Release.objects.filter(pk=number).values(*LINE, "description", "earliest", "links", "revision").get()
    said: dict[str, Any] = dict(found)
    of = Release.objects.get(pk=number)
    said["services"] = list(of.service_links.values_list("service_id", flat=True))
    said["tables"] = list(of.table_links.values_list("table_id", flat=True))
    said["needs"] = list(of.needs.values("on_id", "lag_hours"))
    said["booking"] = Booking.objects.filter(release=number, left_at__isnull=True).values("slot_id", **PLACE).first()
    return JsonResponse(said)


@csrf_exempt
def book(request: HttpRequest, number: int) -> JsonResponse:
    """The same verb, as the person whose release it is."""
    by = User.objects.get(email="cleo@example.com")
    booking = riding.book(release=number, slot=json.loads(request.body)["slot"], by=by, clock=timezone.now)
    return JsonResponse({"slot": booking.slot_id, "booked_at": booking.booked_at})
