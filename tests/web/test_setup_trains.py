"""Trains on their pages, without any script."""

import re
from datetime import date, time
from html import unescape

import pytest
from django.utils import timezone

from releasetrain.boarding.actions.trains import open_slots
from releasetrain.boarding.timetables import timetable_of
from releasetrain.domain.timetable import Recurring, weekly
from releasetrain.trains.models import Slot, Train
from tests.factories import create_train
from tests.riding import aboard

SAID = {
    "name": "Main service",
    "slug": "",
    "zone": "Europe/Berlin",
    "horizon_days": 30,
    "capacity": 10,
    "reserve": 2,
    "large_mode": "alone",
    "points_small": 1,
    "points_medium": 3,
    "points_large": 6,
    "soak_small_hours": 24,
    "soak_medium_hours": 48,
    "soak_large_hours": 120,
    "cut_off_days": 1,
    "cut_off_time": "18:00",
}


def rows(*entries, initial=0):
    """The timetable's part of the form: (weekday, at, minutes) each."""
    said = {"form-TOTAL_FORMS": len(entries), "form-INITIAL_FORMS": initial}
    for number, (weekday, at, minutes) in enumerate(entries):
        said |= {f"form-{number}-weekday": weekday, f"form-{number}-at": at, f"form-{number}-minutes": minutes}
    return said


def timetable(train):
    return [(one.weekday, f"{one.at:%H:%M}", one.minutes) for one in timetable_of(train)]


@pytest.fixture
def manager(as_, cast):
    return as_(cast.cleo)


def test_a_train_is_added_with_its_timetable_and_slots(manager):
    manager.post("/setup/trains/new/", {**SAID, **rows((1, "22:00", 90), (3, "22:00", ""), ("", "", ""))})

    train = Train.objects.get()
    assert (train.slug, timetable(train)) == ("main-service", [(1, "22:00", 90), (3, "22:00", 60)])
    assert Slot.objects.filter(train=train).exists()


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        (("", "22:00", ""), "On which day?"),
        ((1, "", ""), "At what time?"),
        ((1, "25:00", ""), "Enter a valid time."),
        ((1, "22:00", 0), "Ensure this value is greater than or equal to 1."),
    ],
)
def test_half_a_row_is_told_at_the_row_and_nothing_is_added(manager, entry, reason):
    answer = manager.post("/setup/trains/new/", {**SAID, **rows(entry)})

    assert answer.status_code == 422
    assert reason in answer.text
    assert not Train.objects.exists()


def test_an_emptied_row_is_taken_away_and_a_new_one_added(manager):
    train = create_train(weekly=[(1, "22:00", 60), (3, "22:00", 60)])

    manager.post(
        f"/setup/trains/{train.pk}/timetable/", rows((1, "22:00", 60), ("", "", ""), (4, "10:00", 30), initial=2)
    )

    assert timetable(train) == [(1, "22:00", 60), (4, "10:00", 30)]


def test_the_same_departure_twice_is_refused_in_words(manager):
    train = create_train(weekly=[(1, "22:00", 60)])

    answer = manager.post(f"/setup/trains/{train.pk}/timetable/", rows((1, "22:00", 60), (1, "22:00", 30), initial=1))

    assert answer.status_code == 422
    assert re.search(r"The timetable names Tue \d+ \w+ \d{4} 22:00 twice\.", answer.text)
    assert timetable(train) == [(1, "22:00", 60)]


def test_the_page_offers_empty_rows_after_those_there_are(manager):
    train = create_train(weekly=[(1, "22:00", 60)])

    text = manager.get(f"/setup/trains/{train.pk}/").text

    assert re.findall(r'name="form-\d+-at" (?:value="([^"]*)")?', text) == ["22:00", "", "", ""]


def test_what_a_train_is_can_be_changed_alone(manager):
    train = create_train(weekly=[(1, "22:00", 60)])

    manager.post(f"/setup/trains/{train.pk}/", {**SAID, "slug": "main", "capacity": 12})

    train.refresh_from_db()
    assert (train.name, train.capacity, timetable(train)) == ("Main service", 12, [(1, "22:00", 60)])


def test_a_number_out_of_range_is_told_at_its_field(manager):
    train = create_train()

    answer = manager.post(f"/setup/trains/{train.pk}/", {**SAID, "horizon_days": 100_000})

    assert answer.status_code == 422
    assert answer.context["form"].errors == {"horizon_days": ["This must be from 1 to 730."]}


def test_the_page_says_what_points_are_kept_free_for_and_keeps_them(manager):
    train = create_train()

    manager.post(f"/setup/trains/{train.pk}/", {**SAID, "reserve": 3})

    train.refresh_from_db()
    assert train.reserve == 3
    assert "Plans leave so many points free, so that a surprise moves little." in unescape(
        manager.get(f"/setup/trains/{train.pk}/").text
    )


def test_more_than_a_slot_takes_cannot_be_kept_free(manager):
    train = create_train()

    answer = manager.post(f"/setup/trains/{train.pk}/", {**SAID, "reserve": 11})

    assert answer.context["form"].errors == {"reserve": ["This must be from 0 to 10."]}


def test_the_list_says_when_a_train_departs_in_few_words(manager):
    create_train(weekly=[(1, "22:00", 60), (3, "22:00", 60), (4, "10:00", 30)])

    assert "Tue and Thu 22:00, Fri 10:00" in manager.get("/setup/trains/").text


def rules(*entries):
    """The part of the form that takes rules: (rule, first_on, at, minutes) each."""
    said = {"rule-TOTAL_FORMS": len(entries), "rule-INITIAL_FORMS": 0}
    for number, entry in enumerate(entries):
        said |= {f"rule-{number}-{name}": one for name, one in zip(RULE, entry, strict=True)}
    return said


RULE = ("rule", "first_on", "at", "minutes")
FIRST_TUESDAY = ("freq=monthly; byday=1tu", "2031-12-01", "22:00", 90)


def test_a_rule_stands_beside_the_week_and_comes_back_as_a_rule(manager):
    train = create_train(weekly=[(1, "22:00", 60)])
    address = f"/setup/trains/{train.pk}/timetable/"

    answer = manager.post(address, {**rows((3, "22:00", 60)), **rules(FIRST_TUESDAY)}, follow=True)

    first = Recurring(rule="FREQ=MONTHLY;BYDAY=1TU", at=time(22), minutes=90, first_on=date(2031, 12, 1))
    assert timetable_of(train) == [weekly(weekday=3, at=time(22), minutes=60), first]
    assert 'value="FREQ=MONTHLY;BYDAY=1TU"' in answer.text
    assert 'value="2031-12-01"' in answer.text
    assert "Thu 22:00, the first Tue of the month 22:00, from 1 Dec 2031" in manager.get("/setup/trains/").text


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        (("every tuesday", "2031-12-01", "22:00", ""), "“every tuesday” cannot be read."),
        (("FREQ=HOURLY", "2031-12-01", "22:00", ""), "A rule says days"),
        (("FREQ=WEEKLY;BYMONTHDAY=1", "2031-12-01", "22:00", ""), "BYMONTHDAY does not go with WEEKLY."),
        (("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "2031-12-01", "22:00", ""), "gives no day within 10 years"),
        (("FREQ=DAILY", "", "22:00", ""), "From which day on?"),
        (("FREQ=DAILY", "2031-12-01", "", ""), "At what time?"),
        (("FREQ=DAILY", "1999-12-01", "22:00", ""), "This must be from 2000-01-01 to 2199-12-31."),
    ],
)
def test_a_rule_that_cannot_be_is_told_in_words(manager, entry, reason):
    train = create_train()

    answer = manager.post(f"/setup/trains/{train.pk}/timetable/", {**rows(), **rules(entry)})

    assert answer.status_code == 422
    assert reason in answer.text
    assert timetable(train) == []


def test_a_rule_row_that_is_emptied_is_no_departure(manager):
    train = create_train()

    manager.post(f"/setup/trains/{train.pk}/timetable/", {**rows(), **rules(("", "2031-12-01", "22:00", 60))})

    assert timetable(train) == []


def test_a_preview_says_what_would_happen_and_changes_nothing(manager, cast):
    train = create_train(name="Main", weekly=[(1, "22:00", 60)], horizon_days=20)
    open_slots(clock=timezone.now)
    rides = aboard(Slot.objects.order_by("start_at").last(), team=cast.pay, title="QR payments")
    before = list(Slot.objects.values_list())

    answer = manager.post(
        f"/setup/trains/{train.pk}/timetable/",
        {**rows((3, "21:00", 60)), **rules(FIRST_TUESDAY), "preview": "1"},
    )

    assert answer.status_code == 200
    text = re.sub(r"<[^>]+>|\s+", " ", answer.text)
    assert re.search(r"\d departures? go(es)?\b", text)
    assert re.search(r"\d departures? comes?\b", text)
    assert "1 departure stays as an exception" in text
    assert re.search(rf"1 release\s*, {rides.code} QR payments \(PAY, rides\)", re.sub(r"\s+", " ", text))
    assert "the first Tue of the month 22:00, from 1 Dec 2031" in text
    assert 'value="21:00"' in answer.text, "what was typed is kept"
    assert (list(Slot.objects.values_list()), timetable(train)) == (before, [(1, "22:00", 60)])


def test_a_preview_of_what_cannot_be_kept_is_refused_as_that_is(manager):
    train = create_train()
    twice = {**rows((1, "22:00", 60)), **rules(("FREQ=DAILY", "2020-01-01", "22:00", 60)), "preview": "1"}

    answer = manager.post(f"/setup/trains/{train.pk}/timetable/", twice)

    assert answer.status_code == 422
    assert "22:00 twice." in answer.text
    assert "If this is kept" not in answer.text


def test_after_a_preview_the_form_still_knows_what_was_shown_at_first(manager):
    train = create_train(weekly=[(1, "22:00", 60)])
    address = f"/setup/trains/{train.pk}/timetable/"
    shown = seen_by(manager.get(f"/setup/trains/{train.pk}/"))
    previewed = manager.post(address, {**rows((3, "21:00", 60)), "seen": shown, "preview": "1"})
    manager.post(address, {**rows((4, "20:00", 60)), "seen": shown})

    answer = manager.post(address, {**rows((3, "21:00", 60)), "seen": seen_by(previewed)})

    assert answer.status_code == 409
    assert timetable(train) == [(4, "20:00", 60)]


def seen_by(answer):
    """What the timetable's form carries of what it showed."""
    return unescape(re.findall(r'name="seen" value="([^"]*)"', answer.text)[1])
