"""What is known of versions reaches every board, whoever writes it."""

import pytest

from releasetrain.schema.models import Attestation, ReleaseClass, Usage, Verification, VersionClass
from tests.factories import NOW, create_service
from tests.riding import create_release
from tests.versions import create_change, reported


@pytest.fixture
def change(cast):
    return create_change()


def test_a_report(ear, cast, change):
    service = create_service(team=cast.pay)
    ear.heard()

    reported(service, "5.118", by=cast.ben)

    assert ear.heard() == {"setup"}


def test_what_people_say_for_it(ear, cast, change):
    service, release = create_service(team=cast.pay), create_release(team=cast.pay)
    said = {"change": change, "service": service, "code_class": "V1"}
    ear.heard()

    Attestation.objects.create(**said, reason="Counted.", at=NOW, by=cast.ben)
    assert ear.heard() == {"setup"}

    Verification.objects.create(change=change, differing=0, at=NOW, by=cast.ben)
    assert ear.heard() == {"setup"}

    VersionClass.objects.create(**said, name="5.118")
    assert ear.heard() == {"setup"}

    ReleaseClass.objects.create(change=change, release=release, code_class="V1")
    assert ear.heard() == {"setup"}


def test_who_uses_the_table(ear, cast, change):
    usage = Usage.objects.create(change=change)
    assert "setup" in ear.heard()

    usage.services.add(create_service(team=cast.pay))
    assert "setup" in ear.heard()
