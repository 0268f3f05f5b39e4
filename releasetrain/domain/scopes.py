"""What a token lets through: the person's own permissions, cut down to what its scopes name."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from releasetrain.domain.permissions import Permission


class Scope(StrEnum):
    """One thing that a token is good for."""

    GATE = "gate"
    READ = "read"
    RELEASES = "releases"
    CALENDAR = "calendar"
    DEPART = "depart"
    WAIVE = "waive"
    REVIEW = "review"
    RESULTS = "results"
    IMPORT = "import"
    SETUP = "setup"
    OPERATE = "operate"
    ACCOUNT = "account"
    FEED = "feed"


_READ = frozenset({Permission.SEE, Permission.SEE_DRAFT, Permission.ASK_GATE})
PERMISSIONS: Mapping[Scope, frozenset[Permission]] = {
    Scope.GATE: frozenset({Permission.ASK_GATE}),
    Scope.READ: _READ,
    Scope.RELEASES: _READ | {Permission.DRAFT, Permission.EDIT, Permission.SUBMIT, Permission.WITHDRAW},
    Scope.CALENDAR: _READ | {Permission.BOOK, Permission.HOLD, Permission.FREEZE, Permission.PLAN},
    Scope.DEPART: _READ | {Permission.DEPART, Permission.REPORT_VERSIONS, Permission.ATTEST},
    Scope.WAIVE: _READ | {Permission.WAIVE},
    Scope.REVIEW: _READ | {Permission.REVIEW},
    Scope.RESULTS: _READ | {Permission.RECORD_RESULT},
    Scope.IMPORT: _READ | {Permission.IMPORT},
    Scope.SETUP: _READ
    | {
        Permission.SET_UP_PEOPLE,
        Permission.SET_UP_TEAMS,
        Permission.SET_UP_TEAM,
        Permission.SET_UP_CATALOGUE,
        Permission.SET_UP_TRAINS,
        Permission.SET_UP_REVIEWS,
    },
    Scope.OPERATE: _READ | {Permission.OPERATE},
    Scope.ACCOUNT: _READ | {Permission.OWN},
    Scope.FEED: frozenset(),  # it stands in an address, where others may read it: it opens the calendar's feed alone
}
# A pipeline acts for its team on the calendar; it waives nothing, sets nothing up and has no account.
OF_A_SERVICE = frozenset({Scope.GATE, Scope.READ, Scope.RELEASES, Scope.CALENDAR, Scope.DEPART, Scope.RESULTS})


def let_through(scopes: Iterable[Scope]) -> frozenset[Permission]:
    """Return every permission that a token with these scopes lets through."""
    return frozenset(permission for scope in scopes for permission in PERMISSIONS[scope])
