"""A freeze may not count for a while: with a reason, and with an end after now."""

import pytest

from releasetrain.audit.models import Entry
from releasetrain.boarding.actions.freezing import suspend_freeze
from releasetrain.boarding.standing import standing
from releasetrain.domain.errors import Refused
from releasetrain.trains.models import Suspension
from tests.factories import NOW, TUESDAY, clock, create_slot
from tests.freezes import around, create_freeze
from tests.riding import aboard, create_release, days, place_of

LATER = NOW + days(10)


def suspend(freeze, by, *, until=LATER, reason="A repair must go out.", **said):
    return suspend_freeze(freeze=freeze.pk, until=until, reason=reason, by=by, clock=clock(), **said)


def test_what_departs_meanwhile_is_not_frozen(cast):
    aboard(create_slot(), team=cast.pay)
    freeze = create_freeze(around())
    assert [one.conflict.code for one in standing(NOW)] == ["frozen"]

    made = suspend(freeze, cast.cleo)

    assert standing(NOW) == []
    assert (made.since, made.until, made.by) == (NOW, NOW + days(10), cast.cleo)
    assert Entry.objects.get(verb="freeze.suspended").facts["reason"] == "A repair must go out."


def test_what_departs_before_or_after_still_is(cast):
    first, second = create_slot(), create_slot(start_at=TUESDAY + days(7))
    for slot in (first, second):
        aboard(slot, team=cast.pay)
    freeze = create_freeze(around(rule="FREQ=WEEKLY"))

    suspend(freeze, cast.cleo, since=NOW + days(4), until=NOW + days(10))

    assert [one.slot for one in standing(NOW)] == [first.pk]


def test_half_a_departure_in_the_suspension_is_frozen_still(cast):
    """Half-open: a suspension that ends where the departure ends is enough, a minute less is not."""
    slot = create_slot()
    aboard(slot, team=cast.pay)
    freeze = create_freeze(around())

    suspend(freeze, cast.cleo, since=slot.start_at, until=slot.end_at - days(1 / 1440))
    assert [one.conflict.code for one in standing(NOW)] == ["frozen"]

    suspend(freeze, cast.cleo, since=slot.start_at, until=slot.end_at)
    assert standing(NOW) == []


def test_what_asked_for_the_slot_boards(cast):
    slot, freeze = create_slot(), create_freeze(around())
    asks = create_release(team=cast.pay, slot=slot)

    suspend(freeze, cast.cleo)

    assert place_of(asks) == slot.pk


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"reason": " "}, "reason-missing"),
        ({"until": NOW}, "suspension-is-over"),
        ({"until": NOW + days(1), "since": NOW + days(1)}, "ends-before-it-begins"),
    ],
)
def test_it_needs_a_reason_and_an_end_that_comes(cast, said, code):
    with pytest.raises(Refused, match=code):
        suspend(create_freeze(), cast.cleo, **said)

    assert not Suspension.objects.exists()


def test_only_release_managers_suspend(cast):
    with pytest.raises(Refused, match="forbidden"):
        suspend(create_freeze(), cast.ada)
