"""Whether the product works: one word for a machine, a page in words for people."""

from datetime import datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_safe

from releasetrain.domain.permissions import Permission
from releasetrain.outbox.models import Heartbeat
from releasetrain.outbox.queries import Health
from releasetrain.parts import SILENT_AFTER, WHO, database_answers, health, parts, worst
from releasetrain.teams import queries as teams
from releasetrain.web.access import UNASKED, access, may_anywhere
from releasetrain.work_wording import ago, event_in_words


@access(UNASKED)
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Say "ok" while pages can be answered, else 503 and one word: for whoever watches, and for nobody's eyes."""
    works = database_answers()
    answer = HttpResponse("ok" if works else "unavailable", content_type="text/plain", status=200 if works else 503)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@access(UNASKED)
@require_safe
def status(request: HttpRequest) -> HttpResponse:
    """Show every part in words, also when there is no database; details only to those who are signed in."""
    works, now = database_answers(), timezone.now()
    if not works:
        request.user = AnonymousUser()  # who it is stands in the database
    told = health(works)
    found = parts(told, now)
    context = {
        "parts": found,
        "worst": worst(found),
        "shows_details": request.user.is_authenticated,
        "may_operate": told is not None and may_anywhere(teams.person(request.user), Permission.OPERATE),
        **(_details(told, now) if told and request.user.is_authenticated else {}),
    }
    return render(request, "status/status.html", context)


def _details(health: Health, now: datetime) -> dict[str, Any]:
    """Who was heard of when, and what waits in each queue."""
    parts = [beat for beat in health.heard if beat.part != Heartbeat.Part.SWEEP]
    heard = [(beat, WHO[beat.part], ago(now - beat.at), now - beat.at > SILENT_AFTER) for beat in parts]
    queues = [
        (event_in_words(queue.event), queue, ago(now - queue.oldest_at), now - queue.oldest_at > SILENT_AFTER)
        for queue in health.queues
        if queue.oldest_at
    ]
    return {"heard": heard, "queues": queues}


urlpatterns = [path("healthz", healthz, name="healthz"), path("status", status, name="status")]
