"""Whether the product works: one word for a machine, a page in words for people."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain

from django.contrib.auth.models import AnonymousUser
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from releasetrain.celery import app
from releasetrain.outbox import queries as outbox
from releasetrain.outbox.models import Heartbeat
from releasetrain.outbox.queries import Health
from releasetrain.web.access import UNASKED, access
from releasetrain.web.templatetags.times import span

SILENT_AFTER = timedelta(minutes=1)  # beat sweeps every ten seconds
PATIENCE = 2.0  # seconds for a broker that does not answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part in words. ``meaning``: clear, waiting or blocked; ``detail`` is for those who are signed in."""

    name: str
    meaning: str
    words: str
    detail: str = ""


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
    works = database_answers()
    if not works:
        request.user = AnonymousUser()  # who it is stands in the database
    parts = list(chain(_web(), _stored(timezone.now()) if works else _no_database(), _broker()))
    worst = next((one for one in ("blocked", "waiting") if any(part.meaning == one for part in parts)), "clear")
    context = {"parts": parts, "worst": worst, "shows_details": request.user.is_authenticated}
    return render(request, "status/status.html", context)


def database_answers() -> bool:
    """Ask the database for one row; it is given up after the seconds the settings allow for connecting."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _web() -> Iterator[Part]:
    yield Part(name=_("Web"), meaning="clear", words=_("answers"))


def _no_database() -> Iterator[Part]:
    yield Part(name=_("Database"), meaning="blocked", words=_("does not answer"))
    for name in (_("Worker"), _("Beat"), _("Work in the background")):
        yield Part(name=name, meaning="waiting", words=_("not known while the database does not answer"))


def _stored(now: datetime) -> Iterator[Part]:
    """What the database says of itself and of those who write in it; it may still go away meanwhile."""
    try:
        missing, health = _unapplied(), outbox.health()
    except DatabaseError:
        yield from _no_database()
        return
    yield _database(missing)
    yield _heard(_("Worker"), health.heard_at.get(Heartbeat.Part.WORKER), now)
    yield _heard(_("Beat"), health.heard_at.get(Heartbeat.Part.BEAT), now)
    yield _work(health, now)


def _unapplied() -> int:
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _database(missing: int) -> Part:
    version = ".".join(map(str, divmod(connection.pg_version, 10000)))
    words = ngettext("%(n)s migration is missing", "%(n)s migrations are missing", missing) % {"n": missing}
    return Part(
        name=_("Database"),
        meaning="blocked" if missing else "clear",
        words=words if missing else _("answers, migrations are current"),
        detail=f"PostgreSQL {version}",
    )


def _heard(name: str, at: datetime | None, now: datetime) -> Part:
    if at is None:
        return Part(name=name, meaning="blocked", words=_("was never heard of"))
    if now - at > SILENT_AFTER:
        return Part(name=name, meaning="blocked", words=_("silent for %(time)s") % {"time": span(now - at)})
    seconds = max(0, int((now - at).total_seconds()))
    return Part(name=name, meaning="clear", words=_("works"), detail=_("heard %(n)s s ago") % {"n": seconds})


def _work(health: Health, now: datetime) -> Part:
    name = _("Work in the background")
    waits = health.oldest_at is not None and now - health.oldest_at > SILENT_AFTER
    if health.dead:
        words = ngettext("%(n)s piece failed for good", "%(n)s pieces failed for good", health.dead)
        return Part(name=name, meaning="blocked", words=words % {"n": health.dead}, detail=_left(health, now))
    words = _("waits too long") if waits else _("flows")
    return Part(name=name, meaning="waiting" if waits else "clear", words=words, detail=_left(health, now))


def _left(health: Health, now: datetime) -> str:
    if health.oldest_at is None:
        return _("nothing is left")
    said = {"n": health.left, "time": span(now - health.oldest_at)}
    return ngettext("%(n)s left, since %(time)s", "%(n)s left, the oldest since %(time)s", health.left) % said


def _broker() -> Iterator[Part]:
    """A broker only wakes: without it the sweep of a worker still finds the work once it is back."""
    try:
        with app.connection(connect_timeout=PATIENCE) as broker:
            broker.ensure_connection(max_retries=1, interval_start=0, timeout=PATIENCE)
    except Exception:  # noqa: BLE001  every transport has errors of its own
        yield Part(name=_("Broker"), meaning="blocked", words=_("does not answer"))
    else:
        yield Part(name=_("Broker"), meaning="clear", words=_("answers"))


urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("status", status, name="status"),
]
