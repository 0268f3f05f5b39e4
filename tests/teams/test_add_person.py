"""Let somebody in."""

import pytest

from releasetrain.audit.models import Entry
from releasetrain.domain.errors import Refused
from releasetrain.teams.actions import add_person
from releasetrain.teams.models import User
from tests.factories import clock


def add(by, **facts):
    said = {"name": "Mara", "email": "mara@example.com", "zone": "Europe/Berlin", **facts}
    return add_person(**said, by=by, clock=clock())


def test_a_release_manager_lets_somebody_in(cast):
    person = add(cast.cleo, password="long enough for us")

    assert (person.name, person.zone, person.check_password("long enough for us")) == ("Mara", "Europe/Berlin", True)
    assert Entry.objects.filter(subject=f"person:{person.pk}", verb="person.added", by=cast.cleo).exists()


@pytest.mark.parametrize("who", ["ada", "ben", "ines"])
def test_nobody_else_does(cast, who):
    with pytest.raises(Refused) as refused:
        add(getattr(cast, who))

    assert refused.value.code == "forbidden"


def test_without_a_password_nobody_can_sign_in_as_them(cast):
    assert not add(cast.cleo).has_usable_password()


@pytest.mark.parametrize(
    ("facts", "code", "field"),
    [
        ({"name": "  "}, "missing", "name"),
        ({"name": "x" * 81}, "too-long", "name"),
        ({"email": "mara"}, "not-an-address", "email"),
        ({"email": "ADA@example.com"}, "taken", "email"),
        ({"zone": "Mars/Olympus"}, "unknown-zone", "zone"),
        ({"password": "12345678"}, "weak-password", "password"),
        ({"password": "short"}, "weak-password", "password"),
    ],
)
def test_what_cannot_be_kept_is_refused_at_its_field(cast, facts, code, field):
    there = User.objects.count()

    with pytest.raises(Refused) as refused:
        add(cast.cleo, **facts)

    assert (refused.value.code, refused.value.details["field"]) == (code, field)
    assert User.objects.count() == there


def test_an_address_is_kept_in_small_letters(cast):
    assert add(cast.cleo, email="Mara@Example.com ").email == "mara@example.com"
