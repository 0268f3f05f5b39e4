"""An import that a worker does: asked for on a page, watched while it runs, and cancelled between two rows."""

import threading
from collections.abc import Callable
from datetime import datetime
from types import TracebackType
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from releasetrain.audit import actions as audit
from releasetrain.audit import queries as log
from releasetrain.boarding.actions.importing.reading import import_releases
from releasetrain.boarding.models import ImportRun
from releasetrain.domain.errors import Refused
from releasetrain.domain.permissions import Permission, require
from releasetrain.outbox import actions as outbox
from releasetrain.teams.models import User
from releasetrain.teams.queries import person

Clock = Callable[[], datetime]
REQUESTED = "import.requested"
LOOK_EVERY = 0.3  # seconds
LARGEST = 5_000_000  # bytes


class Cancelled(Exception):
    """Somebody asked the import to stop; its transaction is rolled back."""


def start_import(*, by: User, key: UUID | None = None, **wanted: Any) -> ImportRun:
    """Let a worker import a file, and return the run to watch; the second click of a double click gets the first's.

    ``wanted``: what ``_start`` takes. Of two clicks at once the key's own row lets one in; the other finds its run.
    """
    try:
        return _start(by=by, key=key, **wanted)
    except IntegrityError:
        if (done := _done(key, by)) is None:
            raise
        return done


def _done(key: UUID | None, by: User) -> ImportRun | None:
    found = log.result_of(key, by=by.pk)
    return ImportRun.objects.get(pk=found) if found is not None else None


@transaction.atomic
def _start(
    *,
    content: bytes,
    history: bool,
    by: User,
    clock: Clock,
    file_name: str = "",
    train: str = "",
    skip_bad: bool = False,
    make_missing: bool = False,
    dry_run: bool = True,
    key: UUID | None = None,
) -> ImportRun:
    require(person(by), Permission.IMPORT)
    if (done := _done(key, by)) is not None:
        return done
    if len(content) > LARGEST:
        raise Refused("file-too-large", details={"most": LARGEST // 1_000_000})
    run = ImportRun.objects.create(
        content=content,
        file_name=file_name[:200],
        mode=ImportRun.Mode.HISTORY if history else ImportRun.Mode.PLAN,
        train=train,
        skip_bad=skip_bad,
        make_missing=make_missing,
        dry_run=dry_run,
        by=by,
        asked_at=clock(),
    )
    audit.keep_result(key, by=by.pk, result=str(run.pk))  # before the worker is told: a second click ends here
    message = outbox.post(REQUESTED, run=str(run.pk))
    run.message = message.pk if message else None
    run.save(update_fields=["message"])
    audit.record("import.requested", subject=f"import:{run.pk}", by=by.pk, at=run.asked_at, dry_run=dry_run)
    return run


@transaction.atomic
def cancel_import(*, run: UUID, by: User, clock: Clock) -> ImportRun:
    """Ask a run to stop: at once if no worker has begun it, else between two rows; what it wrote is rolled back."""
    require(person(by), Permission.IMPORT)
    wanted = ImportRun.objects.select_for_update().filter(pk=run).first()
    if wanted is None:
        raise Refused("no-such-import")
    if wanted.is_over:
        return wanted
    wanted.cancel_asked = True
    if wanted.state == ImportRun.State.ASKED:
        wanted.state, wanted.ended_at = ImportRun.State.CANCELLED, clock()
    wanted.save(update_fields=["cancel_asked", "state", "ended_at"])
    audit.record("import.cancelled", subject=f"import:{run}", by=by.pk, at=clock())
    return wanted


def run_import(*, run: UUID, clock: Clock) -> None:
    """Do a run that was asked for; one that is over stays as it is, so a message told twice does no harm."""
    begun = ImportRun.objects.filter(pk=run, ended_at__isnull=True)
    if not begun.update(state=ImportRun.State.RUNNING, started_at=clock()):
        return
    wanted = ImportRun.objects.select_related("by").get(pk=run)
    state, report = _run(wanted, clock)
    begun.update(state=state, report=report, ended_at=clock())


def _run(run: ImportRun, clock: Clock) -> tuple[str, dict[str, object]]:
    try:
        with _Watch(run.pk) as watch:
            report = import_releases(
                text=bytes(run.content),
                history=run.mode == ImportRun.Mode.HISTORY,
                train=run.train or None,
                by=run.by,
                clock=clock,
                skip_bad=run.skip_bad,
                make_missing=run.make_missing,
                dry_run=run.dry_run,
                progress=watch.tell,
            )
    except Cancelled:
        return ImportRun.State.CANCELLED, {}
    except Refused as refused:
        if refused.code == "busy":
            raise  # the outbox tries again
        return ImportRun.State.REFUSED, {"refusal": refused.code, "details": refused.details}
    return ImportRun.State.DONE, report.as_json()


class _Watch(threading.Thread):
    """Writes how far a run is, and reads whether it is to stop, over a connection of its own.

    The import's own transaction is seen by nobody before it ends; this one is.
    """

    def __init__(self, run: UUID) -> None:
        super().__init__(daemon=True)
        self.row = ImportRun.objects.filter(pk=run)
        self.done = self.total = 0
        self.over, self.cancelled = threading.Event(), threading.Event()

    def tell(self, done: int, total: int) -> None:
        """Note how far the import is; raise ``Cancelled`` if somebody wants it to stop."""
        self.done, self.total = done, total
        if self.cancelled.is_set():
            raise Cancelled

    def run(self) -> None:
        """Look and write until the import is over."""
        try:
            while not self.over.wait(LOOK_EVERY):
                self.row.update(done=self.done, total=self.total)
                if self.row.filter(cancel_asked=True).exists():
                    self.cancelled.set()
        finally:
            connection.close()

    def __enter__(self) -> "_Watch":
        if self.row.filter(cancel_asked=True).exists():
            self.cancelled.set()
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.over.set()
        self.join()
        self.row.update(done=self.done, total=self.total)
