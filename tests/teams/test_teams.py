"""Teams and who is in them."""

import pytest

from releasetrain.domain.errors import Refused
from releasetrain.domain.permissions import Standing
from releasetrain.teams import queries
from releasetrain.teams.actions import (
    add_team,
    deactivate_person,
    edit_team,
    end_membership,
    put_memberships,
    put_teams,
    set_membership,
)
from releasetrain.teams.models import Team
from tests.factories import clock, create_user


def code_of(verb, **said):
    with pytest.raises(Refused) as refused:
        verb(**said, clock=clock())
    return refused.value.code


def standing_of(person, team):
    return queries.person(person).teams.get(team.pk)


def test_a_new_team_stands_last_with_the_next_hue(cast):
    team = add_team(code="sal", name="Sales", by=cast.cleo, clock=clock())

    assert (team.code, team.place, team.hue) == ("SAL", 3, 3)


def test_the_thirteenth_team_has_the_first_hue_again(cast):
    teams = [add_team(code=f"T{n}", name=f"Team {n}", by=cast.cleo, clock=clock()) for n in range(11)]

    assert [team.hue for team in teams[-2:]] == [12, 1]


@pytest.mark.parametrize("who", ["ada", "ines"])
def test_only_release_managers_add_teams(cast, who):
    assert code_of(add_team, code="SAL", name="Sales", by=getattr(cast, who)) == "forbidden"


@pytest.mark.parametrize("said", [{"code": "pay", "name": "X"}, {"code": "X", "name": "Team PAY"}])
def test_code_and_name_are_there_once(cast, said):
    assert code_of(add_team, **said, by=cast.cleo) == "taken"


@pytest.mark.parametrize("who", ["ada", "cleo"])
def test_its_lead_and_release_managers_edit_a_team(cast, who):
    edit_team(team=cast.pay.pk, code="PAY", name="Payments", slot_limit=3, by=getattr(cast, who), clock=clock())

    cast.pay.refresh_from_db()
    assert (cast.pay.name, cast.pay.slot_limit) == ("Payments", 3)


@pytest.mark.parametrize("who", ["ben", "dov", "ines"])
def test_members_and_other_teams_do_not(cast, who):
    said = {"code": "PAY", "name": "Payments", "slot_limit": 3}

    assert code_of(edit_team, team=cast.pay.pk, **said, by=getattr(cast, who)) == "forbidden"


def test_a_lead_puts_somebody_on_the_own_team(cast):
    set_membership(team=cast.pay.pk, person=cast.dov.pk, standing=Standing.MEMBER, by=cast.ada, clock=clock())

    assert standing_of(cast.dov, cast.pay) == Standing.MEMBER


def test_a_lead_does_not_touch_another_team(cast):
    said = {"team": cast.inv.pk, "person": cast.ben.pk, "standing": Standing.MEMBER}

    assert code_of(set_membership, **said, by=cast.ada) == "forbidden"


def test_a_member_becomes_lead_in_the_same_row(cast):
    set_membership(team=cast.pay.pk, person=cast.ben.pk, standing=Standing.LEAD, by=cast.ada, clock=clock())

    assert standing_of(cast.ben, cast.pay) == Standing.LEAD
    assert cast.ben.memberships.count() == 1


def test_somebody_deactivated_joins_no_team(cast):
    gone = create_user(name="Gone")
    deactivate_person(person=gone.pk, by=cast.cleo, clock=clock())
    said = {"team": cast.pay.pk, "person": gone.pk, "standing": Standing.MEMBER}

    assert code_of(set_membership, **said, by=cast.cleo) == "deactivated"


def test_who_is_off_the_team_may_nothing_there_at_once(cast):
    end_membership(team=cast.pay.pk, person=cast.ben.pk, by=cast.ada, clock=clock())

    assert standing_of(cast.ben, cast.pay) is None


def test_pasted_teams_are_added_or_edited_by_code_and_twice_is_once(cast):
    lines = {
        2: {"code": "pay", "name": "Payments", "slot_limit": 4},
        3: {"code": "SAL", "name": "Sales", "slot_limit": 2},
    }

    for _ in range(2):
        assert put_teams(lines, by=cast.cleo, clock=clock()) == 2

    assert dict(Team.objects.values_list("code", "name")) == {"PAY": "Payments", "INV": "Team INV", "SAL": "Sales"}


def test_one_bad_line_takes_the_others_back_and_every_bad_one_is_named(cast):
    lines = {
        2: {"code": "SAL", "name": "Sales", "slot_limit": 2},
        3: {"code": "PUR", "name": " ", "slot_limit": 2},
        4: None,
        5: {"code": "REP", "name": "Reports", "slot_limit": 0},
    }

    with pytest.raises(Refused) as refused:
        put_teams(lines, by=cast.cleo, clock=clock())

    found = {number: error.code for number, error in refused.value.details["lines"].items()}
    assert found == {3: "missing", 4: "unreadable", 5: "out-of-range"}
    assert not Team.objects.filter(code="SAL").exists()


def test_pasted_memberships_go_by_address_and_code(cast):
    put_memberships(
        {2: {"email": "Dov@example.com", "team": "pay", "standing": Standing.LEAD}}, by=cast.cleo, clock=clock()
    )

    assert standing_of(cast.dov, cast.pay) == Standing.LEAD
