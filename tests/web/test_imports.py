"""The import's pages: a dry run first, progress that works without JavaScript, and every row named."""

from uuid import uuid4

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from releasetrain.boarding.actions import importing
from releasetrain.boarding.models import ImportRun
from releasetrain.releases.models import Release
from tests.factories import clock, create_train
from tests.riding import slot_on

LINES = "key,title,team,size\nA-1,Fees,PAY,S\n"


@pytest.fixture
def main(cast):
    train = create_train(slug="main", default_of=[cast.pay, cast.inv])
    slot_on(train, day=0)
    return train


@pytest.fixture
def cleo(cast, main, as_):
    return as_(cast.cleo)


def ask(browser, **said):
    """Fill the form in as it is offered, and send it."""
    return browser.post("/imports/", {"text": LINES, "mode": "plan", "dry_run": "on", **said})


def done(**facts):
    """Let a worker do the only run there is."""
    run = ImportRun.objects.latest("asked_at")
    importing.run_import(run=run.pk, clock=clock())
    return run


def test_whoever_may_not_import_sees_no_page(cast, main, as_):
    assert as_(cast.ada).get("/imports/").status_code == 404


def test_the_form_offers_a_dry_run_first(cleo):
    form = cleo.get("/imports/").context["form"]

    assert form["dry_run"].value() is True


def test_pasted_lines_are_imported_by_a_worker_and_the_page_watches_it(cleo):
    answer = ask(cleo)
    run = ImportRun.objects.get()

    page = cleo.get(answer.url).content.decode()

    assert (run.dry_run, run.state, bytes(run.content).decode()) == (True, "asked", LINES)
    assert 'hx-trigger="every 1s"' in page
    assert "It waits for a worker." in page


def test_an_uploaded_file_is_imported_under_its_name(cleo):
    ask(cleo, text="", file=SimpleUploadedFile("plan.csv", LINES.encode()))

    run = ImportRun.objects.get()
    assert (run.file_name, bytes(run.content).decode()) == ("plan.csv", LINES)


def test_nothing_to_import_is_said_on_the_form(cleo):
    answer = ask(cleo, text="")

    assert answer.status_code == 422
    assert "Choose a file or paste its lines." in answer.content.decode()


def test_as_many_lines_can_be_pasted_as_a_file_may_hold_and_more_is_refused_in_words(cleo):
    large, larger = LINES + "\n" * (importing.LARGEST - len(LINES)), "\n" * importing.LARGEST + LINES

    taken, refused = ask(cleo, text=large), ask(cleo, text=larger)

    assert settings.DATA_UPLOAD_MAX_MEMORY_SIZE > importing.LARGEST
    assert (taken.status_code, refused.status_code) == (302, 422)
    assert "The file is too large: at most 5 MB." in refused.content.decode()


def test_progress_is_shown_while_it_runs(cleo):
    ask(cleo)
    ImportRun.objects.update(state="running", done=50, total=200)

    page = cleo.get(f"/imports/{ImportRun.objects.get().pk}/").content.decode()

    assert "50 of 200 rows." in page
    assert '<rect class="done" width="250"' in page


def test_the_watching_page_asks_for_its_part_only(cleo):
    ask(cleo)
    run = ImportRun.objects.get()

    part = cleo.get(f"/imports/{run.pk}/", headers={"HX-Request": "true"}).content.decode()

    assert part.lstrip().startswith('<section id="import-run"')
    assert "<html" not in part


def test_a_dry_run_that_is_done_stops_watching_and_offers_the_real_one(cleo):
    ask(cleo)
    run = done()

    page = cleo.get(f"/imports/{run.pk}/").content.decode()

    assert "every 1s" not in page
    assert "This would come of it. Nothing was kept yet." in page
    assert "Import for real" in page


def test_the_real_import_takes_the_same_file_with_the_same_options(cleo):
    ask(cleo, skip_bad="on", train="main")
    cleo.post(f"/imports/{done().pk}/repeat/")
    run = done()

    run.refresh_from_db()
    assert (run.dry_run, run.skip_bad, run.train) == (False, True, "main")
    assert Release.objects.get().title == "Fees"


def test_a_double_click_on_import_starts_one_run(cleo):
    key = str(uuid4())

    answers = [ask(cleo, key=key), ask(cleo, key=key)]

    assert answers[0].url == answers[1].url
    assert ImportRun.objects.count() == 1


def test_a_double_click_on_the_real_import_starts_one_run(cleo):
    ask(cleo)
    tried, key = done(), str(uuid4())

    answers = [cleo.post(f"/imports/{tried.pk}/repeat/", {"key": key}) for _ in range(2)]

    assert answers[0].url == answers[1].url
    assert ImportRun.objects.filter(dry_run=False).count() == 1


def test_both_forms_carry_a_key_of_their_own(cleo):
    ask(cleo)

    for page in ("/imports/", f"/imports/{done().pk}/"):
        assert 'name="key"' in cleo.get(page).content.decode()


def test_bad_rows_are_listed_with_number_and_reason(cleo):
    ask(cleo, text="key,title,team\nA-1,Fees,XYZ\n")

    page = cleo.get(f"/imports/{done().pk}/").content.decode()

    assert "Nothing was imported: these rows are bad." in page
    assert '<td class="num">2</td>' in page
    assert "There is no team XYZ." in page


def test_a_row_that_does_not_ride_is_listed_with_the_rule(cleo):
    rows = "\n".join(f"A-{number},Fees {number},PAY,2031-11-25 22:00" for number in (1, 2, 3))
    ask(cleo, text=f"key,title,team,slot\n{rows}\n")

    page = cleo.get(f"/imports/{done().pk}/").content.decode()

    assert "Not aboard, and why" in page
    assert "more of its team than it watches over" in page


def test_cancelling_ends_a_run_that_nobody_has_begun(cleo):
    ask(cleo)
    run = ImportRun.objects.get()

    page = cleo.post(f"/imports/{run.pk}/cancel/", follow=True).content.decode()

    assert "It was cancelled" in page
    assert "every 1s" not in page


def test_a_run_that_is_not_there_is_not_found(cleo):
    assert cleo.get(f"/imports/{uuid4()}/").status_code == 404
    assert cleo.post(f"/imports/{uuid4()}/cancel/").status_code == 404


def test_earlier_imports_are_listed_on_the_form(cleo):
    ask(cleo)

    assert f"/imports/{ImportRun.objects.get().pk}/" in cleo.get("/imports/").content.decode()
