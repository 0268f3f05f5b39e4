"""Say through the JSON door what really happened to a rider."""

from datetime import timedelta

import pytest
from django.utils import timezone

from releasetrain.domain.scopes import Scope
from releasetrain.notices import actions as notices
from releasetrain.trains.models import Outcome
from tests.api.conftest import Caller
from tests.factories import create_slot
from tests.riding import aboard, create_release, place_of, request_of


@pytest.fixture
def slot(scene):
    """A departure that began an hour ago."""
    started = timezone.now().replace(microsecond=0) - timedelta(hours=1)
    return create_slot(train=scene.train, start_at=started, minutes=180)


@pytest.fixture
def rider(cast, slot):
    return aboard(slot, team=cast.pay, at=timezone.now() - timedelta(days=2))


@pytest.fixture
def path(slot, rider) -> str:
    return f"/slots/{slot.pk}/releases/RT-{rider.pk}/report"


def latest(release) -> Outcome | None:
    """What was said last."""
    return Outcome.objects.filter(booking__release=release).first()


def test_it_departed_from_when_to_when(by, cast, slot, rider, path):
    started, finished = (slot.start_at + timedelta(minutes=minutes) for minutes in (5, 20))
    said = {"started_at": started.isoformat(), "finished_at": finished.isoformat()}

    answer = by(cast.cleo).post(path, said="departed", **said)

    assert (answer.status_code, answer.data["state"]) == (200, "soaking")
    assert (latest(rider).started_at, latest(rider).finished_at) == (started, finished)


def test_it_did_not_depart_and_waits_again(by, cast, rider, path):
    answer = by(cast.cleo).post(path, said="not-departed", reason="The build broke.")

    assert (answer.status_code, answer.data["state"]) == (200, "waiting")
    assert (place_of(rider), latest(rider).reason) == (None, "The build broke.")
    assert request_of(rider) is not None


def test_it_was_rolled_back(by, cast, rider, path):
    answer = by(cast.cleo).post(path, said="rolled-back", reason="Prices were wrong.")

    assert (answer.status_code, answer.data["state"]) == (200, "rolled-back")
    assert place_of(rider) is None


def test_a_pipeline_reports_for_its_own_team_and_for_no_other(by, cast, slot, rider, path):
    said = {"name": "deploy", "days": 9, "by": cast.cleo, "clock": timezone.now}
    pay, inv = (
        Caller(secret=notices.make_service_token(team=team.pk, scopes=[Scope.DEPART], **said)[1])
        for team in (cast.pay, cast.inv)
    )

    assert inv.post(path, said="departed").status_code == 403
    assert latest(rider) is None
    assert pay.post(path, said="departed").status_code == 200
    assert latest(rider).kind == "departed"


def test_before_its_departure_there_is_nothing_to_report(by, cast, scene):
    path = f"/slots/{scene.slots[0].pk}/releases/RT-{scene.rides.pk}/report"

    answer = by(cast.cleo).post(path, said="departed")

    assert (answer.status_code, answer.data["code"]) == (409, "not-yet")


def test_what_departed_cannot_not_have_departed(by, cast, rider, path):
    by(cast.cleo).post(path, said="departed")

    answer = by(cast.cleo).post(path, said="not-departed", reason="Wrong.")

    assert (answer.status_code, answer.data["code"]) == (409, "has-departed")
    assert latest(rider).kind == "departed"


def test_it_cannot_end_before_it_begins(by, cast, slot, rider, path):
    said = {"started_at": slot.start_at.isoformat(), "finished_at": (slot.start_at - timedelta(hours=1)).isoformat()}

    answer = by(cast.cleo).post(path, said="departed", **said)

    assert (answer.status_code, answer.data["code"]) == (422, "not-in-that-order")
    assert latest(rider) is None


@pytest.mark.parametrize("said", [{}, {"said": "flown"}, {"said": "departed", "started_at": "soon"}, {"said": None}])
def test_what_cannot_be_read_is_refused(by, cast, rider, path, said):
    answer = by(cast.cleo).post(path, **said)

    assert (answer.status_code, answer.data["code"]) == (422, "invalid")
    assert latest(rider) is None


def test_another_teams_draft_and_what_is_not_there_are_not_found(by, cast, slot):
    draft = create_release(team=cast.inv, submitted=False)

    for number in (draft.pk, 987654):
        assert by(cast.ada).post(f"/slots/{slot.pk}/releases/RT-{number}/report", said="departed").status_code == 404


def test_reporting_twice_with_one_key_is_once(by, cast, rider, path):
    first, second = (by(cast.cleo).post(path, key="k", said="departed") for _ in range(2))

    assert first.content == second.content
    assert Outcome.objects.filter(booking__release=rider).count() == 1
