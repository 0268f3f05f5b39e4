"""What everybody may set for themselves."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from releasetrain.audit import actions as audit
from releasetrain.domain.errors import Refused
from releasetrain.domain.permissions import Permission, require
from releasetrain.teams import checks, queries
from releasetrain.teams.models import User

Clock = Callable[[], datetime]


@transaction.atomic
def set_own(*, name: str, zone: str, keys_on: bool, by: User, clock: Clock) -> User:
    """Keep one's own name, time zone and whether single letters are keys."""
    require(queries.person(by), Permission.OWN)
    by.name, by.zone, by.keys_on = checks.text(name, field="name", most=80), checks.zone(zone), keys_on
    by.save(update_fields=["name", "zone", "keys_on"])
    audit.record("person.set-own", subject=f"person:{by.pk}", by=by.pk, at=clock())
    return by


@transaction.atomic
def change_password(*, old: str, new: str, by: User, clock: Clock) -> User:
    """Change one's own password; every other session of this person ends."""
    require(queries.person(by), Permission.OWN)
    if not by.check_password(old):
        raise Refused("wrong-password", details={"field": "old"})
    by.set_password(checks.password(new, of=by, field="new"))
    by.save(update_fields=["password"])
    audit.record("person.password-changed", subject=f"person:{by.pk}", by=by.pk, at=clock())
    return by
