"""S3: where those who wait may expect to ride; each sees those before it seated."""

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from releasetrain.domain.conflicts.values import SlotKind
from releasetrain.domain.expecting import Waiting, expected
from releasetrain.domain.picture import Departure, Picture, Rider
from releasetrain.domain.sizes import Size
from releasetrain.domain.windows import Window
from releasetrain.domain.world import Freeze, Need, World
from tests.domain.claims import FIRST, HOUR, NOW, POINTS, SOAK, conflict, pictures, slot, waiver_of


def line(*slots, riders=(), **world) -> Picture:
    """A picture of these departures with nobody aboard, and riders by id with what is said of them."""
    departures = {
        one.id: Departure(slot=one, on=one.departs.start.date(), points=POINTS, soak_hours=SOAK) for one in slots
    }
    known = {
        id: Rider(**{"release": id, "team": id, "team_limit": 2, "size": Size.SMALL, **facts}) for id, facts in riders
    }
    return Picture(now=NOW, riders=known, departures=departures, places={}, world=World(**world))


def wait(*releases):
    return [Waiting(release=one) for one in releases]


def frozen_on(on, *, is_hard):
    return Freeze(id=1, is_hard=is_hard, windows=(Window(on.departs.start - HOUR, on.departs.end + HOUR),))


def test_each_takes_the_first_that_would_do_and_the_next_one_finds_it_taken():
    first, second = slot(1, capacity=6), slot(2, day=7, capacity=6)
    before = line(first, second, riders=[(1, {"size": Size.MEDIUM}), (2, {"size": Size.MEDIUM}), (3, {})])

    assert expected(before, wait(1, 2, 3), departures=[1, 2]) == {1: 1, 2: 1, 3: 2}


def test_a_large_one_waits_for_the_end_of_the_hold_of_the_one_before_it():
    slots = [slot(number, day=number * 3) for number in range(1, 5)]
    large = {"size": Size.LARGE, "services": frozenset({1})}
    before = line(*slots, riders=[(1, large), (2, large)])

    assert expected(before, wait(1, 2), departures=[1, 2, 3, 4]) == {1: 1, 2: 3}


def test_nobody_expects_a_place_in_a_freeze_hard_or_soft():
    first, second = slot(1), slot(2, day=7)
    for is_hard in (True, False):
        before = line(first, second, riders=[(1, {})], freezes=(frozen_on(first, is_hard=is_hard),))

        assert expected(before, wait(1), departures=[1, 2]) == {1: 2}


def test_a_departure_that_is_skipped_opened_for_hotfixes_or_shut_is_passed_over():
    shut, skipped = slot(1, closed_at=NOW), replace(slot(2, day=1), is_skipped=True)
    hotfix, good = slot(3, day=2, kind=SlotKind.HOTFIX), slot(4, day=3)
    before = line(shut, skipped, hotfix, good, riders=[(1, {})])

    assert expected(before, wait(1), departures=[1, 2, 3, 4]) == {1: 4}


def test_it_rides_no_earlier_than_it_may_and_nowhere_where_nothing_would_do():
    first, second = slot(1), slot(2, day=7)
    riders = [(1, {"earliest": second.departs.start.date()}), (2, {"earliest": date(2032, 5, 1)})]

    assert expected(line(first, second, riders=riders), wait(1, 2), departures=[1, 2]) == {1: 2, 2: None}


def test_what_needs_another_that_waits_is_seated_behind_it():
    first, second = slot(1, capacity=1), slot(2, day=7)
    before = line(first, second, riders=[(1, {}), (2, {})], needs=(Need(release=2, on=1),))

    assert expected(before, wait(1, 2), departures=[1, 2]) == {1: 1, 2: 2}
    assert expected(before, wait(2, 1), departures=[1, 2]) == {2: None, 1: 1}


def test_what_asks_for_one_departure_waits_for_that_and_takes_no_other_seat():
    first, second = slot(1, capacity=1), slot(2, day=7, capacity=1)
    before = line(first, second, riders=[(1, {}), (2, {}), (3, {})])
    queue = [Waiting(release=1), Waiting(release=2, slot=1), Waiting(release=3)]

    assert expected(before, queue, departures=[1, 2]) == {1: 1, 2: None, 3: 2}


def slowly(picture, queue, departures):
    """The same by moving everybody on whole pictures, one after the other."""
    found = {}
    for one in queue:
        found[one.release] = None
        for there in departures:
            if one.slot in (None, there) and would_do(picture, one.release, there):
                picture, found[one.release] = picture.moved({one.release: there}), there
                break
    return found


def would_do(picture, release, there):
    facts = picture.departures[there].slot
    if facts.kind is not SlotKind.REGULAR or picture.refusal(release, there) or picture.now >= facts.shut_at:
        return False
    told = picture.told_by(picture.moved({release: there}), releases=[release])
    return not any(one.blocks or one.code == "frozen" for one in told)


@given(before=pictures(releases=9, slots=6), data=st.data())
def test_it_is_what_moving_one_after_the_other_would_give(before, data):
    some = st.sampled_from(sorted(before.departures))
    freezes = tuple(
        replace(frozen_on(before.departures[there].slot, is_hard=is_hard), id=there)
        for there, is_hard in data.draw(st.dictionaries(some, st.booleans(), max_size=2)).items()
    )
    before = before.in_world(World(freezes=freezes))
    waived = [waiver_of(one) for one in before.conflicts_of(before.places)]
    before = before.waived(waived if data.draw(st.booleans()) else [waiver_of(conflict(departs_at=FIRST))])
    queue = [
        Waiting(release=one, slot=data.draw(st.none() | some)) for one in before.riders if one not in before.places
    ]
    order = sorted(before.departures, key=lambda id: before.departures[id].slot.departs.start)

    assert expected(before, queue, departures=order) == slowly(before, queue, order)
