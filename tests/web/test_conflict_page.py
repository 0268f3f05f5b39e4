"""The page of a conflict: both sides, what they share, the ways out of either, and the form to waive (C3, C4)."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from releasetrain.boarding.actions import riding
from releasetrain.boarding.actions.changing import Step, add_change
from releasetrain.domain.stages import Stage
from releasetrain.trains.models import Database, Freeze, LowLoad, Waiver
from tests.factories import NOW, clock, create_service, create_table
from tests.riding import aboard, board, create_release, create_waiver, place_of, report


@pytest.fixture
def asks(cast, scene):
    """A large one of INV asks for the departure of PAY's large one; the slot has room for both."""
    scene.slots[0].capacity = 20
    scene.slots[0].save()
    scene.waits.requests.update(wish="this")  # it waits for no slot that gets free
    return create_release(
        team=cast.inv, size="L", services=[scene.service], title="Batch numbers", slot=scene.slots[0], by=cast.dov
    )


@pytest.fixture
def address(scene, asks) -> str:
    return f"/conflicts/{asks.pk}/{scene.slots[0].pk}/"


def form_of(browser, address) -> dict:
    """Everything that the form would send with all rules ticked."""
    context = browser.get(address).context
    return {"key": str(context["key"]), "waive": [line.conflict.name for line in context["lines"]], "until": ""}


def words_of(answer) -> str:
    """The text of an answer, its spaces folded."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", answer.text))


def test_the_headline_names_both_the_day_and_why(as_, cast, scene, asks, address):
    answer = as_(cast.cleo).get(address)

    assert answer.context["headline"] == (
        f"{asks.code} Batch numbers cannot ride with {scene.rides.code} QR payments on Tue 25 Nov: both are large."
    )


def test_both_sides_say_where_they_are_and_what_they_have_in_common(as_, cast, scene, asks, address):
    answer = as_(cast.cleo).get(address)
    words = words_of(answer)

    assert (answer.context["a"].release, answer.context["b"].release) == (scene.rides, asks)
    assert (answer.context["a"].does, answer.context["b"].does) == ("has the place", "asks for it")
    assert "<mark>register</mark>" in answer.text
    assert "Tue 25 Nov 22:00, boarded Mon 24 Nov by itself" in words
    assert "waits since" in words
    assert answer.context["middle"].holds.share == "5 of 5 days"


def test_what_stands_behind_a_release_is_named(as_, cast, scene, asks, address):
    behind = create_release(team=cast.pay, title="Refunds")
    behind.needs.create(on=scene.rides)

    assert f"{behind.code} Refunds" in words_of(as_(cast.dov).get(address))


def test_each_side_has_ways_with_a_button_for_who_may_take_them(as_, cast, scene, asks, address):
    answer = as_(cast.dov).get(address)

    a, b = answer.context["a"], answer.context["b"]
    assert [way.words for way in a.ways] == [way.words for way in b.ways] == ["free, on time"] * 2
    assert (a.may_move, b.may_move) == (False, True)
    assert "Whoever is on Team PAY may move it, or a release manager." in answer.text
    assert answer.text.count(f'aria-label="Move {asks.code} to') == 2
    assert f'aria-label="Move {scene.rides.code} to' not in answer.text


def test_a_way_is_taken_with_one_click(as_, cast, scene, asks, address):
    browser = as_(cast.cleo)
    way = browser.get(address).context["a"].ways[0]

    browser.post("/trains/main/place/", {"release": scene.rides.pk, "slot": way.slot.pk})

    assert place_of(scene.rides) == scene.slots[1].pk
    assert place_of(asks) == scene.slots[0].pk  # its way is free


def test_once_it_is_solved_the_page_says_so_and_leads_on(as_, cast, scene, asks, address):
    riding.book(release=scene.rides.pk, slot=scene.slots[1].pk, by=cast.ada, clock=clock())

    answer = as_(cast.cleo).get(address)

    assert answer.status_code == 200
    assert f"Nothing stands against {asks.code} Batch numbers on Tue 25 Nov any more." in answer.text


def test_a_side_that_stands_no_more_is_told_beside_what_does(as_, cast, scene, asks, address):
    answer = as_(cast.cleo).get(address + "?with=release-999")

    assert "What you asked about stands no more." in answer.text
    assert answer.context["a"].release == scene.rides


def test_a_mere_warning_is_told_where_nothing_is_in_the_way(as_, cast, scene):
    open_still = create_release(team=cast.inv, slot=scene.slots[1], open_gates=["team"])
    address = f"/conflicts/{open_still.pk}/{scene.slots[1].pk}/"

    answer = as_(cast.dov).get(address)
    asked = as_(cast.dov).get(f"{address}?with=slot-{scene.slots[1].pk}")

    assert "Nothing stands against" in answer.text
    assert "open until now; what is not clear at the cut-off does not ride." in answer.text
    assert "with care: its reviews are open." in asked.context["headline"]


@pytest.mark.parametrize("nonsense", ["x", "release-", "train-1", "-", "release-" + "9" * 40])
def test_nonsense_in_the_address_shows_what_stands_first(as_, cast, scene, address, nonsense):
    answer = as_(cast.cleo).get(address, {"with": nonsense})

    assert answer.status_code == 200
    assert answer.context["a"].release == scene.rides


def test_a_draft_of_another_team_is_not_found(as_, cast, scene):
    draft = create_release(team=cast.pay, submitted=False)

    assert as_(cast.dov).get(f"/conflicts/{draft.pk}/{scene.slots[0].pk}/").status_code == 404


def test_ticking_every_rule_with_a_reason_boards_it(as_, cast, scene, asks, address):
    browser = as_(cast.cleo)

    answer = browser.post(address, {**form_of(browser, address), "reason": "Both teams watch"})

    assert (answer.status_code, answer["Location"]) == (302, "/trains/main/")
    assert {one.code for one in Waiver.objects.all()} == {"large-rides-alone", "large-overlap"}
    assert place_of(asks) == scene.slots[0].pk


def test_ticking_one_waives_one_and_comes_back(as_, cast, scene, asks, address):
    browser = as_(cast.cleo)
    form = form_of(browser, address)

    answer = browser.post(address, {**form, "waive": form["waive"][:1], "reason": "Both teams watch"})

    assert (answer.status_code, answer["Location"]) == (302, address)
    assert [one.code for one in Waiver.objects.all()] == ["large-rides-alone"]
    assert "cannot ride beside" in browser.get(address).context["headline"]


@pytest.mark.parametrize(
    ("left_out", "place", "said"),
    [
        ({"waive": []}, "rules", "Tick the rules that you waive."),
        ({"reason": " "}, "reason", "Say why: the reason is kept and shown."),
        ({"until": "2031-11-24"}, "until", "It departs on that day or later: take a later day, or none."),
        ({"until": "soon"}, "until", "is not a time that can be read."),
    ],
)
def test_what_is_missing_is_said_in_place_and_what_was_typed_stays(as_, cast, address, left_out, place, said):
    browser = as_(cast.cleo)
    form = {**form_of(browser, address), "reason": "Both teams watch", "until": "2031-12-31"}

    answer = browser.post(address, {**form, **left_out})

    assert (answer.status_code, answer.context["at"]) == (422, place)
    assert said in answer.text
    typed = answer.context["typed"]
    sent = {**form, **left_out}
    assert (sorted(typed.chosen), typed.reason, typed.until) == (sorted(sent["waive"]), sent["reason"], sent["until"])
    assert not Waiver.objects.exists()


def test_a_double_click_waives_once(as_, cast, scene, address):
    browser = as_(cast.cleo)
    form = {**form_of(browser, address), "reason": "Both teams watch"}

    first, second = browser.post(address, form), browser.post(address, form)

    assert (first.status_code, second.status_code) == (302, 302)
    assert Waiver.objects.count() == 2


def test_a_conflict_that_is_gone_is_not_waived(as_, cast, scene, asks, address):
    browser = as_(cast.cleo)
    form = {**form_of(browser, address), "reason": "Both teams watch"}
    scene.rides.services.add(create_service())
    asks.services.add(scene.rides.services.last())  # the pair shares more than the reader saw

    answer = browser.post(address, form)

    assert answer.status_code == 422
    assert "This conflict does not stand any more." in answer.text


def test_who_edited_one_of_the_two_is_told_before_they_try(as_, cast, scene):
    own = create_release(team=cast.pay, size="L", services=[scene.service], by=cast.cleo, slot=scene.slots[0])
    browser, address = as_(cast.cleo), f"/conflicts/{own.pk}/{scene.slots[0].pk}/"

    answer = browser.get(address)
    refused = browser.post(address, {**form_of(browser, address), "reason": "I know it"})

    assert answer.text.count(f"You edited {own.code}: somebody else must waive for it.") == 3
    assert refused.status_code == 422
    assert not Waiver.objects.exists()


def test_nobody_but_a_release_manager_waives(as_, cast, address):
    browser = as_(cast.dov)
    form = {**form_of(browser, address), "reason": "Mine"}

    answer = browser.post(address, form)

    assert answer.status_code == 403
    assert "A release manager who edited none of the releases may waive it." in answer.text
    assert not Waiver.objects.exists()


def test_it_says_how_such_waivers_ended(as_, cast, scene, asks, address):
    for hurt in (True, False):
        one, other = (create_release(team=cast.pay) for _ in range(2))
        facts = [f"slot:{scene.slots[2].pk}"]
        waiver = create_waiver("large-rides-alone", one, other, by=cast.cleo, facts=facts)
        Waiver.objects.filter(pk=waiver.pk).update(at=this_year())
        booking = board(one, scene.slots[2], at=this_year())
        report(booking, started_at=scene.slots[2].start_at)
        if hurt:
            booking.outcomes.create(kind="rolled-back", reason="It failed", at=this_year())

    assert "Of 2 such waivers this year 1 ended in a rollback." in as_(cast.cleo).get(address).text


def this_year():
    return timezone.now()


def test_a_full_slot_is_a_side_with_its_riders(as_, cast, scene):
    answer = as_(cast.cleo).get(f"/conflicts/{scene.waits.pk}/{scene.slots[0].pk}/?with=slot-{scene.slots[0].pk}")
    words = words_of(answer)

    assert f"{scene.waits.code} Stock counts cannot ride on Tue 25 Nov: the slot is full." in words
    assert f"{scene.rides} (6 points)" in words
    assert f"6 of 10 points, and 6 more with {scene.waits.code}" in words
    assert [way.release for way in answer.context["a"].ways] == [scene.rides.pk]


def test_a_freeze_is_a_side_with_its_reason(as_, cast, scene):
    freeze = Freeze.objects.create(
        name="Year-end close",
        reason="The books close.",
        first_at="2031-12-08T00:00",
        last_at="2031-12-12T00:00",
        at=NOW,
        by=cast.cleo,
    )
    late = scene.slots[1]

    answer = as_(cast.dov).get(f"/conflicts/{scene.waits.pk}/{late.pk}/")
    words = words_of(answer)

    assert answer.context["side"].id == freeze.pk
    assert "cannot ride on Tue 9 Dec: frozen, Year-end close." in words
    assert "The books close." in words
    assert "Fri 12 Dec 00:00" in words
    assert "A release manager may suspend it." in words


def test_a_table_is_a_side_with_the_stages_of_its_change(as_, cast, scene):
    table = create_table(name="payment")
    expand = aboard(scene.slots[1], team=cast.pay, title="Expand", tables=[table])
    add_change(
        name="Wider sums",
        table=table.pk,
        old_field="sum",
        new_field="sum2",
        stages={Stage.EXPAND: Step(release=expand.pk)},
        by=cast.ada,
        clock=clock(),
    )
    touches = create_release(team=cast.inv, tables=[table], slot=scene.slots[2])

    words = words_of(as_(cast.cleo).get(f"/conflicts/{touches.pk}/{scene.slots[2].pk}/"))

    assert "cannot ride on Tue 23 Dec: payment is being changed." in words
    assert "Wider sums" in words
    assert f"{expand}, Tue 9 Dec 22:00" in words


def test_a_database_is_a_side_with_its_hours_of_low_load(as_, cast, scene):
    database = Database.objects.create(name="main")
    LowLoad.objects.create(database=database, weekdays=[6], since="02:00", until="04:00")
    table = create_table(name="payment", database="main")
    release = create_release(team=cast.pay, tables=[table], slot=scene.slots[1])
    add_change(
        name="Wider sums",
        table=table.pk,
        old_field="sum",
        new_field="sum2",
        stages={Stage.EXPAND: Step(release=release.pk, heavy_lock=True)},
        by=cast.ada,
        clock=clock(),
    )

    words = words_of(as_(cast.cleo).get(f"/conflicts/{release.pk}/{scene.slots[1].pk}/"))

    assert "its heavy work leaves the hours of low load." in words
    assert "Sun 02:00 to 04:00" in words


def test_what_nobody_can_waive_says_so(as_, cast, scene):
    needed = create_release(team=cast.pay)
    needs = create_release(team=cast.inv, slot=scene.slots[1])
    needs.needs.create(on=needed)

    answer = as_(cast.cleo).get(f"/conflicts/{needs.pk}/{scene.slots[1].pk}/")

    assert "Nobody can waive this:" in answer.text
    assert 'name="reason"' not in answer.text


def test_it_asks_as_much_whatever_stands(as_, cast, scene, asks, address):
    browser = as_(cast.cleo)
    needing(cast, asks)
    few = counted(browser, address)
    for _ in range(3):
        needing(cast, asks)
        aboard(scene.slots[1], team=cast.pay, services=[scene.service])

    assert counted(browser, address) == few <= 36


def needing(cast, on):
    create_release(team=cast.pay).needs.create(on=on)


def counted(browser, address) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert browser.get(address).status_code == 200
    return len(asked)
