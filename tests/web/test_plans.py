"""Plans are listed, asked for, watched and looked at on their pages."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from releasetrain.planning import queries
from releasetrain.planning.models import PlanRun
from tests.planning_rows import create_run, propose

LEVELS = [
    {"level": "lateness", "value": 34, "bound": 31, "given": {}},
    {"level": "moves", "value": 6, "bound": 6, "given": {"lateness": 34}},
    {"level": "earliness", "value": 120, "bound": 0, "given": {"lateness": 34, "moves": 6}},
]
HTMX = {"HX-Request": "true"}
EMPTY = {
    f"{name}-{part}": count
    for name in ("capacity", "freeze", "dates")
    for part, count in (("TOTAL_FORMS", 3), ("INITIAL_FORMS", 0))
}


@pytest.fixture
def run(cast):
    return create_run(
        by=cast.cleo, asked_at=timezone.now(), revision=queries.revision(), baseline={"lateness": 41, "waiting": 1}
    )


@pytest.fixture
def done(cast, scene, run):
    """A plan that lets the waiting release board the second departure, and moves the other to the third."""
    moves = {scene.waits: scene.slots[1], scene.rides: scene.slots[2]}
    return propose(moves, by=cast.cleo, run=run, aim="balanced", levels=LEVELS)


def test_an_empty_list_says_what_would_be_here_and_offers_the_first_step(as_, cast, scene):
    page = as_(cast.cleo).get("/plans/").text

    assert "Nothing was planned yet." in page
    assert 'href="/plans/new/"' in page


def test_whoever_may_not_plan_is_offered_no_plan(as_, cast, done):
    browser = as_(cast.ada)

    pages = [browser.get(at).text for at in ("/plans/", f"/plans/{done.run_id}/", "/trains/main/")]

    assert not any("/plans/new/" in page or ("/apply/" in page and "Apply all" in page) for page in pages)
    assert browser.get("/plans/new/").status_code == 404


def test_a_list_says_what_was_asked_by_whom_and_what_came_of_it(as_, cast, done):
    page = as_(cast.cleo).get("/plans/").text

    assert "Three plans" in page
    assert "Cleo" in page
    assert "as it was" in page


def test_a_run_of_an_older_calendar_is_marked(as_, cast, done):
    PlanRun.objects.update(revision=-1)

    assert "changed" in as_(cast.cleo).get("/plans/").text


def test_a_run_that_was_thrown_away_is_not_found(as_, cast, done):
    PlanRun.objects.update(thrown_away_at=timezone.now())

    assert as_(cast.cleo).get(f"/plans/{done.run_id}/").status_code == 404
    assert as_(cast.cleo).get("/plans/999/").status_code == 404


@pytest.mark.parametrize("at", ["/plans/new/", "/plans/", "/plans/{run}/", "/plans/compare/?one={plan}&other={plan}"])
def test_looking_changes_nothing(as_, cast, done, at):
    before = (PlanRun.objects.count(), queries.revision())

    answer = as_(cast.cleo).get(at.format(run=done.run_id, plan=done.pk))

    assert answer.status_code == 200
    assert (PlanRun.objects.count(), queries.revision()) == before


def test_the_price_of_a_plan_says_bound_gap_and_for_which_plans_it_holds(as_, cast, done):
    page = as_(cast.cleo).get(f"/plans/{done.run_id}/").text

    assert "at least 31" in page
    assert "gap 9.7\u00a0%" in page
    assert "proven best" in page
    assert "for plans with at most 34 weighted days late" in page
    assert "<td>41</td>" in page.replace("\n", "")


def test_a_move_says_from_where_to_where_and_why(as_, cast, scene, done):
    page = as_(cast.cleo).get(f"/plans/{done.run_id}/").text

    assert "It gets a place, 2 days late." in page
    assert "It is 2 days less late." in page
    assert "Tue 25 Nov" in page
    assert "6 of 10 · 1 L" in page


def test_a_running_search_shows_how_far_it_is_and_can_be_stopped(as_, cast):
    told = {"aim": "balanced", "level": "lateness", "value": 34, "bound": 31, "seconds": 12.4}
    run = create_run(by=cast.cleo, state="running", progress=told)

    page = as_(cast.cleo).get(f"/plans/{run.pk}/").text

    assert "Balanced: weighted days late" in page
    assert "34 so far, no plan goes below 31" in page
    assert 'aria-valuenow="12"' in page
    assert f"plan:{run.pk}" in page


def test_a_waiting_run_is_stopped_at_once(as_, cast):
    run = create_run(by=cast.cleo, state="waiting")

    page = as_(cast.cleo).post(f"/plans/{run.pk}/cancel/", follow=True).text

    assert "Stopped before there was a plan" in page


def test_the_live_part_is_the_fragment_alone(as_, cast, done):
    fragment = as_(cast.cleo).get(f"/plans/{done.run_id}/", headers=HTMX).text

    assert fragment.lstrip().startswith('<div id="plan"')


def test_a_contradiction_is_told_with_whom_to_leave_out(as_, cast, scene):
    clash = {"code": "room", "releases": [scene.rides.pk, scene.waits.pk], "slots": [scene.slots[0].pk], "of": None}
    why = {"minimal": True, "clashes": [{**clash, "amounts": {"points": 12, "capacity": 10}}]}
    run = create_run(by=cast.cleo, state="none", contradiction=why)

    page = as_(cast.cleo).get(f"/plans/{run.pk}/").text

    assert "need 12 points" in page
    assert f"Leave {scene.rides.code} out" in page


def test_leaving_one_out_asks_again_without_it(as_, cast, scene):
    run = create_run(by=cast.cleo, state="none", asked={"pinned": [scene.rides.pk]})

    as_(cast.cleo).post(f"/plans/{run.pk}/again/", {"without": scene.rides.pk})

    latest = PlanRun.objects.first()
    assert latest.pk != run.pk
    assert (latest.asked["leave_out"], latest.asked["pinned"]) == ([scene.rides.pk], [])


def test_whom_no_plan_places_is_listed_with_the_reason(as_, cast, scene):
    left = [{"release": scene.waits.pk, "reason": "no-departure", "of": []}]
    run = create_run(by=cast.cleo, state="none", failure="not-found-in-time", left_out=left)

    page = as_(cast.cleo).get(f"/plans/{run.pk}/").text

    assert "No plan can place it: its train has no departure to come." in page


def test_a_question_is_asked_once_however_often_it_is_sent(as_, cast, scene):
    said = {"key": "6f0c42f6-6ee1-4d3f-9c43-8f1f1b1c1a11", "seconds": "10", "leave_out": scene.waits.code, **EMPTY}

    answers = [as_(cast.cleo).post("/plans/new/", said) for _ in range(2)]

    run = PlanRun.objects.get()
    assert [one["Location"] for one in answers] == [f"/plans/{run.pk}/"] * 2
    assert (run.kind, run.asked["leave_out"], run.asked["seconds"]) == ("plan", [scene.waits.pk], 10)


def test_what_is_thought_of_makes_it_a_what_if(as_, cast, scene):
    tried = {
        "capacity-0-slot": scene.slots[1].pk,
        "capacity-0-points": 4,
        "freeze-0-since": "2031-12-20T00:00",
        "freeze-0-until": "2032-01-05T00:00",
        "dates-0-release": scene.waits.code,
        "dates-0-due": "2031-12-10",
    }

    answer = as_(cast.cleo).post("/plans/new/", {"seconds": "10", **EMPTY, **tried}, follow=True)

    run = PlanRun.objects.get()
    assert run.kind == "tried"
    assert run.asked["tried"]["capacity"] == {str(scene.slots[1].pk): 4}
    assert run.asked["tried"]["dates"] == {str(scene.waits.pk): {"due": "2031-12-10"}}
    assert "takes 4 points, not 10" in answer.text


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"leave_out": "the labels"}, "is no release. Codes look like RT-31."),
        ({"leave_out": "RT-999999"}, "There is no RT-999999."),
        ({"dates-0-release": "RT-999999", "dates-0-due": "2031-12-10"}, "There is no RT-999999."),
        ({"dates-0-due": "2031-12-10"}, "This is needed."),
        ({"capacity-0-points": "4"}, "This is needed."),
        ({"freeze-0-since": "2031-12-20T00:00", "freeze-0-until": "2031-12-19T00:00"}, "It must end after it begins."),
    ],
)
def test_nonsense_is_refused_at_its_field_and_kept(as_, cast, scene, typed, words):
    answer = as_(cast.cleo).post("/plans/new/", {"seconds": "10", **EMPTY, **typed})

    assert answer.status_code == 422
    assert words in answer.text
    assert not PlanRun.objects.exists()


def test_a_release_that_is_left_out_and_pinned_is_refused(as_, cast, scene):
    both = {"leave_out": scene.rides.code, "pinned": scene.rides.code}

    answer = as_(cast.cleo).post("/plans/new/", {"seconds": "10", **EMPTY, **both})

    assert answer.status_code == 422
    assert "is named twice" in answer.text


def test_two_plans_stand_side_by_side(as_, cast, scene, run, done):
    other = propose({scene.waits: scene.slots[2]}, by=cast.cleo, run=run, aim="earliest", levels=LEVELS)

    page = as_(cast.cleo).get(f"/plans/compare/?one={done.pk}&other={other.pk}").text

    assert "Balanced beside Earliest" in page
    assert page.count('<th scope="row"><abbr') == 2
    assert "stays" in page
    assert as_(cast.cleo).get(f"/plans/compare/?one={done.pk}&other=x").status_code == 404


def test_a_plan_that_was_not_there_is_not_found(as_, cast, done):
    assert as_(cast.cleo).get(f"/plans/{done.run_id}/?plan=cheapest").status_code == 404


def test_a_run_is_thrown_away_and_what_was_applied_stays(as_, cast, done):
    page = as_(cast.cleo).post(f"/plans/{done.run_id}/throw-away/", follow=True).text

    assert f"Plan {done.run_id} is thrown away." in page
    assert "Nothing was planned yet." in page


def test_a_plan_of_a_departure_that_is_gone_is_still_shown(as_, cast, scene, done):
    done.moves.filter(release=scene.waits).update(new=None, new_start_at=timezone.now() + timedelta(days=3))

    assert "this departure is no more" in as_(cast.cleo).get(f"/plans/{done.run_id}/").text


def test_the_list_asks_as_many_questions_however_many_plans_there_are(as_, cast, scene, done):
    few = asked(as_(cast.cleo))
    for _ in range(10):
        propose({scene.waits: scene.slots[1]}, by=cast.cleo)

    assert asked(as_(cast.cleo)) == few


def asked(browser) -> int:
    """How many questions the list asks."""
    with CaptureQueriesContext(connection) as caught:
        assert browser.get("/plans/").status_code == 200
    return len(caught)
