"""Change what is known of somebody."""

import pytest

from releasetrain.domain.errors import Refused
from releasetrain.teams.actions import edit_person
from tests.factories import PASSWORD, clock


def edit(person, by, **facts):
    said = {"name": person.name, "email": person.email, "zone": person.zone, **facts}
    return edit_person(person=person.pk, **said, by=by, clock=clock())


def test_a_release_manager_changes_name_address_and_zone(cast):
    edit(cast.ada, cast.cleo, name="Ada L", email="ada.l@example.com", zone="Asia/Tokyo")

    cast.ada.refresh_from_db()
    assert (cast.ada.name, cast.ada.email, cast.ada.zone) == ("Ada L", "ada.l@example.com", "Asia/Tokyo")


def test_the_password_stays_unless_a_new_one_is_said(cast):
    assert edit(cast.ada, cast.cleo).check_password(PASSWORD)
    assert edit(cast.ada, cast.cleo, password="another long one").check_password("another long one")


def test_a_new_password_ends_their_sessions(cast, client):
    client.force_login(cast.ada)

    edit(cast.ada, cast.cleo, password="another long one")

    assert client.get("/me/").status_code == 302


def test_keeping_the_own_address_is_not_taking_it(cast):
    assert edit(cast.ada, cast.cleo, name="Ada L").name == "Ada L"


def test_the_address_of_somebody_else_is_taken(cast):
    with pytest.raises(Refused) as refused:
        edit(cast.ada, cast.cleo, email=cast.ben.email.upper())

    assert refused.value.code == "taken"


def test_somebody_unknown_cannot_be_edited(cast):
    with pytest.raises(Refused) as refused:
        edit_person(person=0, name="X", email="x@example.com", zone="UTC", by=cast.cleo, clock=clock())

    assert refused.value.code == "no-such-person"


def test_nobody_edits_others_without_the_role(cast):
    with pytest.raises(Refused) as refused:
        edit(cast.ben, cast.ada, name="Benjamin")

    assert refused.value.code == "forbidden"
