"""Rules that warn while something is planned and block when it departs: held, old versions, an unfinished backfill.

And disk-headroom, which blocks at once. They judge the values that they are given.
"""

from datetime import timedelta

import pytest

from releasetrain.domain.conflicts.rules.databases import backfill_unfinished, disk_too_small
from releasetrain.domain.conflicts.rules.held import held
from releasetrain.domain.conflicts.values import Severity, SlotKind
from releasetrain.domain.world import Backfill, Disk, Reported, World
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


@pytest.mark.parametrize(
    ("done_at", "said"),
    [
        (FIRST, None),
        (FIRST - HOUR, None),
        (FIRST + timedelta(minutes=1), {"hours": 1}),
        (FIRST + 30 * HOUR, {"hours": 30}),
        (None, {}),
    ],
)
def test_a_backfill_is_verified_before_the_departure_that_needs_it(done_at, said):
    world = reported(backfills=(Backfill(change=1, table=7, done_at=done_at),))

    found = backfill_unfinished(claim(1, world=world), booked=[])

    assert [dict(one.basis.amounts) for one in found] == ([] if said is None else [said])
    assert all(one.severity is Severity.WARNS for one in found)


def test_an_unfinished_backfill_blocks_the_departure():
    world = reported(backfills=(Backfill(change=1, table=7),))

    (found,) = backfill_unfinished(claim(1, now=DEPARTING, world=world), booked=[])

    assert found.blocks


@pytest.mark.parametrize("now", [NOW, DEPARTING])
def test_a_backfill_that_is_reported_verified_stands_in_nobodys_way(now):
    world = reported(backfills=(Backfill(change=1, table=7, verified_at=NOW),))

    assert backfill_unfinished(claim(1, now=now, world=world), booked=[]) == []


def test_when_the_departure_begins_no_forecast_counts_any_more():
    world = reported(backfills=(Backfill(change=1, table=7, done_at=FIRST - HOUR),))

    (found,) = backfill_unfinished(claim(1, now=DEPARTING, world=world), booked=[])

    assert (found.blocks, found.basis.facts) == (True, {"change:1", "not-verified"})


@pytest.mark.parametrize(("peak", "free", "over"), [(100, 100, None), (101, 100, 1), (500, 100, 400)])
def test_the_forecast_peak_fits_the_free_disk(peak, free, over):
    world = reported(disks=(Disk(database=3, peak=peak, free=free),))

    found = disk_too_small(claim(1, world=world), booked=[])

    assert [one.basis.amounts for one in found] == ([] if over is None else [{"bytes": over}])
    assert all(one.blocks and (one.b.kind, one.b.id) == ("database", 3) for one in found)
