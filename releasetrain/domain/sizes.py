"""How big a release is: S, M or L."""

import re
from enum import StrEnum

_VERSION = re.compile(r"^v?(?P<major>\d+)\.(?P<minor>\d+)\.(?P<patch>\d+)(?P<rest>.*)$")

# "rc1", or at a fourth place as in 29.0.0.0rc1.
_CANDIDATE = re.compile(r"^0?rc[.\d]*$")


class Size(StrEnum):
    """Small, medium, large. Points per size are the train's."""

    SMALL = "S"
    MEDIUM = "M"
    LARGE = "L"


def version_key(version: str) -> tuple[int, int, int, str] | None:
    """Return (major, minor, patch, rest) of ``version``; None if it does not look like one."""
    match = _VERSION.match(version.strip())
    if match is None:
        return None
    return int(match["major"]), int(match["minor"]), int(match["patch"]), match["rest"].lstrip(".-+")


def size_from_version(version: str, *, candidates: frozenset[str] = frozenset()) -> Size:
    """Return the size that a version's step says: x.0.0 large, x.y.0 medium, x.y.z small.

    Every release candidate or beta is small, and so is a final whose own candidate is among ``candidates``
    (versions of the same deliverable): the step was made by the candidate. A version that is not one is small.
    """
    key = version_key(version)
    if key is None or key[3]:
        return Size.SMALL
    if any(_is_candidate_of(key, candidate) for candidate in candidates):
        return Size.SMALL
    _, minor, patch, _ = key
    if minor == 0 and patch == 0:
        return Size.LARGE
    return Size.MEDIUM if patch == 0 else Size.SMALL


def _is_candidate_of(final: tuple[int, int, int, str], candidate: str) -> bool:
    key = version_key(candidate)
    return key is not None and key[:3] == final[:3] and _CANDIDATE.match(key[3]) is not None
