"""Which version of the rules of the SQL review is installed: a digest of their code and of the parser they rest on."""

import hashlib
from contextlib import suppress
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import releasetrain.domain.sql

PARSER = "postgast"


@cache
def rules_version() -> str:
    """Return the digest; it changes with every change of a rule, so that nobody has to remember to count it up."""
    of = hashlib.sha256()
    for path in sorted(Path(releasetrain.domain.sql.__file__).parent.rglob("*.py")):
        of.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    with suppress(PackageNotFoundError):
        of.update(version(PARSER).encode())
    return of.hexdigest()[:16]
