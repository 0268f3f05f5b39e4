"""The problem of a calendar: who is free, where to, and who stays or is left out, and why (P1)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from releasetrain.domain.conflicts.values import LargeMode, SlotKind
from releasetrain.domain.holds import Ran
from releasetrain.domain.picture import Departure, Picture, Place, Rider
from releasetrain.domain.planner.check import violations
from releasetrain.domain.planner.from_calendar import LeftOut, problem_of
from releasetrain.domain.planner.problem import DAY, LargeRule
from releasetrain.domain.sizes import Size
from releasetrain.domain.stages import Stage
from releasetrain.domain.windows import Window
from releasetrain.domain.world import Backfill, Change, Disk, Freeze, Need, Reported, Work, World
from tests.domain.claims import FIRST, HOUR, NOW, POINTS, SOAK, slot, waiver_of

MAIN, SIDE = 1, 2


def departure(id, **facts):
    there = slot(id, **{"day": id, **facts})
    return Departure(slot=there, on=there.departs.start.date(), points=POINTS, soak_hours=SOAK)


def rider(id, **facts):
    return Rider(release=id, team_limit=2, **{"size": Size.SMALL, "team": id, "open_gates": frozenset(), **facts})


def picture(*riders, places=(), departures=(), world=None, waivers=()):
    """Three departures a day apart, unless others are said; ``places``: release, slot."""
    known = departures or [departure(id) for id in (1, 2, 3)]
    return Picture(
        now=NOW,
        riders={one.release: one for one in riders},
        departures={one.slot.id: one for one in known},
        places={one: Place(slot=id, boarded_at=NOW - HOUR) for one, id in dict(places).items()},
        world=world or World(),
        waivers=tuple(waivers),
    )


def freeze(id=1, *, day=1, is_hard=True, **whom):
    start = FIRST + timedelta(days=day) - HOUR
    return Freeze(id=id, is_hard=is_hard, windows=(Window(start, start + 4 * HOUR),), **whom)


def known(asked, release):
    return next(one for one in asked.problem.releases if one.id == release)


def options(asked, release):
    """Where a release may ride, as ids of slots."""
    return [asked.problem.slots[at].id for at in known(asked, release).options]


def refused(asked, release):
    return {asked.problem.slots[at].id: code for at, code in known(asked, release).refused.items()}


def left(asked):
    return [(one.release, one.reason, one.of) for one in asked.left_out]


def test_whoever_rides_and_whoever_asks_may_take_any_departure_to_come_of_its_train():
    others = [departure(id) for id in (1, 2)] + [departure(9, train=SIDE)]

    asked = problem_of(picture(rider(1), rider(2), places={1: 2}, departures=others), wanted={2: SIDE})

    assert (options(asked, 1), options(asked, 2)) == ([1, 2], [9])
    assert (known(asked, 1).current, known(asked, 2).current) == (1, None)


def test_who_neither_rides_nor_asks_is_no_part_of_it():
    assert [one.id for one in problem_of(picture(rider(1), rider(2)), wanted={2: MAIN}).problem.releases] == [2]


def test_a_departure_says_when_it_is_and_what_it_takes():
    many = [departure(1, capacity=7), departure(2, train=SIDE, mode=LargeMode.APART)]

    first, second = problem_of(picture(rider(1), departures=many), wanted={1: MAIN}).problem.slots

    start = int((FIRST + timedelta(days=1)).timestamp())
    assert (first.start, first.end, first.capacity) == (start, start + 3600, 7)
    assert first.clock // DAY == (date(2031, 11, 26) - date(1970, 1, 1)).days
    assert (first.large, second.large) == (LargeRule.ALONE, LargeRule.APART)


def test_the_day_after_the_due_date_is_late_and_the_due_date_is_not():
    asked = problem_of(picture(rider(1, due=date(2031, 11, 27), weight=3)), wanted={1: MAIN})

    assert [asked.problem.lateness(0, at) for at in range(3)] == [0, 0, 3]  # the 26th, the 27th and the 28th


def test_what_departed_stays_and_keeps_holding_as_it_really_went():
    ran = Ran(started_at=NOW - 3 * HOUR, finished_at=NOW - HOUR)
    gone = Picture(
        now=NOW,
        riders={1: rider(1)},
        departures={1: departure(1, day=-1.5)},
        places={1: Place(slot=1, boarded_at=NOW - 99 * HOUR, ran=ran)},
    )

    (one,) = problem_of(gone, wanted={}).problem.releases

    assert (one.settled, one.stays) == (True, "has-departed")
    assert one.ended == int((NOW - HOUR).timestamp())
    assert one.holds[1] == int((NOW + 23 * HOUR).timestamp())


@pytest.mark.parametrize(
    ("where", "why"),
    [
        ({"day": -2}, "needs-a-word"),
        ({"kind": SlotKind.HOTFIX}, "hotfix"),
        ({"closed_at": NOW}, "closed-in"),
        ({"train": SIDE}, "other-train"),
        ({"kind": SlotKind.PAST, "day": -9}, "has-departed"),
    ],
)
def test_whoever_may_not_be_moved_stays(where, why):
    many = [departure(1, **where), departure(2)]

    asked = problem_of(picture(rider(1), places={1: 1}, departures=many), wanted={}, trains=[MAIN])

    assert (known(asked, 1).stays, options(asked, 1)) == (why, [1])


def test_whoever_is_pinned_or_not_planned_stays():
    asked = problem_of(picture(rider(1), rider(2), places={1: 1, 2: 2}), wanted={}, pinned=[1], leave_out=[2])

    assert [(one.settled, one.stays) for one in asked.problem.releases] == [(True, "pinned"), (True, "left-out")]


def test_who_only_asks_and_is_not_planned_goes_on_asking():
    asked = problem_of(picture(rider(1)), wanted={1: MAIN}, leave_out=[1])

    assert (asked.problem.releases, asked.left_out) == ((), ())


def test_who_rests_on_a_waiver_stays():
    large = {"size": Size.LARGE}
    today = picture(rider(1, **large), rider(2), rider(3), places={1: 1, 2: 1, 3: 2})
    (alone,) = today.conflicts_of([1])

    asked = problem_of(today.waived([waiver_of(alone)]), wanted={})

    assert [one.stays for one in asked.problem.releases] == ["waived", "waived", ""]


def test_who_rests_on_a_waiver_and_is_in_the_way_besides_may_move():
    today = picture(rider(1, size=Size.LARGE), rider(2), rider(3), places={1: 1, 2: 1, 3: 1})
    waived = next(one for one in today.conflicts_of([1]) if one.has(2))

    asked = problem_of(today.waived([waiver_of(waived)]), wanted={})

    assert [one.stays for one in asked.problem.releases] == ["", "waived", ""]


def test_a_release_must_ride_where_it_is_said_to():
    asked = problem_of(picture(rider(1), places={1: 1}), wanted={}, must={1: 3})

    assert options(asked, 1) == [3]


def test_where_it_must_ride_and_may_not_it_is_left_out():
    frozen = picture(rider(1), world=World(freezes=(freeze(day=3),)))

    assert left(problem_of(frozen, wanted={1: MAIN}, must={1: 3})) == [(1, "frozen", ())]


def test_nothing_enters_a_freeze_of_either_kind_by_a_plan():
    world = World(freezes=(freeze(1, day=1), freeze(2, day=2, is_hard=False), freeze(3, day=3, teams=frozenset([7]))))

    asked = problem_of(picture(rider(1), world=world), wanted={1: MAIN})

    assert refused(asked, 1) == {1: "frozen", 2: "frozen"}


def test_who_rides_in_a_soft_freeze_may_stay_there_and_who_is_in_a_hard_one_may_not():
    world = World(freezes=(freeze(1, day=1), freeze(2, day=2, is_hard=False)))

    asked = problem_of(picture(rider(1), rider(2), places={1: 1, 2: 2}, world=world), wanted={})

    assert (options(asked, 1), options(asked, 2)) == ([3], [2, 3])


def test_what_was_waived_is_no_obstacle():
    frozen = picture(rider(1), rider(2), world=World(freezes=(freeze(day=2),)))
    (conflict,) = frozen.moved({1: 2}).conflicts_of([1])

    asked = problem_of(frozen.waived([waiver_of(conflict)]), wanted={1: MAIN, 2: MAIN})

    assert (options(asked, 1), options(asked, 2)) == ([1, 2, 3], [1, 3])


def test_shut_and_skipped_departures_and_those_before_its_earliest_date_are_refused_each_by_its_code():
    many = [departure(1, closed_at=NOW), departure(2), departure(3), departure(4)]
    many[1] = replace(many[1], slot=replace(many[1].slot, is_skipped=True))

    asked = problem_of(picture(rider(1), rider(2, earliest=date(2031, 11, 29)), departures=many), wanted={1: 1, 2: 1})

    assert (options(asked, 1), refused(asked, 1)) == ([3, 4], {1: "cut-off", 2: "slot-skipped"})
    assert (options(asked, 2), refused(asked, 2)[3]) == ([4], "before-earliest")


def test_hotfix_departures_are_no_choice_and_a_held_train_is_planned_all_the_same():
    many = [departure(1, kind=SlotKind.HOTFIX), departure(2, is_held=True)]

    assert options(problem_of(picture(rider(1), departures=many), wanted={1: MAIN}), 1) == [2]


def test_heavy_work_departs_in_hours_of_low_load():
    start = FIRST + timedelta(days=2) - HOUR
    night = Window(start, start + 5 * HOUR)
    world = World(low_load={5: (night,)}, reported={1: Reported(work=(Work(database=5),))})

    asked = problem_of(picture(rider(1), world=world), wanted={1: MAIN})

    assert (options(asked, 1), refused(asked, 1)) == ([2], {1: "peak-hours", 3: "peak-hours"})


def test_a_reserve_is_kept_free_but_not_taken_from_who_rides_there():
    riders = [rider(id, size=Size.MEDIUM) for id in (1, 2, 3)]
    today = picture(*riders, places={1: 1, 2: 1, 3: 1})

    asked = problem_of(today, wanted={}, reserve={MAIN: 3})

    assert [one.capacity for one in asked.problem.slots] == [9, 7, 7]


def test_a_plan_may_not_use_the_reserve():
    both = picture(rider(1, size=Size.MEDIUM), rider(2, size=Size.MEDIUM))
    wanted = {1: MAIN, 2: MAIN}

    assert violations(problem_of(both, wanted=wanted).problem, [0, 0]) == []
    crowded = violations(problem_of(both, wanted=wanted, reserve={MAIN: 5}).problem, [0, 0])
    assert [one.code for one in crowded] == ["capacity"]


def test_what_is_fuller_than_it_may_be_is_not_made_larger():
    riders = [rider(id, size=Size.MEDIUM) for id in (1, 2, 3, 4)]

    asked = problem_of(picture(*riders, places=dict.fromkeys((1, 2, 3, 4), 1)), wanted={}, reserve={MAIN: 3})

    assert asked.problem.slots[0].capacity == 10


def test_a_need_is_an_order_and_a_client_follows_a_day_later():
    needs = (Need(release=2, on=1), Need(release=3, on=1, is_client_of=True))

    asked = problem_of(
        picture(rider(1), rider(2), rider(3), places={1: 1, 2: 2, 3: 3}, world=World(needs=needs)), wanted={}
    )

    orders = [(one.then, one.lag, one.together) for one in asked.problem.orders]
    assert orders == [(1, 0, True), (2, DAY, False)]


def test_whoever_needs_what_has_no_place_is_left_out_and_whoever_needs_that_too():
    needs = (Need(release=1, on=9), Need(release=2, on=1), Need(release=3, on=2))
    world = World(needs=needs)

    asked = problem_of(picture(rider(1), rider(2), rider(3), places={3: 1}, world=world), wanted={1: MAIN, 2: MAIN})

    assert left(asked) == [
        (1, "dependency", (9,)),
        (2, "needs-one-left-out", (1,)),
        (3, "needs-one-left-out", (2,)),
    ]
    assert [(one.id, one.stays) for one in asked.problem.releases] == [(3, "left-out")]


def test_whoever_needs_what_was_rolled_back_is_left_out():
    world = World(needs=(Need(release=1, on=2, is_broken=True),))

    asked = problem_of(picture(rider(1), rider(2), places={1: 2, 2: 1}, world=world), wanted={})

    assert (1, "dependency", (2,)) in left(asked)


def test_without_any_departure_to_come_there_is_no_place():
    assert problem_of(picture(rider(1)), wanted={1: SIDE}).left_out == (LeftOut(release=1, reason="no-departure"),)


def test_a_backfill_that_does_not_fit_the_disk_is_left_out():
    world = World(reported={1: Reported(disks=(Disk(database=5, peak=9, free=4),))})

    assert left(problem_of(picture(rider(1), world=world), wanted={1: MAIN})) == [(1, "disk-headroom", ())]


def stages(*carriers, **facts):
    return Change(id=1, table=4, carriers=dict(zip(Stage, carriers, strict=False)), **{"soak_hours": 24, **facts})


def test_stages_stand_in_their_order_with_the_soak_between_and_close_their_table_to_others():
    world = World(changes=(stages(1, 2),))
    everybody = [rider(1), rider(2), rider(3, tables=frozenset([4]))]

    problem = problem_of(picture(*everybody, places={1: 1, 2: 3}, world=world), wanted={3: MAIN}).problem

    assert [(one.before, one.then, one.code, one.lag) for one in problem.orders] == [
        (0, 1, "stage-order", 0),
        (0, 1, "soak", DAY),
    ]
    (closure,) = problem.closures
    assert (closure.carriers, closure.touchers, closure.last) == ((0, 1), (2,), None)


def test_a_change_is_over_when_its_drop_has_soaked():
    world = World(changes=(stages(1, 2, 2, 3),))
    everybody = [rider(1), rider(2), rider(3), rider(4, tables=frozenset([4]))]

    problem = problem_of(picture(*everybody, places={1: 1, 2: 2, 3: 3}, world=world), wanted={4: MAIN}).problem

    assert problem.closures[0].last == 2


def test_a_later_stage_whose_earlier_one_has_no_place_is_left_out():
    asked = problem_of(picture(rider(2), world=World(changes=(stages(1, 2),))), wanted={2: MAIN})

    assert left(asked) == [(2, "stage-order", (1,))]


def test_stages_that_wait_for_each_other_are_left_out():
    """One release carries expand and relax, another the backfill between them."""
    asked = problem_of(picture(rider(1), rider(2), world=World(changes=(stages(1, 2, 1),))), wanted={1: MAIN, 2: MAIN})

    assert [(one.release, one.reason) for one in asked.left_out] == [(1, "stage-order"), (2, "stage-order")]


def test_whoever_touches_a_table_that_others_who_stay_keep_closed_is_left_out():
    """The expand is about to depart, and the backfill has no place yet: the end of the change is open."""
    many = [departure(1, closed_at=NOW), departure(2), departure(3)]
    world = World(changes=(stages(1, 9),))
    everybody = [rider(1), rider(2, tables=frozenset([4]))]

    asked = problem_of(picture(*everybody, places={1: 1}, departures=many, world=world), wanted={2: MAIN})

    assert left(asked) == [(2, "same-table", (1,))]


def test_what_fits_nowhere_beside_those_who_stay_is_left_out():
    """Of three departures one is too small with its reserve, one is full, and in one somebody rides who stays."""
    many = [departure(1, capacity=7), departure(2, capacity=9), departure(3)]
    everybody = [rider(1, size=Size.LARGE), rider(2, size=Size.MEDIUM), rider(3)]
    today = picture(*everybody, places={2: 2, 3: 3}, departures=many)

    asked = problem_of(today, wanted={1: MAIN}, pinned=[2, 3], reserve={MAIN: 2})

    assert left(asked) == [(1, "large-rides-alone", (3,))]


def test_a_backfill_that_can_be_forecast_is_waited_for():
    run = Reported(backfills=(Backfill(change=1, table=4, takes=5 * HOUR),))
    world = World(changes=(stages(1, 2, soak_hours=0),), reported={2: run})

    problem = problem_of(picture(rider(1), rider(2), places={1: 1}, world=world), wanted={2: MAIN}).problem

    (order,) = (one for one in problem.orders if one.code == "backfill-unfinished")
    assert order.ready[0] == problem.slots[0].end + 5 * 3600


def test_a_backfill_that_would_leave_nobody_a_place_is_only_warned_of():
    run = Reported(backfills=(Backfill(change=1, table=4, takes=500 * HOUR),))
    world = World(changes=(stages(1, 2, soak_hours=0),), reported={2: run})

    asked = problem_of(picture(rider(1), rider(2), places={1: 1}, world=world), wanted={2: MAIN})

    assert "backfill-unfinished" not in [one.code for one in asked.problem.orders]
    assert asked.left_out == ()


def test_a_waiver_of_missing_hours_makes_the_soak_shorter():
    today = picture(rider(1), rider(2), places={1: 1}, world=World(changes=(stages(1, 2, soak_hours=30),)))
    (soak,) = (one for one in today.moved({2: 2}).conflicts_of([2]) if one.code == "soak")

    asked = problem_of(today.waived([waiver_of(soak)]), wanted={2: MAIN})

    assert [one.lag for one in asked.problem.orders if one.code == "soak"] == [23 * 3600]
    assert violations(asked.problem, [0, 1]) == []


def test_a_release_alike_one_with_a_waiver_has_none():
    """What the rules say of one departure is kept for all who are alike; a waiver is of one alone."""
    shut = [departure(1, closed_at=NOW), departure(2)]
    today = picture(rider(1, team=5), rider(2, team=5), departures=shut)
    (late,) = (one for one in today.moved({2: 1}).conflicts_of([2]) if one.code == "cut-off")

    asked = problem_of(today.waived([waiver_of(late)]), wanted={1: MAIN, 2: MAIN})

    assert (options(asked, 1), options(asked, 2)) == ([2], [1, 2])


def test_who_is_not_cleared_enters_no_departure_past_its_cut_off_even_by_a_waiver():
    shut = [departure(1, closed_at=NOW), departure(2)]
    today = picture(rider(1, open_gates=frozenset(["team"])), departures=shut)
    (late,) = (one for one in today.moved({1: 1}).conflicts_of([1]) if one.code == "cut-off")

    asked = problem_of(today.waived([waiver_of(late)]), wanted={1: MAIN})

    assert refused(asked, 1) == {1: "not-cleared"}
