"""C: a heavy lock or a backfill runs in its database's hours of low load."""

from dataclasses import replace
from datetime import timedelta

import pytest

from releasetrain.domain.conflicts.rules.databases import in_peak_hours
from releasetrain.domain.conflicts.values import Side, SideKind
from releasetrain.domain.waivers import standing
from releasetrain.domain.windows import Window
from releasetrain.domain.world import Reported, Work, World
from tests.domain.claims import DAY, FIRST, HOUR, claim, waiver_of

MINUTE = timedelta(minutes=1)
NIGHT = Window(FIRST - HOUR, FIRST + 8 * HOUR)


def found(*work: Work, low_load=None):
    """What stands against release 1, which does this work, where database 5 has low load at night."""
    world = World(low_load={5: (NIGHT,)} if low_load is None else low_load, reported={1: Reported(work=work)})
    return in_peak_hours(replace(claim(1), world=world), booked=[])


def minutes(*work: Work, **facts):
    return [one.basis.amounts["minutes"] for one in found(*work, **facts)]


def test_a_departure_within_low_load_is_no_conflict():
    assert found(Work(database=5)) == []


@pytest.mark.parametrize(
    ("low", "outside"),
    [
        ([Window(FIRST, FIRST + HOUR)], []),  # just the departure
        ([Window(FIRST + MINUTE, FIRST + HOUR)], [1]),
        ([Window(FIRST, FIRST + HOUR - MINUTE)], [1]),
        ([Window(FIRST, FIRST + HOUR - MINUTE / 2)], [1]),  # half a minute is one
        ([Window(FIRST - DAY, FIRST)], [60]),  # it ends where the departure starts
        ([Window(FIRST + HOUR, FIRST + DAY)], [60]),
        ([Window(FIRST + 20 * MINUTE, FIRST + 30 * MINUTE)], [50]),
        ([Window(FIRST, FIRST + 30 * MINUTE), Window(FIRST + 30 * MINUTE, FIRST + HOUR)], []),
        ([Window(FIRST, FIRST + 40 * MINUTE), Window(FIRST + 20 * MINUTE, FIRST + HOUR)], []),  # they overlap
        ([], [60]),  # it has hours, but none near
    ],
)
def test_the_minutes_outside_are_counted(low, outside):
    assert minutes(Work(database=5), low_load={5: tuple(low)}) == outside


def test_a_database_without_hours_is_never_at_its_peak():
    assert found(Work(database=5), low_load={}) == []


def test_hours_of_another_database_do_not_count():
    assert minutes(Work(database=6), low_load={5: (NIGHT,), 6: (Window(FIRST - DAY, FIRST),)}) == [60]


def test_a_run_of_its_own_is_judged_by_its_own_time():
    run = Window(FIRST + 7 * HOUR, FIRST + 10 * HOUR)

    assert minutes(Work(database=5, during=run)) == [120]


def test_works_on_one_database_are_one_conflict_and_on_two_are_two():
    late = Work(database=5, during=Window(FIRST + 8 * HOUR, FIRST + 9 * HOUR))
    low = {5: (NIGHT,), 6: ()}

    assert minutes(late, late, low_load=low) == [120]
    assert [one.b.id for one in found(late, Work(database=6), low_load=low)] == [5, 6]


def test_its_sides_are_the_release_and_the_database():
    (one,) = found(Work(database=6), low_load={6: ()})

    assert (one.code, one.a, one.b) == ("peak-hours", Side.release(1), Side(SideKind.DATABASE, 6))
    assert one.basis.facts == {"database:6"}
    assert one.blocks


def test_a_waiver_covers_as_many_minutes_as_it_named_and_no_more():
    (half,) = found(Work(database=5), low_load={5: (Window(FIRST, FIRST + 30 * MINUTE),)})
    (less,) = found(Work(database=5), low_load={5: (Window(FIRST, FIRST + 40 * MINUTE),)})
    (whole,) = found(Work(database=5), low_load={5: ()})

    assert standing([half, less], [waiver_of(half)]) == []
    assert standing([whole], [waiver_of(half)]) == [whole]


def test_without_heavy_work_there_is_none():
    assert found() == []
