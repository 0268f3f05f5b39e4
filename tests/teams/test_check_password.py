"""Who somebody is, with a limit on guessing."""

from datetime import timedelta

import pytest

from releasetrain.domain.errors import Refused
from releasetrain.teams.actions import check_password
from tests.factories import NOW, PASSWORD, clock, create_user

HOME, ELSEWHERE = "192.0.2.1", "192.0.2.2"


def refusal_of(password=PASSWORD, *, email="ada@example.com", address=HOME, at=NOW):
    try:
        check_password(email=email, password=password, address=address, clock=clock(at))
    except Refused as error:
        return error
    return None


@pytest.fixture
def ada(db):
    return create_user(name="Ada")


@pytest.fixture
def guessed(ada):
    """Five wrong passwords, a minute apart, the last one now."""
    for minutes in (4, 3, 2, 1, 0):
        assert refusal_of("wrong", at=NOW - timedelta(minutes=minutes)).code == "wrong-sign-in"
    return ada


def test_the_right_password_opens(ada):
    assert check_password(email="ADA@example.com ", password=PASSWORD, address=HOME, clock=clock()) == ada


def test_a_wrong_password_and_an_unknown_address_are_refused_alike(ada):
    assert refusal_of("wrong").code == refusal_of(email="nobody@example.com").code == "wrong-sign-in"


def test_four_wrong_ones_do_not_shut_the_door(ada):
    for _ in range(4):
        refusal_of("wrong")

    assert refusal_of() is None


def test_after_five_wrong_ones_even_the_right_one_waits(guessed):
    assert refusal_of().code == "wait-to-sign-in"


def test_the_refusal_says_how_many_minutes(guessed):
    assert refusal_of(at=NOW + timedelta(seconds=1)).details == {"minutes": 1}


def test_five_minutes_after_the_first_of_the_five_the_door_is_open(guessed):
    assert refusal_of(at=NOW + timedelta(minutes=1)) is None


def test_somebody_elsewhere_is_not_shut_out(guessed):
    assert refusal_of(address=ELSEWHERE) is None


def test_another_address_is_not_shut_out(guessed):
    create_user(name="Ben")

    assert refusal_of(email="ben@example.com") is None


def test_who_is_deactivated_does_not_get_in(ada):
    ada.is_active = False
    ada.save()

    assert refusal_of().code == "wrong-sign-in"
