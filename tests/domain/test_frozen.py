"""C: nothing departs in a hard freeze, and nothing without thought in a soft one."""

from dataclasses import replace
from datetime import timedelta

import pytest

from releasetrain.domain import conflicts
from releasetrain.domain.conflicts.rules.frozen import frozen
from releasetrain.domain.conflicts.values import Severity, Side, SideKind
from releasetrain.domain.waivers import standing
from releasetrain.domain.windows import Window
from releasetrain.domain.world import Freeze, World, without
from tests.domain.claims import DAY, FIRST, HOUR, claim, slot, waiver_of

A_DAY = Window(FIRST - HOUR, FIRST + DAY)
SECOND = timedelta(seconds=1)


def freeze(id: int = 7, *, is_hard: bool = True, windows=(A_DAY,), **scope: set[int]) -> Freeze:
    """A freeze around the first departure."""
    return Freeze(
        id=id, is_hard=is_hard, windows=tuple(windows), **{name: frozenset(ids) for name, ids in scope.items()}
    )


def rider(*freezes: Freeze, **facts):
    """A release of team 3 that changes services 1 and 2 and departs on train 1, in a world with these freezes."""
    known = {"team": 3, "services": "12", **facts}
    return replace(claim(1, known.pop("on", None), **known), world=World(freezes=freezes))


def found(*freezes: Freeze, **facts):
    return frozen(rider(*freezes, **facts), booked=[])


def test_a_departure_in_a_freeze_is_a_conflict_of_release_and_freeze():
    (one,) = found(freeze())

    assert (one.code, one.a, one.b) == ("frozen", Side.release(1), Side(SideKind.FREEZE, 7))
    assert one.basis.facts == {"freeze:7", "slot:1"}
    assert one.departs_at == FIRST


@pytest.mark.parametrize(("is_hard", "severity"), [(True, Severity.BLOCKS), (False, Severity.WARNS)])
def test_a_hard_one_blocks_and_a_soft_one_warns(is_hard, severity):
    assert [one.severity for one in found(freeze(is_hard=is_hard))] == [severity]


@pytest.mark.parametrize(
    ("window", "meets"),
    [
        (Window(FIRST - DAY, FIRST), False),  # it ends where the departure starts
        (Window(FIRST - DAY, FIRST + SECOND), True),
        (Window(FIRST + HOUR, FIRST + DAY), False),  # it starts where the departure ends
        (Window(FIRST + HOUR - SECOND, FIRST + DAY), True),
        (Window(FIRST + HOUR / 4, FIRST + HOUR / 2), True),  # within the departure
        (Window(FIRST, FIRST), False),  # of no length
    ],
)
def test_both_are_half_open(window, meets):
    assert bool(found(freeze(windows=[window]))) is meets


@pytest.mark.parametrize(
    ("scope", "concerns"),
    [
        ({}, True),
        ({"trains": {1}}, True),
        ({"trains": {2}}, False),
        ({"trains": {1, 2}}, True),
        ({"services": {2, 9}}, True),
        ({"services": {9}}, False),
        ({"teams": {3}}, True),
        ({"teams": {4}}, False),
        ({"trains": {1}, "services": {1}, "teams": {3}}, True),
        ({"trains": {1}, "services": {1}, "teams": {4}}, False),
        ({"trains": {2}, "services": {1}, "teams": {3}}, False),
    ],
)
def test_whom_it_concerns(scope, concerns):
    assert bool(found(freeze(**scope))) is concerns


def test_a_release_without_services_is_concerned_only_by_what_names_none():
    assert found(freeze(services={1}), services="") == []
    assert len(found(freeze(teams={3}), services="")) == 1


def test_each_freeze_that_it_meets_is_one_conflict_however_many_of_its_windows_do():
    twice = [Window(FIRST - HOUR, FIRST + HOUR / 4), Window(FIRST + HOUR / 2, FIRST + DAY)]

    assert [one.b.id for one in found(freeze(7, windows=twice), freeze(8), freeze(9, trains={2}))] == [7, 8]


def test_a_suspended_departure_is_none():
    left = without([A_DAY], [Window(FIRST, FIRST + HOUR)])

    assert found(freeze(windows=left)) == []


def test_a_minute_that_is_not_suspended_still_is():
    left = without([A_DAY], [Window(FIRST, FIRST + HOUR - SECOND)])

    assert len(found(freeze(windows=left))) == 1


def test_a_waiver_of_the_freeze_in_the_slot_covers_it_and_in_another_slot_does_not():
    (here,), (there,) = found(freeze()), found(freeze(), on=slot(2))

    assert standing([here], [waiver_of(here)]) == []
    assert standing([there], [waiver_of(here)]) == [there]


def test_a_waiver_of_one_freeze_says_nothing_about_another():
    one, other = found(freeze(7), freeze(8))

    assert standing([one, other], [waiver_of(one)]) == [other]


def test_hotfix_departures_are_frozen_too():
    assert conflicts.judge([rider(freeze())], booked=[], codes=["frozen"])
