"""A scene with mail: who rides where, and functions that let the outbox work until nothing is left."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from releasetrain.notices.models import Notice
from releasetrain.outbox import actions as outbox
from releasetrain.releases.models import Release, Service
from releasetrain.trains.models import Request, Slot, Train
from tests.factories import Cast, create_cast, create_service, create_train
from tests.riding import aboard, create_release, slot_on


@pytest.fixture
def cast(db) -> Cast:
    return create_cast()


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Of four departures a large release of PAY rides in the first, a medium one in the second; INV has a large one."""

    train: Train
    slots: list[Slot]
    service: Service
    rides: Release
    other: Release
    waits: Release


@pytest.fixture
def scene(cast) -> Scene:
    train = create_train(name="Main service", default_of=[cast.pay, cast.inv])
    slots = [slot_on(train, day=day) for day in (0, 9, 18, 27)]
    service = create_service(name="register", team=cast.pay)
    facts = {"size": "L", "services": [service]}
    rides = aboard(slots[0], team=cast.pay, title="QR payments", **facts)
    other = aboard(slots[1], team=cast.pay, title="Refunds", size="M")
    waits = create_release(team=cast.inv, title="Stock counts", train=train, **facts)
    Request.objects.filter(release=waits).update(wish=Request.Wish.THIS)  # it boards where somebody puts it
    return Scene(
        train=train,
        slots=slots,
        service=service,
        rides=rides,
        other=other,
        waits=waits,
    )


def work() -> None:
    """Do what is in the outbox, and what comes of it."""
    while outbox.drain(clock=lambda: timezone.now() + timedelta(seconds=1)):
        pass


def inside() -> None:
    """Write down who is told, and send nothing yet."""
    outbox.drain_lane(outbox.INSIDE, clock=lambda: timezone.now() + timedelta(seconds=1))


def mails_to(person) -> list:
    """The mails that somebody got."""
    return [one for one in mail.outbox if one.to == [person.email]]


def notices_of(person) -> list[tuple[str, str]]:
    """What somebody is told: event and how."""
    return list(Notice.objects.filter(person=person).order_by("event").values_list("event", "how"))
