"""Set a train up: its timetable makes its slots up to the horizon (S1)."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction

from releasetrain.audit.models import Entry
from releasetrain.boarding.actions.riding import book
from releasetrain.boarding.actions.trains import (
    add_train,
    edit_train,
    open_slots,
    put_trains,
    set_default_train,
    set_timetable,
)
from releasetrain.boarding.queries import default_train
from releasetrain.domain.errors import Refused
from releasetrain.domain.timetable import Recurring, weekly
from releasetrain.trains.fields import TrainFields
from releasetrain.trains.models import Slot, Train
from tests.factories import NOW, clock, create_service, create_train
from tests.riding import aboard, ask_for, create_release

TUE = weekly(weekday=1, at=time(22), minutes=60)
THU = weekly(weekday=3, at=time(22), minutes=60)
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def train(cast) -> Train:
    """A train of Berlin, Tuesdays and Thursdays at 22:00, four weeks ahead; today is Monday 24 Nov 2031."""
    fields = TrainFields(name="Main service", zone="Europe/Berlin", horizon_days=27)
    return add_train(fields=fields, timetable=[TUE, THU], by=cast.cleo, clock=clock())


def edit(train, by, **changed):
    train.refresh_from_db()
    said = {name: getattr(TrainFields.of(train), name) for name in TrainFields.__slots__}
    return edit_train(train=train.pk, fields=TrainFields(**{**said, **changed}), by=by, clock=clock())


def occurrences(train):
    return list(Slot.objects.filter(train=train).order_by("start_at").values_list("occurrence", flat=True))


def slot_at(train, occurrence):
    return Slot.objects.get(train=train, occurrence=occurrence)


def test_a_new_train_has_its_slots_up_to_the_horizon(train):
    assert occurrences(train) == [
        f"2031-{day}T22:00" for day in ("11-25", "11-27", "12-02", "12-04", "12-09", "12-11", "12-16", "12-18")
    ]


def test_a_slot_has_local_start_length_cut_off_and_capacity(train):
    slot = slot_at(train, "2031-11-25T22:00")

    assert slot.start_at == datetime(2031, 11, 25, 21, tzinfo=UTC)
    assert slot.end_at - slot.start_at == timedelta(minutes=60)
    assert slot.cut_off_at == datetime(2031, 11, 24, 17, tzinfo=UTC)
    assert (slot.kind, slot.capacity, slot.closed_at) == (Slot.Kind.REGULAR, 10, None)


@pytest.mark.parametrize(
    ("today", "before", "after"),
    [
        (datetime(2032, 3, 22, 12, tzinfo=UTC), 21, 20),  # summer begins on 28 Mar 2032
        (datetime(2032, 10, 25, 12, tzinfo=UTC), 20, 21),  # and ends on 31 Oct 2032
    ],
)
def test_the_local_time_stays_when_the_clocks_change(cast, today, before, after):
    fields = TrainFields(name="Main service", zone="Europe/Berlin", horizon_days=13)

    train = add_train(fields=fields, timetable=[TUE], by=cast.cleo, clock=clock(today))

    starts = list(train.slots.order_by("start_at").values_list("start_at", flat=True))
    assert [start.astimezone(UTC).hour for start in starts] == [before, after]
    assert {start.astimezone(BERLIN).hour for start in starts} == {22}


def test_opening_again_opens_nothing(train):
    assert open_slots(clock=clock()) == 0


def test_a_day_later_the_horizon_is_a_day_further(train):
    assert open_slots(clock=clock(NOW + timedelta(days=1))) == 0
    assert open_slots(clock=clock(NOW + timedelta(days=2)), train=train.pk) == 1
    assert occurrences(train)[-1] == "2031-12-23T22:00"


def test_a_departure_that_is_past_today_is_not_opened(cast):
    fields = TrainFields(name="Main service", horizon_days=7)
    early = weekly(weekday=0, at=time(9), minutes=30)

    train = add_train(fields=fields, timetable=[early], by=cast.cleo, clock=clock())

    assert occurrences(train) == ["2031-12-01T09:00"]


def test_a_new_timetable_takes_free_slots_along(cast, train):
    set_timetable(train=train.pk, timetable=[TUE], by=cast.cleo, clock=clock())

    assert occurrences(train) == [f"2031-{day}T22:00" for day in ("11-25", "12-02", "12-09", "12-16")]


def test_boarded_slots_stay_at_their_time_as_exceptions(cast, train):
    slot = slot_at(train, "2031-11-27T22:00")
    release = aboard(slot, team=cast.pay)

    set_timetable(train=train.pk, timetable=[TUE], by=cast.cleo, clock=clock())

    assert slot_at(train, "2031-11-27T22:00").start_at == slot.start_at
    assert release.bookings.get().left_at is None


def test_slots_that_are_asked_for_stay_too(cast, train):
    slot = slot_at(train, "2031-11-27T22:00")
    ask_for(create_release(team=cast.pay), slot=slot)

    set_timetable(train=train.pk, timetable=[TUE], by=cast.cleo, clock=clock())

    assert "2031-11-27T22:00" in occurrences(train)


def test_a_slot_that_somebody_left_is_closed_and_opened_again_with_the_timetable(cast, train):
    slot = slot_at(train, "2031-11-27T22:00")
    aboard(slot, team=cast.pay).bookings.update(left_at=NOW, left_because={"code": "left"})

    set_timetable(train=train.pk, timetable=[TUE], by=cast.cleo, clock=clock())
    assert slot_at(train, "2031-11-27T22:00").closed_at == NOW

    set_timetable(train=train.pk, timetable=[TUE, THU], by=cast.cleo, clock=clock())
    assert slot_at(train, "2031-11-27T22:00").closed_at is None


def test_another_zone_moves_free_slots_and_leaves_boarded_ones(cast, train):
    boarded, free = slot_at(train, "2031-11-25T22:00"), slot_at(train, "2031-11-27T22:00")
    aboard(boarded, team=cast.pay)

    edit(train, cast.cleo, zone="Asia/Tokyo")

    assert slot_at(train, "2031-11-25T22:00").start_at == boarded.start_at
    assert slot_at(train, "2031-11-27T22:00").start_at == free.start_at - timedelta(hours=8)


def test_another_cut_off_reaches_free_slots_only(cast, train):
    boarded, free = slot_at(train, "2031-12-02T22:00"), slot_at(train, "2031-12-04T22:00")
    aboard(boarded, team=cast.pay)

    edit(train, cast.cleo, cut_off_time=time(12))

    assert slot_at(train, boarded.occurrence).cut_off_at == boarded.cut_off_at
    assert slot_at(train, free.occurrence).cut_off_at == free.cut_off_at - timedelta(hours=6)


def test_another_capacity_reaches_slots_in_which_nobody_rides(cast, train):
    boarded, asked = slot_at(train, "2031-12-02T22:00"), slot_at(train, "2031-12-04T22:00")
    aboard(boarded, team=cast.pay)
    ask_for(create_release(team=cast.pay), slot=asked)

    edit(train, cast.cleo, capacity=4)

    known = dict(Slot.objects.values_list("occurrence", "capacity"))
    assert known.pop(boarded.occurrence) == 10
    assert set(known.values()) == {4}


def test_a_shorter_horizon_takes_free_slots_beyond_it_away(cast, train):
    aboard(slot_at(train, "2031-12-18T22:00"), team=cast.pay)

    edit(train, cast.cleo, horizon_days=7)

    assert occurrences(train) == ["2031-11-25T22:00", "2031-11-27T22:00", "2031-12-18T22:00"]


def test_points_that_plans_keep_free_may_be_taken_by_hand(cast, train):
    """The reserve is for surprises: nobody but a plan is held back by it (P5)."""
    edit(train, cast.cleo, reserve=10)
    slot = slot_at(train, "2031-11-25T22:00")

    book(release=create_release(team=cast.pay, slot=slot).pk, slot=slot.pk, by=cast.cleo, clock=clock())

    train.refresh_from_db()
    assert (train.reserve, slot.bookings.count()) == (10, 1)


def test_a_train_cannot_be_cut_below_what_its_plans_keep_free(cast, train):
    edit(train, cast.cleo, reserve=4)

    with pytest.raises(Refused) as refused:
        edit(train, cast.cleo, capacity=3)

    assert refused.value.details == {"field": "reserve", "least": 0, "most": 3}


def test_the_database_itself_keeps_no_more_free_than_there_is(train):
    with pytest.raises(IntegrityError, match="a_train_keeps_no_more_free_than_it_takes"), transaction.atomic():
        Train.objects.filter(pk=train.pk).update(reserve=11)


def test_a_longer_soak_that_would_make_a_large_pair_is_refused(cast, train):
    service = create_service(team=cast.pay)
    for occurrence in ("2031-11-25T22:00", "2031-12-02T22:00"):
        aboard(slot_at(train, occurrence), team=cast.pay, size="L", services=[service])

    with pytest.raises(Refused) as refused:
        edit(train, cast.cleo, soak_large_hours=24 * 8)

    train.refresh_from_db()
    assert (refused.value.code, train.soak_large_hours) == ("wall", 120)


def test_nothing_is_written_down_where_nothing_changed(cast, train):
    there = Entry.objects.count()

    edit(train, cast.cleo)
    set_timetable(train=train.pk, timetable=[THU, TUE], by=cast.cleo, clock=clock())

    assert Entry.objects.count() == there


@pytest.mark.parametrize(
    ("changed", "code", "field"),
    [
        ({"name": " "}, "missing", "name"),
        ({"zone": "Mars"}, "unknown-zone", "zone"),
        ({"horizon_days": 0}, "out-of-range", "horizon_days"),
        ({"horizon_days": 100_000}, "out-of-range", "horizon_days"),
        ({"capacity": 0}, "out-of-range", "capacity"),
        ({"reserve": -1}, "out-of-range", "reserve"),
        ({"reserve": 11}, "out-of-range", "reserve"),
        ({"name": "Other"}, "taken", "name"),
        ({"slug": "other"}, "taken", "slug"),
    ],
)
def test_what_a_train_cannot_be_is_refused_at_its_field(cast, train, changed, code, field):
    create_train(slug="other", name="Other")

    with pytest.raises(Refused) as refused:
        edit(train, cast.cleo, **changed)

    assert (refused.value.code, refused.value.details["field"]) == (code, field)


def test_a_timetable_says_each_departure_once(cast, train):
    again = weekly(weekday=1, at=time(22), minutes=30)

    with pytest.raises(Refused) as refused:
        set_timetable(train=train.pk, timetable=[TUE, again], by=cast.cleo, clock=clock())

    assert refused.value.code == "departs-twice"


def test_two_rules_that_meet_on_one_day_say_a_departure_twice(cast, train):
    first = Recurring(rule="FREQ=MONTHLY;BYDAY=1TU", at=time(22), minutes=30)

    with pytest.raises(Refused) as refused:
        set_timetable(train=train.pk, timetable=[TUE, first], by=cast.cleo, clock=clock())

    assert (refused.value.code, refused.value.details) == ("departs-twice", {"on": "2031-12-02", "at": "22:00"})


def test_more_departures_than_a_train_can_have_are_refused(cast, train):
    every_half_hour = [Recurring(rule="FREQ=DAILY", at=time(n // 2, n % 2 * 30), minutes=30) for n in range(48)]

    with pytest.raises(Refused) as refused:
        set_timetable(train=train.pk, timetable=every_half_hour, by=cast.cleo, clock=clock())

    assert refused.value.code == "too-many-departures"
    assert len(occurrences(train)) == 8


def test_a_rule_makes_its_slots_in_local_time_from_its_first_day_on(cast, train):
    fortnight = Recurring(rule="FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", at=time(22), minutes=60, first_on=date(2031, 12, 2))

    set_timetable(train=train.pk, timetable=[fortnight], by=cast.cleo, clock=clock())

    assert occurrences(train) == ["2031-12-02T22:00", "2031-12-16T22:00"]


@pytest.mark.parametrize("who", ["ada", "ben", "ines"])
def test_only_release_managers_set_trains_up(cast, train, who):
    by = getattr(cast, who)
    for deed in (
        lambda: add_train(fields=TrainFields(name="Other"), by=by, clock=clock()),
        lambda: edit(train, by, capacity=1),
        lambda: set_timetable(train=train.pk, timetable=[], by=by, clock=clock()),
    ):
        with pytest.raises(Refused) as refused:
            deed()

        assert refused.value.code == "forbidden"


def test_a_name_in_other_letters_gets_an_address_all_the_same(cast):
    train = add_train(fields=TrainFields(name="Основной"), by=cast.cleo, clock=clock())

    assert train.slug == "train-1"


def test_a_lead_says_which_train_the_own_team_rides(cast, train):
    other = create_train(slug="other")

    set_default_train(team=cast.pay.pk, train=other.pk, by=cast.ada, clock=clock())
    assert default_train(cast.pay.pk) == other

    set_default_train(team=cast.pay.pk, train=None, by=cast.ada, clock=clock())
    assert default_train(cast.pay.pk) == train


def test_a_lead_does_not_say_it_for_another_team(cast, train):
    with pytest.raises(Refused) as refused:
        set_default_train(team=cast.inv.pk, train=train.pk, by=cast.ada, clock=clock())

    assert refused.value.code == "forbidden"


def test_pasted_trains_are_added_or_edited_by_name_and_twice_is_once(cast, train):
    lines = {
        2: {"fields": TrainFields(name="Main service", zone="Europe/Berlin", capacity=7), "timetable": [TUE]},
        3: {"fields": TrainFields(name="Second"), "timetable": [THU]},
    }

    for _ in range(2):
        assert put_trains(lines, by=cast.cleo, clock=clock()) == 2

    assert dict(Train.objects.values_list("name", "capacity")) == {"Main service": 7, "Second": 10}
    assert Train.objects.get(name="Main service").slug == train.slug


def test_one_bad_pasted_train_takes_the_others_back(cast, train):
    lines = {
        2: {"fields": TrainFields(name="Second"), "timetable": [THU]},
        3: {"fields": TrainFields(name="Third", zone="Mars"), "timetable": []},
    }

    with pytest.raises(Refused) as refused:
        put_trains(lines, by=cast.cleo, clock=clock())

    assert {number: error.code for number, error in refused.value.details["lines"].items()} == {3: "unknown-zone"}
    assert Train.objects.count() == 1


def test_in_a_gap_a_slot_starts_at_the_first_instant_after_it(cast):
    today = datetime.combine(date(2032, 3, 27), time(12), tzinfo=UTC)  # the clocks go forward the next night
    missing = weekly(weekday=6, at=time(2, 30), minutes=60)
    fields = TrainFields(name="Night", zone="Europe/Berlin", horizon_days=1)

    train = add_train(fields=fields, timetable=[missing], by=cast.cleo, clock=clock(today))

    slot = slot_at(train, "2032-03-28T02:30")
    assert slot.start_at == datetime(2032, 3, 28, 1, tzinfo=UTC)
