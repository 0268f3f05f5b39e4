"""The page of one departure."""

from datetime import timedelta

from django.utils import timezone

from tests.factories import create_slot
from tests.riding import aboard, create_release, create_waiver

PAST = {"kind": "past"}


def slot_page(browser, slot):
    """Open the page of a departure."""
    return browser.get(f"/slots/{slot.pk}/")


def test_it_shows_who_rides_and_who_asks_with_what_is_in_the_way(as_, cast, scene):
    asks = create_release(team=cast.inv, size="L", services=[scene.service], slot=scene.slots[0])

    answer = slot_page(as_(cast.ines), scene.slots[0])

    assert [rider["release"] for rider in answer.context["aboard"]] == [scene.rides]
    (asker,) = answer.context["asking"]
    assert asker["release"] == asks
    assert sorted(code for _sentence, code in asker["reasons"]) == ["capacity", "large-overlap", "large-rides-alone"]
    assert "6 of 10 points" in answer.text


def test_a_standing_conflict_is_no_go(as_, cast, scene):
    for team in (cast.pay, cast.inv):
        aboard(scene.slots[1], team=team, size="M")
        aboard(scene.slots[1], team=team, size="M")

    answer = slot_page(as_(cast.ines), scene.slots[1])

    assert "no go" in answer.text
    assert "The slot is full: 2 points too many." in answer.text


def test_a_waived_conflict_is_shown_with_who_said_so_and_why(as_, cast, scene):
    other = aboard(scene.slots[0], team=cast.inv, size="S")
    create_waiver("large-rides-alone", scene.rides, other, by=cast.cleo, facts=[f"slot:{scene.slots[0].pk}"])

    answer = slot_page(as_(cast.ines), scene.slots[0])

    assert "“The two teams watch together.” Cleo" in answer.text
    assert "none blocks, 1 waived" in answer.text


def test_only_a_release_manager_is_offered_to_waive(as_, cast, scene):
    create_release(team=cast.inv, size="L", services=[scene.service], slot=scene.slots[0])

    assert "/waive/" not in slot_page(as_(cast.ines), scene.slots[0]).text
    assert "/waive/" in slot_page(as_(cast.cleo), scene.slots[0]).text


def test_an_empty_departure_says_how_one_boards(as_, cast, scene):
    answer = slot_page(as_(cast.ada), scene.slots[1])

    assert "Nobody has boarded." in answer.text
    assert "Nobody asks." in answer.text


def test_imported_history_only_says_who_rode(as_, cast, scene):
    old = create_slot(train=scene.train, start_at=timezone.now() - timedelta(days=400), **PAST)
    rode = aboard(old, team=cast.inv)

    answer = slot_page(as_(cast.cleo), old)

    assert rode.code in answer.text
    assert "Go / no-go" not in answer.text
    assert "/report/" not in answer.text


def test_times_are_the_readers(as_, cast, scene):
    cast.ada.zone = "Asia/Tokyo"
    cast.ada.save()

    answer = slot_page(as_(cast.ada), scene.slots[0])

    assert "<b>07:00</b> Wed 26 Nov" in answer.text


def test_a_slot_that_does_not_exist_is_not_found(as_, cast):
    browser = as_(cast.ada)

    assert browser.get("/slots/999/").status_code == 404
    assert browser.get(f"/slots/{'9' * 30}/").status_code == 404


def test_a_stranger_is_sent_to_sign_in(client, scene):
    assert slot_page(client, scene.slots[0])["Location"].startswith("/sign-in/")
