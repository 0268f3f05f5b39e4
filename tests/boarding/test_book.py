"""Take a place in a slot."""

import pytest

from releasetrain.audit.models import Entry
from releasetrain.boarding.actions.riding import book
from releasetrain.domain.conflicts.values import Side
from releasetrain.domain.errors import Refused
from releasetrain.trains.models import Booking, Slot
from tests.factories import NOW, TUESDAY, create_service, create_train
from tests.riding import aboard, board, clock_at, create_release, days, place_of, request_of, slot_on


@pytest.mark.parametrize("who", ["ada", "ben", "cleo"])
def test_the_team_and_release_managers_book(cast, who):
    slot = slot_on(create_train(), day=0)
    release = create_release(team=cast.pay, slot=slot)

    booking = book(release=release.pk, slot=slot.pk, by=getattr(cast, who), clock=clock_at())

    assert (booking.slot, booking.booked_by, booking.booked_at) == (slot, getattr(cast, who), NOW)
    assert place_of(release) == slot.pk


@pytest.mark.parametrize("who", ["dov", "ines"])
def test_nobody_else_does(cast, who):
    slot = slot_on(create_train(), day=0)
    release = create_release(team=cast.pay, slot=slot)

    with pytest.raises(Refused) as refused:
        book(release=release.pk, slot=slot.pk, by=getattr(cast, who), clock=clock_at())

    assert refused.value.code == "forbidden"
    assert place_of(release) is None


def test_who_boards_asks_no_more(cast):
    slot = slot_on(create_train(), day=0)
    release = create_release(team=cast.pay, slot=slot)

    book(release=release.pk, slot=slot.pk, by=cast.ben, clock=clock_at())

    assert request_of(release) is None


def test_a_conflict_is_refused_with_the_other_side_and_nothing_changes(cast):
    service = create_service()
    slot = slot_on(create_train(), day=0)
    there = aboard(slot, team=cast.inv, size="L", services=[service])
    release = create_release(team=cast.pay, slot=slot)

    with pytest.raises(Refused) as refused:
        book(release=release.pk, slot=slot.pk, by=cast.ben, clock=clock_at())

    assert refused.value.code == "conflict"
    assert [conflict.code for conflict in refused.value.conflicts] == ["large-rides-alone"]
    assert refused.value.conflicts[0].other_than(release.pk) == Side.release(there.pk)
    assert request_of(release).slot == slot


def test_everything_that_stands_against_it_is_told_at_once(cast):
    slot = slot_on(create_train(), day=0, capacity=2)
    aboard(slot, team=cast.pay), aboard(slot, team=cast.pay)
    release = create_release(team=cast.pay, slot=slot)

    with pytest.raises(Refused) as refused:
        book(release=release.pk, slot=slot.pk, by=cast.ben, clock=clock_at(slot.cut_off_at))

    assert [conflict.code for conflict in refused.value.conflicts] == ["capacity", "team-limit", "cut-off"]


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"submitted_at": None}, "still-a-draft"),
        ({"withdrawn_at": NOW}, "withdrawn"),
        ({"rolled_back_at": NOW}, "rolled-back"),
        ({"earliest": TUESDAY.date() + days(1)}, "before-earliest"),
    ],
)
def test_only_a_submitted_release_that_may_ship_by_then_boards(cast, facts, code):
    slot = slot_on(create_train(), day=0)
    release = create_release(team=cast.pay, **facts)

    with pytest.raises(Refused) as refused:
        book(release=release.pk, slot=slot.pk, by=cast.ben, clock=clock_at())

    assert refused.value.code == code


def test_earliest_is_a_date_where_the_train_runs(cast):
    """Tuesday 22:00 in London is Wednesday in Auckland."""
    slot = slot_on(create_train(zone="Pacific/Auckland"), day=0)
    release = create_release(team=cast.pay, slot=slot, earliest=TUESDAY.date() + days(1))

    book(release=release.pk, slot=slot.pk, by=cast.ben, clock=clock_at())

    assert place_of(release) == slot.pk


def test_what_has_departed_takes_nobody(cast):
    slot = slot_on(create_train(), day=0)
    release = create_release(team=cast.pay, slot=slot)

    with pytest.raises(Refused) as refused:
        book(release=release.pk, slot=slot.pk, by=cast.ben, clock=clock_at(slot.start_at))

    assert refused.value.code == "slot-departed"


def test_imported_history_takes_nobody(cast):
    slot = slot_on(create_train(), day=0, kind=Slot.Kind.PAST)
    release = create_release(team=cast.pay, train=slot.train)

    with pytest.raises(Refused) as refused:
        book(release=release.pk, slot=slot.pk, by=cast.cleo, clock=clock_at())

    assert refused.value.code == "slot-departed"


def test_a_slot_or_release_that_is_not_there_is_named(cast):
    slot = slot_on(create_train(), day=0)
    release = create_release(team=cast.pay, slot=slot)

    with pytest.raises(Refused) as no_slot:
        book(release=release.pk, slot=slot.pk + 1, by=cast.ben, clock=clock_at())
    with pytest.raises(Refused) as no_release:
        book(release=release.pk + 1, slot=slot.pk, by=cast.ben, clock=clock_at())

    assert (no_slot.value.code, no_release.value.code) == ("no-such-slot", "no-such-release")


def test_booking_where_it_rides_already_changes_nothing(cast):
    slot = slot_on(create_train(), day=0)
    release = create_release(team=cast.pay)
    first = board(release, slot)

    again = book(release=release.pk, slot=slot.pk, by=cast.ben, clock=clock_at(slot.cut_off_at))

    assert again == first
    assert Booking.objects.count() == 1


def test_the_log_says_who_boarded_what(cast):
    slot = slot_on(create_train(), day=0)
    release = create_release(team=cast.pay, slot=slot)

    book(release=release.pk, slot=slot.pk, by=cast.ben, clock=clock_at())

    entry = Entry.objects.get(subject=f"release:{release.pk}")
    assert (entry.verb, entry.by, entry.at, entry.facts["slot"]) == ("booking.made", cast.ben, NOW, slot.pk)
