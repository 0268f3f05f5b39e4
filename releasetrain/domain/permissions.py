"""Who may do what: the one permission table (product.md, "Who uses it").

A question is asked inside the action: ``require(by, Permission.BOOK, team=team)``. Doors only hide buttons.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum, auto

from releasetrain.domain.errors import Refused


class Role(StrEnum):
    """A company-wide role a person can hold."""

    RELEASE_MANAGER = "release-manager"
    ARCHITECT = "architect"
    QA_LEAD = "qa-lead"
    ANALYTICS_LEAD = "analytics-lead"


class Standing(StrEnum):
    """What somebody is in one team."""

    MEMBER = "member"
    LEAD = "lead"
    SERVICE = "service"  # a pipeline that acts for the team with a token of its own; never a reviewer


class Permission(StrEnum):
    """One thing that somebody may or may not do."""

    ASK_GATE = auto()
    OWN = auto()
    SEE = auto()
    SEE_DRAFT = auto()
    DRAFT = auto()
    EDIT = auto()
    SUBMIT = auto()
    WITHDRAW = auto()
    BOOK = auto()
    WAIVE = auto()
    HOLD = auto()
    FREEZE = auto()
    REVIEW = auto()
    RECORD_RESULT = auto()
    DEPART = auto()
    REPORT_VERSIONS = auto()
    ATTEST = auto()
    IMPORT = auto()
    PLAN = auto()
    SET_UP_PEOPLE = auto()
    SET_UP_TEAMS = auto()
    SET_UP_TEAM = auto()
    SET_UP_CATALOGUE = auto()
    SET_UP_TRAINS = auto()
    SET_UP_REVIEWS = auto()
    OPERATE = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who acts: id, roles, and standing by team id. Nobody signed in is no Person.

    ``only``: what the token they act with lets through, None: everything they may.
    """

    id: int
    roles: frozenset[Role] = frozenset()
    teams: Mapping[int, Standing] = field(default_factory=dict)
    is_active: bool = True
    only: frozenset[Permission] | None = None


_EVERYONE = frozenset({Permission.SEE, Permission.ASK_GATE})
# Their own account, and a verdict where they hold the role (``policies.may_review``); a service has neither.
_A_PERSON = frozenset({Permission.OWN, Permission.REVIEW})
_TEAM = frozenset(
    {
        Permission.SEE_DRAFT,
        Permission.DRAFT,
        Permission.EDIT,
        Permission.SUBMIT,
        Permission.WITHDRAW,
        Permission.BOOK,
        Permission.RECORD_RESULT,
        Permission.REPORT_VERSIONS,
    }
)
_OF_PEOPLE = _TEAM | {Permission.ATTEST}  # a person's word: no pipeline gives it
IN_OWN_TEAM: Mapping[Standing, frozenset[Permission]] = {
    Standing.MEMBER: _OF_PEOPLE,
    Standing.LEAD: _OF_PEOPLE | {Permission.SET_UP_TEAM},
    Standing.SERVICE: _TEAM | {Permission.DEPART},
}
EVERYWHERE: Mapping[Role, frozenset[Permission]] = {
    Role.RELEASE_MANAGER: frozenset(Permission),
    Role.ARCHITECT: frozenset({Permission.SET_UP_CATALOGUE, Permission.ATTEST}),
    Role.QA_LEAD: frozenset({Permission.RECORD_RESULT}),
    Role.ANALYTICS_LEAD: frozenset(),
}


def may(person: Person | None, permission: Permission, *, team: int | None = None) -> bool:
    """Return whether ``person`` has ``permission``, for a thing of ``team`` (an id) or of no team."""
    if person is None or not person.is_active:
        return False
    if person.only is not None and permission not in person.only:
        return False
    if permission in _EVERYONE or (permission in _A_PERSON and Standing.SERVICE not in person.teams.values()):
        return True
    if any(permission in EVERYWHERE[role] for role in person.roles):
        return True
    standing = person.teams.get(team) if team is not None else None
    return standing is not None and permission in IN_OWN_TEAM[standing]


def teams_where(person: Person, permission: Permission, *, among: Collection[int]) -> set[int]:
    """Return the ids of ``among`` in which ``person`` has ``permission``."""
    return {team for team in among if may(person, permission, team=team)}


def require(person: Person | None, permission: Permission, *, team: int | None = None) -> None:
    """Raise ``Refused("forbidden")`` unless ``person`` has ``permission``."""
    if not may(person, permission, team=team):
        raise Refused("forbidden", details={"permission": str(permission)})


def may_edit_together(person: Person | None, teams: Collection[int]) -> bool:
    """Return whether ``person`` may edit what releases of all these teams carry, such as a schema change.

    What no release carries yet is for whoever keeps the catalogue.
    """
    if not teams:
        return may(person, Permission.SET_UP_CATALOGUE)
    return all(may(person, Permission.EDIT, team=team) for team in teams)


def require_edit_together(person: Person | None, teams: Collection[int]) -> None:
    """Raise ``Refused("forbidden")`` unless ``person`` may edit what releases of all these teams carry."""
    if not may_edit_together(person, teams):
        asked = Permission.EDIT if teams else Permission.SET_UP_CATALOGUE
        raise Refused("forbidden", details={"permission": str(asked)})
