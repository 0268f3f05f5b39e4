"""Which release needs which gates: a policy is a list of rules, and the first that matches says (R1, R2)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from releasetrain.domain.errors import Refused
from releasetrain.domain.fingerprints import FieldClass
from releasetrain.domain.permissions import Permission, Person, Role, Standing, may
from releasetrain.domain.sizes import Size
from releasetrain.domain.stages import Stage

COMPATIBILITY = "compatibility"  # made of results, not of verdicts (R9)
SQL = "sql"  # made of what the review of the SQL finds, not of verdicts (M2)
NOT_OF_VERDICTS = frozenset({COMPATIBILITY, SQL})
OF_THE_TEAM = "team"
MOST_SEATS, MOST_DAYS = 5, 60


class Level(StrEnum):
    """How risky a release is."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """A review: who may give it (``team`` or a role's value), how many, what it rests on, in how many working days.

    ``names_kind``: a verdict rests on the kind of slot too. ``name``: what people call it, empty for the known ones.
    """

    code: str
    role: str
    quorum: int = 1
    rests_on: frozenset[FieldClass] = frozenset(FieldClass)
    days: int = 2
    names_kind: bool = False
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """What a rule asks of a release: one of these or, with ``every``, something of each that is named.

    Naming nothing, it matches every release.
    """

    sizes: frozenset[Size] = frozenset()
    stages: frozenset[Stage] = frozenset()
    risks: frozenset[Level] = frozenset()
    services: frozenset[int] = frozenset()
    every: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """The gates of the releases that match."""

    name: str
    when: When = field(default_factory=When)
    gates: tuple[Gate, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What a policy asks of a release."""

    size: Size
    stages: frozenset[Stage] = frozenset()
    risk: Level = Level.LOW
    services: frozenset[int] = frozenset()


def matches(when: When, subject: Subject) -> bool:
    """Return whether a release is one that the rule speaks of."""
    asked = [
        (when.sizes, {subject.size}),
        (when.stages, subject.stages),
        (when.risks, {subject.risk}),
        (when.services, subject.services),
    ]
    named = [bool(wanted & has) for wanted, has in asked if wanted]
    return all(named) if when.every or not named else any(named)


def rule_for(rules: Iterable[Rule], subject: Subject) -> Rule:
    """Return the first rule that matches; the last of a policy always does."""
    return next(rule for rule in rules if matches(rule.when, subject))


def may_review(person: Person, role: str, *, team: int) -> bool:
    """Return whether somebody may give a verdict on a gate of ``role`` for a release of ``team``."""
    if not may(person, Permission.REVIEW):
        return False
    if role == OF_THE_TEAM:
        return person.teams.get(team) in (Standing.MEMBER, Standing.LEAD)
    return role in {held.value for held in person.roles}


_TEAM = Gate(code="team", role=OF_THE_TEAM)
RISKY = When(sizes=frozenset({Size.LARGE}), stages=frozenset(Stage), risks=frozenset({Level.HIGH}))
DEFAULT: tuple[Rule, ...] = (
    Rule(
        name="Large, risky, or a change of stored data",
        when=RISKY,
        gates=(
            Gate(code="team", role=OF_THE_TEAM, rests_on=frozenset({FieldClass.CODE, FieldClass.CLIENTS})),
            Gate(
                code="architecture",
                role=Role.ARCHITECT.value,
                rests_on=frozenset({FieldClass.DATA, FieldClass.SIZE}),
            ),
            Gate(
                code="test-plan",
                role=Role.QA_LEAD.value,
                rests_on=frozenset({FieldClass.CODE, FieldClass.CLIENTS}),
            ),
            Gate(code="analytics", role=Role.ANALYTICS_LEAD.value, rests_on=frozenset({FieldClass.DATA})),
        ),
    ),
    Rule(name="Ordinary", gates=(_TEAM,)),
)


def as_json(rules: Iterable[Rule]) -> list[dict[str, Any]]:
    """Return a policy as it is stored and as scripts say it."""
    return [
        {"name": rule.name, "when": _when_json(rule.when), "gates": [_gate_json(gate) for gate in rule.gates]}
        for rule in rules
    ]


def _when_json(when: When) -> dict[str, Any]:
    named = {name: sorted(getattr(when, name)) for name in ("sizes", "stages", "risks", "services")}
    return {**named, "every": when.every}


def _gate_json(gate: Gate) -> dict[str, Any]:
    plain = {name: getattr(gate, name) for name in ("code", "role", "quorum", "days", "names_kind", "name")}
    return {**plain, "rests_on": sorted(gate.rests_on)}


def read(said: Iterable[Mapping[str, Any]]) -> tuple[Rule, ...]:
    """Return the rules that ``as_json`` wrote; ``Refused("policy-unreadable")`` for anything else."""
    try:
        return tuple(
            Rule(name=str(rule["name"]), when=_when(rule["when"]), gates=tuple(map(_gate, rule["gates"])))
            for rule in said
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Refused("policy-unreadable", details={"field": "rules"}) from error


def _when(said: Mapping[str, Any]) -> When:
    return When(
        sizes=frozenset(map(Size, said.get("sizes", ()))),
        stages=frozenset(map(Stage, said.get("stages", ()))),
        risks=frozenset(map(Level, said.get("risks", ()))),
        services=frozenset(map(int, said.get("services", ()))),
        every=bool(said.get("every", False)),
    )


def _gate(said: Mapping[str, Any]) -> Gate:
    return Gate(
        code=str(said["code"]),
        role=str(said["role"]),
        quorum=int(said.get("quorum", 1)),
        rests_on=frozenset(map(FieldClass, said["rests_on"])),
        days=int(said.get("days", 2)),
        names_kind=bool(said.get("names_kind", False)),
        name=str(said.get("name", "")),
    )
