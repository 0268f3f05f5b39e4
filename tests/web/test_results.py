"""Results of trying clients: all rows or none, errors beside their row, and no edit."""

import pytest

from releasetrain.domain.permissions import Role
from releasetrain.releases.models import ReleaseClient, Revision
from releasetrain.reviews.models import Gate, Result
from tests.factories import create_service, holder_of
from tests.riding import judged

LINK = "https://ci.example/runs/1"


@pytest.fixture
def tried(cast, scene):
    """A release of PAY with two clients, one of which INV owns."""
    desktop = create_service(name="Till for desktop", team=cast.pay, kind="client", platform="desktop")
    android = create_service(name="Till for Android", team=cast.inv, kind="client", platform="Android")
    for client in (desktop, android):
        ReleaseClient.objects.create(release=scene.rides, client=client)
    judged(scene.rides)
    return scene, desktop, android


def rows(scene, **of):
    return {
        f"{scene.service.pk}-{client.pk}-{name}": value for client, said in of.values() for name, value in said.items()
    }


def state(scene):
    return Gate.objects.get(release=scene.rides, code="compatibility").state


def record(client, scene, **of):
    return client.post(f"/releases/{scene.rides.pk}/results/", rows(scene, **of))


def test_desktop_passing_while_android_fails_is_not_a_pass(as_, cast, tried):
    scene, desktop, android = tried
    passed, failed = {"kind": "pass", "link": LINK}, {"kind": "fail", "link": LINK, "note": "closes on rotate"}

    answer = record(as_(cast.ada), scene, one=(desktop, passed), other=(android, failed))

    assert answer.status_code == 302
    assert state(scene) == "needs-work"
    record(as_(cast.ada), scene, other=(android, {"kind": "not-needed", "note": "takes no payments"}))
    assert state(scene) == "approved"


def test_one_wrong_row_keeps_none_and_is_named(as_, cast, tried):
    scene, desktop, android = tried

    answer = record(
        as_(cast.ada), scene, one=(desktop, {"kind": "pass", "link": LINK}), other=(android, {"kind": "fail"})
    )

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Say where it was tried: a link that begins with https." in page
    assert LINK in page
    assert not Result.objects.exists()


def test_recording_is_no_edit(as_, cast, tried):
    scene, desktop, _ = tried
    before = Revision.objects.count()

    record(as_(cast.ben), scene, one=(desktop, {"kind": "pass", "link": LINK}))

    assert Revision.objects.count() == before
    assert cast.ben.pk not in Gate.objects.get(release=scene.rides, code="team").barred


def test_the_team_of_a_client_records_for_its_client_and_the_qa_lead_for_all(as_, cast, tried):
    scene, desktop, android = tried
    passed = {"kind": "pass", "link": LINK}

    assert record(as_(cast.dov), scene, one=(android, passed)).status_code == 302
    assert record(as_(cast.dov), scene, one=(desktop, passed)).status_code == 403
    assert record(as_(cast.ines), scene, one=(desktop, passed)).status_code == 403
    assert record(as_(holder_of(Role.QA_LEAD, name="Mara")), scene, one=(desktop, passed)).status_code == 302


def test_lines_are_pasted(as_, cast, tried):
    scene, _, _ = tried
    lines = f"Till for desktop,pass,{LINK},4.12\nTill for Android,not-needed,takes no payments"

    as_(cast.ada).post(f"/releases/{scene.rides.pk}/results/", {"lines": lines})

    assert list(Result.objects.values_list("kind", "version")) == [("pass", "4.12"), ("not-needed", "")]


def test_a_line_about_something_else_is_refused_whole(as_, cast, tried):
    scene, _, _ = tried

    answer = as_(cast.ada).post(f"/releases/{scene.rides.pk}/results/", {"lines": "Courier,pass,https://x.example"})

    assert answer.status_code == 422
    assert "The release does not name this client, or this service." in answer.content.decode()


def test_the_page_shows_the_matrix(as_, cast, tried):
    scene, desktop, _ = tried
    record(as_(cast.ada), scene, one=(desktop, {"kind": "pass", "link": LINK, "version": "4.12"}))

    page = as_(cast.dov).get(f"/releases/{scene.rides.pk}/").content.decode()

    assert "1 of 2" in page
    assert "4.12" in page
