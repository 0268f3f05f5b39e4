"""What one departure takes, on its own: a fact of the world that is never refused for whom it leaves over (C5)."""

import pytest

from releasetrain.audit.models import Entry
from releasetrain.boarding.actions.slots import set_capacity
from releasetrain.boarding.actions.trains import edit_train
from releasetrain.domain.errors import Refused
from releasetrain.trains.fields import TrainFields
from releasetrain.trains.models import Slot
from releasetrain.trains.queries import picture
from tests.factories import NOW, TUESDAY, clock, create_slot, create_train
from tests.riding import aboard, ask_for, create_release


@pytest.fixture
def slot(cast) -> Slot:
    return create_slot(train=create_train(zone="Europe/Berlin"))


def set_to(slot, by, capacity, reason="Half the crew is away.", at=NOW):
    set_capacity(slot=slot.pk, capacity=capacity, reason=reason, by=by, clock=clock(at))
    slot.refresh_from_db()


def refusal_of(slot, by, capacity, **facts):
    with pytest.raises(Refused) as refused:
        set_to(slot, by, capacity, **facts)
    return refused.value.code


def test_a_cut_moves_nobody_and_stands_as_a_conflict(cast, slot):
    riders = [aboard(slot, team=team, size="M") for team in (cast.pay, cast.inv)]

    set_to(slot, cast.cleo, 4)

    assert all(rider.bookings.get().left_at is None for rider in riders)
    standing = picture(releases={one.pk for one in riders}, slots=[slot], now=NOW).blocking_of({riders[0].pk})
    assert [(one.code, one.basis.amounts["points"]) for one in standing] == [("capacity", 2)]


def test_room_that_appears_is_given_to_who_asks_for_it(cast, slot):
    set_to(slot, cast.cleo, 3)
    aboard(slot, team=cast.inv, size="M")
    waits = create_release(team=cast.pay, size="M")
    ask_for(waits, slot=slot)

    set_to(slot, cast.cleo, 6)

    assert waits.bookings.get().slot == slot


def test_the_train_s_own_capacity_passes_it_by_until_it_is_given_back(cast, slot):
    slot.occurrence = "2031-11-25T22:00"
    set_to(slot, cast.cleo, 4)
    aboard(slot, team=cast.pay)

    edit_train(train=slot.train_id, fields=fields(slot, capacity=7), by=cast.cleo, clock=clock())
    slot.refresh_from_db()
    assert (slot.capacity, slot.own_capacity) == (4, True)

    set_to(slot, cast.cleo, None)
    assert (slot.capacity, slot.own_capacity) == (7, False)


def test_a_free_departure_of_the_timetable_keeps_its_own_capacity_too(cast, slot):
    ask_for(create_release(team=cast.pay), slot=slot)
    set_to(slot, cast.cleo, 4)

    edit_train(train=slot.train_id, fields=fields(slot, capacity=7), by=cast.cleo, clock=clock())

    slot.refresh_from_db()
    assert slot.capacity == 4


def fields(slot, **changed):
    said = {name: getattr(slot.train, name) for name in TrainFields.__slots__}
    return TrainFields(**{**said, **changed})


@pytest.mark.parametrize("capacity", [0, -1, 1001])
def test_a_capacity_that_no_departure_has_is_refused(cast, slot, capacity):
    assert refusal_of(slot, cast.cleo, capacity) == "out-of-range"


def test_it_takes_a_reason_and_a_departure_that_has_not_left(cast, slot):
    assert refusal_of(slot, cast.cleo, 4, reason=" ") == "reason-missing"
    assert refusal_of(slot, cast.cleo, 4, at=TUESDAY) == "slot-departed"
    assert refusal_of(create_slot(kind=Slot.Kind.PAST), cast.cleo, 4) == "slot-departed"


def test_a_departure_that_is_not_there_is_refused(cast, db):
    with pytest.raises(Refused) as refused:
        set_capacity(slot=999, capacity=4, reason="So.", by=cast.cleo, clock=clock())

    assert refused.value.code == "no-such-slot"


@pytest.mark.parametrize("who", ["ada", "ben", "ines", "dov"])
def test_only_release_managers_set_it(cast, slot, who):
    assert refusal_of(slot, getattr(cast, who), 4) == "forbidden"


def test_it_is_written_in_the_log_with_what_it_was(cast, slot):
    set_to(slot, cast.cleo, 4)

    entry = Entry.objects.get(verb="slot.capacity-set")
    assert (entry.subject, entry.by) == (f"slot:{slot.pk}", cast.cleo)
    assert entry.facts == {"was": 10, "capacity": 4, "reason": "Half the crew is away."}
