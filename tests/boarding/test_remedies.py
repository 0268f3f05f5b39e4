"""C3: the next slots that would do for either side of a conflict, with what each would cost."""

from releasetrain.boarding.remedies import remedies
from releasetrain.domain.conflicts.values import Side, SideKind
from releasetrain.trains.models import Freeze
from tests.factories import NOW, TUESDAY, create_service, create_table, create_train
from tests.riding import aboard, board, create_release, days, slot_on


def pair(cast, *days_ahead, **facts):
    """INV's large release rides in the first of these departures; PAY's, with the same service, asks for it."""
    service, train = create_service(), create_train(**facts)
    slots = [slot_on(train, day=day, capacity=20) for day in (0, *days_ahead)]
    there = aboard(slots[0], team=cast.inv, size="L", services=[service])
    asks = create_release(team=cast.pay, size="L", services=[service], slot=slots[0])
    return there, asks, slots


def named(found, release) -> list[int]:
    return [way.slot for way in found.ways[release.pk]]


def test_either_side_has_its_next_three_slots(cast):
    there, asks, slots = pair(cast, 7, 14, 21, 28)

    found = remedies(asks.pk, slots[0], now=NOW)

    assert found.sides == [Side.release(there.pk)]
    assert [one.code for one in found.standing] == ["large-rides-alone", "large-overlap"]
    assert named(found, there) == named(found, asks) == [slot.pk for slot in slots[1:4]]


def test_a_slot_in_which_the_two_would_still_soak_side_by_side_is_no_way_out(cast):
    """Five days of soak: three days later they overlap all the same."""
    there, asks, slots = pair(cast, 3, 7)

    found = remedies(asks.pk, slots[0], now=NOW)

    assert named(found, there) == named(found, asks) == [slots[2].pk]


def test_where_both_ride_by_somebodys_old_deed_moving_within_the_same_conflict_is_no_way_out(cast):
    """C5 would let it pass, since the deed makes nothing new; it would solve nothing either."""
    train, table = create_train(), create_table()
    slots = [slot_on(train, day=day) for day in (0, 1, 2)]
    freeze = Freeze.objects.create(
        name="Year end", reason="Books close.", first_at="2031-11-25T00:00", last_at="2031-11-26T23:59", at=NOW
    )
    rides = aboard(slots[0], team=cast.pay, tables=[table])

    found = remedies(rides.pk, slots[0], now=NOW)

    assert found.sides == [Side(SideKind.FREEZE, freeze.pk)]
    assert named(found, rides) == [slots[2].pk]


def test_each_way_says_how_late_it_would_be(cast):
    train = create_train()
    slots = [slot_on(train, day=day) for day in (0, 7)]
    aboard(slots[0], team=cast.inv, size="L")
    asks = create_release(team=cast.pay, slot=slots[0], due=(TUESDAY + days(5)).date())

    (way,) = remedies(asks.pk, slots[0], now=NOW).ways[asks.pk]

    assert way.days_late == 2


def test_a_large_one_says_whom_it_would_displace_and_who_becomes_late(cast):
    _, asks, slots = pair(cast, 7, 9)
    small = create_release(team=cast.pay, due=(TUESDAY + days(7)).date(), open_gates=["team"])
    board(small, slots[1], by_itself=True)

    first = remedies(asks.pk, slots[0], now=NOW).ways[asks.pk][0]

    assert [(one.release, one.slot, one.days_late) for one in first.displaces] == [(small.pk, slots[2].pk, 2)]
    assert first.others_late == 1


def test_of_a_full_slot_every_rider_could_move(cast):
    train = create_train()
    slots = [slot_on(train, day=day, capacity=2) for day in (0, 1)]
    riders = [aboard(slots[0], team=cast.inv) for _ in range(2)]
    asks = create_release(team=cast.pay, slot=slots[0])

    found = remedies(asks.pk, slots[0], now=NOW)

    assert found.sides == [Side.slot(slots[0].pk)]
    assert [named(found, rider) for rider in riders] == [[slots[1].pk]] * 2


def test_two_that_ride_could_swap(cast):
    train = create_train()
    slots = [slot_on(train, day=day) for day in (0, 7, 14)]
    there = aboard(slots[0], team=cast.inv, size="L")
    rides = aboard(slots[1], team=cast.pay, size="L")

    assert remedies(rides.pk, slots[0], now=NOW).swaps == {there.pk}


def test_where_nothing_stands_nothing_is_looked_for(cast):
    slot = slot_on(create_train(), day=0)
    asks = create_release(team=cast.pay, slot=slot)

    found = remedies(asks.pk, slot, now=NOW)

    assert (found.standing, found.ways) == ((), {})


def test_it_asks_little_whatever_stands(cast, django_assert_max_num_queries):
    _, asks, slots = pair(cast, 7, 14)
    for _ in range(4):
        create_release(team=cast.inv)  # others have no part in it
        aboard(slots[1], team=cast.inv)

    with django_assert_max_num_queries(14):
        remedies(asks.pk, slots[0], now=NOW)
