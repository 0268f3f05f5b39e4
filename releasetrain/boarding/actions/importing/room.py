"""What the riders so far leave of each slot: enough to say at a glance that a release surely cannot board there."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from releasetrain.domain.conflicts.claims import Claim
from releasetrain.domain.conflicts.values import LargeMode, SlotKind

_Resource = tuple[str, int]


class Room:
    """Counts what is taken, one claim after the other; places are only ever added, so what is full stays full.

    It says "surely not" only where the rules find a conflict, and leaves the last word to them.
    """

    def __init__(self, claims: Iterable[Claim]) -> None:
        self.points: Counter[int] = Counter()
        self.riders: Counter[int] = Counter()
        self.large_riders: Counter[int] = Counter()
        self.of_team: Counter[tuple[int, int]] = Counter()
        self.taken: dict[int, set[_Resource]] = defaultdict(set)  # per slot
        self.taken_by_large: dict[int, set[_Resource]] = defaultdict(set)
        self.large: dict[_Resource, list[Claim]] = defaultdict(list)
        for claim in claims:
            self.add(claim)

    def add(self, claim: Claim) -> None:
        """Count a rider; imported history claims nothing."""
        slot = claim.slot
        if slot.kind is SlotKind.PAST:
            return
        self.points[slot.id] += claim.points
        self.riders[slot.id] += 1
        self.of_team[slot.id, claim.team] += 1
        self.taken[slot.id].update(_resources(claim))
        if claim.is_large:
            self.large_riders[slot.id] += 1
            self.taken_by_large[slot.id].update(_resources(claim))
            for one in _resources(claim):
                self.large[one].append(claim)

    def is_shut_to(self, claim: Claim) -> bool:
        """Return whether nobody of the claim's team and size boards its slot any more, whatever it touches."""
        slot = claim.slot
        return (
            claim.boarded_at >= slot.shut_at
            or self.points[slot.id] + claim.points > slot.capacity
            or self.of_team[slot.id, claim.team] >= claim.team_limit
            or (slot.large_mode is LargeMode.ALONE and self._has_company(claim))
        )

    def _has_company(self, claim: Claim) -> bool:
        """Whether somebody is aboard with whom the claim may not ride where a large one rides alone."""
        return (self.riders if claim.is_large else self.large_riders)[claim.slot.id] > 0

    def meets_large(self, claim: Claim) -> bool:
        """Return whether a service or table of the claim is taken by one that it may not meet."""
        taken = (self.taken if claim.is_large else self.taken_by_large)[claim.slot.id]
        return any(
            one in taken or (claim.is_large and any(other.holds.meets(claim.holds) for other in self.large[one]))
            for one in _resources(claim)
        )


def _resources(claim: Claim) -> Iterator[_Resource]:
    yield from (("service", id) for id in claim.services)
    yield from (("table", id) for id in claim.tables)
