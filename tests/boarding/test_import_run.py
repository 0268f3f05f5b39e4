"""An import that a worker does: started on a page, watched while it runs, cancelled, and done once."""

import time
from uuid import uuid4

import pytest
from django.db import connection, transaction

from releasetrain.boarding.actions import importing
from releasetrain.boarding.actions.importing import running
from releasetrain.boarding.models import ImportRun
from releasetrain.domain.errors import Refused
from releasetrain.outbox import actions as outbox
from releasetrain.outbox.models import Message
from releasetrain.releases.models import Release
from tests.factories import NOW, clock, create_cast, create_train
from tests.riding import slot_on
from tests.support.threads import in_threads

LINES = b"key,title,team\nA-1,Fees,PAY\nA-2,Taxes,INV\n"
State = ImportRun.State


@pytest.fixture
def cast(transactional_db):
    made = create_cast()
    train = create_train(slug="main", default_of=[made.pay, made.inv])
    for day in range(8):
        slot_on(train, day=day)
    return made


def start(cast, *, content=LINES, by=None, dry_run=False, **options):
    return importing.start_import(
        content=content, history=False, by=by or cast.cleo, clock=clock(), dry_run=dry_run, **options
    )


def many(rows):
    """A file that takes a while."""
    lines = (f"A-{number},Fees {number},PAY" for number in range(rows))
    return "\n".join(("key,title,team", *lines)).encode()


def test_nobody_but_a_release_manager_starts_an_import(cast):
    with pytest.raises(Refused) as refused:
        start(cast, by=cast.ada)

    assert refused.value.code == "forbidden"
    assert not ImportRun.objects.exists()


def test_a_file_that_is_too_large_is_refused(cast):
    with pytest.raises(Refused) as refused:
        start(cast, content=b"x" * (running.LARGEST + 1))

    assert refused.value.code == "file-too-large"


def test_an_import_is_asked_for_and_does_nothing_before_a_worker_takes_it(cast):
    run = start(cast)

    assert run.state == State.ASKED
    assert Message.objects.get().payload == {"run": str(run.pk)}
    assert not Release.objects.exists()


def test_a_worker_does_the_import_and_keeps_its_report(cast):
    run = start(cast)

    outbox.drain(clock=lambda: Message.objects.get(event="import.requested").due_at)

    run.refresh_from_db()
    assert (run.state, run.done, run.total) == (State.DONE, 2, 2)
    assert run.report["trains"][0]["boarded"] == 2
    assert Release.objects.count() == 2


def test_a_dry_run_keeps_its_report_and_nothing_else(cast):
    run = start(cast, dry_run=True)

    importing.run_import(run=run.pk, clock=clock())

    run.refresh_from_db()
    assert run.report["trains"][0]["boarded"] == 2
    assert not Release.objects.exists()


def test_a_file_with_bad_rows_ends_refused_with_each_row(cast):
    run = start(cast, content=b"key,title,team\nA-1,Fees,XYZ\n")

    importing.run_import(run=run.pk, clock=clock())

    run.refresh_from_db()
    assert run.state == State.REFUSED
    assert [bad["row"] for bad in run.report["details"]["rows"]] == [2]


def test_any_bytes_can_be_asked_for_and_end_refused(cast):
    run = start(cast, content=b"key,title,team\nA-1,\x00\xff,PAY\n")

    importing.run_import(run=run.pk, clock=clock())

    run.refresh_from_db()
    assert run.state == State.REFUSED


def test_a_message_that_is_told_twice_does_the_import_once(cast):
    run = start(cast)
    importing.run_import(run=run.pk, clock=clock())
    Release.objects.update(title="edited since")

    importing.run_import(run=run.pk, clock=clock())

    assert set(Release.objects.values_list("title", flat=True)) == {"edited since"}


def test_a_run_whose_worker_died_is_done_by_the_next(cast):
    run = start(cast)
    ImportRun.objects.update(state=State.RUNNING, started_at=NOW)

    importing.run_import(run=run.pk, clock=clock())

    run.refresh_from_db()
    assert run.state == State.DONE


def test_an_import_that_nobody_has_begun_is_cancelled_at_once(cast):
    run = start(cast)

    importing.cancel_import(run=run.pk, by=cast.cleo, clock=clock())
    importing.run_import(run=run.pk, clock=clock())

    run.refresh_from_db()
    assert run.state == State.CANCELLED
    assert not Release.objects.exists()


def test_an_import_that_is_over_is_not_cancelled(cast):
    run = start(cast)
    importing.run_import(run=run.pk, clock=clock())

    assert importing.cancel_import(run=run.pk, by=cast.cleo, clock=clock()).state == State.DONE


def test_nobody_but_a_release_manager_cancels(cast):
    run = start(cast)

    with pytest.raises(Refused) as refused:
        importing.cancel_import(run=run.pk, by=cast.ada, clock=clock())

    assert refused.value.code == "forbidden"


def test_a_running_import_shows_its_progress_and_can_be_cancelled_and_rolls_back(cast, monkeypatch):
    run = start(cast, content=many(120))
    monkeypatch.setattr(running, "LOOK_EVERY", 0.02)
    real, seen = running.import_releases, []

    def slowly(*, progress, **options):
        def tell(done, total):
            progress(done, total)  # noted; it raises once somebody cancelled
            if not seen:
                wait_until(lambda: ImportRun.objects.filter(done=done, total=total).exists())  # while it still runs
                seen.append((done, Release.objects.count()))
                errors = in_threads(1, lambda: importing.cancel_import(run=run.pk, by=cast.cleo, clock=clock()))
                assert errors == []
            time.sleep(0.1)

        return real(progress=tell, **options)

    monkeypatch.setattr(running, "import_releases", slowly)
    importing.run_import(run=run.pk, clock=clock())

    run.refresh_from_db()
    assert seen == [(50, 120)]  # fifty rows placed, a hundred and twenty written, and nothing of it kept
    assert run.state == State.CANCELLED
    assert not Release.objects.exists()


def test_a_dry_run_judges_while_the_calendar_is_free_even_where_it_tries_edits(cast):
    bring = {"history": False, "train": None, "by": cast.cleo, "clock": clock()}
    importing.import_releases(text=many(1), **bring)
    text = many(3).replace(b"Fees 0", b"New fees")
    taken = []

    def tell(done, total):
        if done == total:
            taken.append(in_threads(1, take_the_calendar_at_once))

    report = importing.import_releases(text=text, dry_run=True, progress=tell, **bring)

    assert taken == [[]]
    assert (report.total("updated"), report.total("made"), report.total("boarded")) == (1, 2, 2)
    assert Release.objects.get().title == "Fees 0"


def take_the_calendar_at_once():
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT revision FROM trains_calendar FOR UPDATE NOWAIT")


def wait_until(holds):
    until = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < until, "it never happened"
        time.sleep(0.01)


def test_two_clicks_at_once_start_one_run(cast):
    key, runs = uuid4(), []

    errors = in_threads(4, lambda: runs.append(start(cast, key=key).pk))

    assert errors == []
    assert (len(runs), len(set(runs)), ImportRun.objects.count(), Message.objects.count()) == (4, 1, 1, 1)


def test_two_imports_of_one_file_at_once_make_each_release_once(cast):
    def bring():
        importing.import_releases(text=many(60), history=False, train=None, by=cast.cleo, clock=clock())

    errors = in_threads(2, bring)

    assert errors == []
    assert Release.objects.count() == 60
    assert Release.objects.filter(bookings__isnull=True, requests__isnull=True).count() == 0
