"""M1, M4: what rests on a backfill departs after its run, which goes on at night from the soak of the expand on."""

from datetime import time, timedelta

import pytest

from releasetrain.domain.conflicts.rules.backfills import backfill_unfinished
from releasetrain.domain.conflicts.rules.databases import in_peak_hours
from releasetrain.domain.conflicts.values import Severity
from releasetrain.domain.spans import weekly
from releasetrain.domain.stages import Stage
from releasetrain.domain.world import Backfill, Change, Reported, World
from tests.domain.claims import DAY, FIRST, HOUR, NOW, claim, slot

EXPAND, FILLS, DATABASE = 1, 2, 5
NIGHTS = (weekly(range(7), since=time(22), until=time(6), zone="UTC"),)  # eight hours, the first from FIRST on
BEGINS = FIRST + HOUR + 2 * DAY  # the expand ends after an hour and soaks two days


def world(*, hours=NIGHTS, carriers=None, **said) -> World:
    """Release 2 rests on a backfill of table 7, whose expand release 1 carries."""
    steps = {Stage.EXPAND: EXPAND, Stage.BACKFILL: FILLS} if carriers is None else carriers
    change = Change(id=3, table=7, soak_hours=48, carriers=steps)
    backfill = Backfill(change=3, table=7, database=DATABASE, **{"takes": timedelta(hours=10), **said})
    low = {DATABASE: hours} if hours else {}
    return World(changes=(change,), low_hours=low, reported={FILLS: Reported(backfills=(backfill,))})


def found(there: World, *, day: float = 5, now=NOW, expand_on: float | None = 0):
    """What stands against release 2, which departs so many days after the first departure."""
    fills = claim(FILLS, slot(2, day=day), now=now, world=there)
    expand = [] if expand_on is None else [claim(EXPAND, slot(1, day=expand_on), world=there)]
    return backfill_unfinished(fills, booked=[*expand, fills])


def hours(there: World, **said):
    return [one.basis.amounts.get("hours") for one in found(there, **said)]


def test_a_run_that_is_done_before_the_departure_is_no_conflict():
    # 10 h of work from 23:00 two days later: 7 h of the first night, 3 h of the second, done at 01:00
    assert hours(world(), day=3 + 3 / 24) == []
    assert hours(world(), day=5) == []


def test_a_run_that_ends_later_is_and_says_by_how_much():
    assert hours(world(), day=3) == [3]
    assert hours(world(takes=timedelta(hours=7)), day=3) == []
    assert hours(world(takes=timedelta(hours=7, minutes=1)), day=3) == [1]


def test_it_begins_where_the_expand_rides_now_not_where_it_was():
    assert hours(world(), day=5, expand_on=0) == []
    assert hours(world(), day=5, expand_on=4) == [2 * 24 + 3]


def test_without_hours_of_low_load_it_goes_through_at_once():
    assert hours(world(hours=()), day=2 + 11 / 24) == []
    assert hours(world(hours=()), day=2) == [11]


def test_a_plan_that_does_not_wait_for_them_goes_through_too():
    assert hours(world(at_any_hour=True), day=2 + 11 / 24) == []


def test_where_the_expand_has_no_place_that_is_a_matter_of_order():
    assert found(world(), expand_on=None) == []
    assert found(world(carriers={Stage.BACKFILL: FILLS})) == []


def test_what_is_verified_is_in_nobodys_way():
    assert hours(world(verified_at=NOW), day=2) == []


def test_where_nobody_can_say_it_says_so():
    (one,) = found(world(takes=None))

    assert (one.basis.facts, one.severity) == ({"change:3", "no-forecast"}, Severity.WARNS)


@pytest.mark.parametrize(("now", "severity"), [(NOW, Severity.WARNS), (FIRST + 3 * DAY, Severity.BLOCKS)])
def test_it_warns_while_it_is_planned_and_blocks_the_departure(now, severity):
    (one,) = found(world(), day=3, now=now)

    assert (one.severity, one.b.kind, one.b.id) == (severity, "table", 7)


def test_a_run_of_years_is_never_done():
    (one,) = found(world(takes=timedelta(days=365)))

    assert one.basis.facts == {"change:3", "never"}


@pytest.mark.parametrize(
    ("said", "minutes"),
    [
        ({"at_any_hour": True}, [180]),  # 23:00 to 09:00, of which until 06:00 at night
        ({"at_any_hour": True, "takes": timedelta(hours=7)}, []),
        ({"at_any_hour": True, "hours": ()}, []),  # never at its peak
        ({"at_any_hour": True, "verified_at": NOW}, []),
        ({}, []),  # it waits for the night
    ],
)
def test_a_plan_that_does_not_wait_for_low_load_runs_in_peak_hours(said, minutes):
    there = world(**said)
    fills, expand = claim(FILLS, slot(2, day=5), world=there), claim(EXPAND, slot(1), world=there)

    against = in_peak_hours(fills, booked=[expand, fills])

    assert [one.basis.amounts["minutes"] for one in against] == minutes
    assert all(one.b.id == DATABASE for one in against)
