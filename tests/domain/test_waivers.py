"""C4: a waiver says yes to one conflict: its code, its two sides, and what it rests on."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from releasetrain.domain.conflicts.rules.room import over_capacity
from releasetrain.domain.conflicts.values import Basis, Conflict, Side
from releasetrain.domain.waivers import covers, standing
from tests.domain.claims import DAY, FIRST, basis, claim, conflict, slot, waiver_of


def test_a_waiver_covers_its_conflict():
    found = conflict()

    assert covers(waiver_of(found), found)
    assert standing([found], [waiver_of(found)]) == []


def test_a_waiver_against_one_says_nothing_about_another():
    waived, other = conflict(a=1, b=2), conflict(a=1, b=3)

    assert standing([waived, other], [waiver_of(waived)]) == [other]


def test_a_waiver_of_one_rule_says_nothing_about_another():
    waived, other = conflict("large-overlap"), conflict("large-rides-alone")

    assert standing([waived, other], [waiver_of(waived)]) == [other]


def test_an_outgrown_waiver_no_longer_covers():
    small, grown = conflict(facts="service:1"), conflict(facts="service:1 table:4")

    assert not covers(waiver_of(small), grown)


def test_less_than_was_waived_is_covered():
    large, shrunk = conflict(facts="service:1 table:4"), conflict(facts="table:4")

    assert covers(waiver_of(large), shrunk)


def test_two_waivers_do_not_add_up():
    """Each says yes to a whole; nobody said yes to both at once."""
    both = conflict(facts="service:1 table:4")
    halves = [waiver_of(conflict(facts="service:1")), waiver_of(conflict(facts="table:4"))]

    assert standing([both], halves) == [both]


def test_an_amount_may_shrink_but_not_grow():
    waiver = waiver_of(conflict(amounts={"points": 2}))

    assert covers(waiver, conflict(amounts={"points": 1}))
    assert covers(waiver, conflict(amounts={"points": 2}))
    assert not covers(waiver, conflict(amounts={"points": 3}))


def test_an_amount_that_was_not_waived_is_none():
    waiver = waiver_of(conflict(amounts={"points": 2}))

    assert not covers(waiver, conflict(amounts={"releases": 1}))
    assert covers(waiver, conflict(amounts={"points": 2, "releases": 0}))


def test_until_is_judged_against_the_departure_not_against_today():
    found = conflict(departs_at=FIRST)

    assert not covers(waiver_of(found, until=FIRST), found)
    assert covers(waiver_of(found, until=FIRST + timedelta(seconds=1)), found)


def test_moving_past_until_uncovers():
    waiver = waiver_of(conflict(), until=FIRST + DAY)

    assert not covers(waiver, conflict(departs_at=FIRST + 2 * DAY))


def test_a_full_slot_is_one_matter_whichever_rider_it_is_told_of():
    """The other side is all riders: one waiver for the slot, not one per rider."""
    full = slot(capacity=1)
    first, second = claim(1, full), claim(2, full)
    (told_first,) = over_capacity(first, booked=[second])
    (told_second,) = over_capacity(second, booked=[first])

    assert covers(waiver_of(told_first), told_second)


def test_a_third_rider_outgrows_it():
    full = slot(capacity=1)
    first, second, third = (claim(id, full) for id in (1, 2, 3))
    (waived,) = over_capacity(first, booked=[second])
    (grown,) = over_capacity(first, booked=[second, third])

    assert not covers(waiver_of(waived), grown)


def test_whoever_took_the_place_of_a_waived_rider_is_not_waived():
    """Release 3 rides instead of 2: as many points too many, but nobody said yes to it."""
    full = slot(capacity=1)
    (waived,) = over_capacity(claim(1, full), booked=[claim(2, full)])
    (told_third,) = over_capacity(claim(3, full), booked=[claim(1, full)])

    assert not covers(waiver_of(waived), told_third)


bases = st.builds(
    Basis,
    st.frozensets(st.sampled_from(["service:1", "service:2", "table:1", "table:2"])),
    st.dictionaries(st.sampled_from(["points", "releases"]), st.integers(0, 3)),
)


def on(rests: Basis) -> Conflict:
    return Conflict("large-overlap", Side.release(1), Side.release(2), rests, FIRST)


@given(bases)
def test_every_basis_is_within_itself(one):
    assert one.within(one)


@given(bases, bases, bases)
def test_containment_is_transitive(one, two, three):
    if one.within(two) and two.within(three):
        assert one.within(three)


@given(bases, bases, bases)
def test_a_wider_waiver_covers_whatever_a_narrower_one_covers(narrow, wide, found):
    if narrow.within(wide) and covers(waiver_of(on(narrow)), on(found)):
        assert covers(waiver_of(on(wide)), on(found))


@given(st.lists(bases, max_size=4), st.lists(bases, max_size=4), bases)
def test_a_waiver_more_never_makes_a_conflict_stand(some, more, found):
    fewer = standing([on(found)], [waiver_of(on(one)) for one in some])
    many = standing([on(found)], [waiver_of(on(one)) for one in (*some, *more)])

    assert set(many) <= set(fewer)


def test_an_empty_basis_is_within_any():
    assert basis().within(basis("service:1", {"points": 1}))
