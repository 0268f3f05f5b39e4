"""Whether the product works: one word for a machine, a page in words for people."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from releasetrain.celery import app
from releasetrain.domain.permissions import Permission
from releasetrain.notices import queries as notices
from releasetrain.outbox import queries as outbox
from releasetrain.outbox.models import Heartbeat
from releasetrain.outbox.queries import Health
from releasetrain.teams import queries as teams
from releasetrain.web.access import UNASKED, access, may_anywhere
from releasetrain.web.templatetags.times import span
from releasetrain.work_wording import event_in_words

SILENT_AFTER = timedelta(minutes=1)  # beat sweeps every ten seconds
PATIENCE = 2.0  # seconds for a broker that does not answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part in words. ``meaning``: clear, waiting or blocked; ``detail`` is for those who are signed in,
    ``href`` the page for release managers."""

    name: str
    meaning: str
    words: str
    detail: str = ""
    href: str = ""


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
    health = _health() if works else None
    parts = list(chain(_web(), _stored(health, now) if health else _no_database(), _broker()))
    context = {
        "parts": parts,
        "worst": next((one for one in ("blocked", "waiting") if any(part.meaning == one for part in parts)), "clear"),
        "shows_details": request.user.is_authenticated,
        "may_operate": health is not None and may_anywhere(teams.person(request.user), Permission.OPERATE),
        **(_details(health, now) if health and request.user.is_authenticated else {}),
    }
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
    for name in (_("Worker"), _("Beat"), _("Sweep"), _("Work in the background"), _("Mail"), _("Failed for good")):
        yield Part(name=name, meaning="waiting", words=_("not known while the database does not answer"))


def _health() -> Health | None:
    """What the database says of those who write in it; None if it went away meanwhile."""
    try:
        return outbox.health()
    except DatabaseError:
        return None


def _stored(health: Health, now: datetime) -> Iterator[Part]:
    """What the database says of itself and of those who write in it; it may still go away meanwhile."""
    try:
        yield _database(_unapplied())
        yield from (part(health, now) for part in STORED)
    except DatabaseError:
        yield from _no_database()


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


def _workers(health: Health, now: datetime) -> Part:
    return _heard(_("Worker"), health.of(Heartbeat.Part.WORKER), now)


def _beats(health: Health, now: datetime) -> Part:
    return _heard(_("Beat"), health.of(Heartbeat.Part.BEAT), now)


def _heard(name: str, beats: list[Heartbeat], now: datetime) -> Part:
    """One part for all of a kind: without any it is blocked, with some of them silent it waits for a look."""
    silent = [beat for beat in beats if now - beat.at > SILENT_AFTER]
    if not beats:
        return Part(name=name, meaning="blocked", words=_("was never heard of"))
    if len(silent) == len(beats):
        return Part(name=name, meaning="blocked", words=_("silent for %(time)s") % {"time": span(now - beats[0].at)})
    if silent:
        words = ngettext("%(n)s of %(all)s is silent", "%(n)s of %(all)s are silent", len(silent))
        return Part(name=name, meaning="waiting", words=words % {"n": len(silent), "all": len(beats)})
    many = ngettext("%(n)s heard %(time)s ago", "%(n)s heard, the last %(time)s ago", len(beats))
    detail = many % {"n": len(beats), "time": ago(now - beats[-1].at)}
    return Part(name=name, meaning="clear", words=_("works"), detail=detail)


def _sweep(health: Health, now: datetime) -> Part:
    """The last time that beat, broker and worker together found what was left."""
    name, swept = _("Sweep"), health.of(Heartbeat.Part.SWEEP)
    if not swept:
        return Part(name=name, meaning="blocked", words=_("was never done"))
    if now - swept[0].at > SILENT_AFTER:
        return Part(name=name, meaning="blocked", words=_("not done for %(time)s") % {"time": span(now - swept[0].at)})
    return Part(
        name=name, meaning="clear", words=_("is done"), detail=_("%(time)s ago") % {"time": ago(now - swept[0].at)}
    )


def _work(health: Health, now: datetime) -> Part:
    waits = health.oldest_at is not None and now - health.oldest_at > SILENT_AFTER
    words = _("waits too long") if waits else _("flows")
    meaning = "waiting" if waits else "clear"
    return Part(name=_("Work in the background"), meaning=meaning, words=words, detail=_left(health, now))


def _left(health: Health, now: datetime) -> str:
    if health.oldest_at is None:
        return _("nothing is left")
    said = {"n": health.left, "time": ago(now - health.oldest_at)}
    return ngettext("%(n)s left, since %(time)s", "%(n)s left, the oldest since %(time)s", health.left) % said


def _mail(health: Health, now: datetime) -> Part:
    """Whether mails go anywhere, and since when they do not although they should."""
    name, mail = _("Mail"), notices.mail_state(health)
    last = _("the last %(time)s ago") % {"time": ago(now - mail.last_at)} if mail.last_at else _("none yet")
    if not mail.is_on:
        return Part(name=name, meaning="waiting", words=_("is not sent: EMAIL_URL is empty"))
    if mail.failing:
        said = {"n": mail.failing, "time": span(now - mail.since)}
        words = ngettext("%(n)s tried in vain, since %(time)s", "%(n)s tried in vain, since %(time)s", mail.failing)
        return Part(name=name, meaning="waiting", words=words % said, detail=last)
    return Part(
        name=name, meaning="clear", words=_("is kept here to be read") if mail.is_kept else _("is sent"), detail=last
    )


def _dead(health: Health, now: datetime) -> Part:
    words = ngettext("%(n)s piece of work", "%(n)s pieces of work", health.dead) % {"n": health.dead}
    meaning = "blocked" if health.dead else "clear"
    return Part(
        name=_("Failed for good"),
        meaning=meaning,
        words=words if health.dead else _("nothing"),
        href="web:dead-letters",
    )


# Each says one part from what the database knows.
STORED: tuple[Callable[[Health, datetime], Part], ...] = (_workers, _beats, _sweep, _work, _mail, _dead)


def ago(length: timedelta) -> str:
    """Return "3 s", from a minute on as everywhere."""
    seconds = max(0, int(length.total_seconds()))
    return span(length) if seconds >= 60 else _("%(n)s s") % {"n": seconds}


def _details(health: Health, now: datetime) -> dict[str, Any]:
    """Who was heard of when, and what waits in each queue."""
    parts = [beat for beat in health.heard if beat.part != Heartbeat.Part.SWEEP]
    heard = [(beat, _PARTS[beat.part], ago(now - beat.at), now - beat.at > SILENT_AFTER) for beat in parts]
    queues = [
        (event_in_words(queue.event), queue, ago(now - queue.oldest_at), now - queue.oldest_at > SILENT_AFTER)
        for queue in health.queues
        if queue.oldest_at
    ]
    return {"heard": heard, "queues": queues}


_PARTS = {Heartbeat.Part.WORKER: gettext_lazy("Worker"), Heartbeat.Part.BEAT: gettext_lazy("Beat")}


def _broker() -> Iterator[Part]:
    """A broker only wakes: without it the sweep of a worker still finds the work once it is back."""
    try:
        with app.connection(connect_timeout=PATIENCE) as broker:
            broker.ensure_connection(max_retries=1, interval_start=0, timeout=PATIENCE)
    except Exception:  # noqa: BLE001  every transport has errors of its own
        yield Part(name=_("Broker"), meaning="blocked", words=_("does not answer"))
    else:
        yield Part(name=_("Broker"), meaning="clear", words=_("answers"))


urlpatterns = [path("healthz", healthz, name="healthz"), path("status", status, name="status")]
