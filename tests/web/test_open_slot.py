"""Open one departure on its page, and set what one takes, without any script."""

from datetime import timedelta

import pytest
from django.utils import timezone

from releasetrain.trains.models import Slot
from tests.factories import create_slot, create_train
from tests.riding import aboard


@pytest.fixture
def train(cast):
    return create_train(slug="main", zone="Europe/Berlin")


@pytest.fixture
def manager(as_, cast):
    return as_(cast.cleo)


def said(**changed):
    """The form as a browser sends it: in a week, at three in the morning."""
    on = timezone.localdate() + timedelta(days=7)
    return {"kind": "regular", "on": f"{on}", "at": "03:00", "minutes": 60, "capacity": "", **changed}


def test_a_one_off_is_opened_and_shown(manager, train):
    answer = manager.post("/trains/main/slots/new/", said(), follow=True)

    slot = Slot.objects.get()
    assert answer.redirect_chain == [(f"/slots/{slot.pk}/", 302)]
    assert "Opened by Cleo, beside the timetable" in answer.text
    assert (slot.kind, slot.is_extra, slot.capacity) == ("regular", True, 10)


def test_a_hotfix_shows_why_it_goes_on_its_page_and_on_the_board(manager, train):
    manager.post("/trains/main/slots/new/", said(kind="hotfix", reason="Payments are down."))

    slot = Slot.objects.get()
    assert slot.cut_off_at == slot.start_at
    assert "Opened by Cleo: “Payments are down.”" in manager.get(f"/slots/{slot.pk}/").text
    assert "hotfix: bumps nobody" in manager.get("/trains/main/").text


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"kind": "hotfix"}, "Say why: the reason is kept and shown."),
        ({"on": "2020-01-01"}, "This must be from"),
        ({"at": "25:00"}, "Enter a valid time."),
        ({"kind": "past"}, "Select a valid choice"),
        ({"cut_off": "04:00"}, "The door shuts no later than the departure starts."),
        ({"minutes": ""}, "This field is required."),
        ({"capacity": "0"}, "This must be from 1 to 1000."),
    ],
)
def test_what_cannot_be_is_told_at_its_field_and_nothing_is_opened(manager, train, changed, reason):
    answer = manager.post("/trains/main/slots/new/", said(**changed))

    assert answer.status_code == 422
    assert reason in answer.text
    assert 'value="03:00"' in answer.text or "at" in changed, "what was typed is kept"
    assert not Slot.objects.exists()


def test_a_second_click_opens_no_second(manager, train):
    form = said(key="0d9f1b3e-6a54-4f39-9d7c-2f1f4a1b8c11")

    answers = [manager.post("/trains/main/slots/new/", form) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert Slot.objects.count() == 1


def test_only_release_managers_come_to_the_form(as_, cast, train):
    assert as_(cast.ada).get("/trains/main/slots/new/").status_code == 404
    assert as_(cast.ada).post("/trains/main/slots/new/", said()).status_code == 404
    assert not Slot.objects.exists()


def test_the_board_and_the_train_s_page_lead_to_it(as_, cast, train):
    there = 'href="/trains/main/slots/new/"'

    assert there not in as_(cast.ada).get("/trains/main/").text
    manager = as_(cast.cleo)
    assert there in manager.get("/trains/main/").text
    assert there in manager.get(f"/setup/trains/{train.pk}/").text


def test_what_a_departure_takes_is_set_on_its_page(manager, train):
    slot = create_slot(train=train)

    answer = manager.post(f"/slots/{slot.pk}/capacity/", {"capacity": 4, "reason": "Half the crew."}, follow=True)

    slot.refresh_from_db()
    assert (slot.capacity, slot.own_capacity) == (4, True)
    assert "Set. Whoever rides stays." in answer.text


@pytest.mark.parametrize(("capacity", "reason"), [("0", "So."), ("four", "So."), ("4", "")])
def test_a_capacity_that_cannot_be_is_told_and_nothing_is_set(manager, train, capacity, reason):
    slot = create_slot(train=train)

    answer = manager.post(f"/slots/{slot.pk}/capacity/", {"capacity": capacity, "reason": reason})

    slot.refresh_from_db()
    assert (answer.status_code, slot.own_capacity) == (422, False)
    assert f'value="{capacity}"' in answer.text


def test_nobody_else_sets_it(as_, cast, train):
    slot = create_slot(train=train)

    assert as_(cast.ada).post(f"/slots/{slot.pk}/capacity/", {"capacity": 4, "reason": "So."}).status_code == 404
    assert "Capacity…" not in as_(cast.ada).get(f"/slots/{slot.pk}/").text


def test_what_a_cut_would_make_stand_is_shown_before_it_is_saved(manager, cast, train):
    slot = create_slot(train=train)
    riders = [aboard(slot, team=team, size="M") for team in (cast.pay, cast.inv)]

    answer = manager.post(f"/slots/{slot.pk}/capacity/", {"capacity": 4, "reason": "", "preview": "1"})

    assert answer.status_code == 200
    assert all(rider.code in answer.text for rider in riders)
    assert "The slot is full: 2 points too many." in answer.text
    slot.refresh_from_db()
    assert (slot.capacity, slot.own_capacity) == (train.capacity, False)
