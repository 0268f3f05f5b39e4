"""One form for all conflicts of a release in a slot (C4)."""

import pytest

from releasetrain.boarding.actions import riding
from releasetrain.trains.models import Waiver
from tests.factories import clock
from tests.riding import create_release, place_of


@pytest.fixture
def address(scene) -> str:
    return f"/releases/{scene.waits.pk}/waive/{scene.slots[0].pk}/"


def read(browser, address) -> dict[str, str]:
    """Open the form and return its hidden fields."""
    context = browser.get(address).context
    return {"key": str(context["key"])} | {f"conflict-{row['number']}": row["name"] for row in context["rows"]}


def codes() -> list[str]:
    """The codes of all waivers."""
    return sorted(Waiver.objects.values_list("code", flat=True))


def test_it_has_a_row_for_each_conflict_in_words(as_, cast, scene, address):
    answer = as_(cast.cleo).get(address)

    assert sorted(row["conflict"].code for row in answer.context["rows"]) == [
        "capacity",
        "large-overlap",
        "large-rides-alone",
    ]
    assert f"{scene.rides.code} QR payments is large and rides alone." in answer.text


def test_one_reason_for_all_waives_them_all_and_boards_it(as_, cast, scene, address):
    browser = as_(cast.cleo)

    answer = browser.post(address, {**read(browser, address), "for_all": "Both teams watch"})

    assert (answer.status_code, answer["Location"]) == (302, "/trains/main/")
    assert codes() == ["capacity", "large-overlap", "large-rides-alone"]
    assert place_of(scene.waits) == scene.slots[0].pk
    assert f"Waived: {scene.waits.code} rides on Tue 25 Nov." in browser.get("/trains/main/").text


def test_a_row_of_its_own_waives_that_row_only(as_, cast, scene, address):
    browser = as_(cast.cleo)
    form = read(browser, address)
    row = next(name for name, said in form.items() if said.startswith("capacity"))

    browser.post(address, {**form, row.replace("conflict", "reason"): "It is only two points"})

    assert codes() == ["capacity"]
    assert Waiver.objects.get().reason == "It is only two points"
    assert place_of(scene.waits) is None
    assert "still has a conflict" in browser.get("/trains/main/").text


def test_a_double_click_makes_one_set_of_waivers(as_, cast, scene, address):
    browser = as_(cast.cleo)
    form = {**read(browser, address), "for_all": "Both teams watch"}

    first, second = browser.post(address, form), browser.post(address, form)

    assert (first.status_code, second.status_code) == (302, 302)
    assert codes() == ["capacity", "large-overlap", "large-rides-alone"]


def test_without_any_reason_the_same_page_says_so(as_, cast, scene, address):
    browser = as_(cast.cleo)

    answer = browser.post(address, {**read(browser, address), "until": "2031-12-31"})

    assert answer.status_code == 422
    assert "Say why: the reason is kept and shown." in answer.text
    assert 'value="2031-12-31"' in answer.text
    assert codes() == []


def test_a_reason_for_a_conflict_that_is_gone_waives_nothing_else(as_, cast, scene, address):
    browser = as_(cast.cleo)
    form = {**read(browser, address), "reason-0": "First", "reason-1": "Second", "reason-2": "Third"}
    riding.leave(release=scene.rides.pk, reason="not ready", by=cast.ada, clock=clock())

    answer = browser.post(address, form)

    assert answer.status_code == 422
    assert "This conflict does not stand any more." in answer.text
    assert codes() == []


def test_a_conflict_that_came_meanwhile_is_not_waived_unseen(as_, cast, scene, address):
    browser = as_(cast.cleo)
    form = {**read(browser, address), "for_all": "Both teams watch"}
    unseen = next(name for name, said in form.items() if said.startswith("capacity"))

    browser.post(address, {name: said for name, said in form.items() if name != unseen})

    assert codes() == ["large-overlap", "large-rides-alone"]
    assert place_of(scene.waits) is None


def test_a_typed_reason_stays_with_its_conflict(as_, cast, scene, address):
    browser = as_(cast.cleo)
    form = read(browser, address)
    row = next(name for name, said in form.items() if said.startswith("large-overlap"))

    answer = browser.post(address, {**form, row.replace("conflict", "reason"): "Known", "until": "soon"})

    assert answer.status_code == 422
    assert {row["conflict"].code: row["reason"] for row in answer.context["rows"] if row["reason"]} == {
        "large-overlap": "Known"
    }


@pytest.mark.parametrize("until", ["soon", "2031-02-30", "9999-12-31", "0001-01-01"])
def test_a_day_that_cannot_be_is_refused_in_words(as_, cast, scene, address, until):
    browser = as_(cast.cleo)

    answer = browser.post(address, {**read(browser, address), "for_all": "Both teams watch", "until": until})

    assert answer.status_code == 422
    assert f"“{until}” is not a time that can be read." in answer.text
    assert codes() == []


def test_nobody_waives_for_a_release_they_edited(as_, cast, scene):
    own = create_release(team=cast.pay, size="L", services=[scene.service], by=cast.cleo, train=scene.train)
    browser, address = as_(cast.cleo), f"/releases/{own.pk}/waive/{scene.slots[0].pk}/"

    answer = browser.post(address, {**read(browser, address), "for_all": "I know it"})

    assert answer.status_code == 422
    assert f"You edited {own.code}: somebody else must waive for it." in answer.text
    assert "I know it" in answer.text


def test_where_nothing_is_in_the_way_it_can_simply_board(as_, cast, scene):
    answer = as_(cast.cleo).get(f"/releases/{scene.waits.pk}/waive/{scene.slots[1].pk}/")

    assert "Nothing is in its way any more" in answer.text
    assert f"Board {scene.waits.code}" in answer.text


def test_only_release_managers_find_the_form(as_, cast, scene, address):
    assert as_(cast.dov).get(address).status_code == 404
    assert as_(cast.dov).post(address, {"for_all": "Mine"}).status_code == 404


def test_a_slot_that_does_not_exist_is_not_found(as_, cast, scene):
    assert as_(cast.cleo).get(f"/releases/{scene.waits.pk}/waive/999/").status_code == 404


@pytest.mark.parametrize("key", ["", "abc", "9" * 99])
def test_a_key_that_is_none_is_no_hindrance(as_, cast, scene, address, key):
    browser = as_(cast.cleo)

    answer = browser.post(address, {**read(browser, address), "key": key, "for_all": "Both teams watch"})

    assert answer.status_code == 302
