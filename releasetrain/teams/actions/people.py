"""Let people in, change what is known of them, and let them go."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from releasetrain.audit import actions as audit
from releasetrain.domain.errors import Refused
from releasetrain.domain.lines import all_or_none
from releasetrain.domain.permissions import Permission, Role, require
from releasetrain.teams import checks, queries
from releasetrain.teams.models import RoleHolder, User

Clock = Callable[[], datetime]
LOCK = "LOCK TABLE teams_user IN SHARE ROW EXCLUSIVE MODE"


@transaction.atomic
def open_first_account(*, name: str, email: str, password: str, zone: str, clock: Clock) -> User:
    """Make the first person, a release manager; refused as soon as anybody is there. Two at once make one."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK)
    if queries.somebody_is_here():
        raise Refused("somebody-is-here")
    person = User()
    _say(person, name=name, email=email, zone=zone)
    _give_password(person, password)
    checks.save(person, called=person.email)
    RoleHolder.objects.create(person=person, role=Role.RELEASE_MANAGER.value)
    audit.record("person.first", subject=f"person:{person.pk}", by=person.pk, at=clock())
    return person


@transaction.atomic
def add_person(*, name: str, email: str, by: User, clock: Clock, zone: str = "UTC", password: str = "") -> User:
    """Add somebody who may sign in once they have a password; refused as ``taken`` where the address is known."""
    require(queries.person(by), Permission.SET_UP_PEOPLE)
    person = User()
    person.set_unusable_password()
    _say(person, name=name, email=email, zone=zone)
    if password:
        _give_password(person, password)
    checks.save(person, called=person.email)
    audit.record("person.added", subject=f"person:{person.pk}", by=by.pk, at=clock(), name=person.name)
    return person


@transaction.atomic
def edit_person(
    *,
    person: int,
    name: str,
    email: str,
    zone: str,
    by: User,
    clock: Clock,
    password: str = "",
    seen: Mapping[str, str] | None = None,
) -> User:
    """Change what is known of somebody; a new password (empty: the old one stays) ends their sessions.

    ``seen``: what the form showed; what was saved since is not undone unasked.
    """
    require(queries.person(by), Permission.SET_UP_PEOPLE)
    known = queries.user(person)
    with checks.undoing_nothing(known, seen):
        _say(known, name=name, email=email, zone=zone)
    if password:
        _give_password(known, password)
    checks.save(known, called=known.email)
    facts = {"name": known.name, "password_set": bool(password)}
    audit.record("person.edited", subject=f"person:{person}", by=by.pk, at=clock(), **facts)
    return known


def _say(person: User, *, name: str, email: str, zone: str) -> None:
    person.name = checks.text(name, field="name", most=80)
    person.email, person.zone = checks.address(email), checks.zone(zone)
    if User.objects.filter(email__iexact=person.email).exclude(pk=person.pk).exists():
        raise Refused("taken", details={"field": "email", "value": person.email})


def _give_password(person: User, password: str) -> None:
    person.set_password(checks.password(password, of=person))


@transaction.atomic
def deactivate_person(*, person: int, by: User, clock: Clock) -> None:
    """Let somebody go: their password and with it every session ends at once, their deeds stay.

    Refused only for oneself, so that a release manager is always left. Who comes back gets a new password.
    """
    queries.lock_release_managers()
    require(queries.person(by), Permission.SET_UP_PEOPLE)
    if person == by.pk:
        raise Refused("not-yourself")
    gone = queries.user(person)
    gone.is_active = False
    gone.set_unusable_password()
    gone.save(update_fields=["is_active", "password"])
    audit.record("person.deactivated", subject=f"person:{person}", by=by.pk, at=clock(), name=gone.name)


@transaction.atomic
def reactivate_person(*, person: int, by: User, clock: Clock) -> None:
    """Let somebody back in; they need a new password (``edit_person``)."""
    require(queries.person(by), Permission.SET_UP_PEOPLE)
    back = queries.user(person)
    back.is_active = True
    back.save(update_fields=["is_active"])
    audit.record("person.reactivated", subject=f"person:{person}", by=by.pk, at=clock(), name=back.name)


@transaction.atomic
def put_people(lines: Mapping[int, Mapping[str, Any]], *, by: User, clock: Clock) -> int:
    """Add or edit the person of each line (name, email, zone) by address: all lines or none."""

    def put(*, name: str, email: str, zone: str) -> None:
        known = queries.user_by_address(email)
        facts = {"name": name, "email": email, "zone": zone, "by": by, "clock": clock}
        edit_person(person=known.pk, **facts) if known else add_person(**facts)

    return all_or_none(lines, put)
