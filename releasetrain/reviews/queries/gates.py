"""Where the gates of releases stand, as it is stored."""

from collections import defaultdict
from collections.abc import Collection

from releasetrain.reviews.models import Gate


def gates_of(releases: Collection[int]) -> dict[int, list[Gate]]:
    """Return the gates of each of these releases in the policy's order; one query, however many."""
    found: dict[int, list[Gate]] = defaultdict(list)
    for gate in Gate.objects.filter(release__in=list(releases)).order_by("release", "place"):
        found[gate.release_id].append(gate)
    return found
