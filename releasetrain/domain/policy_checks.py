"""Whether a policy can be kept: its shape, and whether distinct people could satisfy it (R2)."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

from releasetrain.domain.errors import Refused
from releasetrain.domain.permissions import Person, Role, Standing
from releasetrain.domain.policies import (
    MOST_DAYS,
    MOST_SEATS,
    NOT_OF_VERDICTS,
    OF_THE_TEAM,
    Gate,
    Rule,
    When,
    may_review,
)
from releasetrain.domain.seats import unfilled

CODE = re.compile(r"[a-z][a-z0-9-]{0,39}")
ROLES = frozenset({OF_THE_TEAM, *(role.value for role in Role)})
LONGEST_NAME = 80
MOST_RULES, MOST_GATES = 20, 10


def refuse_misshapen(rules: Sequence[Rule]) -> None:
    """Raise ``Refused`` for what no release could be judged by; ``details`` name the rule and the gate."""
    if not 1 <= len(rules) <= MOST_RULES:
        raise Refused("policy-rules", details={"most": MOST_RULES})
    twice = [name for name, count in Counter(rule.name.strip() for rule in rules).items() if count > 1]
    if twice:
        raise Refused("rule-twice", details={"rule": twice[0]})
    for place, rule in enumerate(rules):
        _refuse_rule(rule, is_last=place == len(rules) - 1)


def _refuse_rule(rule: Rule, *, is_last: bool) -> None:
    if not 0 < len(rule.name.strip()) <= LONGEST_NAME:
        raise Refused("rule-unnamed", details={"most": LONGEST_NAME})
    if _names_nothing(rule.when) != is_last:
        raise Refused("last-rule-for-all" if is_last else "rule-for-all-too-early", details={"rule": rule.name})
    if not 1 <= len(rule.gates) <= MOST_GATES:
        raise Refused("rule-without-gate", details={"rule": rule.name, "most": MOST_GATES})
    codes = [gate.code for gate in rule.gates]
    if len(set(codes)) < len(codes):
        raise Refused("gate-twice", details={"rule": rule.name})
    for gate in rule.gates:
        _refuse_gate(gate, rule)


def _names_nothing(when: When) -> bool:
    return not (when.sizes or when.stages or when.risks or when.services)


def _refuse_gate(gate: Gate, rule: Rule) -> None:
    if not CODE.fullmatch(gate.code) or gate.code in NOT_OF_VERDICTS or len(gate.name) > LONGEST_NAME:
        raise Refused("gate-code", details={"rule": rule.name, "gate": gate.code})
    if gate.role not in ROLES:
        raise Refused("gate-role", details={"rule": rule.name, "gate": gate.code})
    if not 1 <= gate.quorum <= MOST_SEATS:
        raise Refused("gate-quorum", details={"rule": rule.name, "gate": gate.code, "most": MOST_SEATS})
    if not 1 <= gate.days <= MOST_DAYS:
        raise Refused("gate-days", details={"rule": rule.name, "gate": gate.code, "most": MOST_DAYS})
    if not gate.rests_on:
        raise Refused("gate-rests-on-nothing", details={"rule": rule.name, "gate": gate.code})


def lacking(
    gates: Iterable[Gate], people: Iterable[Person], *, team: int, barred: Mapping[str, Collection[int]]
) -> list[str]:
    """Return the gates for which no assignment of distinct people can be found; ``barred``: who may not, per gate."""
    known = list(gates)
    wanted = {gate.code: gate.quorum for gate in known}
    everybody = list(people)
    able = {
        gate.code: {
            one.id
            for one in everybody
            if may_review(one, gate.role, team=team) and one.id not in barred.get(gate.code, ())
        }
        for gate in known
    }
    return unfilled(wanted, able)


def lacking_for_new(gates: Sequence[Gate], people: Sequence[Person], *, team: int) -> list[str]:
    """Return what a new release of the team would lack if the member for whom least is lacking wrote it alone."""
    authors = [one.id for one in people if one.teams.get(team) in (Standing.MEMBER, Standing.LEAD)]
    found = [lacking(gates, people, team=team, barred={gate.code: {author} for gate in gates}) for author in authors]
    return min(found, key=len, default=[gate.code for gate in gates])
