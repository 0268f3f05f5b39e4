"""The story of two large releases that must not ride together, and then do, in writing."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from playwright.sync_api import expect

from releasetrain.releases.models import Release
from releasetrain.teams.models import Membership
from releasetrain.trains.models import Outcome
from tests.factories import PASSWORD, create_service, create_slot, create_train

pytestmark = pytest.mark.browser


@pytest.fixture
def departure(cast):
    """The only departure of the week. Ben works for INV as well."""
    train = create_train(name="Main service", default_of=[cast.pay, cast.inv])
    create_service(name="register", team=cast.pay)
    Membership.objects.create(team=cast.inv, person=cast.ben, standing="member")
    start = timezone.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=3)
    create_slot(train=train, start_at=start + timedelta(days=7))
    return create_slot(train=train, start_at=start)


def test_two_large_releases_ride_together_only_when_a_release_manager_says_so(page, cast, departure):
    enter(page, "Ada")
    ada = write_down(page, title="QR payments", team=cast.pay, wants="the first that would do")
    expect(page.get_by_text(f"{ada.code} is submitted.")).to_be_visible()
    expect(page.locator(".rail")).to_contain_text("aboard")

    enter(page, "Ben")
    ben = write_down(page, title="Stock counts", team=cast.inv, wants="to wait")
    refused_beside_it(page, departure, ada=ada, ben=ben)

    enter(page, "Cleo")
    waived_in_one_form(page, departure, ben)
    time_comes(departure)
    reported(page, departure, ada, ben)


def enter(page, name: str) -> None:
    """Sign somebody in with address and password, out of whoever was in."""
    page.goto("about:blank")  # a page that follows must not ask once more, and be given the cookies of a stranger
    page.context.clear_cookies()
    page.goto("/")
    page.get_by_label("E-mail").fill(f"{name.lower()}@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Main service")


def write_down(page, *, title: str, team, wants: str) -> Release:
    """Write a large release of the register down and hand it in."""
    page.get_by_role("link", name="New release").first.click()
    page.get_by_label("Team", exact=True).select_option(str(team.pk))
    page.get_by_label("Title").fill(title)
    page.get_by_label("large").check()
    page.get_by_label("register").check()
    page.get_by_label(wants).check()
    page.get_by_role("button", name="Submit").click()
    expect(page).to_have_url(re.compile(r"/releases/\d+/$"))
    return Release.objects.get(title=title)


def refused_beside_it(page, departure, *, ada, ben) -> None:
    """The board refuses with three reasons; the release asks."""
    page.get_by_role("link", name="Board…").click()
    expect(page.locator(f"#slot-{departure.pk} .verdict")).to_contain_text(f"{ada.code} is large and rides alone.")
    page.locator(f"#booking-{ben.pk} a.title").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    refusal = page.get_by_role("alert").filter(visible=True)
    expect(refusal.locator(".rule")).to_have_text(["large-rides-alone", "large-overlap", "capacity"], timeout=5000)
    expect(refusal).to_contain_text(f"{ada.code} QR payments, also large, changes register too")
    refusal.get_by_role("button", name="Ask for it").click()
    expect(page.locator(f"#booking-{ben.pk}.is-asking")).to_contain_text("asks: large-rides-alone, +2 more")


def waived_in_one_form(page, departure, ben) -> None:
    """A release manager waives all three with one reason, and it rides."""
    page.locator(f"#slot-{departure.pk} a.date").click()
    page.get_by_role("link", name="Waive…").click()
    expect(page.locator("tbody tr")).to_have_count(3)
    page.get_by_label("One reason for all").fill("Both teams watch the register that night.")
    page.get_by_role("button", name=f"Waive and board {ben.code}").click()
    expect(page.locator(f"#booking-{ben.pk}")).to_contain_text("waived, team")


def time_comes(departure) -> None:
    """The departure's start is ten minutes ago; only the database can make time pass."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE trains_slot SET cut_off_at = now() - interval '5 hours', start_at = now() - interval '10 minutes',"
            " end_at = now() + interval '50 minutes' WHERE id = %s",
            [departure.pk],
        )


def reported(page, departure, ada, ben) -> None:
    """Both are reported to have departed."""
    page.goto(f"/slots/{departure.pk}/")
    for release in (ada, ben):
        page.locator(f"#report-{release.pk}").get_by_role("button", name="Departed", exact=True).first.click()
        expect(page.get_by_text(f"{release.code} departed.")).to_be_visible()
        expect(page.locator(f"#rider-{release.pk}")).to_contain_text("departed")
    assert Outcome.objects.filter(kind="departed", finished_at__isnull=False).count() == 2
