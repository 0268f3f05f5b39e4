"""Change until when a waiver holds, or take it back."""

import pytest

from releasetrain.boarding.actions.drafting import edit
from releasetrain.boarding.actions.waiving import amend_waiver, end_waiver
from releasetrain.domain.conflicts.values import Side
from releasetrain.domain.errors import Refused
from releasetrain.trains.models import Waiver
from tests.factories import NOW, TUESDAY, create_service, create_slot, create_train
from tests.riding import aboard, board, clock_at, create_release, create_waiver, days, said, slot_on
from tests.trains.raw import commit


@pytest.fixture
def pair(cast):
    """Two large releases with a service in common, four days apart; they may, in writing."""
    service, train = create_service(), create_train()
    one = aboard(slot_on(train, day=0), team=cast.pay, size="L", services=[service])
    other = create_release(team=cast.inv, size="L", services=[service])
    waiver = create_waiver("large-overlap", one, other, by=cast.cleo, facts=[f"service:{service.pk}"])
    slot = slot_on(train, day=4)
    other.bookings.create(slot=slot, booked_at=NOW)
    return one, other, waiver, slot


def test_a_waiver_may_be_limited_to_departures_before_an_instant(cast, pair):
    _, _, waiver, slot = pair
    until = slot.start_at + days(1)

    amend_waiver(waiver=waiver.pk, until=until, reason="For this time only.", by=cast.cleo, clock=clock_at())

    assert Waiver.objects.get().until == until
    assert Waiver.objects.get().reason == "For this time only."


def test_until_is_judged_against_the_later_departure_of_the_two(cast, pair):
    one, other, waiver, slot = pair

    with pytest.raises(Refused) as refused:
        amend_waiver(waiver=waiver.pk, until=slot.start_at, reason="Shorter.", by=cast.cleo, clock=clock_at())

    (conflict,) = refused.value.conflicts
    assert refused.value.code == "conflict"
    assert (conflict.code, conflict.a, conflict.b) == (
        "large-overlap",
        Side.release(one.pk),
        Side.release(other.pk),
    )
    assert (conflict.departs_at, conflict.basis.facts) == (slot.start_at, set(waiver.facts))
    assert Waiver.objects.get().until is None


def test_ending_a_waiver_that_a_large_pair_rests_on_is_refused(cast, pair):
    _, _, waiver, _ = pair

    with pytest.raises(Refused) as refused:
        end_waiver(waiver=waiver.pk, by=cast.cleo, clock=clock_at())

    assert refused.value.code == "conflict"
    assert Waiver.objects.get().ended_at is None


def test_a_pair_that_is_over_needs_no_waiver_any_more(cast):
    """Over for the wall too, which reads the database's own clock: long before any test is run."""
    service, train, long_ago = create_service(), create_train(), days(-3650)
    one, other = (create_release(team=cast.pay, size="L", services=[service]) for _ in range(2))
    waiver = create_waiver("large-overlap", one, other, by=cast.cleo, facts=[f"service:{service.pk}"])
    for release, day in ((one, 0), (other, 4)):
        start_at = TUESDAY + days(day) + long_ago
        board(release, create_slot(train=train, start_at=start_at), at=start_at - days(1))
    assert commit("SELECT") is None

    end_waiver(waiver=waiver.pk, by=cast.cleo, clock=clock_at())

    assert Waiver.objects.get().ended_at is not None


def test_once_one_of_the_two_moved_away_it_may_be_ended(cast, pair):
    one, _, waiver, _ = pair
    one.bookings.update(left_at=NOW, left_because={"code": "left"})

    end_waiver(waiver=waiver.pk, by=cast.cleo, clock=clock_at())

    assert (Waiver.objects.get().ended_at, Waiver.objects.get().ended_by) == (NOW, cast.cleo)


def test_a_waiver_of_room_may_be_ended_whatever_follows(cast):
    """Only a change that would make an unwaived large pair is refused (C5); this one makes a standing conflict."""
    slot = slot_on(create_train(), day=0, capacity=1)
    release, other = aboard(slot, team=cast.pay), aboard(slot, team=cast.inv)
    facts = [f"release:{one.pk}" for one in (release, other)]
    waiver = create_waiver("capacity", release, slot, by=cast.cleo, facts=facts, amounts={"points": 1})

    end_waiver(waiver=waiver.pk, by=cast.cleo, clock=clock_at())

    assert Waiver.objects.get().ended_at == NOW


@pytest.mark.parametrize("who", ["ada", "dov", "ines"])
def test_only_a_release_manager_amends_or_ends(cast, pair, who):
    _, _, waiver, _ = pair

    with pytest.raises(Refused) as amending:
        amend_waiver(waiver=waiver.pk, until=None, reason="Longer.", by=getattr(cast, who), clock=clock_at())
    with pytest.raises(Refused) as ending:
        end_waiver(waiver=waiver.pk, by=getattr(cast, who), clock=clock_at())

    assert (amending.value.code, ending.value.code) == ("forbidden", "forbidden")


def test_nobody_amends_a_waiver_for_a_release_they_edited(cast, pair):
    """R7: to let it hold longer is to waive again."""
    one, _, waiver, _ = pair
    edit(release=one.pk, fields=said(one, weight=3), revision=1, by=cast.cleo, clock=clock_at())

    with pytest.raises(Refused) as refused:
        amend_waiver(waiver=waiver.pk, until=None, reason="Longer.", by=cast.cleo, clock=clock_at())

    assert refused.value.code == "edited-it-yourself"


def test_an_ended_waiver_is_no_waiver_any_more(cast, pair):
    one, _, waiver, _ = pair
    one.bookings.update(left_at=NOW, left_because={"code": "left"})
    end_waiver(waiver=waiver.pk, by=cast.cleo, clock=clock_at())

    with pytest.raises(Refused) as refused:
        end_waiver(waiver=waiver.pk, by=cast.cleo, clock=clock_at())

    assert refused.value.code == "no-such-waiver"


def test_an_amended_waiver_has_a_reason(cast, pair):
    _, _, waiver, _ = pair

    with pytest.raises(Refused) as refused:
        amend_waiver(waiver=waiver.pk, until=None, reason="", by=cast.cleo, clock=clock_at())

    assert refused.value.code == "reason-missing"
