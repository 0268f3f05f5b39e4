"""End a freeze for good, with a reason; what asked for a frozen slot boards."""

import pytest

from releasetrain.audit.models import Entry
from releasetrain.boarding.actions.freezing import end_freeze
from releasetrain.boarding.standing import standing
from releasetrain.domain.errors import Refused
from releasetrain.trains.models import Freeze
from tests.factories import NOW, clock, create_slot
from tests.freezes import around, create_freeze
from tests.riding import aboard, create_release, place_of


def test_it_counts_no_more(cast):
    aboard(create_slot(), team=cast.pay)
    freeze = create_freeze(around())
    assert [one.conflict.code for one in standing(NOW)] == ["frozen"]

    end_freeze(freeze=freeze.pk, reason="The sale is off.", by=cast.cleo, clock=clock())

    assert standing(NOW) == []
    entry = Entry.objects.get(verb="freeze.ended")
    assert (entry.facts["reason"], Freeze.objects.get().ended_at) == ("The sale is off.", NOW)


def test_what_asked_for_a_frozen_slot_boards(cast):
    slot, freeze = create_slot(), create_freeze(around())
    asks = create_release(team=cast.pay, slot=slot)

    end_freeze(freeze=freeze.pk, reason="The sale is off.", by=cast.cleo, clock=clock())

    assert place_of(asks) == slot.pk


def test_its_name_is_free_again(cast):
    freeze = create_freeze()

    end_freeze(freeze=freeze.pk, reason="The sale is off.", by=cast.cleo, clock=clock())

    assert create_freeze().name == freeze.name


def test_a_reason_is_needed(cast):
    with pytest.raises(Refused, match="reason-missing"):
        end_freeze(freeze=create_freeze().pk, reason="  ", by=cast.cleo, clock=clock())

    assert Freeze.objects.get().ended_at is None


def test_only_release_managers_end_it(cast):
    with pytest.raises(Refused, match="forbidden"):
        end_freeze(freeze=create_freeze().pk, reason="So.", by=cast.ines, clock=clock())


def test_it_ends_once(cast):
    freeze = create_freeze()
    end_freeze(freeze=freeze.pk, reason="So.", by=cast.cleo, clock=clock())

    with pytest.raises(Refused, match="no-such-freeze"):
        end_freeze(freeze=freeze.pk, reason="So.", by=cast.cleo, clock=clock())
