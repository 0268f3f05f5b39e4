"""Freezes and hours of low load reach every board, whoever writes them."""

import pytest

from releasetrain.trains.models import Database, Freeze, LowLoad, Suspension
from tests.factories import NOW, create_service, create_train
from tests.freezes import create_freeze, create_low_load, create_suspension
from tests.riding import days


@pytest.mark.parametrize("scope", ["trains", "services", "teams"])
def test_a_freeze_and_whom_it_concerns(ear, cast, scope):
    concerned = {"trains": create_train(), "services": create_service(), "teams": cast.pay}[scope]
    ear.heard()

    freeze = create_freeze()
    assert ear.heard() == {"setup"}

    getattr(freeze, scope).add(concerned)
    assert ear.heard() == {"setup"}

    Freeze.objects.update(ended_at=NOW)
    assert ear.heard() == {"setup"}


def test_a_suspension(ear, cast):
    freeze = create_freeze()
    ear.heard()

    create_suspension(freeze, by=cast.cleo, since=NOW, until=NOW + days(1))
    assert ear.heard() == {"setup"}

    Suspension.objects.all().delete()
    assert ear.heard() == {"setup"}


def test_hours_of_low_load(ear, db):
    create_low_load()
    assert ear.heard() == {"setup"}

    Database.objects.update(zone="Europe/Berlin")
    assert ear.heard() == {"setup"}

    LowLoad.objects.all().delete()
    assert ear.heard() == {"setup"}
