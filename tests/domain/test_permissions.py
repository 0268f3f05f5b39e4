"""Who may do what: the whole table, written out as people read it."""

import pytest

from releasetrain.domain.errors import Refused
from releasetrain.domain.permissions import (
    Permission,
    Person,
    Role,
    Standing,
    may,
    may_edit_together,
    require,
    teams_where,
)
from releasetrain.domain.scopes import PERMISSIONS, Scope, let_through

OWN, OTHER = 1, 2
SERVICE = {"SEE", "ASK_GATE"}
EVERYBODY = SERVICE | {"OWN", "REVIEW"}  # on gates whose role they hold
MEMBER = EVERYBODY | {"SEE_DRAFT", "DRAFT", "EDIT", "SUBMIT", "WITHDRAW", "BOOK", "RECORD_RESULT"}
MEMBER |= {"REPORT_VERSIONS", "ATTEST"}
PIPELINE = MEMBER - {"OWN", "REVIEW", "ATTEST"} | {"DEPART"}
LEAD = MEMBER | {"SET_UP_TEAM"}
ALL = LEAD | {
    "WAIVE",
    "HOLD",
    "FREEZE",
    "PLAN",
    "DEPART",
    "IMPORT",
    "SET_UP_PEOPLE",
    "SET_UP_TEAMS",
    "SET_UP_CATALOGUE",
    "SET_UP_TRAINS",
    "SET_UP_REVIEWS",
    "OPERATE",
}
ARCHITECT = EVERYBODY | {"SET_UP_CATALOGUE", "ATTEST"}
QA = EVERYBODY | {"RECORD_RESULT"}
# who: (for a thing of the own team, of another team, of no team)
TABLE = {
    "a member": (MEMBER, EVERYBODY, EVERYBODY),
    "a lead": (LEAD, EVERYBODY, EVERYBODY),
    "a release manager": (ALL, ALL, ALL),
    "an architect": (ARCHITECT, ARCHITECT, ARCHITECT),
    "a QA lead": (QA, QA, QA),
    "an analytics lead": (EVERYBODY, EVERYBODY, EVERYBODY),
    "an architect who leads": (LEAD | ARCHITECT, ARCHITECT, ARCHITECT),
    "a service of a team": (PIPELINE, SERVICE, SERVICE),
    "a lead with a token to read": ({"SEE", "ASK_GATE", "SEE_DRAFT"}, SERVICE, SERVICE),
    "a release manager with a token for the gate": ({"ASK_GATE"}, {"ASK_GATE"}, {"ASK_GATE"}),
    "somebody without a team": (EVERYBODY, EVERYBODY, EVERYBODY),
    "somebody deactivated": (set(), set(), set()),
    "nobody signed in": (set(), set(), set()),
}
PEOPLE = {
    "a member": Person(id=1, teams={OWN: Standing.MEMBER}),
    "a lead": Person(id=1, teams={OWN: Standing.LEAD}),
    "a release manager": Person(id=1, roles=frozenset({Role.RELEASE_MANAGER})),
    "an architect": Person(id=1, roles=frozenset({Role.ARCHITECT})),
    "a QA lead": Person(id=1, roles=frozenset({Role.QA_LEAD})),
    "an analytics lead": Person(id=1, roles=frozenset({Role.ANALYTICS_LEAD})),
    "an architect who leads": Person(id=1, roles=frozenset({Role.ARCHITECT}), teams={OWN: Standing.LEAD}),
    "a service of a team": Person(id=1, teams={OWN: Standing.SERVICE}),
    "a lead with a token to read": Person(id=1, teams={OWN: Standing.LEAD}, only=let_through([Scope.READ])),
    "a release manager with a token for the gate": Person(
        id=1, roles=frozenset({Role.RELEASE_MANAGER}), only=let_through([Scope.GATE])
    ),
    "somebody without a team": Person(id=1),
    "somebody deactivated": Person(
        id=1, roles=frozenset({Role.RELEASE_MANAGER}), teams={OWN: Standing.LEAD}, is_active=False
    ),
    "nobody signed in": None,
}
CASES = [
    (who, team, allowed)
    for who, columns in TABLE.items()
    for team, allowed in zip((OWN, OTHER, None), columns, strict=True)
]


def test_the_table_names_every_permission():
    assert {permission.name for permission in Permission} == ALL


def test_the_table_names_every_role_and_standing():
    known = [person for person in PEOPLE.values() if person]

    assert {role for person in known for role in person.roles} == set(Role)
    assert {standing for person in known for standing in person.teams.values()} == set(Standing)


@pytest.mark.parametrize(("who", "team", "allowed"), CASES)
def test_everybody_may_do_what_the_table_says_and_nothing_else(who, team, allowed):
    found = {permission.name for permission in Permission if may(PEOPLE[who], permission, team=team)}

    assert found == allowed


def test_require_raises_forbidden_where_the_table_says_no():
    with pytest.raises(Refused) as refused:
        require(PEOPLE["a member"], Permission.WAIVE, team=OWN)

    assert refused.value.code == "forbidden"


def test_require_is_silent_where_the_table_says_yes():
    require(PEOPLE["a member"], Permission.BOOK, team=OWN)


def test_teams_where_names_only_the_teams_that_the_person_may_do_it_in():
    assert teams_where(PEOPLE["a lead"], Permission.BOOK, among=[OWN, OTHER]) == {OWN}
    assert teams_where(PEOPLE["a release manager"], Permission.BOOK, among=[OWN, OTHER]) == {OWN, OTHER}


def test_every_permission_can_be_given_to_a_token():
    assert let_through(Scope) == set(Permission)


def test_every_scope_says_what_it_lets_through():
    assert PERMISSIONS.keys() == set(Scope)


def test_what_several_teams_carry_is_for_whoever_may_edit_all_of_it():
    of_both = Person(id=1, teams={1: Standing.MEMBER, 2: Standing.LEAD})

    assert may_edit_together(of_both, {1, 2})
    assert not may_edit_together(of_both, {1, 2, 3})
    assert not may_edit_together(None, {1})


def test_what_nobody_carries_yet_is_for_whoever_keeps_the_catalogue():
    assert may_edit_together(Person(id=1, roles=frozenset({Role.ARCHITECT})), set())
    assert not may_edit_together(Person(id=1, teams={1: Standing.LEAD}), set())
