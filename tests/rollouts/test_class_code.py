"""Say of which class the code of a release or of a version is, and which services use the table."""

import pytest

from releasetrain.boarding.standing import standing
from releasetrain.domain.errors import Refused
from releasetrain.domain.versions import CodeClass
from releasetrain.rollouts.actions import class_release, class_version, say_usage
from releasetrain.schema.models import ReleaseClass, SchemaChange, Usage, VersionClass
from releasetrain.trains.worlds import changes_called
from tests.factories import NOW, clock, create_service
from tests.riding import aboard, report, slot_on
from tests.versions import reported

V0, V1, V2, V3 = CodeClass


def warned(now=NOW):
    return [one.release for one in standing(now) if one.conflict.code == "old-version-running"]


def classed(way, release, code, by):
    class_release(change=way.change.pk, release=release.pk, code=code, by=by, clock=clock())


def test_expand_that_ships_no_new_code_leaves_the_old_running(cast, way):
    classed(way, way.releases["expand"], V0, cast.ben)

    assert warned() == [way.releases["backfill"].pk]


def test_v1_may_ship_in_a_release_that_carries_no_stage(cast, way):
    classed(way, way.releases["expand"], V0, cast.ben)
    dual = aboard(slot_on(way.slots["expand"].train, day=2), team=cast.pay, services=[way.service])

    classed(way, dual, V1, cast.ben)

    assert warned() == []


def test_without_a_class_a_release_has_that_of_its_stage_again(cast, way):
    classed(way, way.releases["expand"], V0, cast.ben)

    classed(way, way.releases["expand"], None, cast.ben)

    assert not ReleaseClass.objects.exists()
    assert changes_called([way.change.pk])[0].classes[way.releases["expand"].pk] == V1


def test_whoever_may_edit_the_release_says_its_class(cast, way):
    with pytest.raises(Refused, match="forbidden"):
        classed(way, way.releases["expand"], V0, cast.dov)


def test_a_version_of_unknown_class_is_classed_afterwards(cast, way):
    end = way.slots["expand"].end_at
    report(way.releases["expand"].bookings.get(), started_at=way.slots["expand"].start_at, finished_at=end)
    reported(way.service, "5.118", by=cast.ben, at=end)
    assert warned(end) == [way.releases["backfill"].pk]

    said = {"change": way.change.pk, "service": way.service.pk, "name": "5.118", "code": V1}
    class_version(**said, by=cast.ben, clock=clock(end))

    assert warned(end) == []
    class_version(**{**said, "code": None}, by=cast.ben, clock=clock(end))
    assert not VersionClass.objects.exists()


def test_the_services_that_a_change_names_count_and_no_others(cast, way):
    importer = create_service(name="Bank importer", team=cast.inv)
    end = way.slots["expand"].end_at

    say_usage(change=way.change.pk, services=[importer.pk], rollback_hours=24, by=cast.ben, clock=clock())

    (known,) = changes_called([way.change.pk])
    assert (known.code.services, known.code.rollback_hours) == ({importer.pk}, 24)
    facts = [sorted(one.conflict.basis.facts) for one in standing(end) if one.conflict.code == "old-version-running"]
    assert all(f"version:{importer.pk}:" in one for one in facts)
    assert len(facts) == 3  # nobody ships it, so that every stage would break it


def test_a_sync_trigger_lets_the_oldest_run_beside_the_backfill(cast, way):
    classed(way, way.releases["expand"], V0, cast.ben)

    SchemaChange.objects.filter(pk=way.change.pk).update(has_sync_trigger=True)

    assert warned() == []


def test_whoever_may_edit_its_releases_says_who_uses_the_table(cast, way):
    with pytest.raises(Refused, match="forbidden"):
        say_usage(change=way.change.pk, by=cast.dov, clock=clock())
    with pytest.raises(Refused, match="no-such-service"):
        say_usage(change=way.change.pk, services=[999], by=cast.ben, clock=clock())

    assert not Usage.objects.exists()
