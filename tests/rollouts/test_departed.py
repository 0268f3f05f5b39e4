"""Report that a release departed."""

from uuid import uuid4

import pytest

from releasetrain.domain.errors import Refused
from releasetrain.rollouts.actions import departed
from releasetrain.rollouts.queries import latest_outcome
from releasetrain.trains import queries as trains
from releasetrain.trains.models import Booking, Outcome
from tests.factories import create_service, create_train, release_manager
from tests.riding import aboard, clock_at, create_release, days, place_of, slot_on


def test_a_release_manager_reports_it(cast):
    slot = slot_on(create_train(), day=0)
    release = aboard(slot, team=cast.pay)

    departed(release=release.pk, by=cast.cleo, clock=clock_at(slot.end_at), finished_at=slot.end_at)

    said = latest_outcome(Booking.objects.get().pk)
    assert (said.kind, said.by, said.at) == ("departed", cast.cleo, slot.end_at)
    assert (said.started_at, said.finished_at) == (slot.start_at, slot.end_at)
    assert place_of(release) == slot.pk


@pytest.mark.parametrize("who", ["ada", "dov", "ines"])
def test_nobody_else_does(cast, who):
    slot = slot_on(create_train(), day=0)
    release = aboard(slot, team=cast.pay)

    with pytest.raises(Refused) as refused:
        departed(release=release.pk, by=getattr(cast, who), clock=clock_at(slot.end_at))

    assert refused.value.code == "forbidden"


def test_nothing_departs_before_its_time(cast):
    slot = slot_on(create_train(), day=0)
    release = aboard(slot, team=cast.pay)

    with pytest.raises(Refused) as refused:
        departed(release=release.pk, by=cast.cleo, clock=clock_at())

    assert refused.value.code == "not-yet"


def test_who_is_not_aboard_did_not_depart(cast):
    slot = slot_on(create_train(), day=0)
    release = create_release(team=cast.pay, slot=slot)

    with pytest.raises(Refused) as refused:
        departed(release=release.pk, by=cast.cleo, clock=clock_at(slot.end_at))

    assert refused.value.code == "not-booked"


@pytest.mark.parametrize(("start", "end"), [(1, None), (0, 1), (0, -1)])
def test_what_happened_lies_in_the_past_and_in_order(cast, start, end):
    slot = slot_on(create_train(), day=0)
    release = aboard(slot, team=cast.pay)
    finished_at = None if end is None else slot.end_at + days(end)

    with pytest.raises(Refused) as refused:
        departed(
            release=release.pk,
            by=cast.cleo,
            clock=clock_at(slot.end_at),
            started_at=slot.start_at + days(start),
            finished_at=finished_at,
        )

    assert refused.value.code == "not-in-that-order"


def test_the_latest_report_counts(cast):
    slot = slot_on(create_train(), day=0)
    release = aboard(slot, team=cast.pay)
    departed(release=release.pk, by=cast.cleo, clock=clock_at(slot.end_at))

    departed(release=release.pk, by=cast.cleo, clock=clock_at(slot.end_at + days(1)), finished_at=slot.end_at)

    assert latest_outcome(Booking.objects.get().pk).finished_at == slot.end_at
    assert Outcome.objects.count() == 2


def test_a_hold_follows_what_really_happened(cast):
    """Still going on a day after its slot's end: the hold reaches from its start to now, plus the soak."""
    slot = slot_on(create_train(soak_large_hours=24), day=0)
    release = aboard(slot, team=cast.pay, size="L")
    departed(release=release.pk, by=cast.cleo, clock=clock_at(slot.start_at))
    now = slot.end_at + days(1)

    holds = trains.picture(releases={release.pk}, slots=(), now=now).claim(release.pk).holds

    assert (holds.start, holds.end) == (slot.start_at, now + days(1))


def test_a_report_is_never_refused_for_what_it_means_to_others(cast):
    """The pair that arises from what happened stands; the database's wall reads the planned part only (C5)."""
    service, train = create_service(), create_train(soak_large_hours=24)
    first, second = slot_on(train, day=0), slot_on(train, day=2)
    late = aboard(first, team=cast.pay, size="L", services=[service])
    following = aboard(second, team=cast.inv, size="L", services=[service])
    now = second.start_at - days(0.25)

    departed(release=late.pk, by=cast.cleo, clock=clock_at(now))

    standing = trains.picture(releases={following.pk}, slots=(), now=now).standing_of([following.pk])
    assert [conflict.code for conflict in standing] == ["large-overlap"]
    assert place_of(following) == second.pk


def test_a_double_click_reports_once(cast):
    slot = slot_on(create_train(), day=0)
    release, key = aboard(slot, team=cast.pay), uuid4()

    for _ in range(2):
        departed(release=release.pk, by=cast.cleo, clock=clock_at(slot.end_at), key=key)

    assert Outcome.objects.count() == 1


def test_somebody_elses_key_is_another_key(cast):
    slot, other = slot_on(create_train(), day=0), release_manager(name="Cora")
    release, key = aboard(slot, team=cast.pay), uuid4()

    for who in (cast.cleo, other):
        departed(release=release.pk, by=who, clock=clock_at(slot.end_at), key=key)

    assert Outcome.objects.count() == 2
