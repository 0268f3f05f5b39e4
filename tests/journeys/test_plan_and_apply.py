"""Cleo plans, watches the search, applies a part of what it found and sees the board change."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from releasetrain.planning import queries
from releasetrain.planning.models import PlanRun
from tests.journeys.test_pages_have_no_faults import both_themes
from tests.planning_rows import create_run, propose
from tests.riding import place_of

pytestmark = pytest.mark.browser
LEVELS = [
    {"level": "moves", "value": 1, "bound": 1, "given": {}},
    {"level": "lateness", "value": 34, "bound": 31, "given": {"moves": 1}},
    {"level": "earliness", "value": 120, "bound": 90, "given": {"moves": 1, "lateness": 34}},
]


def search(run: PlanRun, **told) -> None:
    """Be the worker: say how far the search is."""
    PlanRun.objects.filter(pk=run.pk).update(state="running", started_at=timezone.now(), progress=told)


def found(run: PlanRun, cast, scene) -> None:
    """Be the worker: the large one goes to the second departure, the small one takes the first, which needs that."""
    moves = {scene.rides: scene.slots[1], scene.small: scene.slots[0], scene.waits: scene.slots[3]}
    propose(moves, by=cast.cleo, run=run, needs={scene.small: [scene.rides]}, levels=LEVELS)
    now = timezone.now()
    done = {
        "state": "done",
        "finished_at": now,
        "revision": queries.revision(),
        "baseline": {"lateness": 41, "waiting": 2},
    }
    PlanRun.objects.filter(pk=run.pk).update(**done)


def test_a_plan_is_asked_for_watched_and_applied_in_part(page, be, cast, scene):
    be(cast.cleo).goto("/trains/main/")
    page.get_by_role("link", name="Plan…").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("New plan")
    page.get_by_label("10 s").check()
    page.get_by_role("button", name="Plan", exact=True).click()
    expect(page.get_by_role("heading", name="Waiting for a worker")).to_be_visible()
    run = PlanRun.objects.get()

    search(run, aim="balanced", level="lateness", value=34, bound=31, seconds=4.2)
    expect(page.get_by_text("Balanced: weighted days late")).to_be_visible()
    expect(page.get_by_role("progressbar")).to_have_attribute("aria-valuenow", "4")

    found(run, cast, scene)
    expect(page.get_by_role("heading", name="Fewest moves")).to_be_visible()
    page.get_by_role("checkbox", name=f"Choose {scene.small.code}").check()
    page.get_by_role("button", name="Apply selected").click()
    expect(page.get_by_role("alert")).to_contain_text(f"needs these moves too: {scene.rides.code}")
    page.get_by_role("button", name="Apply it with 1 more").click()

    expect(page.locator("#toast")).to_contain_text("2 releases ride as planned.")
    assert (place_of(scene.small), place_of(scene.rides)) == (scene.slots[0].pk, scene.slots[1].pk)
    page.goto("/trains/main/")
    expect(page.locator(f'td[data-slot="{scene.slots[1].pk}"]').first).to_contain_text(scene.rides.code)


def test_a_search_is_stopped_and_says_so(page, be, cast, scene):
    run = create_run(by=cast.cleo, state="running", asked_at=timezone.now())
    be(cast.cleo).goto(f"/plans/{run.pk}/")

    page.get_by_role("button", name="Stop, keep the best so far").click()

    expect(page.get_by_text("It stops, and keeps the best so far.")).to_be_visible()


def test_a_key_goes_to_the_plans(page, be, cast, scene):
    be(cast.cleo).goto("/trains/main/")

    page.keyboard.press("g")
    page.keyboard.press("p")

    expect(page.get_by_role("heading", level=1)).to_have_text("Plans")


def test_a_plan_is_asked_for_and_applied_without_javascript(browser, live, be, cast, scene):
    context = browser.new_context(base_url=live, java_script_enabled=False, locale="en-GB")
    plain = be(cast.cleo, context.new_page())
    plain.goto("/plans/")
    plain.get_by_role("link", name="Plan…").click()
    plain.get_by_role("button", name="Plan", exact=True).click()
    found(PlanRun.objects.get(), cast, scene)
    plain.get_by_role("link", name="Look again").click()

    plain.get_by_role("button", name="Apply all 3 moves").click()

    expect(plain.locator("#toast")).to_contain_text("3 releases ride as planned.")
    context.close()


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("state", ["empty", "question", "running", "done", "refused", "none", "compared"])
def test_no_page_of_plans_has_faults(page, be, cast, scene, state, width):
    page.set_viewport_size({"width": width, "height": 844})
    be(cast.cleo).goto(address(state, cast, scene))
    if state == "refused":
        page.get_by_role("button", name="Apply selected").click()
        expect(page.get_by_role("alert")).to_be_visible()
    if state == "question":
        page.get_by_text("What if").click()

    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert both_themes(page) == []


def address(state: str, cast, scene) -> str:
    """The page that is looked at, with what it shows."""
    if state in ("empty", "question"):
        return {"empty": "/plans/", "question": "/plans/new/"}[state]
    if state == "running":
        told = {"aim": "balanced", "level": "lateness", "value": 34, "bound": None, "seconds": 4.2}
        return f"/plans/{create_run(by=cast.cleo, state='running', progress=told).pk}/"
    if state == "none":
        facts = {"releases": [scene.rides.pk, scene.waits.pk], "slots": [scene.slots[0].pk], "of": None}
        clash = {"code": "room", "amounts": {"points": 12, "capacity": 10}, **facts}
        why = {"minimal": True, "clashes": [clash]}
        return f"/plans/{create_run(by=cast.cleo, state='none', contradiction=why).pk}/"
    run = create_run(by=cast.cleo, asked_at=timezone.now() - timedelta(minutes=1))
    found(run, cast, scene)
    other = propose({scene.rides: scene.slots[2]}, by=cast.cleo, run=run, aim="earliest", levels=LEVELS)
    one = run.proposals.first().pk
    return (
        f"/plans/compare/?one={one}&other={other.pk}" if state == "compared" else f"/plans/{run.pk}/?plan=fewest-moves"
    )
