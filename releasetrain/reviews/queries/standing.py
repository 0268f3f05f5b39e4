"""How reviews stand, judged from what was said and not read from what is stored."""

from collections.abc import Collection, Iterator
from dataclasses import replace

from releasetrain.domain.stages import Stage
from releasetrain.reviews.models import Condition, Gate
from releasetrain.reviews.queries.cases import Case, cases
from releasetrain.reviews.queries.scripts import around
from releasetrain.schema.findings import Tally, counted, findings_of


def open_gates(release: int) -> list[str]:
    """Return the gates that a submitted release still lacks, judged now; so is its SQL, whatever is stored of it."""
    found = [replace(case, sql=_tally_now(case)) for case in cases([release])]
    return [one.gate.code for case in found for one in case.standings if one.state.is_open]


def _tally_now(case: Case) -> Tally:
    """What is found in its SQL by the rules and facts of now; of what has departed, as it was found then."""
    stages = case.release.schema_stages.all()
    known = around({one.change_id for one in stages if one.sql.strip()})
    judged = {number: one.judged() for number, one in known.items()}
    found = []
    for one in stages:
        if one.sql.strip():
            said = judged[one.change_id].get(Stage(one.stage))
            found.append(said.findings if said else None if one.findings is None else findings_of(one))
    return counted(found)


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
