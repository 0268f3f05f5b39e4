"""What stands on the calendar, and what would in another world (C5): the preview says just what saving makes true."""

from dataclasses import replace
from datetime import time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from releasetrain.audit.models import Entry
from releasetrain.boarding.actions.freezing import add_freeze, edit_freeze, end_freeze, suspend_freeze
from releasetrain.boarding.actions.low_load import set_low_load
from releasetrain.boarding.standing import Load, Paused, Thought, ending, standing, would_stand
from releasetrain.domain.windows import Window
from releasetrain.trains.freeze_fields import LowHours
from releasetrain.trains.models import Booking, Calendar, Database, Freeze, Slot
from tests.factories import NOW, TUESDAY, clock, create_service, create_slot, create_table, create_train
from tests.freezes import around, create_freeze, create_low_load, fields, locks_heavily
from tests.riding import aboard, create_waiver, days, report, slot_on

LATE = LowHours(weekdays=(1,), since=time(22, 30), until=time(5))


def told(found):
    return [(one.conflict.code, one.release) for one in found]


@pytest.fixture
def week(cast):
    """Three departures a day apart with one rider each; the third rides another train."""
    train, other = create_train(), create_train(slug="other")
    slots = [slot_on(train, day=0), slot_on(train, day=1), slot_on(other, day=2)]
    return slots, [aboard(slot, team=cast.pay) for slot in slots]


def test_it_is_told_in_order_of_departure_then_of_the_rules(cast, week):
    slots, (one, two, three) = week
    Slot.objects.filter(pk=slots[0].pk).update(capacity=0)
    create_freeze(around(rule="FREQ=DAILY"))

    assert told(standing(NOW)) == [
        ("frozen", one.pk),
        ("capacity", one.pk),
        ("frozen", two.pk),
        ("frozen", three.pk),
    ]


def test_a_train_s_is_told_alone(week):
    slots, (_one, _two, three) = week
    create_freeze(around(rule="FREQ=DAILY"))

    assert told(standing(NOW, train=slots[2].train_id)) == [("frozen", three.pk)]


def test_warnings_are_told_too(cast):
    rider = aboard(create_slot(), team=cast.pay, open_gates=["team"])

    (found,) = standing(NOW)

    assert (found.conflict.code, found.severity, found.release) == ("not-cleared", "warns", rider.pk)


def test_what_is_waived_is_not_told(cast, week):
    slots, (one, *_others) = week
    freeze = create_freeze(around())
    said = {"facts": [f"freeze:{freeze.pk}", f"slot:{slots[0].pk}"], "by": cast.cleo}
    waiver = create_waiver("frozen", one, slots[0], **said)
    assert told(standing(NOW)) == [("frozen", one.pk)]

    waiver.b_kind, waiver.b_id = "freeze", freeze.pk
    waiver.save()

    assert standing(NOW) == []


def test_what_is_over_or_has_departed_is_not_told(week):
    slots, (one, two, three) = week
    create_freeze(around(rule="FREQ=DAILY"))
    assert told(standing(slots[0].end_at - timedelta(seconds=1)))[0] == ("frozen", one.pk)

    assert told(standing(slots[0].end_at)) == [("frozen", two.pk), ("frozen", three.pk)]
    report(Booking.objects.get(release=two), started_at=slots[1].start_at)
    assert told(standing(slots[1].start_at + timedelta(minutes=5))) == [("frozen", three.pk)]


def test_what_departed_is_told_where_its_hold_meets_one_to_come(cast):
    """It went on for a day longer than planned: the next large one meets it, and is the one that can still move."""
    register = create_service()
    train = create_train(soak_large_hours=20)
    first, second = slot_on(train, day=0), slot_on(train, day=1)
    facts = {"size": "L", "services": [register]}
    went, comes = aboard(first, team=cast.pay, **facts), aboard(second, team=cast.inv, **facts)
    assert standing(NOW) == []

    report(Booking.objects.get(release=went), started_at=first.start_at, finished_at=first.start_at + days(0.5))

    assert told(standing(first.start_at + days(0.6))) == [("large-overlap", comes.pk)]


def saved(found):
    return {(one.conflict, one.release, one.slot) for one in found}


FREEZES = [
    around(),
    around(is_hard=False),
    around(rule="FREQ=DAILY", name="Daily"),
    around(TUESDAY + days(1), rule="FREQ=WEEKLY;BYDAY=WE,TH"),
    around(TUESDAY + days(2)),
    around(TUESDAY + days(9)),
    fields(holidays="DE"),
]


@pytest.mark.parametrize("said", FREEZES)
@pytest.mark.parametrize("scope", ["", "trains", "services", "teams"])
def test_a_freeze_s_preview_is_what_saving_it_makes_true(cast, week, said, scope):
    slots, (_one, *_others) = week
    ids = {"trains": slots[0].train_id, "services": create_service().pk, "teams": cast.pay.pk}
    said = replace(said, **({scope: {ids[scope]}} if scope else {}))
    old = create_freeze(around(name="Old", rule="FREQ=DAILY;COUNT=2"))
    before = saved(standing(NOW))

    found = would_stand(NOW, freeze=Thought(fields=replace(said, name="Old"), id=old.pk))
    edit_freeze(freeze=old.pk, fields=replace(said, name="Old"), revision=1, by=cast.cleo, clock=clock())

    assert saved(standing(NOW)) == (before - saved(found.goes)) | saved(found.arises)


def test_a_new_freeze_s_preview_names_the_releases_that_saving_it_freezes(cast, week):
    found = would_stand(NOW, freeze=Thought(fields=around()))
    assert standing(NOW) == []

    add_freeze(fields=around(), by=cast.cleo, clock=clock())

    assert told(found.arises) == told(standing(NOW)) == [("frozen", week[1][0].pk)]
    assert found.goes == []


@pytest.mark.parametrize(("since", "until", "left"), [(0, 9, 0), (0, 2, 2), (2, 9, 1), (8, 9, 3)])
def test_a_suspension_s_preview_is_what_saving_it_makes_true(cast, week, since, until, left):
    freeze = create_freeze(around(rule="FREQ=DAILY"))
    before, window = saved(standing(NOW)), Window(NOW + days(since), NOW + days(until))

    found = would_stand(NOW, suspension=Paused(freeze=freeze.pk, window=window))
    facts = {"since": window.start, "until": window.end, "reason": "A repair."}
    suspend_freeze(freeze=freeze.pk, **facts, by=cast.cleo, clock=clock())

    assert found.arises == []
    assert saved(standing(NOW)) == before - saved(found.goes)
    assert len(standing(NOW)) == left


def test_the_preview_of_an_end_is_that_all_of_it_goes(cast, week):
    freeze = create_freeze(around(rule="FREQ=DAILY"))

    found = would_stand(NOW, suspension=ending(freeze))
    assert len(found.goes) == 3

    end_freeze(freeze=freeze.pk, reason="So.", by=cast.cleo, clock=clock())
    assert standing(NOW) == []


@pytest.mark.parametrize("is_known", [True, False])
def test_the_preview_of_low_load_is_what_saving_it_makes_true(cast, week, is_known):
    _slots, (one, *_others) = week
    locks_heavily(one, create_table(database="main"))
    if is_known:
        create_low_load(hours=())

    found = would_stand(NOW, low_load=Load(database="main", zone="UTC", hours=[LATE]))
    assert Database.objects.count() == is_known
    set_low_load(database="main", zone="UTC", hours=[LATE], by=cast.cleo, clock=clock())

    assert told(found.arises) == told(standing(NOW)) == [("peak-hours", one.pk)]
    assert found.arises[0].conflict.basis.amounts == {"minutes": 30}


def test_a_smaller_capacity_is_previewed(week):
    slots, (one, *_others) = week

    found = would_stand(NOW, capacity={slots[0].pk: 0})
    assert (told(found.arises), found.goes) == ([("capacity", one.pk)], [])

    Slot.objects.filter(pk=slots[0].pk).update(capacity=0)
    assert told(standing(NOW)) == told(found.arises)
    assert told(would_stand(NOW, capacity={slots[0].pk: 1}).goes) == [("capacity", one.pk)]


def test_a_conflict_that_only_shrinks_neither_arises_nor_goes(cast, week):
    slots, _riders = week
    aboard(slots[0], team=cast.inv)
    Slot.objects.filter(pk=slots[0].pk).update(capacity=0)

    found = would_stand(NOW, capacity={slots[0].pk: 1})

    assert (found.arises, found.goes) == ([], [])


@pytest.mark.parametrize("was_hard", [True, False])
def test_where_a_freeze_changes_how_hard_it_is_both_are_told(week, was_hard):
    freeze, rider = create_freeze(around(is_hard=was_hard)), week[1][0].pk

    found = would_stand(NOW, freeze=Thought(fields=around(is_hard=not was_hard), id=freeze.pk))

    assert [(one.release, one.conflict.blocks) for one in found.goes] == [(rider, was_hard)]
    assert [(one.release, one.conflict.blocks) for one in found.arises] == [(rider, not was_hard)]


def test_a_preview_writes_nothing(cast, week):
    freeze = create_freeze(around(TUESDAY + days(1)))
    revision = Calendar.objects.get().revision

    would_stand(NOW, freeze=Thought(fields=around()), suspension=ending(freeze), capacity={week[0][0].pk: 0})

    assert Calendar.objects.get().revision == revision
    assert Freeze.objects.count() == 1
    assert not Entry.objects.exists()


def count(ask):
    with CaptureQueriesContext(connection) as asked:
        ask()
    return len(asked)


def test_questions_to_the_database_do_not_grow_with_the_calendar(cast, week):
    freeze = create_freeze(around(rule="FREQ=DAILY"))
    load = Load(database="main", zone="UTC", hours=[LATE])
    asks = [
        lambda: standing(NOW),
        lambda: standing(NOW, train=week[0][0].train_id),
        lambda: would_stand(NOW, freeze=Thought(fields=around(), id=freeze.pk)),
        lambda: would_stand(NOW, freeze=Thought(fields=around())),
        lambda: would_stand(NOW, suspension=ending(freeze)),
        lambda: would_stand(NOW, low_load=load),
    ]
    few = [count(ask) for ask in asks]

    for day in range(3, 23):
        aboard(slot_on(week[0][0].train, day=day), team=cast.inv)
        create_freeze(around(TUESDAY + days(day), name=f"Day {day}"))

    assert [count(ask) for ask in asks] == few == [5, 5, 6, 5, 5, 7]
