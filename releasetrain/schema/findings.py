"""What the review found in stages, as it is stored: read, counted, and whether it stands for a heavy lock."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from releasetrain.domain.sql.values import Finding, Severity
from releasetrain.schema.as_json import finding_from
from releasetrain.schema.models import Acceptance, SchemaStage

# Rules that find a lock which readers or writers of the table wait for, longer than an instant.
HEAVY: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many scripts, how many findings in them block and warn, and how many of the scripts nobody judged yet."""

    scripts: int = 0
    blocked: int = 0
    warned: int = 0
    unjudged: int = 0


NOTHING = Tally()


def findings_of(stage: SchemaStage) -> tuple[Finding, ...]:
    """Return what was found in a stage; nothing where nobody judged it yet."""
    return tuple(map(finding_from, stage.findings or ()))


def counted(found: Iterable[Collection[Finding] | None]) -> Tally:
    """Return the tally of the findings of some scripts; None: one that nobody judged yet."""
    each = list(found)
    every = [one.severity for some in each for one in some or ()]
    return Tally(
        scripts=len(each),
        blocked=every.count(Severity.BLOCKS),
        warned=every.count(Severity.WARNS),
        unjudged=sum(some is None for some in each),
    )


def tally_of(stages: Iterable[SchemaStage]) -> Tally:
    """Return the tally of stages as it is stored; a stage without SQL counts nowhere."""
    with_sql = [one for one in stages if one.sql.strip()]
    return counted(None if one.findings is None else findings_of(one) for one in with_sql)


def locks_heavily(found: Iterable[Finding]) -> bool:
    """Return whether any of the findings says that others wait for the table."""
    return any(one.rule in HEAVY for one in found)


def acceptances_of(stages: Iterable[SchemaStage]) -> dict[tuple[int, str, str, str], Acceptance]:
    """Return what is accepted in these stages, by change, stage, rule and mark; one query, none for no stages."""
    changes = {one.change_id for one in stages}
    if not changes:
        return {}
    held = Acceptance.objects.filter(change__in=changes, taken_back_at__isnull=True).select_related("by")
    return {(one.change_id, one.stage, one.rule, one.mark): one for one in held}
