"""Seats while a plan comes in: the shortcuts change nothing, and a row that rides nowhere costs next to nothing."""

from dataclasses import replace
from itertools import islice

from hypothesis import given
from hypothesis import strategies as st

from releasetrain.boarding.actions.importing.seats import Seats
from releasetrain.boarding.queries import AHEAD
from releasetrain.domain.picture import Departure, Picture, Place, Rider
from releasetrain.domain.sizes import Size
from tests.domain.claims import NOW, POINTS, SOAK, pictures, slot, waiver_of


def in_order(picture):
    """The regular departures that are still to come, next first: what the database returns."""
    regular = [one.slot for one in picture.departures.values() if one.slot.kind == "regular"]
    return [one.id for one in sorted(regular, key=lambda slot: (slot.departs.start, slot.id))]


def plainly(picture, coming, releases):
    """Each release in the first of the next departures from its earliest day that the rules let it board."""
    found = {}
    for release in releases:
        from_day = (slot for slot in coming if not picture.is_too_early(release, slot))
        for there in islice(from_day, AHEAD):
            after = picture.moved({release: there})
            if not picture.made_by(after, releases=[release]):
                picture, found[release] = after, there
                break
    return found


def seated(picture, coming, releases):
    seats = Seats(picture, coming, {})
    answers = {release: seats.seat(release, slot=None, wish="first").slot for release in releases}
    return {release: slot for release, slot in answers.items() if slot is not None}


@given(pictures(releases=12, slots=8), st.data())
def test_every_row_boards_where_judging_each_slot_would_put_it(picture, data):
    coming = in_order(picture)
    new = data.draw(st.permutations([release for release in picture.riders if release not in picture.places]))
    wanted = [conflict for there in coming for one in new for conflict in _against(picture, one, there)]
    waived = data.draw(st.lists(st.sampled_from(wanted), max_size=3)) if wanted else []
    picture = picture.waived(map(waiver_of, waived))

    assert seated(picture, coming, new) == plainly(picture, coming, new)


def _against(picture, release, there):
    return picture.moved({release: there}).standing_of([release])


def crowd(*, rows, size, slots=AHEAD, **facts):
    """So many releases of one team for slots that take two of it each, on days one after the other."""
    there = {id: slot(id, day=id, **facts) for id in range(1, slots + 1)}
    departures = {
        id: Departure(slot=one, on=one.departs.start.date(), points=POINTS, soak_hours=SOAK)
        for id, one in there.items()
    }
    riders = {id: Rider(release=id, team=1, team_limit=2, size=size) for id in range(1, rows + 1)}
    return Picture(now=NOW, riders=riders, departures=departures, places={})


def test_no_row_looks_further_than_the_ways_out_do():
    picture = crowd(rows=2 * AHEAD + 2, size=Size.SMALL, slots=AHEAD + 1)

    found = seated(picture, in_order(picture), picture.riders)

    assert max(found.values()) == AHEAD
    assert len(found) == 2 * AHEAD


def test_a_row_looks_so_far_from_its_earliest_day():
    picture = crowd(rows=1, size=Size.SMALL, slots=AHEAD + 2, capacity=0)
    last = picture.departures[AHEAD + 2]
    roomy = replace(last, slot=replace(last.slot, capacity=10))
    late = replace(picture.riders[1], earliest=picture.departures[3].on)
    picture = replace(picture, departures={**picture.departures, AHEAD + 2: roomy}).edited([late])

    assert seated(picture, in_order(picture), [1]) == {1: AHEAD + 2}


def test_a_departure_that_is_shut_to_a_team_is_looked_at_once(monkeypatch):
    picture = crowd(rows=500, size=Size.SMALL)
    looked = []
    monkeypatch.setattr(Picture, "claim_at", counted(Picture.claim_at, looked))

    found = seated(picture, in_order(picture), picture.riders)

    assert len(found) == 2 * AHEAD
    assert len(looked) < 10 * AHEAD  # and not 380 times sixty


def counted(method, calls):
    def call(self, *args):
        calls.append(args)
        return method(self, *args)

    return call


def test_a_place_already_taken_counts():
    picture = crowd(rows=3, size=Size.SMALL, slots=2)
    picture = replace(picture, places={id: Place(slot=1, boarded_at=NOW) for id in (1, 2)})

    assert seated(picture, in_order(picture), [3]) == {3: 2}
