"""A real file: the OpenStack cycle 2024.1 as its teams released it."""

from collections import Counter
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from releasetrain.boarding.actions import importing
from releasetrain.releases.models import Release, Service
from releasetrain.teams.models import Team
from releasetrain.trains.models import Outcome, Slot
from tests.factories import clock, create_train

FILE = Path(settings.BASE_DIR) / "releasetrain" / "demo" / "data" / "openstack-2024.1" / "releases.csv"


@pytest.fixture
def history(cast):
    create_train(slug="openstack", large_mode="apart", capacity=12)

    def bring():
        return importing.import_releases(
            text=FILE.read_bytes(), history=True, train="openstack", by=cast.cleo, clock=clock(), make_missing=True
        )

    return bring


def test_the_whole_cycle_comes_in_as_history(history):
    report = history()

    assert (report.total("made"), report.total("departed")) == (403, 403)
    assert Outcome.objects.filter(kind="departed").count() == 403
    assert Team.objects.exclude(code__in=["PAY", "INV"]).count() == 39
    assert Service.objects.count() == 215


def test_its_wrong_clocks_are_listed(history):
    [warning] = history().trains[0].warnings

    assert (warning.row, warning.key, warning.code) == (68, "neutron:24.0.0.0b1", "wrong-clock")


def test_sizes_are_drawn_from_versions(history):
    history()

    assert Counter(Release.objects.values_list("size", flat=True)) == {"S": 189, "M": 157, "L": 57}


def test_nothing_of_it_stands_against_the_rules(history):
    history()

    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM standing_large_pairs(ARRAY(SELECT id FROM releases_release))")
        assert cursor.fetchall() == []
    assert set(Slot.objects.values_list("kind", flat=True)) == {"past"}


def test_the_calendar_is_held_for_seconds_at_most(history, django_assert_max_num_queries):
    history()

    with django_assert_max_num_queries(60):
        history()  # again: every row is known
