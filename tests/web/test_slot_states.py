"""The page of a departure in its states: skipped, held, closed, hotfix, frozen; who missed it; whom to write to."""

from datetime import timedelta

import pytest

from releasetrain.audit.models import Entry
from releasetrain.boarding.actions.closing import close
from releasetrain.boarding.actions.holding import hold_train
from releasetrain.boarding.actions.skipping import skip_slot
from releasetrain.trains.models import Freeze, Slot
from tests.factories import NOW, clock, lead_of
from tests.riding import aboard, create_release, slot_on


def shown(browser, slot):
    return browser.get(f"/slots/{slot.pk}/")


def row(answer, name) -> str:
    """The words of a row of go / no-go."""
    return next(one.words for one in answer.context["conditions"] if one.name == name)


def skip(slot, cast):
    skip_slot(slot=slot.pk, reason="The fair.", by=cast.cleo, clock=clock())


def hold(scene, cast):
    hold_train(train=scene.train.pk, reason="The provider is down.", by=cast.cleo, clock=clock())


def test_a_skipped_departure_says_who_when_and_why_and_is_no_go(as_, cast, scene):
    skip(scene.slots[1], cast)

    answer = shown(as_(cast.ines), scene.slots[1])

    assert "Skipped by Cleo on Mon 24 Nov 10:00:" in answer.text
    assert row(answer, "Skipped") == "does not take place, since Mon 24 Nov 10:00: “The fair.”"
    assert answer.context["is_no_go"]


def test_a_held_train_says_who_since_when_and_why_and_is_no_go(as_, cast, scene):
    hold(scene, cast)

    answer = shown(as_(cast.ines), scene.slots[0])

    assert "Held since Mon 24 Nov 10:00 by Cleo:" in answer.text
    assert row(answer, "Hold") == "held since Mon 24 Nov 10:00: “The provider is down.”"
    assert answer.context["is_no_go"]


def test_a_hotfix_departure_goes_while_its_train_is_held_and_bumps_nobody(as_, cast, scene):
    hotfix = slot_on(scene.train, day=2, kind=Slot.Kind.HOTFIX)
    hold(scene, cast)

    answer = shown(as_(cast.ines), hotfix)

    assert "hotfix: bumps nobody" in answer.text
    assert "A hotfix departure goes all the same." in answer.text
    assert not answer.context["is_no_go"]


def test_the_cut_off_says_until_when_it_is_open_and_when_it_was_closed(as_, cast, scene):
    browser, slot = as_(cast.ines), scene.slots[1]
    assert row(shown(browser, slot), "Cut-off") == "open until Tue 9 Dec 18:00"

    close(slot=slot.pk, clock=clock(slot.cut_off_at))

    assert row(shown(browser, slot), "Cut-off") == "closed Tue 9 Dec 18:00"


def test_freezes_that_meet_it_are_named_with_their_reason(as_, cast, scene):
    when = {"first_at": "2031-12-09T00:00", "last_at": "2031-12-10T00:00"}
    freeze = Freeze.objects.create(name="Year end", reason="The books close.", at=NOW, by=cast.cleo, **when)

    met, free = (shown(as_(cast.ines), slot) for slot in scene.slots[1:])

    assert row(met, "Freeze") == f"hard, {freeze.name}: “The books close.”"
    assert row(free, "Freeze") == "none"


def test_cleared_ones_stand_before_those_that_wait_for_review(as_, cast, scene):
    cleared = aboard(scene.slots[1], team=cast.pay)
    waiting = aboard(scene.slots[1], team=cast.pay, open_gates=["team"])

    answer = shown(as_(cast.ines), scene.slots[1])

    assert [one["release"] for one in answer.context["cleared"]] == [cleared]
    assert [one["release"] for one in answer.context["reviewing"]] == [waiting]


def test_who_was_bumped_stands_under_missed_with_why_and_where_it_rides_now(as_, cast, scene):
    bumped = aboard(scene.slots[1], team=cast.pay, open_gates=["team"])
    close(slot=scene.slots[1].pk, clock=clock(scene.slots[1].cut_off_at))

    answer = shown(as_(cast.ines), scene.slots[1])

    (one,) = answer.context["missed"]
    assert (one["release"], one["why"], one["rides"]) == (bumped, "not cleared at the cut-off", scene.slots[2])
    assert "now Tue 23 Dec 22:00" in answer.text


def test_who_asked_in_vain_stands_under_missed_too(as_, cast, scene):
    asks = create_release(team=cast.inv, size="L", slot=scene.slots[0])
    asks.requests.update(wish="this")
    close(slot=scene.slots[0].pk, clock=clock(scene.slots[0].cut_off_at))

    (one,) = shown(as_(cast.ines), scene.slots[0]).context["missed"]

    assert (one["release"], one["why"], one["waits"]) == (asks, "asked for it in vain", True)


@pytest.mark.parametrize(("who", "sees"), [("cleo", True), ("ada", True), ("ben", False), ("ines", False)])
def test_only_release_managers_and_leads_are_given_addresses(as_, cast, scene, who, sees):
    ivan = lead_of(cast.inv, name="Ivan")
    aboard(scene.slots[1], team=cast.inv, by=cast.dov)

    answer = shown(as_(getattr(cast, who)), scene.slots[1])

    assert ("mailto:" in answer.text) is sees
    assert (ivan.email in answer.text) is sees


def test_the_link_writes_to_leads_and_authors_of_its_section_alone(as_, cast, scene):
    asks = create_release(team=cast.inv, size="L", slot=scene.slots[0], by=cast.dov)

    answer = shown(as_(cast.cleo), scene.slots[0])

    assert answer.context["letters"]["cleared"].href == "mailto:ada@example.com"
    assert answer.context["letters"]["asking"].href == "mailto:dov@example.com"
    assert asks.code in answer.text


def test_the_page_asks_as_much_for_many_as_for_few(as_, cast, scene, django_assert_max_num_queries):
    browser = as_(cast.cleo)
    shown(browser, scene.slots[1])
    for _ in range(12):
        aboard(scene.slots[1], team=cast.pay, by=cast.ben, open_gates=["team"])
        create_release(team=cast.inv, slot=scene.slots[1], by=cast.dov)

    with django_assert_max_num_queries(30):
        shown(browser, scene.slots[1])


def post(browser, slot, deed, **said):
    return browser.post(f"/slots/{slot.pk}/{deed}/", said)


@pytest.mark.parametrize(("deed", "verb"), [("skip", "slot.skipped"), ("hold", "train.held")])
def test_a_release_manager_does_it_with_a_reason(as_, cast, scene, deed, verb):
    answer = post(as_(cast.cleo), scene.slots[1], deed, reason="The fair.")

    assert answer["Location"] == f"/slots/{scene.slots[1].pk}/"
    assert Entry.objects.get(verb=verb).facts["reason"] == "The fair."


def test_what_was_skipped_or_held_is_taken_back(as_, cast, scene):
    skip(scene.slots[1], cast)
    hold(scene, cast)
    browser = as_(cast.cleo)

    post(browser, scene.slots[1], "reopen", reason="No fair.")
    post(browser, scene.slots[1], "restart", reason="Up again.")

    slot = Slot.objects.select_related("train").get(pk=scene.slots[1].pk)
    assert (slot.skipped_at, slot.train.held_at) == (None, None)


@pytest.mark.parametrize("deed", ["skip", "hold"])
def test_without_a_reason_it_is_refused_where_it_was_said(as_, cast, scene, deed):
    answer = post(as_(cast.cleo), scene.slots[1], deed, reason=" ")

    assert answer.status_code == 422
    assert answer.context["refused_deed"] == deed
    assert f'id="{deed}-said" role="alert"' in answer.text
    assert not Entry.objects.filter(verb__in=["slot.skipped", "train.held"]).exists()


@pytest.mark.parametrize("deed", ["skip", "reopen", "hold", "restart"])
def test_nobody_else_finds_the_way_in(as_, cast, scene, deed):
    assert post(as_(cast.ada), scene.slots[1], deed, reason="x").status_code == 404
    assert "slot-deeds" not in shown(as_(cast.ada), scene.slots[1]).text


def test_a_second_click_does_nothing_more(as_, cast, scene):
    key = "6f1c2f0e-8c1e-4a55-9a53-3d1f0f6f8a11"
    for _ in range(2):
        answer = post(as_(cast.cleo), scene.slots[1], "skip", reason="The fair.", key=key)
        assert answer.status_code == 302

    assert Entry.objects.filter(verb="slot.skipped").count() == 1


def test_what_departed_is_not_skipped_any_more(as_, cast, scene):
    gone = slot_on(scene.train, day=-4000)

    answer = shown(as_(cast.cleo), gone)

    assert not answer.context["may_skip"]
    assert gone.end_at < NOW + timedelta(days=1)
