"""Figures for Prometheus: how fast pages are, and how the work in the background does. For holders of the token."""

import secrets

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest

from releasetrain.measuring import Work
from releasetrain.web.access import UNASKED, access


@access(UNASKED)
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Answer in Prometheus' text format. Without a token in the settings there is no such page."""
    if not settings.METRICS_TOKEN:
        raise Http404
    if not _holds_token(request):
        return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer", "Cache-Control": "no-store"})
    work = CollectorRegistry()
    work.register(Work(timezone.now()))
    body = generate_latest(REGISTRY) + generate_latest(work)
    return HttpResponse(body, content_type=CONTENT_TYPE_LATEST, headers={"Cache-Control": "no-store"})


def _holds_token(request: HttpRequest) -> bool:
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    said = token.strip().encode("utf-8", "replace")
    return scheme.lower() == "bearer" and secrets.compare_digest(said, settings.METRICS_TOKEN.encode())


urlpatterns = [path("metrics", metrics, name="metrics")]
