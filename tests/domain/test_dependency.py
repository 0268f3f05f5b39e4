"""Rule dependency: what a release needs is booked, not broken, and early enough."""

import pytest

from releasetrain.domain.conflicts.rules.dependencies import lacks_what_it_needs
from releasetrain.domain.conflicts.values import SlotKind
from releasetrain.domain.graph import circle, needed_first
from releasetrain.domain.holds import Ran
from releasetrain.domain.world import Need, World
from tests.domain.claims import DAY, claim, slot

SERVER, CHECKOUT = 31, 44  # the article: the checkout followed the next day


def needs(**facts) -> World:
    return World(needs=(Need(release=CHECKOUT, on=SERVER, **facts),))


def at(release, day, world, **facts):
    return claim(release, slot(release, day=day), world=world, **facts)


def found(world, *, server, checkout):
    """What is told of the checkout; the same is told of the server."""
    own = lacks_what_it_needs(checkout, booked=[server] if server else [])
    if server:
        assert lacks_what_it_needs(server, booked=[checkout]) == own
    return own


def test_the_articles_checkout_follows_a_day_after_its_server():
    world = needs(is_client_of=True)
    server = at(SERVER, 0, world)

    assert found(world, server=server, checkout=at(CHECKOUT, 1.05, world)) == []
    (early,) = found(world, server=server, checkout=at(CHECKOUT, 0.5, world))
    assert early.basis.amounts == {"hours": 13}  # the server's departure takes an hour


@pytest.mark.parametrize(("day", "hours"), [(-1, 25), (0, 0), (0.02, 1), (0.05, 0), (3, 0)])
def test_needs_allows_the_same_slot_or_any_departure_after_the_end(day, hours):
    world = needs()
    server = claim(SERVER, slot(1), world=world)
    checkout = claim(CHECKOUT, slot(1) if day == 0 else slot(2, day=day), world=world)

    assert [one.basis.amounts for one in found(world, server=server, checkout=checkout)] == (
        [{"hours": hours}] if hours else []
    )


@pytest.mark.parametrize(("lag", "days", "is_met"), [(0, 0, False), (0, 0.05, True), (48, 2, False), (48, 2.05, True)])
def test_after_counts_from_the_end_of_the_departure(lag, days, is_met):
    world = needs(lag_hours=lag)
    server = claim(SERVER, slot(1), world=world)
    checkout = claim(CHECKOUT, slot(1) if days == 0 else slot(2, day=days), world=world)

    assert (found(world, server=server, checkout=checkout) == []) is is_met


def test_a_stated_lag_beats_the_day_that_a_client_waits_by_default():
    world = needs(lag_hours=2, is_client_of=True)

    assert found(world, server=at(SERVER, 0, world), checkout=at(CHECKOUT, 0.2, world)) == []


def test_what_is_needed_and_has_no_place_blocks():
    world = needs()

    (one,) = found(world, server=None, checkout=at(CHECKOUT, 3, world))

    assert (one.code, one.a.id, one.b.id, one.basis.facts) == (
        "dependency",
        SERVER,
        CHECKOUT,
        {"needs:31", "not-booked"},
    )


def test_what_is_needed_and_was_rolled_back_is_broken():
    world = needs(is_broken=True)

    (one,) = found(world, server=None, checkout=at(CHECKOUT, 3, world))

    assert "broken" in one.basis.facts


def test_what_departed_long_ago_is_no_hindrance():
    world = needs(lag_hours=24)
    past = claim(SERVER, slot(1, day=-30, kind=SlotKind.PAST), world=world)

    assert lacks_what_it_needs(at(CHECKOUT, 0, world), booked=[past]) == []


def test_a_departure_that_ran_over_is_waited_for():
    world = needs()
    start = slot(1).departs.start
    late = claim(SERVER, slot(1), world=world, ran=Ran(started_at=start, finished_at=start + DAY))

    (one,) = found(world, server=late, checkout=at(CHECKOUT, 0.5, world))

    assert one.basis.amounts == {"hours": 12}


def test_moving_farther_off_is_worse_than_what_stood():
    world = needs()
    checkout = at(CHECKOUT, 0, world)
    (stood,) = found(world, server=at(SERVER, 1, world), checkout=checkout)
    (worse,) = found(world, server=at(SERVER, 2, world), checkout=checkout)

    assert not worse.basis.within(stood.basis)
    assert stood.basis.within(worse.basis)


@pytest.mark.parametrize(
    ("edges", "way"),
    [
        ({}, []),
        ({1: [2], 2: [3]}, []),
        ({1: [1]}, [1, 1]),
        ({1: [2], 2: [1]}, [1, 2, 1]),
        ({1: [4, 2], 2: [3], 3: [1], 4: [5]}, [1, 2, 3, 1]),
        ({2: [3], 3: [2], 1: [2]}, []),  # a circle of others
    ],
)
def test_a_circle_is_told_with_the_way_round(edges, way):
    assert circle(edges, 1) == way


def test_what_is_needed_goes_first_and_the_rest_keeps_its_order():
    assert needed_first([1, 2, 3, 4], {1: [3], 3: [4]}) == [4, 3, 1, 2]
    assert needed_first([1, 2], {1: [9]}) == [1, 2]
    assert sorted(needed_first([1, 2, 3], {1: [2], 2: [3], 3: [1]})) == [1, 2, 3]
