"""All waivers, with what happened afterwards; and the page of rules."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from releasetrain.domain.conflicts import RULES
from releasetrain.trains.models import Waiver
from tests.factories import NOW, create_service
from tests.riding import board, create_release, create_waiver, days, report


@pytest.fixture
def waived(cast, scene):
    """INV's large one rides beside PAY's large one, in writing."""
    other = create_release(team=cast.inv, size="L", services=[scene.service], title="Batch numbers")
    facts = [f"slot:{scene.slots[0].pk}"]
    waiver = create_waiver("large-rides-alone", scene.rides, other, by=cast.cleo, facts=facts)
    create_waiver("large-overlap", scene.rides, other, by=cast.cleo, facts=[f"service:{scene.service.pk}"])
    board(other, scene.slots[0])
    return waiver


def line_of(browser, waiver, address="/waivers/"):
    """The waiver's line, or None."""
    return next((one for one in browser.get(address).context["lines"] if one.waiver == waiver), None)


def test_each_says_rule_sides_reason_and_who(as_, cast, scene, waived):
    answer = as_(cast.dov).get("/waivers/")

    line = next(one for one in answer.context["lines"] if one.waiver == waived)
    assert [words for words, _id in line.sides] == [str(scene.rides), f"RT-{waived.b_id} Batch numbers"]
    assert "“The two teams watch together.”" in answer.text
    assert "Cleo" in answer.text


def test_one_that_covers_something_today_says_so(as_, cast, scene, waived):
    idle = create_waiver("large-overlap", scene.rides, scene.waits, by=cast.cleo, facts=[])

    assert line_of(as_(cast.dov), waived).covers
    assert not line_of(as_(cast.dov), idle).covers


def test_what_covers_a_release_where_it_asks_to_ride_covers_something_too(as_, cast, scene):
    asks = create_release(team=cast.inv, size="L", slot=scene.slots[0])
    facts = [f"slot:{scene.slots[0].pk}"]
    waiver = create_waiver("large-rides-alone", scene.rides, asks, by=cast.cleo, facts=facts)

    assert line_of(as_(cast.dov), waiver).covers


def test_what_happened_afterwards_is_told_of_both(as_, cast, scene, waived):
    booking = scene.rides.bookings.get()
    report(booking, started_at=booking.slot.start_at, finished_at=booking.slot.end_at)
    booking.outcomes.create(kind="rolled-back", reason="It failed.", at=NOW)

    fates = line_of(as_(cast.dov), waived).fates

    assert [(release, str(words)) for release, _look, _shape, words in fates] == [
        (scene.rides.pk, "rolled back"),
        (waived.b_id, "still to come"),
    ]


def test_who_moved_away_is_said_to_have(as_, cast, scene, waived):
    other = scene.rides.bookings.get()
    other.left_at, other.left_because = NOW + days(1), {"code": "moved"}
    Waiver.objects.update(at=NOW)
    other.save()
    board(scene.rides, scene.slots[1], at=NOW + days(1))

    fates = line_of(as_(cast.dov), waived).fates

    assert str(fates[0][3]) == "moved away"


@pytest.mark.parametrize(("show", "seen"), [("", True), ("live", True), ("ended", False)])
def test_they_are_filtered_by_whether_they_live(as_, cast, waived, show, seen):
    assert (line_of(as_(cast.dov), waived, f"/waivers/?show={show}") is not None) is seen


def test_one_that_was_taken_back_is_among_the_ended(as_, cast, scene):
    old = create_waiver("capacity", scene.waits, scene.slots[1], by=cast.cleo, facts=[])
    Waiver.objects.filter(pk=old.pk).update(ended_at=timezone.now(), ended_by=cast.cleo)

    assert line_of(as_(cast.dov), old, "/waivers/?show=ended").state == "ended"
    assert line_of(as_(cast.dov), old, "/waivers/?show=live") is None


def test_they_are_filtered_by_rule(as_, cast, waived):
    assert {one.waiver.code for one in as_(cast.dov).get("/waivers/?code=large-overlap").context["lines"]} == {
        "large-overlap"
    }


def test_every_kind_of_side_has_a_name(as_, cast, scene):
    for kind, id in (("slot", scene.slots[0].pk), ("freeze", 5), ("table", 6), ("database", 7)):
        Waiver.objects.create(
            code="frozen",
            a_kind="release",
            a_id=scene.rides.pk,
            b_kind=kind,
            b_id=id,
            reason="So.",
            at=NOW,
            by=cast.cleo,
        )

    names = [one.sides[1][0] for one in as_(cast.dov).get("/waivers/").context["lines"]]

    assert names == ["a database 7", "a table 6", "a freeze 5", "Tue 25 Nov 22:00"]


def test_they_are_paged_latest_first(as_, cast, scene):
    for _ in range(53):
        create_waiver("capacity", scene.waits, scene.slots[1], by=cast.cleo, facts=[])

    first = as_(cast.dov).get("/waivers/").context
    second = as_(cast.dov).get(f"/waivers/?before={first['more']}").context

    assert (len(first["lines"]), len(second["lines"]), second["more"]) == (50, 3, None)


def test_it_asks_as_much_for_many_as_for_few(as_, cast, scene, waived):
    browser = as_(cast.dov)
    few = counted(browser)
    for _ in range(9):
        other = create_release(team=cast.inv, services=[create_service()])
        create_waiver("large-overlap", scene.rides, other, by=cast.cleo, facts=[])
        board(other, scene.slots[1])

    assert counted(browser) == few


def counted(browser) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert browser.get("/waivers/").status_code == 200
    return len(asked)


def test_without_any_it_says_what_would_be_here(as_, cast):
    assert "Nobody waived anything yet." in as_(cast.dov).get("/waivers/").text


def test_the_page_of_rules_has_a_place_for_every_code(as_, cast):
    answer = as_(cast.dov).get("/rules/")

    assert [rule["code"] for rule in answer.context["rules"]] == list(RULES)
    assert all(f'<tr id="{code}">' in answer.text for code in RULES)


def test_a_stranger_is_sent_to_sign_in(client, db):
    assert client.get("/rules/").status_code == 302
    assert client.get("/waivers/").status_code == 302
