"""A database of before reviews keeps what it knows: who edited counts, and nothing is taken for cleared."""

import pytest
from django.core.management import call_command
from django.db import connection

from releasetrain.releases.models import Release, Revision
from releasetrain.reviews.models import Policy
from tests.factories import NOW, create_cast

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def before_reviews():
    """The tables as they were, and as they are again afterwards."""
    for app, name in (("reviews", "zero"), ("releases", "0001")):
        call_command("migrate", app, name, verbosity=0)
    yield
    call_command("migrate", verbosity=0)


def put(sql: str, *facts: object) -> int:
    """Run an INSERT and return the number it got."""
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} RETURNING id", facts)
        return cursor.fetchone()[0]


def old_release(team: int, by: int, *, imported: str | None = None) -> int:
    """A submitted release as it was stored, with the revision it began with and one that changed its services."""
    number = put(
        "INSERT INTO releases_release (team_id, title, description, size, weight, links, revision, created_at,"
        " submitted_at, imported_key) VALUES (%s, 'Fees', '', 'L', 1, '{}', 2, %s, %s, %s)",
        *(team, NOW, NOW, imported),
    )
    for count, changed in ((1, ["team"]), (2, ["services", "title"])):
        put(
            "INSERT INTO releases_revision (release_id, number, fields, changed, at, by_id)"
            " VALUES (%s, %s, '{}', %s, %s, %s)",
            *(number, count, changed, NOW, by),
        )
    return number


def test_who_edited_before_edited(before_reviews):
    cast = create_cast()
    own, imported = old_release(cast.pay.pk, cast.ada.pk), old_release(cast.pay.pk, cast.ada.pk, imported="A-1")

    call_command("migrate", verbosity=0)

    said = {(one.release_id, one.number): (one.classes, one.editors) for one in Revision.objects.all()}
    assert said[own, 1] == (["clients", "code", "data", "size"], [cast.ada.pk])
    assert said[own, 2] == (["code"], [cast.ada.pk])
    assert said[imported, 1] == ([], [])
    assert Release.objects.get(pk=own).open_gates is None
    assert Policy.objects.count() == 1
