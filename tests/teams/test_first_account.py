"""The first person of all."""

import threading

import pytest
from django.db import connection

from releasetrain.domain.errors import Refused
from releasetrain.domain.permissions import Role
from releasetrain.teams import queries
from releasetrain.teams.actions import open_first_account
from releasetrain.teams.models import User
from tests.factories import clock, create_user

SAID = {"name": "Cleo", "email": "cleo@example.com", "password": "long enough for us", "zone": "Europe/Berlin"}


def test_the_first_person_is_release_manager(db):
    cleo = open_first_account(**SAID, clock=clock())

    assert queries.person(cleo).roles == {Role.RELEASE_MANAGER}
    assert cleo.check_password("long enough for us")


def test_there_is_no_second_first_person(db):
    create_user()

    with pytest.raises(Refused) as refused:
        open_first_account(**SAID, clock=clock())

    assert refused.value.code == "somebody-is-here"


def test_a_refused_one_leaves_nobody_behind(db):
    with pytest.raises(Refused) as refused:
        open_first_account(**{**SAID, "password": "short"}, clock=clock())

    assert refused.value.code == "weak-password"
    assert not User.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_at_once_make_one():
    start, refusals = threading.Barrier(2), []

    def first(email):
        start.wait()
        try:
            open_first_account(**{**SAID, "email": email}, clock=clock())
        except Refused as error:
            refusals.append(error.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=first, args=(email,)) for email in ("a@example.com", "b@example.com")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert User.objects.count() == 1
    assert refusals == ["somebody-is-here"]
