"""`manage.py plan`: three plans of the calendar in a terminal, and one of them applied."""

import io

import pytest
from django.core.management import CommandError, call_command

from tests.factories import NOW, create_cast, create_train
from tests.riding import aboard, days, place_of, slot_on


@pytest.fixture
def cast(db):
    return create_cast()


@pytest.fixture
def slots(cast, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    train = create_train(capacity=5)
    return [slot_on(train, day=day) for day in (1, 8, 15)]


@pytest.fixture
def late(cast, slots):
    return aboard(slots[2], team=cast.pay, due=(NOW + days(3)).date())


def planned(*words) -> str:
    out = io.StringIO()
    call_command("plan", "--seconds", "2", *words, stdout=out)
    return out.getvalue()


def test_three_plans_stand_side_by_side_with_the_moves_of_one_and_nothing_is_changed(slots, late):
    said = planned("--aim", "earliest")

    assert "fewest moves" in said.splitlines()[0]
    assert f"RT-{late.pk}  main" in said
    assert "less late" in said
    assert place_of(late) == slots[2].pk


def test_one_of_them_is_applied_by_whoever_may(cast, slots, late):
    said = planned("--apply", "earliest", "--as", cast.cleo.email)

    assert said == f"Moved: RT-{late.pk}.\n"
    assert place_of(late) == slots[0].pk


def test_who_may_not_plan_applies_nothing(cast, slots, late):
    with pytest.raises(CommandError):
        planned("--apply", "earliest", "--as", cast.ben.email)

    assert place_of(late) == slots[2].pk


@pytest.mark.parametrize("words", [("--apply", "earliest"), ("--train", "none"), ("--apply", "best", "--as", "x@y.z")])
def test_what_makes_no_sense_is_refused(slots, words):
    with pytest.raises(CommandError):
        planned(*words)


def test_a_calendar_without_releases_has_nothing_to_plan(slots):
    assert planned("--train", "main") == "There is nothing to plan.\n"
