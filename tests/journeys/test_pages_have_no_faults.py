"""No page breaks a rule of accessibility, complains in the console, or is stopped by its own security policy."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import expect

from releasetrain.boarding.actions.holding import hold_train
from releasetrain.boarding.actions.skipping import skip_slot
from releasetrain.boarding.actions.slots import Wanted, open_slot
from releasetrain.domain.permissions import Role
from releasetrain.domain.verdicts import Kind
from releasetrain.notices.models import KeptMail, Notice
from releasetrain.releases.models import ReleaseClient
from releasetrain.reviews.actions.saying import give_verdict
from releasetrain.schema.models import SchemaChange, SchemaStage
from releasetrain.teams.models import RoleHolder
from releasetrain.worker.telling import letters
from tests.factories import create_service, create_slot, create_table, create_train
from tests.freezes import around, create_freeze
from tests.riding import ask_for, create_release, create_waiver, days, judged

pytestmark = pytest.mark.browser

SIGNED_OUT = {"sign-in": "/sign-in/", "status": "/status", "nothing here": "/nowhere/"}
PAGES = {
    "board": "/trains/main/",
    "board with a chosen release": "/trains/main/?chosen={waits}",
    "board without departures": "/trains/empty/",
    "queue": "/trains/main/queue/",
    "queue without anybody": "/trains/empty/queue/",
    "calendar, month": "/calendar/",
    "calendar, week": "/calendar/?show=week",
    "calendar, quarter": "/calendar/?show=quarter",
    "calendar without departures": "/calendar/?train=empty",
    "follow the calendar": "/calendar/feed/",
    "departure": "/slots/{slot}/",
    "departure without anybody": "/slots/{free}/",
    "open a departure": "/trains/main/slots/new/",
    "hotfix departure": "/slots/{hotfix}/",
    "departure that is skipped": "/slots/{skipped}/",
    "board of a held train": "/trains/held/",
    "schema changes": "/changes/",
    "release aboard": "/releases/{rides}/",
    "release that waits": "/releases/{waits}/",
    "release that asks": "/releases/{asks}/",
    "draft": "/releases/{draft}/",
    "edit a release": "/releases/{waits}/edit/",
    "new release": "/releases/new/",
    "waive": "/releases/{waits}/waive/{slot}/",
    "nothing to waive": "/releases/{waits}/waive/{free}/",
    "conflict of two releases": "/conflicts/{waits}/{slot}/",
    "conflict with a full slot": "/conflicts/{waits}/{slot}/?with=slot-{slot}",
    "conflict that is no more": "/conflicts/{waits}/{free}/",
    "waivers": "/waivers/",
    "no such waivers": "/waivers/?show=ended",
    "rules": "/rules/",
    "waiting on me": "/waiting/",
    "waiting on me, a case": "/waiting/?case={asks}&gate=architecture",
    "waiting on me, decided": "/waiting/?decided",
    "results": "/releases/{rides}/results/",
    "releases": "/releases/",
    "releases not found": "/releases/?q=nothing",
    "import": "/imports/",
    "own page": "/me/",
    "what one is told": "/me/notices/",
    "mails": "/mails/",
    "a mail": "/mails/{mail}/",
    "a mail as a mailbox shows it": "/mails/{mail}/html/",
    "set-up": "/setup/",
    "people": "/setup/people/",
    "roles": "/setup/roles/",
    "teams": "/setup/teams/",
    "a team": "/setup/teams/{team}/",
    "members": "/setup/members/",
    "services": "/setup/services/",
    "tables": "/setup/tables/",
    "initiatives": "/setup/initiatives/",
    "freezes": "/setup/freezes/",
    "a new freeze": "/setup/freezes/new/",
    "a freeze": "/setup/freezes/{freeze}/",
    "low load": "/setup/low-load/",
    "low load of a database": "/setup/low-load/main/",
    "conflicts": "/conflicts/",
    "trains": "/setup/trains/",
    "a new train": "/setup/trains/new/",
    "a train": "/setup/trains/{train}/",
    "policy of reviews": "/setup/policy/",
    "risk questionnaire": "/setup/questionnaire/",
    "status, signed in": "/status",
}


@pytest.fixture
def rows(cast, scene) -> dict[str, int]:
    """What the addresses name."""
    create_train(slug="empty", name="Empty")
    asks = create_release(team=cast.pay, size="L", services=[scene.service], title="Refunds", slot=scene.slots[0])
    draft = create_release(team=cast.pay, title="A plan", submitted=False)
    ask_for(draft, train=scene.train)
    create_waiver("large-rides-alone", scene.rides, asks, by=cast.cleo, facts=[f"slot:{scene.slots[0].pk}"])
    RoleHolder.objects.create(role=Role.ARCHITECT.value, person=cast.cleo)
    client = create_service(name="Till for iOS", team=cast.pay, kind="client", platform="iOS")
    ReleaseClient.objects.create(release=scene.rides, client=client)
    judged(scene.rides, asks, at=timezone.now())
    facts = {"kind": Kind.CONDITIONS, "conditions": ["Tried by hand."], "revision": 1, "clock": timezone.now}
    give_verdict(release=scene.rides.pk, gate="architecture", by=cast.ines, **facts)
    create_table(database="main")
    freeze = create_freeze(around(scene.slots[0].start_at), by=cast.cleo)
    held = create_slot(train=create_train(slug="held", name="Held"), start_at=timezone.now() + timedelta(days=3))
    why = {"reason": "The provider is down.", "by": cast.cleo, "clock": timezone.now}
    skip_slot(slot=held.pk, **why)
    hold_train(train=held.train_id, **why)
    change = SchemaChange.objects.create(name="Payment purpose", table=create_table())
    SchemaStage.objects.create(change=change, stage="expand", release=scene.rides)
    ids = {name: getattr(scene, name).pk for name in ("rides", "waits", "train")}
    return ids | {
        "freeze": freeze.pk,
        "slot": scene.slots[0].pk,
        "free": scene.slots[2].pk,
        "hotfix": a_hotfix(cast, scene),
        "skipped": held.pk,
        "asks": asks.pk,
        "draft": draft.pk,
        "team": cast.pay.pk,
        "mail": a_mail(cast, scene),
    }


def a_hotfix(cast, scene) -> int:
    """A departure beside the timetable."""
    wanted = Wanted(local=datetime.now(UTC).replace(tzinfo=None) + days(1), minutes=30, is_hotfix=True, reason="Down.")
    return open_slot(train=scene.train.pk, wanted=wanted, by=cast.cleo, clock=timezone.now)


def a_mail(cast, scene) -> int:
    """A mail to the release manager, made as every mail is, and kept."""
    facts = {"release": scene.rides.pk, "title": "QR payments", "by": "Ada", "team": "PAY"}
    places = {"old": "2031-11-25T22:00:00+00:00", "slot": "2031-12-02T22:00:00+00:00"}
    notice = Notice(event="booking.moved", person=cast.cleo, capacity="role:release-manager", facts={**facts, **places})
    notice.at = timezone.now()
    letter = letters.letter(notice, ZoneInfo("UTC"))
    known = {"message_id": "<1@here>", "to": cast.cleo.email, "person": cast.cleo, "at": timezone.now()}
    headers = {"Message-ID": "<1@here>"}
    mail = KeptMail(subject=letter.subject, text=letter.text, html=letter.html, headers=headers, **known)
    mail.save()
    return mail.pk


@pytest.fixture
def complaints(page) -> Iterator[list[str]]:
    """What the browser complained about since the page was opened."""
    heard: list[str] = []
    page.on("console", lambda message: message.type in ("error", "warning") and heard.append(message.text))
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on("requestfailed", lambda request: heard.append(f"{request.url}: {request.failure}"))
    return heard


def faults(page) -> list[str]:
    """What axe finds, with where it is."""
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {one['help']}: {node['html'][:200]}" for one in found for node in one["nodes"]]


def both_themes(page) -> list[str]:
    """What is wrong with the page in light and in dark."""
    found = []
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # else axe measures a colour on its way
        found += [f"{theme}: {fault}" for fault in faults(page)]
    return found


def expected(heard: list[str]) -> list[str]:
    """The browser notes every answer above 399 itself; anything else is a complaint."""
    return [text for text in heard if not text.startswith("Failed to load resource: the server responded")]


@pytest.mark.parametrize("name", SIGNED_OUT)
def test_a_stranger_gets_a_page_without_faults(page, scene, complaints, name):
    page.goto(SIGNED_OUT[name])

    assert both_themes(page) == []
    assert expected(complaints) == []


def test_the_first_account_of_all_is_asked_for_without_faults(page, complaints):
    page.goto("/")

    expect(page.get_by_role("heading", level=1)).to_have_text("The first account")
    assert both_themes(page) == []
    assert expected(complaints) == []


@pytest.mark.parametrize("name", PAGES)
def test_a_release_manager_gets_a_page_without_faults(page, be, cast, rows, complaints, name):
    be(cast.cleo)

    answer = page.goto(PAGES[name].format(**rows))

    assert answer.status == 200
    assert both_themes(page) == []
    assert expected(complaints) == []


def test_a_refusal_on_the_board_has_no_faults(page, be, cast, scene, complaints):
    be(cast.cleo).goto(f"/trains/main/?chosen={scene.waits.pk}")
    page.locator(f'td[data-slot="{scene.slots[0].pk}"]').first.wait_for()

    page.evaluate(f"place('{scene.waits.pk}', '{scene.slots[0].pk}')")

    expect(page.get_by_role("alert").filter(visible=True)).to_contain_text("cannot ride on")
    assert both_themes(page) == []
    assert expected(complaints) == []


def test_a_preview_of_a_timetable_has_no_faults(page, be, cast, rows, complaints):
    be(cast.cleo).goto(f"/setup/trains/{rows['train']}/")
    page.get_by_role("group", name="Rule 1").get_by_label("Rule").fill("FREQ=MONTHLY;BYDAY=1TU")
    page.get_by_role("group", name="Rule 1").get_by_label("First day").fill("2026-01-01")
    page.get_by_role("group", name="Rule 1").get_by_label("Departs at").fill("22:00")

    page.get_by_role("button", name="Preview").click()

    expect(page.get_by_role("status").filter(has_text="If this is kept")).to_contain_text(
        re.compile("stays? as (an )?exception")
    )
    assert both_themes(page) == []
    assert expected(complaints) == []


def test_a_form_with_errors_has_no_faults(page, be, cast, scene, complaints):
    be(cast.ada).goto("/releases/new/")

    page.get_by_role("button", name="Submit").click()

    expect(page.locator(".error").first).to_be_visible()
    assert both_themes(page) == []
    assert expected(complaints) == []
