"""The cast, signed in by name, and the situation that most pages are about."""

from dataclasses import dataclass

import pytest
from django.utils import timezone

from releasetrain.releases.models import Release, Service
from releasetrain.trains.models import Request, Slot, Train
from tests.factories import Cast, create_cast, create_service, create_train
from tests.riding import aboard, create_release, slot_on


@pytest.fixture
def cast(db) -> Cast:
    return create_cast()


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A train with three departures a week apart; a large release of PAY rides in the first, one of INV waits.

    Both change the same service and take 6 of 10 points, so together they break all three rules of a slot.
    """

    train: Train
    slots: list[Slot]
    service: Service
    rides: Release
    waits: Release


@pytest.fixture
def scene(cast) -> Scene:
    train = create_train(default_of=[cast.pay, cast.inv])
    slots = [slot_on(train, day=day) for day in (0, 14, 28)]
    service = create_service(name="register", team=cast.pay)
    facts = {"size": "L", "services": [service]}
    rides = aboard(slots[0], team=cast.pay, title="QR payments", by=cast.ada, **facts)
    waits = create_release(team=cast.inv, title="Stock counts", by=cast.dov, train=train, **facts)
    Request.objects.filter(release=waits).update(asked_at=timezone.now())  # pages count the days since
    return Scene(
        train=train,
        slots=slots,
        service=service,
        rides=rides,
        waits=waits,
    )


@pytest.fixture
def as_(client):
    """Return the test's browser with somebody signed in."""

    def sign_in(person):
        client.force_login(person)
        return client

    return sign_in
