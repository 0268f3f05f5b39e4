"""A suspended freeze can be made to count again before its time."""

import pytest

from releasetrain.boarding.actions.freezing import end_suspension
from releasetrain.boarding.standing import standing
from releasetrain.domain.errors import Refused
from releasetrain.trains.models import Suspension
from tests.factories import NOW, clock, create_slot
from tests.freezes import around, create_freeze, create_suspension
from tests.riding import aboard, days


@pytest.fixture
def freeze(cast):
    """A freeze over the one departure in which somebody rides."""
    aboard(create_slot(), team=cast.pay)
    return create_freeze(around())


def test_one_under_way_ends_now(cast, freeze):
    paused = create_suspension(freeze, by=cast.cleo, since=NOW - days(1), until=NOW + days(9))
    assert standing(NOW) == []

    end_suspension(suspension=paused.pk, by=cast.cleo, clock=clock())

    assert Suspension.objects.get().until == NOW
    assert [one.conflict.code for one in standing(NOW)] == ["frozen"]


def test_one_to_come_is_gone(cast, freeze):
    paused = create_suspension(freeze, by=cast.cleo, since=NOW + days(1), until=NOW + days(9))

    end_suspension(suspension=paused.pk, by=cast.cleo, clock=clock())

    assert not Suspension.objects.exists()


def test_one_that_is_over_stays_as_it_was(cast, freeze):
    paused = create_suspension(freeze, by=cast.cleo, since=NOW - days(9), until=NOW)

    with pytest.raises(Refused, match="no-such-suspension"):
        end_suspension(suspension=paused.pk, by=cast.cleo, clock=clock())


def test_only_release_managers_end_it(cast, freeze):
    paused = create_suspension(freeze, by=cast.cleo, since=NOW, until=NOW + days(9))

    with pytest.raises(Refused, match="forbidden"):
        end_suspension(suspension=paused.pk, by=cast.ines, clock=clock())
