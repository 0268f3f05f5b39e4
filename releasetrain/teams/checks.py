"""Whether what people typed can be kept; a refusal names its field in ``details["field"]``."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, models, transaction

from releasetrain.domain.errors import Refused
from releasetrain.teams.models import User

UNIQUE_VIOLATION = "23505"


def text(value: str, *, field: str, most: int, needed: bool = True) -> str:
    """Return the text without spaces around it, or raise ``Refused``: ``missing`` or ``too-long``."""
    trimmed = value.strip()
    if needed and not trimmed:
        raise Refused("missing", details={"field": field})
    if len(trimmed) > most:
        raise Refused("too-long", details={"field": field, "most": most})
    return trimmed


def number(value: int, *, field: str, least: int, most: int) -> int:
    """Return the number, or raise ``Refused("out-of-range")``."""
    if not least <= value <= most:
        raise Refused("out-of-range", details={"field": field, "least": least, "most": most})
    return value


def day(value: date, *, field: str, least: date, most: date) -> date:
    """Return the day, or raise ``Refused("out-of-range")``."""
    if not least <= value <= most:
        raise Refused("out-of-range", details={"field": field, "least": least.isoformat(), "most": most.isoformat()})
    return value


@cache
def zones() -> tuple[str, ...]:
    """Return the IANA zones that people choose from: UTC, and places."""
    places = (zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc/", "posix", "right")))
    return ("UTC", *sorted(places))


def zone(value: str, *, field: str = "zone") -> str:
    """Return the zone, or raise ``Refused("unknown-zone")``."""
    if value.strip() not in zones():
        raise Refused("unknown-zone", details={"field": field, "zone": value.strip()})
    return value.strip()


def address(value: str) -> str:
    """Return the e-mail address in small letters, so that the same one is never there twice."""
    typed = text(value, field="email", most=254).lower()
    try:
        validate_email(typed)
    except ValidationError:
        raise Refused("not-an-address", details={"field": "email"}) from None
    return typed


def password(value: str, *, of: User, field: str = "password") -> str:
    """Return the password, or raise ``Refused("weak-password")``."""
    try:
        validate_password(value, of)
    except ValidationError:
        raise Refused("weak-password", details={"field": field}) from None
    return value


def as_text(value: Any) -> str:
    """Return a stored value as an edit form carries it, to tell whether it is still the one that was shown."""
    return "" if value is None else str(value)


@contextmanager
def undoing_nothing(row: models.Model, seen: Mapping[str, str] | None) -> Iterator[None]:
    """Hold the row as it is stored now, to be changed inside, until the transaction ends.

    Refused as ``changed-meanwhile`` where that would undo what somebody saved since the fields were ``seen`` (as text).
    """
    # no_key: who merely points at the row need not wait.
    row.refresh_from_db(from_queryset=type(row)._default_manager.select_for_update(of=("self",), no_key=True))
    before = _texts(row, seen or ())
    yield
    refuse_undoing(before, _texts(row, before), seen)


def refuse_undoing(before: Mapping[str, str], after: Mapping[str, str], seen: Mapping[str, str] | None) -> None:
    """Refuse ``after`` where it undoes what ``before`` says otherwise than ``seen``; None: nothing was looked at."""
    if changed := [name for name, was in (seen or {}).items() if was != before[name] != after[name]]:
        raise Refused("changed-meanwhile", details={"changed": changed})


def _texts(row: models.Model, names: Iterable[str]) -> dict[str, str]:
    return {name: as_text(row._meta.get_field(name).value_from_object(row)) for name in names}


def save(row: models.Model, *, called: str) -> None:
    """Save a row; where somebody saved its twin in this very moment, raise ``Refused("taken")``."""
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        if getattr(error.__cause__, "sqlstate", None) != UNIQUE_VIOLATION:
            raise
        raise Refused("taken", details={"value": called}) from error
