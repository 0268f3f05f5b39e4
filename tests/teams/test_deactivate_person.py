"""Let somebody go, and back in."""

import pytest

from releasetrain.domain.errors import Refused
from releasetrain.domain.permissions import Permission, may
from releasetrain.teams import queries
from releasetrain.teams.actions import check_password, deactivate_person, edit_person, reactivate_person
from tests.factories import PASSWORD, clock, release_manager


def deactivate(person, by):
    deactivate_person(person=person.pk, by=by, clock=clock())
    person.refresh_from_db()


def test_every_session_ends_at_once(cast, client):
    client.force_login(cast.ada)
    assert client.get("/me/").status_code == 200

    deactivate(cast.ada, cast.cleo)

    assert client.get("/me/").status_code == 302


def test_an_old_session_stays_ended_when_they_come_back(cast, client):
    client.force_login(cast.ada)
    deactivate(cast.ada, cast.cleo)

    reactivate_person(person=cast.ada.pk, by=cast.cleo, clock=clock())

    assert client.get("/me/").status_code == 302


def test_the_old_password_no_longer_opens(cast):
    deactivate(cast.ada, cast.cleo)
    reactivate_person(person=cast.ada.pk, by=cast.cleo, clock=clock())

    with pytest.raises(Refused) as refused:
        check_password(email=cast.ada.email, password=PASSWORD, address="::1", clock=clock())

    assert refused.value.code == "wrong-sign-in"


def test_who_comes_back_signs_in_with_a_new_password(cast):
    deactivate(cast.ada, cast.cleo)
    reactivate_person(person=cast.ada.pk, by=cast.cleo, clock=clock())
    said = {"name": cast.ada.name, "email": cast.ada.email, "zone": "UTC", "password": "another long one"}

    edit_person(person=cast.ada.pk, **said, by=cast.cleo, clock=clock())

    assert check_password(email=cast.ada.email, password="another long one", address="::1", clock=clock()) == cast.ada


def test_their_membership_stays_but_gives_them_nothing(cast):
    deactivate(cast.ada, cast.cleo)

    assert cast.ada.memberships.exists()
    assert not may(queries.person(cast.ada), Permission.SEE)


def test_nobody_deactivates_themselves(cast):
    with pytest.raises(Refused) as refused:
        deactivate(cast.cleo, cast.cleo)

    assert refused.value.code == "not-yourself"


def test_another_release_manager_may_be_deactivated(cast):
    mara = release_manager(name="Mara")

    deactivate(mara, cast.cleo)

    assert not mara.is_active


def test_whoever_was_deactivated_a_moment_ago_deactivates_nobody(cast):
    mara = release_manager(name="Mara")
    deactivate_person(person=cast.cleo.pk, by=mara, clock=clock())

    with pytest.raises(Refused) as refused:
        deactivate(mara, cast.cleo)  # this Cleo was read while she was active

    assert refused.value.code == "forbidden"


@pytest.mark.parametrize("who", ["ada", "ines"])
def test_nobody_else_lets_people_go(cast, who):
    with pytest.raises(Refused) as refused:
        deactivate(cast.ben, getattr(cast, who))

    assert refused.value.code == "forbidden"
