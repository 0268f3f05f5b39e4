"""The page of a schema change: versions against the schema, what is in the way, and what people say about versions."""

import re
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from releasetrain.domain.versions import CodeClass
from releasetrain.schema.models import (
    Attestation,
    ReleaseClass,
    ReportedVersion,
    SchemaChange,
    Usage,
    Verification,
    VersionReport,
)
from tests.factories import create_service
from tests.freezes import create_freeze
from tests.riding import aboard, slot_on
from tests.versions import create_change, reported

V0, V1, V2, V3 = CodeClass


@pytest.fixture
def change(cast, scene) -> SchemaChange:
    """One of PAY whose stages ride, two weeks apart."""
    return change_with(cast, scene, drop=42)


def change_with(cast, scene, *, drop: int) -> SchemaChange:
    """The same with the drop so many days after the first departure."""
    releases = {"expand": scene.rides}
    for stage, slot in (("backfill", scene.slots[1]), ("relax", scene.slots[2])):
        releases[stage] = aboard(slot, team=cast.pay, services=[scene.service])
    releases["drop"] = aboard(slot_on(scene.train, day=drop), team=cast.pay)
    return create_change(**releases)


def page(browser, change):
    return browser.get(f"/changes/{change.pk}/")


def words_of(answer):
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())


def test_every_version_has_a_row_in_the_drawing_and_in_the_table(as_, cast, scene, change):
    reported(scene.service, "5.117", by=cast.ben, back=["5.116"], classes={"5.117": V0, "5.116": V0}, change=change)

    (group,) = page(as_(cast.ines), change).context["drawing"].groups

    assert group.name == scene.service.name
    assert [row.full for row in group.rows][:3] == ["5.116", "5.117", scene.rides.code]
    assert [row.class_words for row in group.rows] == [
        "old only",
        "old only",
        "writes both, reads old",
        "writes both, reads new",
        "new only",
    ]


def test_a_service_that_did_not_report_may_be_anything(as_, cast, scene, change):
    answer = page(as_(cast.ines), change)

    assert answer.context["drawing"].groups[0].rows[0].full == "not reported"
    assert "has not reported" in answer.text


def test_stages_phases_and_gates_stand_at_their_instants(as_, cast, scene, change):
    drawn = page(as_(cast.ines), change).context["drawing"]

    assert [stop.letter for stop in drawn.stops] == ["E", "B", "C", "C"]
    assert [gate.name for gate in drawn.gates] == ["G1", "G2", "G3", "G4"]
    assert [gate.look for gate in drawn.gates] == ["ok", "wait", "ok", "ok"]
    assert [bar.css for bar in drawn.spans] == ["s0", "s1", "s2", "s3", "s5", "s4"]


def test_a_version_that_would_break_is_hatched_and_shuts_its_gate(as_, cast, scene, change):
    importer = create_service(name="Importer", team=cast.pay)
    usage = Usage.objects.create(change=change)
    usage.services.set([scene.service, importer])
    reported(importer, "2.8", by=cast.ben, classes={"2.8": V0}, change=change)

    answer = page(as_(cast.ines), change)

    rows = {row.full: row for group in answer.context["drawing"].groups for row in group.rows}
    assert [bar.css for bar in rows["2.8"].bars] == ["runs", "bare", "broken"]
    assert rows["2.8"].breaks == "breaks: does not write the new"
    assert [gate.look for gate in answer.context["drawing"].gates] == ["no", "no", "no", "no"]
    said = words_of(answer)
    assert "Importer 2.8, which runs until something booked replaces it" in said
    assert "No later departure helps" in said


def test_what_is_in_the_way_says_until_when_and_offers_departures_without_it(as_, cast, scene):
    """The drop a day after the relax: what relax replaces can be rolled back to for three days more."""
    change = change_with(cast, scene, drop=29)
    slot_on(scene.train, day=42)
    drop = change.stages.get(stage="drop").release
    expand, backfill = scene.rides, change.stages.get(stage="backfill").release

    answer = page(as_(cast.cleo), change)

    (found,) = [one for one in answer.context["in_the_way"] if one.conflict.code == "old-version-running"]
    assert found.release == drop
    assert f"{scene.service.name} {backfill.code}, which runs until Tue 23 Dec 23:00" in found.words
    assert "and may be rolled back to until Fri 26 Dec 23:00" in found.words
    assert expand.code not in found.words
    assert [way.departs_at.day for way, _cost in found.ways] == [6]
    assert "Never waivable" in answer.text


def test_what_is_frozen_is_drawn(as_, cast, scene, change):
    create_freeze(name="Year end", first_at=datetime(2031, 12, 24), last_at=datetime(2032, 1, 8))

    frozen = page(as_(cast.ines), change).context["drawing"].frozen

    assert [bar.words for bar in frozen] == ["frozen: Year end"]


def test_a_change_without_a_departure_is_drawn_too(as_, cast):
    assert page(as_(cast.ines), create_change()).status_code == 200


def post(browser, change, what, **said):
    return browser.post(f"/changes/{change.pk}/{what}/", said)


def test_versions_are_reported_in_a_form(as_, cast, scene, change):
    rows = {"name-0": "5.118", "runs-0": "runs", "copies-0": "12", "release-0": scene.rides.code}
    rows |= {"name-50": "5.117", "runs-50": "back", "until-50": "2031-11-28T22:25", "code-50": "V0", "name-51": ""}

    answer = post(as_(cast.ben), change, f"services/{scene.service.pk}/versions", **rows)

    assert answer["Location"] == f"/changes/{change.pk}/"
    known = {one.name: one for one in ReportedVersion.objects.all()}
    assert (known["5.118"].copies, known["5.118"].release, known["5.118"].runs) == (12, scene.rides, True)
    assert (known["5.117"].runs, known["5.117"].until.hour) == (False, 22)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"name-0": "5.118", "copies-0": "many"}, "A whole number is expected here."),
        ({"name-0": "5.118", "since-0": "soon"}, "is not a time that can be read"),
        ({"name-0": "5.118", "release-0": "RT-99999"}, "does not exist"),
        ({"name-0": "5.118", "name-1": "5.118"}, "5.118 is named twice"),
    ],
)
def test_what_was_typed_is_kept_where_a_report_is_refused(as_, cast, scene, change, said, words):
    answer = post(as_(cast.ben), change, f"services/{scene.service.pk}/versions", **said)

    assert answer.status_code == 422
    assert words in answer.text
    assert 'name="name-0" value="5.118"' in answer.text
    assert not VersionReport.objects.exists()


def test_a_person_attests_with_a_reason(as_, cast, scene, change):
    path = f"services/{scene.service.pk}/attest"

    assert post(as_(cast.ben), change, path, code="V1", reason=" ").status_code == 422
    post(as_(cast.ben), change, path, code="V1", reason="Counted by hand.")

    assert Attestation.objects.get().reason == "Counted by hand."
    assert "Ben attested on" in page(as_(cast.dov), change).text


def test_another_team_is_offered_no_form_and_may_not(as_, cast, scene, change):
    assert "/attest/" not in page(as_(cast.dov), change).text
    assert (
        post(as_(cast.dov), change, f"services/{scene.service.pk}/attest", code="V1", reason="So.").status_code == 403
    )


def test_a_backfill_is_reported_verified(as_, cast, change):
    assert post(as_(cast.ben), change, "verified", differing="none").status_code == 422

    post(as_(cast.ben), change, "verified", differing="17")
    assert "17 rows differ" in page(as_(cast.ben), change).text
    post(as_(cast.ben), change, "verified", differing="0")

    assert "complete, no row differs" in page(as_(cast.ben), change).text
    assert Verification.objects.count() == 2


def test_the_class_of_a_release_is_said(as_, cast, scene, change):
    assert post(as_(cast.ben), change, "class", release="RT-99999", code="V0").status_code == 422

    post(as_(cast.ben), change, "class", release=scene.rides.code, code="V0")

    assert ReleaseClass.objects.get().code_class == "V0"


def test_who_uses_the_table_is_said(as_, cast, change):
    importer = create_service(name="Importer", team=cast.inv)

    post(as_(cast.ben), change, "usage", services=[importer.pk], rollback_hours="24")

    known = Usage.objects.get()
    assert (list(known.services.all()), known.rollback_hours) == ([importer], 24)


def test_a_change_that_is_not_there_is_not_found(as_, cast, scene):
    assert as_(cast.ben).get("/changes/999/").status_code == 404
    assert as_(cast.ben).post("/changes/999/verified/", {"differing": "0"}).status_code == 404


def test_the_page_asks_as_much_for_many_reports_as_for_one(
    as_, cast, scene, change, django_assert_max_num_queries, django_assert_num_queries
):
    browser = as_(cast.ada)
    reported(scene.service, "5.0", by=cast.ben)
    page(browser, change)
    with django_assert_max_num_queries(50) as asked:
        page(browser, change)
    for number in range(1, 9):
        at = timezone.now() + timedelta(minutes=number)
        reported(scene.service, f"5.{number}", by=cast.ben, at=at, back=[f"4.{number}"])

    with django_assert_num_queries(len(asked)):
        page(browser, change)


def test_the_page_offers_the_query_that_verifies_a_backfill(as_, cast, change):
    SchemaChange.objects.filter(pk=change.pk).update(new_field="new_code", mapping="old_code::bigint")

    shown = as_(cast.ben).get(f"/changes/{change.pk}/")

    assert "new_code IS DISTINCT FROM (old_code::bigint);" in shown.text


def test_without_both_fields_there_is_no_such_query(as_, cast, change):
    SchemaChange.objects.filter(pk=change.pk).update(new_field="", mapping="")

    assert "IS DISTINCT FROM" not in as_(cast.ben).get(f"/changes/{change.pk}/").text
