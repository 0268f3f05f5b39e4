"""An edit undoes nothing that was saved since its form was shown."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from releasetrain.domain.errors import Refused
from releasetrain.teams.actions import edit_team
from releasetrain.teams.checks import undoing_nothing
from releasetrain.teams.models import Team
from tests.factories import clock


def test_the_row_is_read_again_under_its_lock(cast):
    """Whatever was read before the lock may be old by then."""
    read_before = Team.objects.get(pk=cast.pay.pk)
    Team.objects.filter(pk=cast.pay.pk).update(slot_limit=5)

    with (
        CaptureQueriesContext(connection) as said,
        pytest.raises(Refused) as refused,
        undoing_nothing(read_before, {"slot_limit": "2"}),
    ):
        read_before.slot_limit = 7

    assert (refused.value.code, refused.value.details) == ("changed-meanwhile", {"changed": ["slot_limit"]})
    assert any("FOR NO KEY UPDATE" in one["sql"] for one in said)


def test_what_nobody_touched_may_be_changed(cast):
    said = {"code": "PAY", "name": "Payments", "slot_limit": 3}

    edit_team(team=cast.pay.pk, **said, seen={"name": "Team PAY", "slot_limit": "2"}, by=cast.cleo, clock=clock())

    assert Team.objects.filter(pk=cast.pay.pk, name="Payments", slot_limit=3).exists()


def test_who_has_looked_at_nothing_undoes_what_there_is(cast):
    Team.objects.filter(pk=cast.pay.pk).update(slot_limit=5)

    edit_team(team=cast.pay.pk, code="PAY", name="Team PAY", slot_limit=2, by=cast.cleo, clock=clock())

    assert Team.objects.get(pk=cast.pay.pk).slot_limit == 2
