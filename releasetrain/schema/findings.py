"""What the review found in stages, as it is stored: read, counted, and whether it stands for a heavy lock."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from releasetrain.domain.sql.registry import RULES
from releasetrain.domain.sql.values import Finding, Severity
from releasetrain.schema.as_json import finding_from
from releasetrain.schema.models import Acceptance, SchemaStage

# Rules that find a lock for which readers or writers of a table wait longer than an instant.
HEAVY = frozenset(
    {
        *("volatile-default", "stored-generated", "auto-increment", "rewrites-table", "rewrites-under-lock"),
        *("constraint-scans", "unique-builds-index", "set-not-null-scans", "validate-in-same-transaction"),
        *("type-change-rewrites", "type-change-unknown", "partition-locks", "locks-table", "slow-under-lock"),
        *("index-not-concurrent", "drop-index-not-concurrent", "refresh-blocks-readers", "changes-every-row"),
    }
)


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
    """Return whether any of the findings says that others wait for a table; a small one is locked for an instant."""
    return any(one.rule in HEAVY and one.severity is not _lowered(one.rule) for one in found)


def _lowered(rule: str) -> Severity | None:
    """How a rule that blocks stands where the table is known to be small; None: it warns as it is."""
    return Severity.WARNS if RULES[rule].severity is Severity.BLOCKS else None


def acceptances_of(stages: Iterable[SchemaStage]) -> dict[tuple[int, str, str, str], Acceptance]:
    """Return what is accepted in these stages, by change, stage, rule and mark; one query, none for no stages."""
    changes = {one.change_id for one in stages}
    if not changes:
        return {}
    held = Acceptance.objects.filter(change__in=changes, taken_back_at__isnull=True).select_related("by")
    return {(one.change_id, one.stage, one.rule, one.mark): one for one in held}
