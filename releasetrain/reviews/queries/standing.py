"""How reviews stand, judged from what was said and not read from what is stored."""

from collections.abc import Collection, Iterator

from releasetrain.reviews.models import Condition, Gate
from releasetrain.reviews.queries.cases import cases


def open_gates(release: int) -> list[str]:
    """Return the gates that a submitted release still lacks, judged now."""
    return [one.gate.code for case in cases([release]) for one in case.standings if one.state.is_open]


def unticked(release: int) -> list[Condition]:
    """Return the conditions of approvals that count which nobody has seen to."""
    counting = [one.number for case in cases([release]) for gate in case.standings for one in gate.counts]
    return list(Condition.objects.filter(verdict__in=counting, ticked_at=None).select_related("verdict"))


def differing(releases: Collection[int]) -> Iterator[tuple[int, dict[str, str] | None, dict[str, str]]]:
    """Yield each release whose stored gates are not what its verdicts say: its number, the stored, the judged."""
    stored: dict[int, dict[str, str]] = {}
    for row in Gate.objects.filter(release__in=list(releases)):
        stored.setdefault(row.release_id, {})[row.code] = row.state
    for case in cases(releases):
        judged = {one.gate.code: one.state.value for one in case.standings}
        known, kept = stored.get(case.release.pk), case.release.open_gates
        still_open = [one.gate.code for one in case.standings if one.state.is_open]
        if known != judged or kept != still_open:
            yield case.release.pk, known, judged
