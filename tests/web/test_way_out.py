"""A way out is asked for with one click, wherever something stands in the way."""

import re

import pytest

from releasetrain.planning.models import PlanRun
from tests.planning_rows import create_run
from tests.riding import create_release

FORM = re.compile(r'<form[^>]* action="/plans/way-out/">(.*?)</form>', re.DOTALL)
FIELD = re.compile(r'name="(\w+)" value="([^"]*)"')


def forms(page: str) -> list[dict[str, str]]:
    """What the forms for a way out on a page say."""
    return [dict(FIELD.findall(body)) for body in FORM.findall(page)]


@pytest.fixture
def standing(scene):
    """The slot was made smaller than what rides in it."""
    scene.slots[0].capacity = 4
    scene.slots[0].save()
    return scene.rides


def test_a_refusal_on_the_board_offers_it(as_, cast, scene):
    said = {"release": scene.waits.pk, "slot": scene.slots[0].pk}

    answer = as_(cast.cleo).post("/trains/main/place/", said)

    offered = forms(answer.text)[0]
    assert answer.status_code == 422
    assert (offered["release"], offered["slot"], offered["kind"]) == (
        str(scene.waits.pk),
        str(scene.slots[0].pk),
        "refusal",
    )


def test_a_lead_is_not_offered_what_only_release_managers_may(as_, cast, scene):
    answer = as_(cast.dov).post("/trains/main/place/", {"release": scene.waits.pk, "slot": scene.slots[0].pk})

    assert answer.status_code == 422
    assert forms(answer.text) == []


@pytest.mark.parametrize("at", ["/conflicts/", "/releases/{rides}/", "/conflicts/{rides}/{slot}/"])
def test_a_conflict_that_stands_offers_it(as_, cast, scene, standing, at):
    page = as_(cast.cleo).get(at.format(rides=standing.pk, slot=scene.slots[0].pk)).text

    assert forms(page)[0]["kind"] == "conflict"


@pytest.mark.parametrize("at", ["/releases/{waits}/", "/trains/main/queue/"])
def test_a_release_without_a_place_offers_it(as_, cast, scene, at):
    page = as_(cast.cleo).get(at.format(waits=scene.waits.pk)).text

    offered = forms(page)[0]
    assert (offered["kind"], offered["release"]) == ("bump", str(scene.waits.pk))


def test_one_that_asks_for_a_slot_is_to_get_it(as_, cast, scene):
    asks = create_release(team=cast.inv, size="L", services=[scene.service], slot=scene.slots[0], title="Batches")

    page = as_(cast.cleo).get(f"/releases/{asks.pk}/").text

    assert forms(page)[0]["kind"] == "refusal"


def test_a_click_asks_for_a_repair_and_shows_it(as_, cast, scene):
    offered = forms(as_(cast.cleo).get("/trains/main/queue/").text)[0]

    answer = as_(cast.cleo).post("/plans/way-out/", offered)
    again = as_(cast.cleo).post("/plans/way-out/", offered)

    run = PlanRun.objects.get()
    assert answer["Location"] == again["Location"] == f"/plans/{run.pk}/"
    assert (run.kind, run.asked["about"]["release"]) == ("repair", scene.waits.pk)


def test_a_refused_place_is_what_the_release_is_to_get(as_, cast, scene):
    said = {"release": scene.waits.pk, "slot": scene.slots[0].pk, "kind": "refusal", "code": "large-rides-alone"}

    page = as_(cast.cleo).post("/plans/way-out/", said, follow=True).text

    assert PlanRun.objects.get().asked["must"] == {str(scene.waits.pk): scene.slots[0].pk}
    assert f"A way out for {scene.waits.code}" in page


def test_a_way_out_that_is_none_says_so_and_offers_any_other_departure(as_, cast, scene):
    about = {"kind": "refusal", "release": scene.waits.pk, "slot": scene.slots[0].pk, "code": "large-overlap"}
    asked = {"must": {str(scene.waits.pk): scene.slots[0].pk}, "about": about}
    left = [{"release": scene.waits.pk, "reason": "large-overlap", "of": [scene.rides.pk]}]
    run = create_run(by=cast.cleo, kind="repair", asked=asked, left_out=left)

    page = as_(cast.cleo).get(f"/plans/{run.pk}/").text

    assert f"This is no way out for {scene.waits.code}." in page
    assert [one["kind"] for one in forms(page)] == ["bump"]


@pytest.mark.parametrize("said", [{}, {"release": "x", "kind": "bump"}, {"release": "1", "kind": "mischief"}])
def test_nonsense_asks_for_nothing(as_, cast, scene, said):
    answer = as_(cast.cleo).post("/plans/way-out/", said)

    assert answer.status_code in (302, 404)
    assert not PlanRun.objects.exists()


def test_it_is_asked_by_a_post_of_a_release_manager(as_, cast, scene):
    said = {"release": scene.waits.pk, "kind": "bump"}

    assert as_(cast.cleo).get("/plans/way-out/").status_code == 405
    assert as_(cast.dov).post("/plans/way-out/", said).status_code == 404
    assert not PlanRun.objects.exists()
