"""Rules that warn while something is planned and block when it departs: held, old versions.

And disk-headroom, which blocks at once. They judge the values that they are given.
"""

from datetime import timedelta

import pytest

from releasetrain.domain.conflicts.rules.databases import disk_too_small
from releasetrain.domain.conflicts.rules.held import held
from releasetrain.domain.conflicts.values import SlotKind
from releasetrain.domain.world import Disk, Reported, World
from tests.domain.claims import FIRST, HOUR, NOW, claim, slot

BEFORE, DEPARTING = FIRST - timedelta(seconds=1), FIRST


def reported(**facts) -> World:
    return World(reported={1: Reported(**facts)})


@pytest.mark.parametrize(("now", "severity"), [(NOW, "warns"), (BEFORE, "warns"), (DEPARTING, "blocks")])
def test_a_held_train_warns_until_the_departure_begins(now, severity):
    (found,) = held(claim(1, slot(is_held=True), now=now), booked=[])

    assert (found.severity, found.b.kind, found.basis.facts) == (severity, "slot", {"slot:1"})


def test_a_train_that_runs_holds_nobody_up():
    assert held(claim(1, now=DEPARTING), booked=[]) == []


def test_hotfix_departures_go_while_the_train_is_held():
    assert held(claim(1, slot(is_held=True, kind=SlotKind.HOTFIX), now=DEPARTING), booked=[]) == []


def test_while_the_train_is_held_the_cut_off_waits_for_the_departure_at_most():
    assert slot(is_held=True).shut_at == FIRST
    assert slot(is_held=True, closed_at=NOW).shut_at == NOW
    assert slot(kind=SlotKind.HOTFIX).shut_at == FIRST
    assert slot().shut_at == FIRST - 4 * HOUR


@pytest.mark.parametrize(("peak", "free", "over"), [(100, 100, None), (101, 100, 1), (500, 100, 400)])
def test_the_forecast_peak_fits_the_free_disk(peak, free, over):
    world = reported(disks=(Disk(database=3, peak=peak, free=free),))

    found = disk_too_small(claim(1, world=world), booked=[])

    assert [one.basis.amounts for one in found] == ([] if over is None else [{"bytes": over}])
    assert all(one.blocks and (one.b.kind, one.b.id) == ("database", 3) for one in found)
