"""One predicate per rule code (C1). Every door, the import and the nightly check ask here and nowhere else."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from releasetrain.domain.conflicts.clearance import not_cleared
from releasetrain.domain.conflicts.cut_off import after_cut_off
from releasetrain.domain.conflicts.large import large_overlaps, large_rides_alone
from releasetrain.domain.conflicts.room import over_capacity, over_team_limit
from releasetrain.domain.conflicts.values import Claim, Conflict, Severity, SlotKind


class Predicate(Protocol):
    """A rule: what is wrong with ``claim`` among ``booked``."""

    def __call__(self, claim: Claim, *, booked: Iterable[Claim]) -> list[Conflict]:
        """Return the conflicts of ``claim``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule code with its predicate; ``waivable``: a release manager may say yes in writing."""

    code: str
    predicate: Predicate
    waivable: bool = True


RULES: Mapping[str, Rule] = {
    rule.code: rule
    for rule in (
        Rule(code="large-rides-alone", predicate=large_rides_alone),
        Rule(code="large-overlap", predicate=large_overlaps),
        Rule(code="capacity", predicate=over_capacity),
        Rule(code="team-limit", predicate=over_team_limit),
        Rule(code="cut-off", predicate=after_cut_off),
        Rule(code="not-cleared", predicate=not_cleared, waivable=False),
    )
}


def judge(claims: Iterable[Claim], *, booked: Iterable[Claim], codes: Collection[str] = RULES.keys()) -> list[Conflict]:
    """Return what every rule of ``codes`` finds for ``claims`` among ``booked``, each conflict once, in rule order."""
    riding = [claim for claim in booked if claim.slot.kind is not SlotKind.PAST]
    asked = [claim for claim in claims if claim.slot.kind is not SlotKind.PAST]
    rules = [rule for rule in RULES.values() if rule.code in codes]
    found = (conflict for rule in rules for claim in asked for conflict in rule.predicate(claim, booked=riding))
    return list(dict.fromkeys(found))


def made(*, before: Iterable[Conflict], after: Iterable[Conflict], by: Collection[int]) -> list[Conflict]:
    """Return the blocking conflicts of ``after`` that the deed itself makes (C5).

    That is: one of the placed or edited releases ``by`` is a side, and it did not stand ``before`` with at least
    that basis.
    """
    stood = tuple(before)
    return [
        conflict
        for conflict in after
        if conflict.blocks
        and any(conflict.has(release) for release in by)
        and not any(_is_no_worse(conflict, than=old) for old in stood)
    ]


def _is_no_worse(conflict: Conflict, *, than: Conflict) -> bool:
    same = (conflict.code, conflict.a, conflict.b) == (than.code, than.a, than.b)
    warned = than.severity is Severity.WARNS and conflict.severity is Severity.BLOCKS
    return same and not warned and conflict.basis.within(than.basis)
