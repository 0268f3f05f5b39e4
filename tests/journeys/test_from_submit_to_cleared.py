"""The article's QR release through its reviews: four people, in browsers of their own, from submit to cleared."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from releasetrain.domain.permissions import Role
from releasetrain.releases.models import Release
from releasetrain.schema.models import SchemaChange
from tests.factories import PASSWORD, create_service, create_slot, create_table, create_train, holder_of

pytestmark = pytest.mark.browser
SQL = "update payment_document set pay_method_id = 4\n where id > $1 and id <= $2 and pay_method_id is null;"


@pytest.fixture
def company(cast):
    """A train, the table of the payments, its schema change, and the two leads beside Ines."""
    train = create_train(name="Main service", default_of=[cast.pay])
    for day in (7, 14):
        create_slot(train=train, start_at=timezone.now() + timedelta(days=day))
    create_service(name="Main service API", team=cast.pay)
    SchemaChange.objects.create(name="QR payments", table=create_table(name="payment_document", rows=10**9))
    holder_of(Role.QA_LEAD, name="Mara")
    holder_of(Role.ANALYTICS_LEAD, name="Yuri")
    return cast


@pytest.fixture
def people(browser, live, company):
    """Open a browser for somebody, signed in; each person has their own."""
    contexts = []

    def enter(name):
        context = browser.new_context(base_url=live, locale="en-GB", viewport={"width": 1440, "height": 900})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(8000)
        page.goto("/")
        page.get_by_label("E-mail").fill(f"{name.lower()}@example.com")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("link", name=name)).to_be_visible()
        return page

    yield enter
    for context in contexts:
        context.close()


def test_a_release_that_changes_stored_data_is_cleared_by_four_people(people):
    ada, ben, ines, mara, yuri = map(people, ("Ada", "Ben", "Ines", "Mara", "Yuri"))

    release = hands_in(ada)
    approves(ben, release)
    wants_work(ines, release, "How is it undone?")
    edits_the_sql(ada, release)
    sees_the_difference_and_approves(ines, release)
    approves_with_a_condition(mara, release, "Refund on an offline till is tried by hand.")
    approves(yuri, release)

    ada.goto(f"/releases/{release.pk}/")
    expect(ada.locator("#h-gates")).to_contain_text("5 of 5 clear")
    expect(ada.locator(".rail-glyphs")).to_contain_text("waiting")  # a large one waits to be placed
    ada.get_by_role("button", name="Tick: Refund on an offline till is tried by hand.").click()
    expect(ada.locator(".ticks")).to_contain_text("Ada")
    assert Release.objects.get(pk=release.pk).open_gates == []


def hands_in(page) -> Release:
    """While Ada writes, the side says what it will need."""
    page.goto("/releases/new/")
    expect(page.locator("#preview")).to_contain_text("Ordinary")
    page.get_by_label("Title").fill("QR payments: move old data")
    page.locator("[name=size][value=L]").check()
    page.get_by_label("Main service API").check()
    page.get_by_label("Schema change").select_option(label="QR payments")
    page.get_by_label("Stage", exact=True).select_option("backfill")
    page.get_by_label("SQL").fill(SQL)
    page.get_by_label("payment_document").check()
    expect(page.locator("#preview")).to_contain_text("Architecture")
    expect(page.locator("#preview")).to_contain_text("80 high, from facts")
    page.get_by_role("button", name="Submit").click()
    expect(page.locator("#h-gates")).to_contain_text("1 of 5 clear")
    return Release.objects.get()


def opens(page, release: Release) -> None:
    """The page "waiting on me" holds the release and opens it."""
    page.goto("/waiting/")
    expect(page.locator(".casehead")).to_contain_text(release.code)


def approves(page, release: Release) -> None:
    opens(page, release)
    page.get_by_label("Approve", exact=True).check()
    page.get_by_role("button", name="Send, open next").click()
    expect(page.get_by_text(f"Said on {release.code}.")).to_be_visible()
    expect(page.locator(".queue")).to_contain_text("Nothing waits on you.")


def wants_work(page, release: Release, note: str) -> None:
    """Without a note it is refused, and what was chosen stays."""
    opens(page, release)
    page.get_by_label("Needs work").check()
    page.get_by_role("button", name="Send, open next").click()
    expect(page.get_by_role("alert").first).to_contain_text("Say it in a note.")
    expect(page.get_by_label("Needs work")).to_be_checked()
    page.get_by_label("Note").fill(note)
    page.get_by_label("Note").press("Control+Enter")
    expect(page.locator(".queue")).to_contain_text("With the author")


def edits_the_sql(page, release: Release) -> None:
    page.goto("/waiting/")
    expect(page.locator(".queue")).to_contain_text("How is it undone?")
    page.goto(f"/releases/{release.pk}/edit/")
    page.get_by_label("SQL").first.fill(f"{SQL}\nset lock_timeout = '2s';")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#gate-architecture")).to_contain_text("waiting")


def sees_the_difference_and_approves(page, release: Release) -> None:
    page.goto(f"/releases/{release.pk}/")
    expect(page.locator("#gate-architecture .diff")).to_contain_text("set lock_timeout = '2s';")
    approves(page, release)


def approves_with_a_condition(page, release: Release, condition: str) -> None:
    opens(page, release)
    page.get_by_label("Approve with conditions").check()
    page.get_by_role("textbox", name="Conditions").fill(condition)
    page.get_by_role("button", name="Send, open next").click()
    expect(page.get_by_text(f"Said on {release.code}.")).to_be_visible()
