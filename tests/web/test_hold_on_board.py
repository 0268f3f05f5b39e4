"""Holding a train on its board, and what the board shows of held, skipped, closed and hotfix departures."""

from datetime import timedelta

import pytest
from django.utils import timezone

from releasetrain.boarding.actions.closing import close
from releasetrain.boarding.actions.holding import hold_train
from releasetrain.boarding.actions.skipping import skip_slot
from releasetrain.trains.models import Request, Slot, Train
from tests.factories import NOW, clock, create_slot
from tests.riding import aboard, create_release, place_of, slot_on


def board(browser, **query):
    return browser.get("/trains/main/", query)


def column_of(answer, slot):
    return next(one for one in answer.context["columns"] if one.slot.pk == slot.pk)


def hold(scene, cast):
    hold_train(train=scene.train.pk, reason="The provider is down.", by=cast.cleo, clock=clock())


def skip(slot, cast):
    skip_slot(slot=slot.pk, reason="The fair.", by=cast.cleo, clock=clock())


def post(browser, deed, **said):
    return browser.post(f"/trains/main/{deed}/", said)


def test_a_held_train_says_since_when_by_whom_and_why(as_, cast, scene):
    hold(scene, cast)

    answer = board(as_(cast.ines))

    assert "Held since Mon 24 Nov 10:00 by Cleo:" in answer.text
    assert "The provider is down. Hotfixes go." in " ".join(answer.text.split())
    assert all(one.is_held for one in answer.context["columns"])
    assert "/restart/" not in answer.text


def test_departures_that_should_have_shut_wait_for_it_and_are_counted(as_, cast, scene):
    soon = timezone.now() + timedelta(hours=1)
    late = create_slot(train=scene.train, start_at=soon)
    hold(scene, cast)

    answer = board(as_(cast.cleo))

    assert "1 departure waits for it." in answer.text
    assert column_of(answer, late).cut_off == "cut-off waits"


def test_a_hotfix_departure_is_marked_and_carries_no_mark_of_the_hold(as_, cast, scene):
    hotfix = slot_on(scene.train, day=2, kind=Slot.Kind.HOTFIX)
    hold(scene, cast)

    answer = board(as_(cast.ines))

    assert not column_of(answer, hotfix).is_held
    assert '<b class="hotfix">hotfix: bumps nobody</b>' in answer.text


def test_a_release_manager_holds_it_and_restarts_it_with_a_reason(as_, cast, scene):
    browser = as_(cast.cleo)

    assert post(browser, "hold", reason="Down.")["Location"] == "/trains/main/"
    assert Train.objects.get().held_because == "Down."

    post(browser, "restart", reason="Up.")
    assert Train.objects.get().held_at is None


@pytest.mark.parametrize("deed", ["hold", "restart"])
def test_without_a_reason_it_is_refused_in_place(as_, cast, scene, deed):
    if deed == "restart":
        hold(scene, cast)

    answer = post(as_(cast.cleo), deed, reason="")

    assert answer.status_code == 422
    assert f'id="{deed}-said" role="alert"' in answer.text


@pytest.mark.parametrize("deed", ["hold", "restart"])
def test_nobody_else_holds_or_restarts_it(as_, cast, scene, deed):
    assert post(as_(cast.ada), deed, reason="x").status_code == 404
    assert f"/{deed}/" not in board(as_(cast.ada)).text


def test_a_skipped_departure_stays_with_its_reason_and_cannot_be_boarded(as_, cast, scene):
    skip(scene.slots[1], cast)
    small = create_release(team=cast.inv, train=scene.train)
    Request.objects.filter(release=small).update(wish="this")

    plain, lit = board(as_(cast.dov)), board(as_(cast.dov), chosen=small.pk)

    assert column_of(plain, scene.slots[1]).verdict.text == "skipped by Cleo: The fair."
    assert column_of(lit, scene.slots[1]).verdict.text == "skipped"
    assert column_of(lit, scene.slots[1]).place is None
    refused = as_(cast.dov).post("/trains/main/place/", {"release": small.pk, "slot": scene.slots[1].pk})
    assert refused.status_code == 422
    assert "This departure is skipped." in refused.text
    assert place_of(small) is None


def test_a_closed_departure_says_when(as_, cast, scene):
    close(slot=scene.slots[1].pk, clock=clock(scene.slots[1].cut_off_at))

    assert column_of(board(as_(cast.ines)), scene.slots[1]).cut_off == "closed Tue 18:00"


@pytest.mark.parametrize(
    ("code", "words"),
    [("bumped", "bumped"), ("displaced", "gave way"), ("missed", "missed: no word"), ("skipped", "slot skipped")],
)
def test_a_waiting_card_says_why_it_came_back(as_, cast, scene, code, words):
    Request.objects.filter(release=scene.waits).update(because={"code": code})

    (card,) = board(as_(cast.ines)).context["queue"]

    assert card.word == words


def test_a_held_board_asks_as_much_for_many_as_for_few(as_, cast, scene, django_assert_max_num_queries):
    Request.objects.filter(release=scene.waits).update(wish="this")
    hold(scene, cast)
    skip(scene.slots[2], cast)
    for _ in range(10):
        aboard(scene.slots[1], team=cast.pay, at=NOW)

    browser = as_(cast.cleo)
    board(browser)

    with django_assert_max_num_queries(26):
        board(browser)
