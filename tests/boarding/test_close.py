"""At its cut-off a slot is closed (S4): who is not cleared moves on, once, however late the worker comes."""

import threading
from datetime import date, timedelta

import pytest
from django.db import connection

from releasetrain.audit.models import Entry
from releasetrain.boarding.actions import closing
from releasetrain.boarding.actions.asking import ask
from releasetrain.boarding.actions.closing import close_due
from releasetrain.boarding.actions.holding import hold_train, restart_train
from releasetrain.boarding.actions.queueing import serve_queue
from releasetrain.boarding.actions.riding import book
from releasetrain.domain.errors import Refused
from releasetrain.outbox.models import Message
from releasetrain.releases.models import Dependency, Release
from releasetrain.schema.models import SchemaChange, SchemaStage
from releasetrain.trains.models import Booking, Freeze, Grace, Request, Slot
from tests.factories import NOW, TUESDAY, create_slot, create_table, create_train
from tests.riding import aboard, board, clock_at, create_release, place_of, report, request_of, slot_on

CUT_OFF = TUESDAY - timedelta(hours=4)
HOUR = timedelta(hours=1)
OPEN = {"open_gates": ["team"]}


@pytest.fixture
def train(cast):
    return create_train()


@pytest.fixture
def slots(train):
    """Tuesday, Thursday, the next Tuesday: each shuts four hours before."""
    return [slot_on(train, day=day) for day in (0, 2, 7)]


def close(at=CUT_OFF) -> int:
    return close_due(clock=clock_at(at))


def entries(verb: str) -> list[Entry]:
    return list(Entry.objects.filter(verb=verb))


def test_who_is_not_cleared_takes_the_next_slot_and_who_is_cleared_stays(cast, slots):
    cleared, waiting = aboard(slots[0], team=cast.pay), aboard(slots[0], team=cast.inv, **OPEN)

    assert close() == 1

    assert (place_of(cleared), place_of(waiting)) == (slots[0].pk, slots[1].pk)
    slots[0].refresh_from_db()
    assert (slots[0].closed_at, slots[0].closed_because) == (CUT_OFF, "cut-off")
    left = Booking.objects.get(release=waiting, left_at=CUT_OFF)
    assert (left.left_because, left.left_by) == ({"code": "bumped"}, None)


def test_nothing_is_closed_before_its_minute(cast, slots):
    waiting = aboard(slots[0], team=cast.pay, **OPEN)

    assert close(CUT_OFF - timedelta(seconds=1)) == 0

    assert place_of(waiting) == slots[0].pk


def test_the_next_slot_is_one_whose_cut_off_is_a_working_day_away(cast, train, slots):
    tomorrow = create_slot(train=train, start_at=TUESDAY + timedelta(hours=19))  # shuts on Wednesday at 13:00
    waiting = aboard(slots[0], team=cast.pay, **OPEN)

    close()

    assert place_of(waiting) == slots[1].pk != tomorrow.pk


def test_a_weekend_and_a_public_holiday_of_the_team_are_no_working_days(cast, train):
    friday, monday, tuesday = (slot_on(train, day=day) for day in (3, 6, 7))  # 28 November, 1 and 2 December 2031
    cast.inv.holidays = "RO"  # Romania rests on the first of December
    cast.inv.save()
    here, there = aboard(friday, team=cast.pay, **OPEN), aboard(friday, team=cast.inv, **OPEN)

    close(CUT_OFF + timedelta(days=3))

    assert (place_of(here), place_of(there)) == (monday.pk, tuesday.pk)


def test_grace_keeps_a_release_aboard_as_long_as_it_lasts(cast, slots):
    waiting = aboard(slots[0], team=cast.pay, **OPEN)
    booking = Booking.objects.get(release=waiting)
    Grace.objects.create(booking=booking, until=CUT_OFF + HOUR, reason="Ines is on her way.", at=NOW, by=cast.cleo)

    close()

    assert place_of(waiting) == slots[0].pk


def test_those_of_the_slot_that_rest_on_a_bumped_one_go_with_it_and_later_ones_stay(cast, slots):
    needed = aboard(slots[0], team=cast.pay, **OPEN)
    together, over_another, later = (
        aboard(slots[0], team=cast.inv),
        aboard(slots[0], team=cast.inv),
        aboard(slots[1], team=cast.pay),
    )
    for release, on in ((together, needed), (over_another, together), (later, needed)):
        Dependency.objects.create(release=release, on=on)

    close()

    assert [place_of(one) for one in (needed, together, over_another, later)] == [slots[1].pk] * 4
    assert Booking.objects.get(release=together, left_at=CUT_OFF).left_because["with"] == [needed.pk]
    assert Booking.objects.filter(release=later).count() == 1


def test_who_rests_on_one_that_finds_no_slot_waits_with_it(cast, slots):
    needed, dependent = aboard(slots[0], team=cast.pay, size="M", **OPEN), aboard(slots[0], team=cast.inv)
    Dependency.objects.create(release=dependent, on=needed)
    Slot.objects.exclude(pk=slots[0].pk).update(capacity=2)

    close()

    assert (place_of(needed), place_of(dependent)) == (None, None)
    assert {request_of(one).because["code"] for one in (needed, dependent)} == {"bumped"}


def test_a_later_stage_in_the_slot_goes_with_the_stage_it_follows(cast, slots):
    change = SchemaChange.objects.create(name="sums", table=create_table(), soak_hours=24)
    backfill, relax = aboard(slots[0], team=cast.pay, **OPEN), aboard(slots[0], team=cast.pay)
    for stage, carrier in (("backfill", backfill), ("relax", relax)):
        SchemaStage.objects.create(change=change, stage=stage, release=carrier)

    close()

    assert place_of(backfill) == slots[1].pk
    assert place_of(relax) == slots[2].pk  # strictly after, and a day of soak between


def test_what_is_due_first_chooses_first_then_what_weighs_more(cast, slots):
    Slot.objects.filter(pk=slots[1].pk).update(capacity=1)
    late = aboard(slots[0], team=cast.pay, due=date(2031, 12, 30), **OPEN)
    heavy = aboard(slots[0], team=cast.pay, due=date(2031, 12, 24), weight=5, **OPEN)
    light = aboard(slots[0], team=cast.inv, due=date(2031, 12, 24), **OPEN)

    close()

    assert [place_of(one) for one in (heavy, light, late)] == [slots[1].pk, slots[2].pk, slots[2].pk]


def test_a_bump_displaces_nobody(cast, slots):
    waiting = aboard(slots[0], team=cast.pay, size="L", **OPEN)
    small = create_release(team=cast.inv, **OPEN)
    board(small, slots[1], by_itself=True)

    close()

    assert (place_of(small), place_of(waiting)) == (slots[1].pk, slots[2].pk)


def test_a_bump_enters_no_hotfix_slot_and_no_soft_freeze(cast, train, slots):
    create_slot(train=train, start_at=TUESDAY + timedelta(days=2, hours=-2), kind="hotfix")
    Freeze.objects.create(
        name="fair", reason="The fair.", is_hard=False, first_at="2031-11-27T00:00", last_at="2031-11-28T00:00", at=NOW
    )
    waiting = aboard(slots[0], team=cast.pay, **OPEN)

    close()

    assert place_of(waiting) == slots[2].pk


def test_a_second_bump_in_a_row_leads_to_the_queue(cast, slots):
    waiting = aboard(slots[0], team=cast.pay, **OPEN)
    close()

    close(CUT_OFF + timedelta(days=2))

    assert place_of(waiting) is None
    assert (request_of(waiting).because["code"], request_of(waiting).only_cleared) == ("bumped", True)


def test_a_bump_after_somebody_placed_it_again_is_a_first_one(cast, slots):
    waiting = aboard(slots[0], team=cast.pay, **OPEN)
    close()
    between = slot_on(slots[0].train, day=5)
    book(release=waiting.pk, slot=between.pk, by=cast.cleo, clock=clock_at(CUT_OFF + HOUR))

    close(CUT_OFF + timedelta(days=5))

    assert place_of(waiting) == slots[2].pk


def test_who_was_bumped_twice_is_served_again_only_once_cleared(cast, slots):
    waiting = aboard(slots[0], team=cast.pay, **OPEN)
    Request.objects.create(release=waiting, train=slots[0].train, wish="first", made_at=NOW, ended_at=NOW)
    close()
    close(CUT_OFF + timedelta(days=2))
    after = CUT_OFF + timedelta(days=2, hours=1)
    serve_queue(clock=clock_at(after))
    assert place_of(waiting) is None

    Release.objects.filter(pk=waiting.pk).update(open_gates=[])
    serve_queue(clock=clock_at(after))

    assert place_of(waiting) == slots[2].pk


def test_who_was_bumped_twice_is_served_again_when_somebody_asks(cast, slots):
    waiting = aboard(slots[0], team=cast.pay, **OPEN)
    close()
    close(CUT_OFF + timedelta(days=2))
    after = clock_at(CUT_OFF + timedelta(days=2, hours=1))

    ask(release=waiting.pk, slot=None, wish="first", by=cast.ada, clock=after)
    serve_queue(clock=after)

    assert place_of(waiting) == slots[2].pk


def test_where_no_slot_comes_it_waits_in_the_queue_with_the_reason(cast, train):
    waiting = aboard(slot_on(train, day=0), team=cast.pay, **OPEN)

    close()

    assert place_of(waiting) is None
    assert (request_of(waiting).because["code"], request_of(waiting).slot) == ("bumped", None)


def test_requests_for_the_slot_lose_it_and_wait(cast, slots):
    aboard(slots[0], team=cast.pay, size="L")
    asks = create_release(team=cast.inv, size="L", slot=slots[0])

    close()

    assert (request_of(asks).slot, request_of(asks).ended_at) == (None, None)
    assert [entry.subject for entry in entries("request.unheard")] == [f"release:{asks.pk}"]


def test_a_hotfix_slot_closes_at_its_start_and_bumps_nobody(cast, train):
    hotfix = slot_on(train, day=0, kind="hotfix")
    waiting = aboard(hotfix, team=cast.pay, **OPEN)

    assert close(CUT_OFF) == 0
    assert close(TUESDAY) == 1

    assert place_of(waiting) == hotfix.pk


def test_the_cut_offs_of_a_held_train_wait_until_it_is_restarted(cast, train, slots):
    waiting = aboard(slots[0], team=cast.pay, **OPEN)
    hold_train(train=train.pk, reason="The payment provider is down.", by=cast.cleo, clock=clock_at(CUT_OFF - HOUR))

    assert close(CUT_OFF + HOUR) == 0
    assert place_of(waiting) == slots[0].pk

    restart_train(train=train.pk, reason="It is back.", by=cast.cleo, clock=clock_at(CUT_OFF + 2 * HOUR))
    assert close(CUT_OFF + 2 * HOUR) == 1
    assert place_of(waiting) == slots[1].pk


def test_somebody_may_board_a_held_slot_after_its_nominal_cut_off_and_stands_after_the_restart(cast, train, slots):
    hold_train(train=train.pk, reason="The payment provider is down.", by=cast.cleo, clock=clock_at(CUT_OFF - HOUR))
    boards = create_release(team=cast.pay, train=train)
    book(release=boards.pk, slot=slots[0].pk, by=cast.ada, clock=clock_at(CUT_OFF + HOUR))

    restart_train(train=train.pk, reason="It is back.", by=cast.cleo, clock=clock_at(CUT_OFF + 2 * HOUR))
    close(CUT_OFF + 2 * HOUR)

    assert place_of(boards) == slots[0].pk
    late = create_release(team=cast.inv, train=train)
    with pytest.raises(Refused) as refused:
        book(release=late.pk, slot=slots[0].pk, by=cast.dov, clock=clock_at(CUT_OFF + 2 * HOUR))
    assert [one.code for one in refused.value.conflicts] == ["cut-off"]


def test_after_an_outage_of_an_hour_the_same_happens_and_the_door_was_shut_all_along(cast, slots):
    waiting, late = aboard(slots[0], team=cast.pay, **OPEN), create_release(team=cast.inv, train=slots[0].train)
    with pytest.raises(Refused) as refused:
        book(release=late.pk, slot=slots[0].pk, by=cast.dov, clock=clock_at(CUT_OFF))
    assert [one.code for one in refused.value.conflicts] == ["cut-off"]

    assert close(CUT_OFF + HOUR) == 1

    assert place_of(waiting) == slots[1].pk
    assert Slot.objects.get(pk=slots[0].pk).closed_at == CUT_OFF + HOUR


def test_an_outage_that_lasts_into_the_departure_bumps_who_was_not_cleared_all_the_same(cast, slots):
    """Nobody else may take a place back once the departure began; the closing that came late may, and does."""
    waiting, cleared = aboard(slots[0], team=cast.pay, **OPEN), aboard(slots[0], team=cast.inv)

    assert close(TUESDAY + timedelta(minutes=10)) == 1

    assert (place_of(waiting), place_of(cleared)) == (slots[1].pk, slots[0].pk)
    assert Slot.objects.get(pk=slots[0].pk).closed_because == "cut-off"


def test_a_slot_found_unclosed_after_its_departure_is_closed_as_missed(cast, slots):
    cleared, waiting = aboard(slots[0], team=cast.pay), aboard(slots[0], team=cast.inv, **OPEN)
    departed = aboard(slots[0], team=cast.inv)
    report(Booking.objects.get(release=departed), started_at=TUESDAY)

    close(TUESDAY + 2 * HOUR)

    assert [place_of(one) for one in (cleared, waiting, departed)] == [None, None, slots[0].pk]
    assert request_of(cleared).because == {"code": "missed"}
    assert Slot.objects.get(pk=slots[0].pk).closed_because == "missed"


def test_a_slot_that_was_closed_in_time_keeps_who_has_not_reported_yet(cast, slots):
    silent = aboard(slots[0], team=cast.pay)
    close()

    assert close(TUESDAY + 2 * HOUR) == 0

    assert place_of(silent) == slots[0].pk


def test_closing_again_does_nothing_more(cast, slots):
    waiting = aboard(slots[0], team=cast.pay, **OPEN)
    close()

    assert close(CUT_OFF + timedelta(minutes=1)) == 0

    assert place_of(waiting) == slots[1].pk
    assert len(entries("slot.closed")) == 1


def test_one_slot_that_cannot_be_closed_now_keeps_no_other_open(cast, slots, monkeypatch, caplog):
    waiting = aboard(slots[1], team=cast.pay, **OPEN)
    plain = closing.close

    def busy(*, slot, clock):
        if slot == slots[0].pk:
            raise Refused("busy")
        return plain(slot=slot, clock=clock)

    monkeypatch.setattr(closing, "close", busy)

    assert close(CUT_OFF + timedelta(days=2)) == 1

    assert place_of(waiting) == slots[2].pk
    assert f"slot {slots[0].pk} was not closed: busy" in caplog.text


def test_one_event_tells_all_of_it(cast, slots):
    bumped, asks = aboard(slots[0], team=cast.pay, **OPEN), create_release(team=cast.inv, size="L", slot=slots[0])
    before = set(Message.objects.values_list("pk", flat=True))

    close()

    told = entries("slot.closed")[0].facts
    assert told["gone"] == [{"release": bumped.pk, "slot": slots[1].pk, "rests_on": []}]
    assert told["unheard"] == [asks.pk]
    assert not Message.objects.exclude(pk__in=before).filter(event__startswith="booking.").exists()


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_close_a_slot_once(cast):
    train = create_train()
    slots = [slot_on(train, day=day) for day in (0, 2)]
    waiting = aboard(slots[0], team=cast.pay, **OPEN)
    closed, start = [], threading.Barrier(2)

    def work():
        start.wait()
        try:
            closed.append(close())
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert sorted(closed) == [0, 1]
    assert place_of(waiting) == slots[1].pk
    assert len(entries("slot.closed")) == 1
    assert Booking.objects.filter(release=waiting).count() == 2
