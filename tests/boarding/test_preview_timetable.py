"""What another timetable would do, told before it is saved (S1): nothing is written, and saving does just that."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from releasetrain.boarding.actions.slots import Wanted, open_slot
from releasetrain.boarding.actions.trains import add_train, set_timetable
from releasetrain.boarding.timetable_previews import next_starts, preview
from releasetrain.domain.errors import Refused
from releasetrain.domain.timetable import Recurring, weekly
from releasetrain.trains.fields import TrainFields
from releasetrain.trains.models import Slot, Train
from tests.factories import NOW, clock
from tests.riding import aboard, ask_for, create_release

TUE, THU = (weekly(weekday=day, at=time(22), minutes=60) for day in (1, 3))
LONGER = weekly(weekday=1, at=time(22), minutes=90)
FIRST_TUESDAY = Recurring(rule="FREQ=MONTHLY;BYDAY=1TU", at=time(22), minutes=60, first_on=date(2031, 1, 1))


@pytest.fixture
def train(cast) -> Train:
    """A train in UTC, Tuesdays and Thursdays at 22:00, two weeks ahead; today is Monday 24 Nov 2031."""
    fields = TrainFields(name="Main service", horizon_days=13)
    return add_train(fields=fields, timetable=[TUE, THU], by=cast.cleo, clock=clock())


def slot_at(occurrence):
    return Slot.objects.get(occurrence=occurrence)


def days(departures):
    return [f"{one.start_at:%m-%d}" for one in departures]


def stored():
    return {(one.occurrence, one.start_at, one.end_at, one.closed_at) for one in Slot.objects.all()}


def test_what_the_timetable_loses_goes_and_what_it_gains_comes(train):
    fridays = weekly(weekday=4, at=time(10), minutes=30)

    seen = preview(train, [TUE, fridays], now=NOW)

    assert (days(seen.comes), days(seen.goes)) == (["11-28", "12-05"], ["11-27", "12-04"])
    assert (seen.moves, seen.stays, seen.is_empty) == ((), (), False)


def test_another_length_changes_the_time_of_free_departures(train):
    seen = preview(train, [LONGER, THU], now=NOW)

    assert [(one.was.minutes, one.now.minutes) for one in seen.moves] == [(60, 90), (60, 90)]
    assert (seen.comes, seen.goes) == ((), ())


def test_who_rides_or_asks_keeps_a_departure_and_is_named(cast, train):
    rides = aboard(slot_at("2031-11-27T22:00"), team=cast.pay, title="QR payments")
    asks = create_release(team=cast.inv, title="Stock counts")
    ask_for(asks, slot=slot_at("2031-11-27T22:00"))

    seen = preview(train, [TUE], now=NOW)

    (kept,) = seen.stays
    assert (kept.slot, days([kept.departure])) == (slot_at("2031-11-27T22:00").pk, ["11-27"])
    assert [(one.code, one.title, one.team, one.rides) for one in kept.holders] == [
        (rides.code, "QR payments", "PAY", True),
        (asks.code, "Stock counts", "INV", False),
    ]
    assert days(seen.goes) == ["12-04"]


def test_a_ridden_departure_of_another_length_is_an_exception_too(cast, train):
    aboard(slot_at("2031-11-25T22:00"), team=cast.pay)

    seen = preview(train, [LONGER, THU], now=NOW)

    assert (len(seen.moves), len(seen.stays)) == (1, 1)


def test_the_same_timetable_changes_nothing(train):
    assert preview(train, [THU, TUE], now=NOW).is_empty


def test_a_departure_that_somebody_left_closes_and_comes_again(cast, train):
    slot = slot_at("2031-11-27T22:00")
    aboard(slot, team=cast.pay).bookings.update(left_at=NOW, left_because={"code": "left"})
    assert "11-27" in days(preview(train, [TUE], now=NOW).goes)
    set_timetable(train=train.pk, timetable=[TUE], by=cast.cleo, clock=clock())

    assert "11-27" not in days(preview(train, [], now=NOW).goes), "it is closed already"
    assert "11-27" in days(preview(train, [TUE, THU], now=NOW).comes)


def test_what_was_opened_by_hand_is_not_of_it(cast, train):
    wanted = Wanted(local=datetime(2031, 11, 28, 14), minutes=30)
    open_slot(train=train.pk, wanted=wanted, by=cast.cleo, clock=clock())

    assert "11-28" not in days(preview(train, [], now=NOW).goes)


def test_each_entry_tells_its_next_departures(train):
    seen = preview(train, [THU, FIRST_TUESDAY], now=NOW)

    thursdays, first = (one.starts for one in seen.next_of_each)
    assert [f"{start:%m-%d}" for start in thursdays] == ["11-27", "12-04", "12-11", "12-18", "12-25"]
    assert [f"{start:%Y-%m-%d}" for start in first] == [
        "2031-12-02",
        "2032-01-06",
        "2032-02-03",
        "2032-03-02",
        "2032-04-06",
    ]


def test_a_rule_that_ends_tells_no_more(train):
    ends = Recurring(rule="FREQ=DAILY;COUNT=3", at=time(9), minutes=30, first_on=date(2031, 11, 23))

    assert next_starts(ends, train=train, now=NOW) == (datetime(2031, 11, 25, 9, tzinfo=UTC),)


@pytest.mark.parametrize("timetable", [[TUE, LONGER], [Recurring(rule="never", at=time(9), minutes=30)]])
def test_what_cannot_be_saved_cannot_be_seen_before(train, timetable):
    with pytest.raises(Refused):
        preview(train, timetable, now=NOW)


def test_it_costs_as_many_queries_for_many_departures_as_for_few(cast, train, django_assert_num_queries):
    for slot in Slot.objects.filter(train=train):
        aboard(slot, team=cast.pay)

    with django_assert_num_queries(4):
        assert len(preview(train, [], now=NOW).stays) == 4


timetables = st.lists(
    st.builds(
        Recurring,
        rule=st.sampled_from(
            [
                "FREQ=WEEKLY;BYDAY=TU",
                "FREQ=DAILY;INTERVAL=3",
                "FREQ=MONTHLY;BYDAY=-1TH",
                "FREQ=WEEKLY;INTERVAL=2;BYDAY=TH",
            ]
        ),
        at=st.sampled_from([time(9), time(22)]),
        minutes=st.sampled_from([30, 60]),
        first_on=st.just(date(2031, 11, 4)),
    ),
    max_size=3,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(one=timetables, other=timetables, boarded=st.integers(0, 3))
def test_saving_does_what_was_told(cast, train, one, other, boarded):
    try:
        set_timetable(train=train.pk, timetable=one, by=cast.cleo, clock=clock())
        told = preview(train, other, now=NOW)
    except Refused:
        return
    for slot in Slot.objects.order_by("?")[:boarded]:
        if not slot.bookings.exists():
            aboard(slot, team=cast.pay)
    told, before = preview(train, other, now=NOW), stored()

    assert stored() == before
    set_timetable(train=train.pk, timetable=other, by=cast.cleo, clock=clock())

    was = {(start, end) for _name, start, end, closed in before if closed is None}
    now = {(start, end) for _name, start, end, closed in stored() if closed is None}
    comes = {ends(one) for one in told.comes} | {ends(one.now) for one in told.moves}
    goes = {ends(one) for one in told.goes} | {ends(one.was) for one in told.moves}
    assert (now - was, was - now) == (comes - was, goes - now)
    assert {ends(one.departure) for one in told.stays} <= now


def ends(departure):
    return departure.start_at, departure.start_at + timedelta(minutes=departure.minutes)
