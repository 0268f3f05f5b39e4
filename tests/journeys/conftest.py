"""A company with a train whose departures lie around the real now, and a way in for its people."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from releasetrain.releases.models import Release, Service
from releasetrain.trains.models import Slot, Train
from tests.factories import Cast, create_cast, create_service, create_slot, create_train
from tests.riding import aboard, create_release


@pytest.fixture
def cast(transactional_db) -> Cast:
    return create_cast()


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A large release of PAY rides in the first of four departures; a large one of INV and a small one wait."""

    train: Train
    slots: list[Slot]
    service: Service
    rides: Release
    waits: Release
    small: Release


@pytest.fixture
def scene(cast) -> Scene:
    now = timezone.now().replace(minute=0, second=0, microsecond=0)
    train = create_train(name="Main service", default_of=[cast.pay, cast.inv])
    slots = [create_slot(train=train, start_at=now + timedelta(days=day)) for day in (2, 9, 16, 23)]
    service = create_service(name="register", team=cast.pay)
    known = {"services": [service], "created_at": now, "submitted_at": now}
    scene = Scene(
        train=train,
        slots=slots,
        service=service,
        rides=aboard(slots[0], team=cast.pay, size="L", title="QR payments", by=cast.ada, at=now, **known),
        waits=create_release(team=cast.inv, size="L", title="Stock counts", by=cast.dov, train=train, **known),
        small=create_release(team=cast.inv, title="Labels", by=cast.dov, train=train, **known),
    )
    scene.waits.requests.update(asked_at=now)
    scene.small.requests.update(asked_at=now)
    return scene


@pytest.fixture
def be(page, live):
    """Return a function that lets the page's visitor be somebody."""

    def become(person, on=page):
        client = Client()
        client.force_login(person)
        on.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live}])
        return on

    return become
