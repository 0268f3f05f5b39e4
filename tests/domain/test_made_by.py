"""C5: rules refuse what people do to bookings, and only what that deed makes."""

from dataclasses import replace

from hypothesis import assume, given
from hypothesis import strategies as st

from releasetrain.domain import conflicts
from releasetrain.domain.conflicts.values import Severity, SlotKind
from releasetrain.domain.picture import Departure, Picture, Place, Rider
from releasetrain.domain.sizes import Size
from tests.domain.claims import NOW, POINTS, SOAK, claim, codes, conflict, pictures, slot, waiver_of

CROWDED, EMPTY, FAR = slot(1, capacity=1), slot(2, day=7), slot(3, day=30)


def picture(places, *, sizes=(), services=()):
    """Releases 1 to 4 of as many teams, and three slots: a crowded one, an empty one, a far one."""
    riders = {
        id: Rider(
            release=id,
            team=id,
            team_limit=2,
            size=Size(dict(sizes).get(id, "S")),
            services=frozenset(dict(services).get(id, ())),
        )
        for id in range(1, 5)
    }
    departures = {
        one.id: Departure(slot=one, on=one.departs.start.date(), points=POINTS, soak_hours=SOAK)
        for one in (CROWDED, EMPTY, FAR)
    }
    rides = {release: Place(slot=there, boarded_at=NOW) for release, there in places.items()}
    return Picture(now=NOW, riders=riders, departures=departures, places=rides)


def made(before, changes):
    placed = [release for release, there in changes.items() if there is not None]
    return before.made_by(before.moved(changes), releases=placed)


def test_a_placed_release_is_refused_for_what_it_makes():
    assert codes(made(picture({1: 1}), {2: 1})) == ["capacity"]


def test_an_old_conflict_over_somebody_else_does_not_count():
    overfull = picture({1: 1, 2: 1, 3: 2})

    assert made(overfull, {3: 3}) == []


def test_what_stood_before_is_not_made():
    overfull = picture({1: 1, 2: 1})

    assert made(overfull, {1: 1}) == []


def test_to_make_it_worse_is_to_make_it():
    overfull = picture({1: 1, 2: 1})
    grown = overfull.edited([replace(overfull.riders[1], size=Size.MEDIUM)])

    assert codes(overfull.made_by(grown, releases=[1])) == ["capacity"]


def test_to_make_it_better_is_not_to_make_it():
    overfull = picture({1: 1, 2: 1, 3: 1}, sizes={1: "M"})
    shrunk = overfull.edited([replace(overfull.riders[1], size=Size.SMALL)])

    assert overfull.made_by(shrunk, releases=[1]) == []


def test_leaving_makes_nothing():
    assert made(picture({1: 1, 2: 1}), {1: None}) == []


def test_a_swap_is_judged_after_both_have_moved():
    large = picture({1: 2, 2: 3}, sizes={1: "L", 2: "L"}, services={1: {1}, 2: {1}})

    assert codes(made(large, {1: 3})) == ["large-rides-alone", "large-overlap", "capacity"]
    assert made(large, {1: 3, 2: 2}) == []


def test_a_waived_conflict_is_not_made():
    calm = picture({1: 1})
    (found,) = made(calm, {2: 1})

    assert made(calm.waived([waiver_of(found)]), {2: 1}) == []


def test_a_warning_refuses_nothing():
    warning = replace(conflict(), severity=Severity.WARNS)

    assert conflicts.made(before=[], after=[warning], by=[1]) == []


def test_a_release_that_is_no_side_of_it_is_not_refused():
    assert conflicts.made(before=[], after=[conflict(a=1, b=2)], by=[3]) == []


def test_imported_history_is_judged_by_nobody():
    past = slot(1, capacity=0, kind=SlotKind.PAST)

    assert conflicts.judge([claim(1, past, size="L")], booked=[claim(2, past, size="L")]) == []


deeds = st.dictionaries(st.integers(1, 6), st.none() | st.integers(1, 4), min_size=1, max_size=3)


@given(pictures(), deeds)
def test_a_deed_never_makes_what_stood_before_with_at_least_that_basis(before, deed):
    stood = before.standing_of(deed)

    for found in made(before, deed):
        same = [old for old in stood if (old.code, old.a, old.b) == (found.code, found.a, found.b)]
        assert not any(found.basis.within(old.basis) for old in same)


@given(pictures(), deeds)
def test_what_is_made_has_somebody_placed_as_a_side(before, deed):
    placed = [release for release, there in deed.items() if there is not None]

    assert all(any(found.has(release) for release in placed) for found in made(before, deed))


@given(pictures(), st.integers(1, 6), st.integers(1, 6))
def test_swapping_the_same_two_twice_is_the_identity(before, one, other):
    assume(one in before.places and other in before.places)
    crossed = {one: before.places[other].slot, other: before.places[one].slot}
    back = {one: before.places[one].slot, other: before.places[other].slot}

    assert before.moved(crossed).moved(back) == before


@given(pictures(), st.randoms(use_true_random=False))
def test_judging_does_not_depend_on_the_order_of_bookings(seen, random):
    claims = [claim for release in seen.places if (claim := seen.claim(release))]
    shuffled = random.sample(claims, len(claims))

    assert set(conflicts.judge(claims, booked=claims)) == set(conflicts.judge(shuffled, booked=shuffled))


@given(pictures())
def test_staying_makes_nothing(before):
    assert made(before, {release: place.slot for release, place in before.places.items()}) == []


@given(pictures(), deeds)
def test_whoever_takes_a_place_where_nothing_stands_against_it_is_let_in(before, deed):
    after = before.moved(deed)

    if not after.standing_of(deed):
        assert made(before, deed) == []
