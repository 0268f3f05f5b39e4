"""Trains on their pages, without any script."""

import re

import pytest

from releasetrain.trains.models import Slot, Train
from tests.factories import create_train

SAID = {
    "name": "Main service",
    "slug": "",
    "zone": "Europe/Berlin",
    "horizon_days": 30,
    "capacity": 10,
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
    return [(one.weekday, f"{one.at:%H:%M}", one.minutes) for one in train.timetable.all()]


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
    assert "The timetable names Tuesday 22:00 twice." in answer.text
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


def test_the_list_says_when_a_train_departs_in_few_words(manager):
    create_train(weekly=[(1, "22:00", 60), (3, "22:00", 60), (4, "10:00", 30)])

    assert "Tue and Thu 22:00, Fri 10:00" in manager.get("/setup/trains/").text
