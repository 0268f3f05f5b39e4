"""A plan is applied from its page: all of it, or a selection with whatever it rests on."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from releasetrain.planning import queries
from releasetrain.planning.models import PlanRun
from tests.factories import create_service
from tests.planning_rows import create_run, propose
from tests.riding import aboard, create_release, place_of, slot_on


@pytest.fixture
def plan(cast, scene):
    """The riding release goes to the third departure, and the waiting one takes its place: that needs the other."""
    run = create_run(by=cast.cleo, asked_at=timezone.now(), revision=queries.revision())
    moves = {scene.rides: scene.slots[2], scene.waits: scene.slots[0]}
    return propose(moves, by=cast.cleo, run=run, aim="balanced", needs={scene.waits: [scene.rides]})


@pytest.fixture
def apply(as_, cast, plan):
    """Return a function that presses a button of the page."""

    def press(do, *ticked, by=cast.cleo, key=None, seen=0):
        said = {
            "do": do,
            "plan": plan.aim,
            "move": [one.pk for one in ticked],
            "seen": seen,
            "key": key or uuid.uuid4(),
        }
        return as_(by).post(f"/plans/{plan.run_id}/apply/", said)

    return press


def test_all_of_it_is_applied_in_one_step(apply, scene, plan):
    answer = apply("all")

    assert answer["Location"] == f"/plans/{plan.run_id}/?plan=balanced"
    assert (place_of(scene.rides), place_of(scene.waits)) == (scene.slots[2].pk, scene.slots[0].pk)


def test_a_selection_that_holds_alone_is_applied_alone(apply, scene):
    apply("selected", scene.rides)

    assert (place_of(scene.rides), place_of(scene.waits)) == (scene.slots[2].pk, None)


def test_a_selection_that_needs_others_is_refused_beside_the_button_and_offered_with_them(apply, scene):
    answer = apply("selected", scene.waits)

    assert answer.status_code == 422
    assert f"what you chose needs these moves too: {scene.rides.code}" in answer.text
    assert "Apply it with 1 more" in answer.text
    assert f'value="{scene.waits.pk}" aria-label="Choose {scene.waits.code}" checked' in answer.text
    assert place_of(scene.rides) == scene.slots[0].pk


def test_one_click_applies_a_selection_with_what_it_needs(apply, scene):
    apply("with-needs", scene.waits)

    assert (place_of(scene.rides), place_of(scene.waits)) == (scene.slots[2].pk, scene.slots[0].pk)


def test_nothing_ticked_is_said(apply, scene):
    answer = apply("selected")

    assert answer.status_code == 422
    assert "Tick the moves to make, or apply all." in answer.text


def test_a_preview_writes_nothing_and_says_what_the_selection_rests_on(apply, scene):
    before = queries.revision()

    answer = apply("preview", scene.waits)

    assert answer.status_code == 200
    assert "Previewed: 1 move." in answer.text
    assert "What you ticked rests on it." in answer.text
    assert queries.revision() == before


def test_a_double_click_applies_once_and_says_so_twice(as_, cast, apply, scene):
    key = uuid.uuid4()

    answers = [apply("all", key=key) for _ in range(2)]

    said = [str(one) for one in as_(cast.cleo).get("/plans/").context["messages"]]
    assert [one["Location"] for one in answers] == [f"/plans/{PlanRun.objects.get().pk}/?plan=balanced"] * 2
    assert said == ["2 releases ride as planned."] * 2
    assert (place_of(scene.rides), place_of(scene.waits)) == (scene.slots[2].pk, scene.slots[0].pk)


def test_who_looks_at_a_page_from_before_is_told_to_look_again(apply, scene):
    apply("selected", scene.rides)

    answer = apply("selected", scene.waits, seen=0)

    assert answer.status_code == 409
    assert "meanwhile" in answer.text


def test_a_calendar_that_changed_is_judged_again_and_says_what_holds_no_more(as_, cast, scene, plan):
    aboard(scene.slots[2], team=cast.inv, size="L", services=[scene.service], title="Batches", by=cast.dov)
    PlanRun.objects.update(revision=-1)

    page = as_(cast.cleo).get(f"/plans/{plan.run_id}/").text

    assert "The calendar changed since this was planned." in page
    assert "rides alone" in page


def test_a_plan_that_still_holds_says_so(as_, cast, plan):
    PlanRun.objects.update(revision=-1)

    assert "Judged again, every move still holds." in as_(cast.cleo).get(f"/plans/{plan.run_id}/").text


def test_what_holds_no_more_is_refused_and_nothing_moves(apply, cast, scene):
    aboard(scene.slots[2], team=cast.inv, size="L", services=[scene.service], title="Batches", by=cast.dov)

    answer = apply("all")

    assert answer.status_code == 422
    assert "these moves no longer hold" in answer.text
    assert place_of(scene.rides) == scene.slots[0].pk


def test_what_still_holds_is_applied_without_the_rest(as_, cast, scene):
    small = create_release(team=cast.pay, train=scene.train, title="Labels")
    run = create_run(by=cast.cleo, revision=-1)
    moves = {small: scene.slots[1], scene.rides: scene.slots[2]}
    propose(moves, by=cast.cleo, run=run, aim="balanced")
    aboard(scene.slots[2], team=cast.inv, size="L", services=[scene.service], title="Batches", by=cast.dov)
    page = as_(cast.cleo).get(f"/plans/{run.pk}/").text

    as_(cast.cleo).post(f"/plans/{run.pk}/apply/", {"do": "holding", "plan": "balanced", "seen": 0})

    assert "Apply the 1 move that holds" in page
    assert (place_of(small), place_of(scene.rides)) == (scene.slots[1].pk, scene.slots[0].pk)


def test_what_is_only_thought_of_is_not_applied(as_, cast, scene, plan, apply):
    tried = {"tried": {"capacity": {str(scene.slots[0].pk): 4}}}
    PlanRun.objects.update(kind="tried", asked=tried)

    page = as_(cast.cleo).get(f"/plans/{plan.run_id}/").text

    assert "Apply all" not in page
    assert apply("all").status_code == 422


def test_a_lead_finds_no_deed_there(apply, cast):
    assert apply("all", by=cast.ada).status_code == 404


def test_a_page_asks_as_many_questions_however_much_moves(as_, cast, scene, plan):
    few = asked(as_(cast.cleo), plan)
    moves = {}
    for number in range(30):
        slot = slot_on(scene.train, day=40 + number)
        service = create_service(team=cast.pay)
        moves[aboard(slot, team=cast.pay, services=[service])] = slot_on(scene.train, day=100 + number)
    waiting = {create_release(team=cast.inv, train=scene.train): slot_on(scene.train, day=140 + n) for n in range(10)}
    plan = propose(moves | waiting, by=cast.cleo, aim="balanced")

    assert asked(as_(cast.cleo), plan) <= few


def asked(browser, plan) -> int:
    """How many questions the page of the plan asks."""
    with CaptureQueriesContext(
        connection,
    ) as caught:
        assert browser.get(f"/plans/{plan.run_id}/").status_code == 200
    return len(caught)
