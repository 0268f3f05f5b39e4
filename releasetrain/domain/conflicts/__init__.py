"""One predicate per rule code (C1). Every door, the import and the nightly check ask here and nowhere else.

The registry collects what the modules of ``rules`` name: a rule that is added is one more file there.
"""

import pkgutil
from collections.abc import Collection, Iterable, Iterator, Mapping
from importlib import import_module

from releasetrain.domain.conflicts import rules
from releasetrain.domain.conflicts.claims import Booked, Claim
from releasetrain.domain.conflicts.rule import Rule
from releasetrain.domain.conflicts.values import Conflict, Severity, SlotKind


def _named() -> Iterator[Rule]:
    for module in pkgutil.iter_modules(rules.__path__):
        yield from import_module(f"{rules.__name__}.{module.name}").RULES


RULES: Mapping[str, Rule] = {rule.code: rule for rule in sorted(_named(), key=lambda rule: rule.rank)}


def judge(
    claims: Iterable[Claim], *, booked: Booked | Iterable[Claim], codes: Collection[str] = RULES.keys()
) -> list[Conflict]:
    """Return what every rule of ``codes`` finds for ``claims`` among ``booked``, each conflict once, in rule order."""
    every = Booked.given(booked)
    asked = [claim for claim in claims if claim.slot.kind is not SlotKind.PAST]
    wanted = [rule for rule in RULES.values() if rule.code in codes]
    found = (conflict for rule in wanted for claim in asked for conflict in rule.predicate(claim, booked=every))
    return list(dict.fromkeys(found))


def made(*, before: Iterable[Conflict], after: Iterable[Conflict], by: Collection[int]) -> list[Conflict]:
    """Return the blocking conflicts of ``after`` that the deed itself makes (C5)."""
    return [conflict for conflict in arisen(before=before, after=after, by=by) if conflict.blocks]


def arisen(*, before: Iterable[Conflict], after: Iterable[Conflict], by: Collection[int]) -> list[Conflict]:
    """Return what the deed makes, warnings among it.

    That is: one of the placed or edited releases ``by`` is a side, and it did not stand ``before`` with at least
    that basis.
    """
    stood = tuple(before)
    return [
        conflict
        for conflict in after
        if any(conflict.has(release) for release in by) and not any(_is_no_worse(conflict, than=old) for old in stood)
    ]


def _is_no_worse(conflict: Conflict, *, than: Conflict) -> bool:
    same = (conflict.code, conflict.a, conflict.b) == (than.code, than.a, than.b)
    warned = than.severity is Severity.WARNS and conflict.severity is Severity.BLOCKS
    return same and not warned and conflict.basis.within(than.basis)
