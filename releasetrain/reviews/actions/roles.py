"""Take a role from somebody: refused where open releases could not be reviewed any more (R2).

Revoking access (ending a membership, deactivating somebody) is never refused; what it leaves is red.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from releasetrain.domain.errors import Refused
from releasetrain.domain.permissions import Permission, Person, Role, require
from releasetrain.reviews.queries.cases import cases
from releasetrain.reviews.queries.policies import lacking, open_releases
from releasetrain.teams import actions as teams
from releasetrain.teams.models import User
from releasetrain.teams.queries import active_people
from releasetrain.teams.queries import person as known
from releasetrain.trains.lock import locked_calendar, retried

Clock = Callable[[], datetime]


@retried
def take_role(*, person: int, role: Role, by: User, clock: Clock) -> None:
    """Take a role away, unless it leaves an open release that distinct people could clear with nobody who could."""
    with locked_calendar():
        require(known(by), Permission.SET_UP_PEOPLE)
        before = active_people()
        after = [_without(one, role) if one.id == person else one for one in before]
        if before != after:
            _refuse_leaving_nobody(before, after)
        teams.take_role(person=person, role=role, by=by, clock=clock)


def _without(person: Person, role: Role) -> Person:
    return replace(person, roles=person.roles - {Role(role)})


def _refuse_leaving_nobody(before: list[Person], after: list[Person]) -> None:
    for case in cases(open_releases()):
        gates = case.rule.gates
        left = lacking(case, gates, after)
        if left and not lacking(case, gates, before):
            raise Refused("nobody-could-review-it", details={"release": case.release.pk, "gate": left[0]})
