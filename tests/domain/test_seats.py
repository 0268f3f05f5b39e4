"""Distinct people for seats: a matching, held to brute force."""

from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from releasetrain.domain.seats import seated, unfilled

SEATS = st.lists(st.sets(st.integers(1, 5)), max_size=5)


def fillable(seats) -> bool:
    """Whether distinct people can be found for all of these seats, by trying every order of everybody."""
    people = sorted(set().union(*seats)) if seats else []
    return any(
        all(who in seat for who, seat in zip(way, seats, strict=True)) for way in permutations(people, len(seats))
    )


@given(SEATS)
def test_whoever_sits_may_and_nobody_sits_twice(seats):
    taken = seated(seats)

    assert all(who in seats[seat] for seat, who in taken.items())
    assert len(set(taken.values())) == len(taken)


@given(SEATS)
def test_each_seat_is_taken_that_can_be_beside_those_before_it(seats):
    expected: list[int] = []
    for place in range(len(seats)):
        if fillable([seats[one] for one in [*expected, place]]):
            expected.append(place)

    assert sorted(seated(seats)) == expected


def test_counts_per_role_would_pass_where_the_matching_refuses():
    """One person is the only architect and the only QA lead: each role is held, and yet nobody is left."""
    able = {"architecture": {1}, "test-plan": {1}}

    assert all(able.values())
    assert unfilled({"architecture": 1, "test-plan": 1}, able) == ["test-plan"]


def test_a_quorum_is_so_many_people():
    assert unfilled({"team": 2}, {"team": {1}}) == ["team"]
    assert unfilled({"team": 2}, {"team": {1, 2}}) == []
