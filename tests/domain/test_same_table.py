"""Rule same-table: while a change of a table is under way, nobody else touches it."""

import pytest

from releasetrain.domain import conflicts
from releasetrain.domain.conflicts.rules.tables import touches_a_changing_table
from releasetrain.domain.stages import Stage
from releasetrain.domain.waivers import covers
from releasetrain.domain.world import Change, World
from tests.domain.claims import DAY, claim, slot, waiver_of

EXPAND, BACKFILL, DROP, OTHER = 31, 40, 47, 38
PAYMENTS = 7


def world(*, abandoned_at=None, without=(), table=PAYMENTS, id=1):
    every = {Stage.EXPAND: EXPAND, Stage.BACKFILL: BACKFILL, Stage.DROP: DROP}
    carriers = {stage: release for stage, release in every.items() if stage not in without}
    change = Change(id=id, table=table, soak_hours=24, carriers=carriers, abandoned_at=abandoned_at)
    return World(changes=(change,))


def at(release, day, in_world, **facts):
    return claim(release, slot(release, day=day), world=in_world, **facts)


def whole(in_world):
    """Expand on day 0, backfill on day 7, drop on day 14; a small one soaks a day."""
    return [at(EXPAND, 0, in_world), at(BACKFILL, 7, in_world), at(DROP, 14, in_world)]


@pytest.mark.parametrize(
    ("day", "meets"),
    [(-1, False), (0, True), (3, True), (14, True), (15, True), (15.1, False), (20, False)],
)
def test_from_the_expands_slot_to_the_end_of_the_drops_soak(day, meets):
    here = world()

    found = touches_a_changing_table(at(OTHER, day, here, tables="7"), booked=whole(here))

    assert bool(found) is meets


def test_the_side_is_the_table_and_the_basis_names_the_change():
    here = world()

    (found,) = touches_a_changing_table(at(OTHER, 3, here, tables="7"), booked=whole(here))

    assert (found.code, found.a.id, found.b.kind, found.b.id) == ("same-table", OTHER, "table", PAYMENTS)
    assert found.basis.facts == {"table:7", "change:1"}


def test_another_table_is_another_matter():
    here = world()

    assert touches_a_changing_table(at(OTHER, 3, here, tables="8"), booked=whole(here)) == []


def test_releases_of_the_same_change_are_no_conflict():
    here = world()

    for one in whole(here):
        assert touches_a_changing_table(one, booked=whole(here)) == []


@pytest.mark.parametrize("lacking", [Stage.DROP, Stage.BACKFILL])
def test_it_is_open_ended_while_a_later_stage_has_no_slot(lacking):
    here = world()
    missing = here.changes[0].carriers[lacking]
    aboard = [one for one in whole(here) if one.release != missing]

    assert touches_a_changing_table(at(OTHER, 400, here, tables="7"), booked=aboard)


def test_it_is_open_ended_while_nobody_has_written_the_drop_down():
    here = world(without=[Stage.DROP])

    assert touches_a_changing_table(at(OTHER, 400, here, tables="7"), booked=whole(here)[:2])


def test_before_any_stage_has_a_slot_nothing_is_under_way():
    assert touches_a_changing_table(at(OTHER, 3, world(), tables="7"), booked=[]) == []


def test_abandoning_it_ends_it():
    given_up = world(abandoned_at=slot(day=2).departs.start)

    assert touches_a_changing_table(at(OTHER, 1, given_up, tables="7"), booked=whole(given_up))
    assert touches_a_changing_table(at(OTHER, 3, given_up, tables="7"), booked=whole(given_up)) == []


def test_a_second_change_of_the_table_touches_it_too():
    first = world().changes[0]
    second = Change(id=2, table=PAYMENTS, soak_hours=24, carriers={Stage.EXPAND: OTHER})
    both = World(changes=(first, second))

    found = touches_a_changing_table(at(OTHER, 3, both), booked=whole(both))

    assert [one.basis.facts for one in found if one.a.id == OTHER] == [{"table:7", "change:1"}]


def test_placing_a_stage_is_told_of_everybody_it_meets():
    """Moving the expand before somebody makes the conflict: it is refused to the one who moves it (C5)."""
    here = world()
    rides, expand = at(OTHER, 3, here, tables="7"), at(EXPAND, 0, here)

    found = touches_a_changing_table(expand, booked=[rides])

    assert [one.a.id for one in found] == [OTHER]
    assert conflicts.made(before=[], after=found, by=[EXPAND]) == found


def test_a_waiver_of_one_change_says_nothing_about_another():
    here, other = world(), world(id=2)
    (waived,) = touches_a_changing_table(at(OTHER, 3, here, tables="7"), booked=whole(here))
    (found,) = touches_a_changing_table(at(OTHER, 3, other, tables="7"), booked=whole(other))

    assert covers(waiver_of(waived), waived)
    assert not covers(waiver_of(waived), found)
    assert not covers(waiver_of(waived, until=waived.departs_at - DAY), waived)
