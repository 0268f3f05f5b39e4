"""Who holds which company-wide role."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from releasetrain.audit import actions as audit
from releasetrain.domain.errors import Refused
from releasetrain.domain.lines import all_or_none
from releasetrain.domain.permissions import Permission, Role, require
from releasetrain.teams import queries
from releasetrain.teams.models import RoleHolder, User

Clock = Callable[[], datetime]


@transaction.atomic
def give_role(*, person: int, role: Role, by: User, clock: Clock) -> None:
    """Give somebody a role; giving it twice is once."""
    require(queries.person(by), Permission.SET_UP_PEOPLE)
    holder = queries.user(person)
    if not holder.is_active:
        raise Refused("deactivated", details={"person": holder.name})
    _held, is_new = RoleHolder.objects.get_or_create(person=holder, role=Role(role).value)
    if is_new:
        audit.record("role.given", subject=f"person:{person}", by=by.pk, at=clock(), role=Role(role).value)


@transaction.atomic
def take_role(*, person: int, role: Role, by: User, clock: Clock) -> None:
    """Take a role away; refused as ``last-release-manager`` where nobody active would run the train."""
    managers = queries.lock_release_managers()  # two who take it from each other wait here
    require(queries.person(by), Permission.SET_UP_PEOPLE)
    if role == Role.RELEASE_MANAGER and managers <= {person}:
        raise Refused("last-release-manager")
    taken, _rows = RoleHolder.objects.filter(person=person, role=Role(role).value).delete()
    if taken:
        audit.record("role.taken", subject=f"person:{person}", by=by.pk, at=clock(), role=Role(role).value)


@transaction.atomic
def put_roles(lines: Mapping[int, Mapping[str, Any]], *, by: User, clock: Clock) -> int:
    """Give the role of each line (email, role): all lines or none."""

    def put(*, email: str, role: Role) -> None:
        give_role(person=queries.user_at(email).pk, role=role, by=by, clock=clock)

    return all_or_none(lines, put)
