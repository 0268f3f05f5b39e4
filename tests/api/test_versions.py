"""Versions beside a schema change through the JSON door: report, attest, class, verify, and ask the gates."""

import pytest
from django.utils import timezone

from releasetrain.notices import actions as notices
from releasetrain.schema.models import SchemaChange, VersionReport
from tests.api.conftest import Caller
from tests.factories import create_service
from tests.riding import create_release
from tests.versions import create_change


@pytest.fixture
def change(cast, scene) -> SchemaChange:
    """A change of PAY, whose expand rides and whose backfill waits."""
    return create_change(expand=scene.rides, backfill=create_release(team=cast.pay, services=[scene.service]))


@pytest.fixture
def pipeline(cast) -> Caller:
    """The pipeline of PAY."""
    said = {"scopes": ("gate", "depart"), "name": "deploy", "days": 9, "by": cast.cleo, "clock": timezone.now}
    return Caller(secret=notices.make_service_token(team=cast.pay.pk, **said)[1])


def gates(caller, change):
    return {one["gate"]: one for one in caller.get(f"/changes/{change.pk}/gates").data}


def verified(caller, change, differing):
    return caller.post(f"/changes/{change.pk}/verifications", differing=differing)


def report(caller, service, *versions):
    return caller.post(f"/services/{service.pk}/versions", versions=list(versions))


def test_a_pipeline_reports_all_versions_of_a_service(cast, scene, change, pipeline):
    new = {"name": "5.118", "copies": 12, "release": scene.rides.pk}
    old = {"name": "5.117", "runs": False, "until": "2031-11-28T22:25:00Z"}

    answer = report(pipeline, scene.service, new, old)

    assert answer.status_code == 201
    assert {one["name"]: (one["runs"], one["release"]) for one in answer.data["versions"]} == {
        "5.118": (True, scene.rides.code),
        "5.117": (False, None),
    }
    assert VersionReport.objects.count() == 1


def test_reports_are_listed_latest_first(by, cast, scene):
    for name in ("5.117", "5.118"):
        report(by(cast.ben), scene.service, {"name": name})

    found = by(cast.dov).get(f"/services/{scene.service.pk}/versions").data["results"]

    assert [one["versions"][0]["name"] for one in found] == ["5.118", "5.117"]


def test_the_gates_say_what_may_start_now_and_because_of_what_it_may_not(by, cast, scene, change, pipeline):
    first = gates(pipeline, change)["G1"]
    assert (first["may"], first["missing"]) == (False, "not-expanded")
    assert first["message"] == f"expand has not departed; {scene.service.name} (not reported) may run"
    assert [one["code_class"] for one in first["versions"]] == ["V0"]

    report(pipeline, scene.service, {"name": "5.118", "classes": [{"change": change.pk, "code_class": "V1"}]})

    assert gates(pipeline, change)["G1"]["versions"] == []
    assert [one["name"] for one in gates(pipeline, change)["G3"]["versions"]] == ["5.118"]


def test_a_gate_that_is_open_says_so(by, cast, scene, change, pipeline):
    by(cast.ada).put(f"/changes/{change.pk}/versions", old_is_optional=True)
    report(pipeline, scene.service, {"name": "5.119", "classes": [{"change": change.pk, "code_class": "V2"}]})
    verified(pipeline, change, 0)

    found = gates(pipeline, change)

    assert {name: one["may"] for name, one in found.items()} == {"G1": False, "G2": True, "G3": True, "G4": False}
    assert found["G2"]["message"] == ""


def test_a_person_attests_and_a_pipeline_may_not(by, cast, scene, change, pipeline):
    said = {"service": scene.service.pk, "code_class": "V1", "reason": "Counted."}
    path = f"/changes/{change.pk}/attestations"

    assert pipeline.post(path, **said).status_code == 403
    answer = by(cast.ines).post(path, **said)

    (service,) = answer.data["services"]
    assert [(one["code_class"], one["by"], one["is_void"]) for one in service["attestations"]] == [
        ("V1", "Ines", False)
    ]


def test_an_attestation_that_a_later_report_contradicts_is_void(by, cast, scene, change):
    said = {"service": scene.service.pk, "code_class": "V1", "reason": "Counted."}
    by(cast.ada).post(f"/changes/{change.pk}/attestations", **said)
    report(by(cast.ada), scene.service, {"name": "5.117"})

    (service,) = by(cast.dov).get(f"/changes/{change.pk}/versions").data["services"]

    assert service["attestations"][0]["is_void"]
    assert service["versions"] == [{"name": "5.117", "runs": True, "until": None, "code_class": None}]


def test_rows_that_differ_are_told_and_the_latest_counts(by, cast, change):
    verified(by(cast.ben), change, 17)
    answer = verified(by(cast.ben), change, 0)

    assert [one["differing"] for one in answer.data["verifications"]] == [0, 17]


def test_classes_of_releases_and_versions_are_said(by, cast, scene, change):
    path = f"/changes/{change.pk}"
    classed = by(cast.ada).post(f"{path}/release-classes", release=scene.rides.pk, code_class="V0").data
    assert classed["releases"][0] == {"release": scene.rides.code, "code_class": "V0", "is_said": True}

    report(by(cast.ada), scene.service, {"name": "5.118"})
    told = {"service": scene.service.pk, "name": "5.118", "code_class": "V1"}
    classed = by(cast.ada).post(f"{path}/version-classes", **told).data

    assert classed["services"][0]["versions"][0]["code_class"] == "V1"


def test_who_uses_the_table_is_said_by_whoever_may_edit_its_releases(by, cast, change):
    importer = create_service(name="Importer", team=cast.inv)
    said = {"services": [importer.pk], "rollback_hours": 24}

    assert by(cast.dov).put(f"/changes/{change.pk}/versions", **said).status_code == 403
    answer = by(cast.ben).put(f"/changes/{change.pk}/versions", **said)

    assert [one["name"] for one in answer.data["services"]] == ["Importer"]
    assert (answer.data["has_sync_trigger"], answer.data["rollback_hours"]) == (False, 24)


def test_what_does_not_exist_is_not_found(by, cast):
    for path in ("/changes/999/gates", "/changes/999/versions", "/services/999/versions"):
        assert by(cast.ada).get(path).status_code == 404, path


def test_a_service_that_is_not_known_is_a_value_not_an_address(by, cast, change):
    said = {"service": 999, "code_class": "V1", "reason": "Counted."}

    answer = by(cast.cleo).post(f"/changes/{change.pk}/attestations", **said)

    assert (answer.status_code, answer.data["code"]) == (422, "no-such-service")
