"""What can be followed, and by whom.

``train:1``, ``slot:7``, ``release:31``, ``plan:3``, ``plans``, ``large``, ``setup``, ``reviews``.
"""

import re
from collections.abc import Iterable

from releasetrain.domain.permissions import Permission, Person, may
from releasetrain.releases.models import Release

MOST = 20
EVERYTHING = "all"  # told, never asked for
_FOR_ALL = re.compile(r"large|setup|reviews|plans|(?:train|slot|plan):[1-9][0-9]{0,17}")
_RELEASE = re.compile(r"release:([1-9][0-9]{0,17})")


def followable(asked: Iterable[str], person: Person | None) -> frozenset[str]:
    """Return those of the topics that ``person`` may follow; the others are not there for them."""
    if person is None or not may(person, Permission.SEE):
        return frozenset()
    words = list(asked)[:MOST]
    numbers = [int(found[1]) for word in words if (found := _RELEASE.fullmatch(word))]
    seen = Release.objects.visible_to(person).filter(pk__in=numbers).values_list("pk", flat=True) if numbers else ()
    return frozenset(word for word in words if _FOR_ALL.fullmatch(word)) | {f"release:{number}" for number in seen}
