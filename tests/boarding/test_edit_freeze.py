"""Edit a freeze that was read: of two tabs the last one does not silently win."""

from dataclasses import replace

import pytest

from releasetrain.audit.models import Entry
from releasetrain.boarding.actions.freezing import edit_freeze
from releasetrain.boarding.standing import standing
from releasetrain.domain.errors import Refused
from releasetrain.trains.freeze_fields import FreezeFields
from releasetrain.trains.models import Freeze
from tests.factories import NOW, clock, create_slot
from tests.freezes import around, create_freeze, create_suspension, fields
from tests.riding import aboard, days, place_of


def edit(freeze, by, *, revision=1, **said):
    now = FreezeFields.of(Freeze.objects.get(pk=freeze.pk))
    return edit_freeze(freeze=freeze.pk, fields=replace(now, **said), revision=revision, by=by, clock=clock())


def test_what_it_says_changes_and_so_does_its_revision(cast):
    freeze = create_freeze()

    edit(freeze, cast.cleo, is_hard=False, teams={cast.inv.pk})

    kept = Freeze.objects.get(pk=freeze.pk)
    assert (kept.is_hard, kept.revision, [team.pk for team in kept.teams.all()]) == (False, 2, [cast.inv.pk])
    assert Entry.objects.get(verb="freeze.edited").facts["changed"] == ["is_hard", "teams"]


def test_a_second_tab_is_told_what_changed(cast):
    freeze = create_freeze()
    edit(freeze, cast.cleo, reason="Sales.", is_hard=False)

    with pytest.raises(Refused) as refused:
        edit(freeze, cast.cleo, revision=1, name="Another")

    assert refused.value.code == "changed-meanwhile"
    assert refused.value.details["changed"] == ["is_hard", "reason"]
    assert refused.value.details["revision"] == 2
    assert Freeze.objects.get(pk=freeze.pk).name == "Year-end"


def test_saying_the_same_again_changes_nothing(cast):
    freeze = create_freeze()

    edit(freeze, cast.cleo)

    assert Freeze.objects.get(pk=freeze.pk).revision == 1
    assert not Entry.objects.exists()


def test_moving_it_over_a_departure_makes_a_conflict_stand_and_moves_nobody(cast):
    slot = create_slot()
    rider, freeze = aboard(slot, team=cast.pay), create_freeze()
    assert standing(NOW) == []

    edit(freeze, cast.cleo, first_at=around().first_at, last_at=around().last_at)

    assert [one.conflict.code for one in standing(NOW)] == ["frozen"]
    assert place_of(rider) == slot.pk


def test_its_suspensions_stay(cast):
    slot = create_slot()
    aboard(slot, team=cast.pay)
    freeze = create_freeze(around())
    create_suspension(freeze, by=cast.cleo, since=NOW, until=NOW + days(10))

    edit(freeze, cast.cleo, name="Another")

    assert standing(NOW) == []


def test_a_name_that_another_live_freeze_has_is_refused(cast):
    create_freeze(fields(name="Sale"))

    with pytest.raises(Refused, match="taken"):
        edit(create_freeze(), cast.cleo, name="Sale")


def test_only_release_managers_edit(cast):
    with pytest.raises(Refused, match="forbidden"):
        edit(create_freeze(), cast.ada, name="Another")


def test_one_that_has_ended_is_not_edited(cast):
    freeze = create_freeze()
    Freeze.objects.update(ended_at=NOW)

    with pytest.raises(Refused, match="no-such-freeze"):
        edit(freeze, cast.cleo, name="Another")
