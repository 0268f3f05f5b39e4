"""Whether the product works: each of its parts in words, for every door."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import chain

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from releasetrain.celery import app
from releasetrain.notices import queries as notices
from releasetrain.outbox import queries as outbox
from releasetrain.outbox.models import Heartbeat
from releasetrain.outbox.queries import Health
from releasetrain.work_wording import ago, span

SILENT_AFTER = timedelta(minutes=1)  # beat sweeps every ten seconds
PATIENCE = 2.0  # seconds for a broker that does not answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part in words. ``meaning``: clear, waiting or blocked; ``detail`` is for those who are signed in,
    ``href`` the page for release managers, ``key`` what machines call it."""

    name: str
    meaning: str
    words: str
    detail: str = ""
    href: str = ""
    key: str = ""


def database_answers() -> bool:
    """Ask the database for one row; it is given up after the seconds the settings allow for connecting."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def health(works: bool) -> Health | None:
    """Return what the database says of those who write in it; None if it does not, or went away meanwhile."""
    try:
        return outbox.health() if works else None
    except DatabaseError:
        return None


def parts(health: Health | None, now: datetime) -> list[Part]:
    """Return every part in words."""
    return list(chain(_web(), _stored(health, now) if health else _no_database(), _broker()))


def worst(parts: Iterable[Part]) -> str:
    """Return the worst meaning of all: blocked, waiting or clear."""
    found = {part.meaning for part in parts}
    return next((one for one in ("blocked", "waiting") if one in found), "clear")


def _web() -> Iterator[Part]:
    yield Part(key="web", name=_("Web"), meaning="clear", words=_("answers"))


def _no_database() -> Iterator[Part]:
    yield Part(key="database", name=_("Database"), meaning="blocked", words=_("does not answer"))
    unknown = _("not known while the database does not answer")
    for key, (name, _say) in STORED.items():
        yield Part(key=key, name=str(name), meaning="waiting", words=unknown)


def _stored(health: Health, now: datetime) -> Iterator[Part]:
    """What the database says of itself and of those who write in it; it may still go away meanwhile."""
    try:
        yield _database(_unapplied())
        yield from (replace(say(health, now), key=key) for key, (_name, say) in STORED.items())
    except DatabaseError:
        yield from _no_database()


def _unapplied() -> int:
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _database(missing: int) -> Part:
    version = ".".join(map(str, divmod(connection.pg_version, 10000)))
    words = ngettext("%(n)s migration is missing", "%(n)s migrations are missing", missing) % {"n": missing}
    return Part(
        key="database",
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
STORED: Mapping[str, tuple[Promise, Callable[[Health, datetime], Part]]] = {
    "worker": (gettext_lazy("Worker"), _workers),
    "beat": (gettext_lazy("Beat"), _beats),
    "sweep": (gettext_lazy("Sweep"), _sweep),
    "work": (gettext_lazy("Work in the background"), _work),
    "mail": (gettext_lazy("Mail"), _mail),
    "dead": (gettext_lazy("Failed for good"), _dead),
}


WHO = {Heartbeat.Part.WORKER: gettext_lazy("Worker"), Heartbeat.Part.BEAT: gettext_lazy("Beat")}


def _broker() -> Iterator[Part]:
    """A broker only wakes: without it the sweep of a worker still finds the work once it is back."""
    try:
        with app.connection(connect_timeout=PATIENCE) as broker:
            broker.ensure_connection(max_retries=1, interval_start=0, timeout=PATIENCE)
    except Exception:  # noqa: BLE001  every transport has errors of its own
        yield Part(key="broker", name=_("Broker"), meaning="blocked", words=_("does not answer"))
    else:
        yield Part(key="broker", name=_("Broker"), meaning="clear", words=_("answers"))
