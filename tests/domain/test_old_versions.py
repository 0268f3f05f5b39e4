"""Rule old-version-running: a step departs when what it would break neither runs nor can be rolled back to."""

from dataclasses import replace

import pytest

from releasetrain.domain.conflicts.rules.databases import breaks_old_versions
from releasetrain.domain.stages import Stage
from releasetrain.domain.versions import Code, CodeClass, Version
from releasetrain.domain.world import Change, World
from tests.domain.claims import DAY, FIRST, HOUR, NOW, claim, slot

EXPAND, BACKFILL, RELAX, DROP = 31, 40, 45, 47
V0, V1, V2, V3 = CodeClass
API, WORKER = 1, 2


def version(name="5.117", code=V0, *, service=API, **facts) -> Version:
    return Version(service=service, name=name, code=code, **facts)


def world(*versions: Version, services=(API,), said=None, **known) -> World:
    """The change behind QR payments, with what its services reported; who did not is there without a name."""
    told = {one.service for one in versions}
    silent = tuple(Version(service=one) for one in services if one not in told)
    code = Code(services=frozenset(services), versions=(*versions, *silent), said=said or {}, **known)
    carriers = {Stage.EXPAND: EXPAND, Stage.BACKFILL: BACKFILL, Stage.RELAX: RELAX, Stage.DROP: DROP}
    return World(changes=(Change(id=9, table=7, soak_hours=120, carriers=carriers, code=code),))


def at(release, day, there, *, services="1", now=NOW):
    return claim(release, slot(release, day=day), world=there, services=services, now=now)


def facts(found):
    return [sorted(one.basis.facts) for one in found]


def test_what_runs_today_is_no_matter_when_a_booked_release_replaces_it_in_time():
    there = world(version())
    expand, backfill = at(EXPAND, 0, there), at(BACKFILL, 7, there)

    assert breaks_old_versions(backfill, booked=[expand, backfill]) == []


def test_where_nothing_booked_replaces_it_the_step_warns_and_blocks_at_its_departure():
    there = world(version())

    (planned,) = breaks_old_versions(at(BACKFILL, 7, there), booked=[])
    (departing,) = breaks_old_versions(at(BACKFILL, 7, there, now=FIRST + 7 * DAY), booked=[])

    assert (planned.blocks, departing.blocks) == (False, True)
    assert (planned.b.kind, planned.b.id) == ("table", 7)
    assert facts([planned]) == [["change:9", "version:1:5.117"]] == facts([departing])


@pytest.mark.parametrize(("day", "found"), [(3, True), (3 + 1 / 24, False), (4, False)])
def test_a_superseded_version_can_be_rolled_back_to_for_72_hours_after_the_end_of_the_departure(day, found):
    there = world(version())
    expand = at(EXPAND, 0, there)

    assert bool(breaks_old_versions(at(BACKFILL, day, there), booked=[expand])) is found


def test_a_change_may_say_how_long_its_versions_can_be_rolled_back_to():
    there = world(version(), rollback_hours=24)

    assert breaks_old_versions(at(BACKFILL, 2, there), booked=[at(EXPAND, 0, there)]) == []


def test_a_departure_that_has_begun_is_not_believed_only_reports_are():
    """Expand departed an hour ago, and nobody reported that V0 is gone: a warning where there was none."""
    later = FIRST + HOUR
    there = world(version())

    (found,) = breaks_old_versions(at(BACKFILL, 7, there, now=later), booked=[at(EXPAND, 0, there, now=later)])

    assert facts([found]) == [["change:9", "version:1:5.117"]]


def test_a_service_that_never_reported_counts_as_the_oldest():
    (found,) = breaks_old_versions(at(BACKFILL, 7, world()), booked=[])

    assert facts([found]) == [["change:9", "version:1:"]]


def test_only_the_next_stage_waits_for_a_report():
    """When expand has departed, its backfill is warned of; relax and drop are not, what is booked replaces the rest."""
    later = FIRST + HOUR
    there = world()
    booked = [
        at(release, day, there, now=later) for release, day in ((EXPAND, 0), (BACKFILL, 7), (RELAX, 14), (DROP, 21))
    ]

    warned = {one.release for one in booked for _ in breaks_old_versions(one, booked=booked)}

    assert warned == {BACKFILL}


def test_a_service_that_a_release_does_not_ship_is_not_superseded_by_it():
    """The worker got V2 and never V3: what the drop removes is still used there."""
    there = world(version(code=V1), version("2.8", V1, service=WORKER), services=(API, WORKER))
    booked = [at(BACKFILL, 7, there, services="12"), at(RELAX, 14, there)]

    (found,) = breaks_old_versions(at(DROP, 21, there), booked=booked)

    assert facts([found]) == [["change:9", f"version:2:RT-{BACKFILL}"]]
    assert found.parties == {BACKFILL, RELAX}


@pytest.mark.parametrize(
    ("carrier", "too_old"), [(BACKFILL, {V0}), (RELAX, {V0, V1}), (DROP, {V0, V1, V2}), (EXPAND, set())]
)
def test_each_stage_waits_for_the_classes_that_break_on_it(carrier, too_old):
    for code in CodeClass:
        found = breaks_old_versions(at(carrier, 7, world(version(code=code))), booked=[])

        assert bool(found) is (code in too_old), code


def test_code_of_a_class_waits_like_the_stage_it_follows():
    """V2 and V3 in releases that carry no stage pass G2 and G3."""
    there = world(version(code=V0), said={50: V2})

    (found,) = breaks_old_versions(at(50, 7, there), booked=[])

    assert facts([found]) == [["change:9", "version:1:5.117"]]


def test_v1_may_ship_in_a_release_that_carries_no_stage():
    there = world(version(), said={EXPAND: V0, 33: V1})
    expand, dual, backfill = at(EXPAND, 0, there), at(33, 2, there), at(BACKFILL, 7, there)

    assert breaks_old_versions(backfill, booked=[expand, dual]) == []
    (found,) = breaks_old_versions(backfill, booked=[expand])
    assert facts([found]) == [["change:9", f"version:1:RT-{EXPAND}"]]


def test_moving_what_replaces_the_old_makes_the_warning_and_is_told_so():
    there = world(version())
    backfill = at(BACKFILL, 7, there)

    (found,) = breaks_old_versions(backfill, booked=[at(EXPAND, 5, there)])

    assert found.has(EXPAND)
    assert found.has(BACKFILL)


def test_what_can_be_rolled_back_to_counts_until_its_time_is_over():
    back = version(runs=False, until=FIRST + 7 * DAY)

    assert breaks_old_versions(at(BACKFILL, 7, world(back, version("5.118", V1))), booked=[]) == []
    longer = replace(back, until=FIRST + 7 * DAY + HOUR)
    assert breaks_old_versions(at(BACKFILL, 7, world(longer, version("5.118", V1))), booked=[]) != []


def test_with_a_sync_trigger_the_oldest_may_run_beside_the_backfill():
    there = world(version(), trigger=True)

    assert breaks_old_versions(at(BACKFILL, 7, there), booked=[]) == []
    assert breaks_old_versions(at(RELAX, 7, there), booked=[]) != []


def test_a_change_that_was_given_up_breaks_nothing():
    there = world(version())
    given_up = World(changes=tuple(replace(one, abandoned_at=NOW) for one in there.changes))

    assert breaks_old_versions(at(BACKFILL, 7, given_up), booked=[]) == []
