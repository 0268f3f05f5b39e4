"""What a verdict rests on: a fingerprint per class of fields (R6), and who edited which class (R7).

A field that is in no class (title, description, dates, weight, initiative) makes nothing stale.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class FieldClass(StrEnum):
    """What belongs together in a review."""

    CODE = "code"
    DATA = "data"
    CLIENTS = "clients"
    SIZE = "size"


# Links are how a release says which code it ships: another link is other code.
CLASS_OF: Mapping[str, FieldClass] = {
    "services": FieldClass.CODE,
    "needs": FieldClass.CODE,
    "links": FieldClass.CODE,
    "tables": FieldClass.DATA,
    "steps": FieldClass.DATA,
    "clients": FieldClass.CLIENTS,
    "size": FieldClass.SIZE,
}
EVERY = frozenset(FieldClass)


def fields_of(one: FieldClass) -> list[str]:
    """Return the names of the fields in a class."""
    return [name for name, of in CLASS_OF.items() if of is one]


def classes_of(changed: Iterable[str]) -> frozenset[FieldClass]:
    """Return the classes that an edit of these fields touches."""
    return frozenset(CLASS_OF[name] for name in changed if name in CLASS_OF)


def fingerprints(said: Mapping[str, Any]) -> dict[FieldClass, str]:
    """Return the fingerprint (SHA-256, hex) of each class of what a release says, as its revisions store it."""
    return {one: _fingerprint({name: said.get(name) for name in fields_of(one)}) for one in FieldClass}


def _fingerprint(part: Mapping[str, Any]) -> str:
    plain = json.dumps(part, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(plain.encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """A revision as a review sees it: its number, the classes it touched, and everybody behind it."""

    number: int
    classes: frozenset[FieldClass]
    editors: frozenset[int]
