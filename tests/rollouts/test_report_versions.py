"""Report which versions of a service run: the latest report counts, and moves nobody."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError

from releasetrain.audit.models import Entry
from releasetrain.boarding.standing import standing
from releasetrain.domain.errors import Refused
from releasetrain.domain.versions import CodeClass
from releasetrain.notices import actions as notices
from releasetrain.rollouts.actions import Running, attest, report_versions
from releasetrain.schema.models import Attestation, ReportedVersion, VersionClass, VersionReport
from releasetrain.teams.models import User
from tests.factories import NOW, TUESDAY, clock
from tests.riding import days, place_of, report

V0, V1, V2, V3 = CodeClass
EXPANDED = TUESDAY + timedelta(hours=1)


def tell(way, by, *versions, at=NOW, key=None):
    report_versions(service=way.service.pk, versions=list(versions), by=by, clock=clock(at), key=key)


def old_versions(now=NOW):
    """(release, severity, facts) of every old version that stands in somebody's way."""
    found = (one for one in standing(now) if one.conflict.code == "old-version-running")
    return [
        (one.release, str(one.severity), sorted(fact for fact in one.conflict.basis.facts if "version" in fact))
        for one in found
    ]


def gone(way, stage, at):
    """A stage that departed, as reported; nothing is said of versions."""
    report(way.releases[stage].bookings.get(), started_at=way.slots[stage].start_at, finished_at=at)


def test_all_versions_of_a_service_are_kept_together(cast, way):
    since, until = NOW - days(3), NOW + days(1)
    release = way.releases["expand"]
    running = Running(name="5.118", copies=12, since=since, release=release.pk)

    tell(way, cast.ben, running, Running(name="5.117", runs=False, until=until))

    known = {one.name: one for one in ReportedVersion.objects.all()}
    assert (known["5.118"].copies, known["5.118"].since, known["5.118"].release) == (12, since, release)
    assert (known["5.117"].runs, known["5.117"].until) == (False, until)
    assert Entry.objects.get(verb="versions.reported").facts["versions"] == ["5.118"]


def test_a_plan_in_which_each_stage_replaces_the_old_in_time_has_no_warning_whoever_reported(cast, way):
    assert old_versions() == []

    tell(way, cast.ben, Running(name="5.117"))

    assert old_versions() == []


def test_once_expand_departed_the_next_stage_waits_for_a_report_and_no_later_one_does(cast, way):
    gone(way, "expand", EXPANDED)

    assert old_versions(EXPANDED) == [(way.releases["backfill"].pk, "warns", [f"version:{way.service.pk}:"])]


def test_a_report_of_the_new_version_ends_the_warning(cast, way):
    gone(way, "expand", EXPANDED)

    tell(way, cast.ben, Running(name="5.118", release=way.releases["expand"].pk), at=EXPANDED)

    assert old_versions(EXPANDED) == []


def test_an_old_version_that_comes_back_blocks_the_departure_and_moves_nobody(cast, way):
    gone(way, "expand", EXPANDED)
    departing = way.slots["backfill"].start_at

    tell(way, cast.ben, Running(name="5.117", classes={way.change.pk: V0}), at=departing)

    own = way.releases["backfill"]
    assert (own.pk, "blocks", [f"version:{way.service.pk}:5.117"]) in old_versions(departing)
    assert place_of(own) == way.slots["backfill"].pk


def test_the_class_that_was_typed_comes_before_that_of_the_release(cast, way):
    gone(way, "expand", EXPANDED)
    expand = way.releases["expand"].pk

    tell(way, cast.ben, Running(name="5.118", release=expand, classes={way.change.pk: V0}), at=EXPANDED)

    assert [facts for _, _, facts in old_versions(EXPANDED)] == [[f"version:{way.service.pk}:5.118"]]
    assert VersionClass.objects.get().code_class == V0


def test_a_version_of_nobody_knows_what_counts_as_the_oldest(cast, way):
    gone(way, "expand", EXPANDED)

    tell(way, cast.ben, Running(name="5.118"), at=EXPANDED)

    assert [facts for _, _, facts in old_versions(EXPANDED)] == [[f"version:{way.service.pk}:5.118"]]


def test_a_report_after_an_attestation_speaks_for_itself(cast, way):
    gone(way, "expand", EXPANDED)
    said = {"change": way.change.pk, "service": way.service.pk, "code": V1, "reason": "Counted by hand."}
    attest(**said, by=cast.ada, clock=clock(EXPANDED))
    assert old_versions(EXPANDED) == []

    tell(way, cast.ben, Running(name="5.117"), at=EXPANDED + days(1))

    assert len(old_versions(EXPANDED + days(1))) == 1
    assert Attestation.objects.count() == 1


def test_pipelines_of_the_team_report_and_other_teams_do_not(cast, way):
    made = {"scopes": ("depart",), "name": "deploy", "days": 9, "by": cast.cleo, "clock": clock()}
    token, _secret = notices.make_service_token(team=cast.pay.pk, **made)
    pipeline = User.objects.get(pk=token.user_id)

    tell(way, pipeline, Running(name="5.118"))
    with pytest.raises(Refused, match="forbidden"):
        tell(way, cast.dov, Running(name="5.118"))

    assert VersionReport.objects.get().by == pipeline


@pytest.mark.parametrize(
    ("versions", "code", "field"),
    [
        ([], "out-of-range", "versions"),
        ([Running(name=" ")], "missing", "name"),
        ([Running(name="5"), Running(name="5 ")], "version-twice", "name"),
        ([Running(name="5" * 41)], "too-long", "name"),
        ([Running(name="5", release=999)], "no-such-release", "release"),
        ([Running(name="5", classes={999: V1})], "no-such-change", "classes"),
        ([Running(name="5", copies=-1)], "out-of-range", "copies"),
    ],
)
def test_what_cannot_be_is_refused(cast, way, versions, code, field):
    with pytest.raises(Refused) as refused:
        tell(way, cast.ben, *versions)

    assert (refused.value.code, refused.value.details["field"]) == (code, field)
    assert not VersionReport.objects.exists()


def test_a_second_click_reports_nothing_more(cast, way):
    key = uuid4()

    for _ in range(2):
        tell(way, cast.ben, Running(name="5.118"), key=key)

    assert VersionReport.objects.count() == 1


def test_what_was_reported_stays(cast, way):
    tell(way, cast.ben, Running(name="5.118"))

    with pytest.raises(IntegrityError, match="only added to"):
        VersionReport.objects.update(at=NOW - days(1))
