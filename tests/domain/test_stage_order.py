"""Rules stage-order and soak: expand, backfill, relax, drop, one strictly after the other."""

from datetime import timedelta

import pytest

from releasetrain.domain.conflicts.rules.stages import out_of_order, soaks_too_short
from releasetrain.domain.holds import Ran
from releasetrain.domain.stages import Stage
from releasetrain.domain.world import Change, World
from tests.domain.claims import HOUR, claim, codes, slot

EXPAND, BACKFILL, RELAX, DROP = 31, 40, 45, 47  # as in the article: QR payments in stages


def qr(*, soak=72, abandoned_at=None, **carriers) -> World:
    """The change behind QR payments; its stages ride on releases of their own unless told."""
    every = {"expand": EXPAND, "backfill": BACKFILL, "relax": RELAX, "drop": DROP, **carriers}
    stages = {Stage(stage): release for stage, release in every.items() if release}
    change = Change(id=1, table=7, soak_hours=soak, carriers=stages, abandoned_at=abandoned_at)
    return World(changes=(change,))


def at(release, day, world, **facts):
    return claim(release, slot(release, day=day), world=world, **facts)


def test_the_articles_three_departures_are_in_order():
    world = qr(relax=None)
    expand, backfill, drop = at(EXPAND, 0, world), at(BACKFILL, 7, world), at(DROP, 14, world)

    for one in (expand, backfill, drop):
        assert out_of_order(one, booked=[expand, backfill, drop]) == []
        assert soaks_too_short(one, booked=[expand, backfill, drop]) == []


def test_a_backfill_before_its_expand_is_out_of_order_told_of_either():
    world = qr()
    expand, backfill = at(EXPAND, 7, world), at(BACKFILL, 0, world)

    (found,) = out_of_order(backfill, booked=[expand])

    assert [found] == out_of_order(expand, booked=[backfill])
    assert (found.code, found.a.id, found.b.id) == ("stage-order", EXPAND, BACKFILL)
    assert found.basis.facts == {"change:1", "stage:backfill"}


def test_two_stages_in_one_departure_are_not_strictly_after_each_other():
    world, there = qr(), slot(1)

    assert out_of_order(claim(BACKFILL, there, world=world), booked=[claim(EXPAND, there, world=world)])


def test_a_stage_whose_predecessor_has_no_place_is_out_of_order():
    world = qr()

    assert codes(out_of_order(at(BACKFILL, 7, world), booked=[])) == ["stage-order"]


def test_a_stage_without_a_later_one_booked_is_in_order():
    assert out_of_order(at(EXPAND, 0, qr()), booked=[]) == []


def test_a_stage_waits_for_the_end_of_the_one_before_as_it_happened():
    world = qr(soak=0)
    late = at(EXPAND, 0, world, ran=Ran(started_at=slot().departs.start, finished_at=slot(day=2).departs.start))

    assert out_of_order(at(BACKFILL, 1, world), booked=[late])
    assert out_of_order(at(BACKFILL, 2, world), booked=[late]) == []


def test_relax_may_ship_with_the_backfill_and_nothing_else_with_anything():
    together = qr(relax=BACKFILL)
    drop_too_early = qr(backfill=EXPAND)

    assert out_of_order(at(BACKFILL, 7, together), booked=[at(EXPAND, 0, together)]) == []
    (found,) = out_of_order(at(EXPAND, 0, drop_too_early), booked=[])
    assert found.a == found.b


def test_a_change_that_was_given_up_asks_for_no_order():
    world = qr(abandoned_at=slot().departs.start)

    assert out_of_order(at(BACKFILL, 0, world), booked=[at(EXPAND, 7, world)]) == []


@pytest.mark.parametrize(("hours_after", "missing"), [(0, 72), (71, 1), (71.5, 1), (72, 0), (100, 0)])
def test_the_soak_between_stages_is_counted_from_the_end_of_the_departure_before(hours_after, missing):
    world = qr(soak=72)
    expand = at(EXPAND, 0, world)
    after = at(BACKFILL, (1 + hours_after) / 24, world)  # a departure takes an hour

    found = soaks_too_short(after, booked=[expand])

    assert [one.basis.amounts for one in found] == ([{"hours": missing}] if missing else [])


def test_what_is_out_of_order_is_not_told_as_too_short_a_soak_too():
    world = qr()

    assert soaks_too_short(at(BACKFILL, 0, world), booked=[at(EXPAND, 3, world)]) == []


def test_less_soak_outgrows_a_waiver_and_more_does_not():
    world = qr(soak=72)
    (waived,) = soaks_too_short(at(BACKFILL, 2, world), booked=[at(EXPAND, 0, world)])
    (less,) = soaks_too_short(at(BACKFILL, 1, world), booked=[at(EXPAND, 0, world)])

    assert waived.basis.within(waived.basis)
    assert not less.basis.within(waived.basis)


def test_the_soak_of_a_stage_that_ran_over_begins_when_it_ended():
    world = qr(soak=24)
    start = slot().departs.start
    late = at(EXPAND, 0, world, ran=Ran(started_at=start, finished_at=start + 10 * HOUR))

    (found,) = soaks_too_short(at(BACKFILL, 1, world), booked=[late])

    assert found.basis.amounts == {"hours": 10}
    assert found.departs_at == start + timedelta(days=1)
