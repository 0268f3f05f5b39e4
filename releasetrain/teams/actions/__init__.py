"""The verbs on people, teams and roles."""

from releasetrain.teams.actions.groups import (
    add_team,
    edit_team,
    end_membership,
    put_memberships,
    put_teams,
    set_membership,
)
from releasetrain.teams.actions.own import change_password, set_own
from releasetrain.teams.actions.people import (
    add_person,
    deactivate_person,
    edit_person,
    open_first_account,
    put_people,
    reactivate_person,
)
from releasetrain.teams.actions.roles import give_role, put_roles, take_role
from releasetrain.teams.actions.signing_in import check_password

__all__ = [
    "add_person",
    "add_team",
    "change_password",
    "check_password",
    "deactivate_person",
    "edit_person",
    "edit_team",
    "end_membership",
    "give_role",
    "open_first_account",
    "put_memberships",
    "put_people",
    "put_roles",
    "put_teams",
    "reactivate_person",
    "set_membership",
    "set_own",
    "take_role",
]
