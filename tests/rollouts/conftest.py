"""The cast, for every test that asks for it, and a change of PAY whose four stages ride a week apart."""

from dataclasses import dataclass

import pytest

from releasetrain.releases.models import Release, Service
from releasetrain.schema.models import SchemaChange
from releasetrain.trains.models import Slot
from tests.factories import Cast, create_cast, create_service, create_train
from tests.riding import aboard, slot_on
from tests.versions import create_change


@pytest.fixture
def cast(db) -> Cast:
    return create_cast()


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A change on its way: its service, and the release of each stage with its departure."""

    change: SchemaChange
    service: Service
    releases: dict[str, Release]
    slots: dict[str, Slot]


@pytest.fixture
def way(cast) -> Way:
    train = create_train()
    service = create_service(name="API", team=cast.pay)
    days = {"expand": 0, "backfill": 7, "relax": 14, "drop": 21}
    slots = {stage: slot_on(train, day=day) for stage, day in days.items()}
    releases = {stage: aboard(slot, team=cast.pay, services=[service]) for stage, slot in slots.items()}
    return Way(change=create_change(**releases), service=service, releases=releases, slots=slots)
