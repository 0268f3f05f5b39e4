"""The page of one release."""

import pytest

from releasetrain.boarding.actions import riding
from releasetrain.releases.models import Dependency
from tests.factories import clock
from tests.riding import create_release, create_waiver


def release_page(browser, release, **query):
    """Open the page of a release."""
    return browser.get(f"/releases/{release.pk}/", query)


def test_a_waiting_release_shows_the_slots_that_would_do(as_, cast, scene):
    answer = release_page(as_(cast.dov), scene.waits)

    assert answer.context["state"] == "waiting"
    assert [way.slot for way, _cost in answer.context["ways"]] == [slot.pk for slot in scene.slots[1:]]
    assert "Next slots that would do" in answer.text


def test_an_asking_release_shows_each_rule_in_its_way_with_both_names(as_, cast, scene):
    asks = create_release(team=cast.inv, size="L", services=[scene.service], slot=scene.slots[0])

    answer = release_page(as_(cast.dov), asks)

    assert sorted(code for _s, code, _w in answer.context["conflicts"]) == [
        "capacity",
        "large-overlap",
        "large-rides-alone",
    ]
    assert f"{scene.rides.code} QR payments is large and rides alone." in answer.text


def test_a_booked_release_shows_its_journey_to_the_end_of_the_soak(as_, cast, scene):
    answer = release_page(as_(cast.ada), scene.rides)

    assert answer.context["state"] == "cleared"
    assert "Soak ends" in answer.text
    assert "Nothing is in its way." in answer.text


def test_the_history_says_who_did_what(as_, cast, scene):
    riding.book(release=scene.waits.pk, slot=scene.slots[1].pk, by=cast.dov, clock=clock())

    answer = release_page(as_(cast.ada), scene.waits)

    assert "<b>Dov</b> boarded Tue 9 Dec 22:00" in answer.text


def test_its_waivers_are_shown_and_can_be_taken_back_by_a_release_manager(as_, cast, scene):
    waiver = create_waiver("large-rides-alone", scene.rides, scene.waits, by=cast.cleo, facts=["slot:1"])
    end = f"/releases/{scene.rides.pk}/waivers/{waiver.pk}/end/"

    assert end not in release_page(as_(cast.ada), scene.rides).text
    assert end in release_page(as_(cast.cleo), scene.rides).text
    assert as_(cast.cleo).post(end)["Location"] == f"/releases/{scene.rides.pk}/"
    assert end not in release_page(as_(cast.cleo), scene.rides).text


def test_a_waiver_is_not_taken_back_through_another_release(as_, cast, scene):
    waiver = create_waiver("large-rides-alone", scene.rides, scene.waits, by=cast.cleo, facts=["slot:1"])
    other = create_release(team=cast.pay)

    answer = as_(cast.cleo).post(f"/releases/{other.pk}/waivers/{waiver.pk}/end/")

    waiver.refresh_from_db()
    assert answer.status_code == 404
    assert waiver.ended_at is None


def test_who_may_not_touch_it_gets_no_buttons(as_, cast, scene):
    answer = release_page(as_(cast.ada), scene.waits)

    assert not any(answer.context["may"].values())
    assert "/edit/" not in answer.text
    assert "/withdraw/" not in answer.text


def test_what_it_needs_and_who_needs_it_but_never_another_teams_draft(as_, cast, scene):
    draft = create_release(team=cast.inv, title="Secret plan", submitted=False)
    Dependency.objects.create(release=draft, on=scene.rides)
    Dependency.objects.create(release=scene.waits, on=scene.rides, lag_hours=24)

    answer = release_page(as_(cast.ada), scene.rides)

    assert "Stock counts" in answer.text
    assert "Secret plan" not in answer.text


@pytest.mark.parametrize(
    ("verb", "path"),
    [
        ("get", ""),
        ("get", "edit/"),
        ("post", "edit/"),
        ("post", "submit/"),
        ("post", "withdraw/"),
        ("post", "leave/"),
        ("get", "waive/{slot}/"),
        ("post", "waive/{slot}/"),
        ("post", "waivers/{waiver}/end/"),
    ],
)
@pytest.mark.parametrize("who", ["ada", "ines"])
def test_another_teams_draft_is_not_found_at_any_address(as_, cast, scene, verb, path, who):
    draft = create_release(team=cast.inv, submitted=False)
    waiver = create_waiver("large-rides-alone", draft, scene.rides, by=cast.cleo, facts=["slot:1"])
    address = f"/releases/{draft.pk}/" + path.format(slot=scene.slots[0].pk, waiver=waiver.pk)

    answer = getattr(as_(getattr(cast, who)), verb)(address, {"reason": "because"})

    assert answer.status_code == 404
    assert draft.title not in answer.text


def test_a_release_that_does_not_exist_is_not_found(as_, cast):
    browser = as_(cast.cleo)

    assert browser.get("/releases/999/").status_code == 404
    assert browser.get(f"/releases/{'9' * 30}/").status_code == 404


def test_a_stranger_is_sent_to_sign_in(client, scene):
    assert release_page(client, scene.rides)["Location"].startswith("/sign-in/")
