"""Versions against schema over time: where phases begin, how long versions live, where they break, what gates say."""

from datetime import timedelta

import pytest

from releasetrain.domain.overtime import Course, Seen, line, passages, phases
from releasetrain.domain.stages import Stage
from releasetrain.domain.versions import Code, CodeClass, Gate, Ground, Life, Missing, Ride, Version, lives
from releasetrain.domain.windows import Window
from tests.domain.claims import DAY, FIRST, HOUR, NOW

V0, V1, V2, V3 = CodeClass
LAST = FIRST + 30 * DAY


def day(number):
    return FIRST + number * DAY


def departs(number):
    return Window(day(number), day(number) + HOUR)


def course(**facts) -> Course:
    """A change whose stages depart a week apart, with five days of soak."""
    every = {Stage.EXPAND: departs(0), Stage.BACKFILL: departs(7), Stage.RELAX: departs(14), Stage.DROP: departs(21)}
    return Course(**{"departs": every, "soak": 5 * DAY, **facts})


def told(spans):
    return [(span.phase.value, (span.window.start - FIRST) / DAY, (span.window.end - FIRST) / DAY) for span in spans]


def test_phases_follow_each_other_from_the_first_to_the_last_day():
    found = told(phases(course(), first=NOW, last=LAST))

    assert found == [
        ("before", -1, 0),
        ("expanded", 0, 5 + 1 / 24),
        ("filling", 5 + 1 / 24, 7),
        ("backfilled", 7, 14),
        ("relaxed", 14, 21),
        ("contracted", 21, 30),
    ]


def test_the_windows_of_a_backfill_that_is_planned_are_taken_as_they_are():
    found = told(phases(course(fill=Window(day(5), day(6))), first=NOW, last=LAST))

    assert ("filling", 5, 6) in found
    assert ("backfilled", 6, 14) in found


def test_what_is_verified_is_filled():
    assert ("backfilled", 6, 14) in told(phases(course(verified_at=day(6)), first=NOW, last=LAST))


def test_what_has_no_departure_does_not_come():
    found = told(phases(course(departs={Stage.EXPAND: departs(0)}), first=NOW, last=LAST))

    assert found == [("before", -1, 0), ("expanded", 0, 30)]


def test_contract_in_one_departure_leaves_no_time_between():
    every = {Stage.EXPAND: departs(0), Stage.BACKFILL: departs(7), Stage.DROP: departs(14)}

    found = told(phases(course(departs=every), first=NOW, last=LAST))

    assert found[-2:] == [("backfilled", 7, 14), ("contracted", 14, 30)]
    assert [one.at for one in passages(course(departs=every), Code(), Ground(), (), now=NOW)][2:] == [day(14), day(14)]


def drawn(life, **facts):
    known = {"code": Code(), "first": NOW, "last": LAST, **facts}
    return line(life, phases(course(), first=NOW, last=LAST), **known)


def test_a_version_runs_until_it_is_superseded_and_breaks_where_the_schema_has_gone_on():
    """As in the article: 5.119 runs until the contract and could be rolled back to for three days after it."""
    life = Life(service=1, name="5.119", code=V2, since=day(7), runs_until=day(21), gone_at=day(24))

    found = drawn(life)

    assert (found.runs, found.back) == (Window(day(7), day(21)), Window(day(21), day(24)))
    assert found.breaks == (Window(day(21), day(24)),)


def test_what_nobody_knows_the_end_of_lasts_to_the_last_day():
    found = drawn(Life(service=1, name="5.117", code=V0))

    assert (found.runs, found.back) == (Window(NOW, LAST), None)
    assert found.breaks == (Window(day(5) + HOUR, LAST),)


def test_with_a_sync_trigger_the_oldest_breaks_later():
    assert drawn(Life(service=1, name="5.117", code=V0), code=Code(trigger=True)).breaks == (Window(day(14), LAST),)


def test_what_can_only_be_rolled_back_to_ran_while_it_was_reported():
    life = Life(service=1, name="5.117", code=V0, runs=False, gone_at=day(3))

    found = drawn(life, seen=Seen(first=NOW, last=day(0)))

    assert (found.runs, found.back, found.breaks) == (Window(NOW, day(0)), Window(day(0), day(3)), ())


def rides():
    ways = {31: (0, V1), 40: (7, V2), 45: (14, V3)}
    return [
        Ride(release=id, code=code, services=frozenset({1}), starts_at=day(at), ends_at=day(at) + HOUR)
        for id, (at, code) in ways.items()
    ]


CODE = Code(services=frozenset({1}), versions=(Version(service=1, name="5.117", code=V0),))


def test_every_version_has_its_time():
    assert [(one.name, one.code) for one in lives(CODE, rides())] == [
        ("5.117", V0),
        ("RT-31", V1),
        ("RT-40", V2),
        ("RT-45", V3),
    ]


def test_gates_stand_where_what_they_guard_begins():
    found = passages(course(), CODE, Ground(), rides(), now=NOW)

    assert [(one.gate, one.at, one.may) for one in found] == [
        (Gate.G1, day(5) + HOUR, True),
        (Gate.G2, day(7), None),
        (Gate.G3, day(14), True),
        (Gate.G4, day(21), True),
    ]
    assert found[1].missing is Missing.VERIFIED


@pytest.mark.parametrize(("verified", "may"), [(True, True), (False, False)])
def test_at_its_instant_what_is_missing_shuts_a_gate(verified, may):
    found = passages(course(), CODE, Ground(expanded=True, verified=verified), rides(), now=day(7))

    assert found[1].may is may


def test_a_version_that_is_booked_to_run_on_shuts_the_last_gate():
    early = [one for one in rides() if one.release != 45]

    found = passages(course(), CODE, Ground(), early, now=NOW)

    assert [(one.name, one.code) for one in found[3].versions] == [("RT-40", V2)]
    assert found[3].may is False


def test_an_old_version_that_is_back_shuts_a_gate_that_was_passed():
    found = passages(course(), CODE, Ground(expanded=True), [], now=day(6) + timedelta(hours=1))

    assert [one.name for one in found[0].versions] == ["5.117"]
