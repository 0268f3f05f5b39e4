"""How risky a release is: 0 to 100 from three sources, the highest wins, and every point has its reason (R3).

The points, questions and levels are not here: they are data with a version (``Scale``), edited by release managers.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from releasetrain.domain.policies import Level
from releasetrain.domain.stages import Stage

MOST = 100


class Source(StrEnum):
    """Where a risk comes from."""

    FACTS = "facts"
    ANSWERS = "answers"
    RECORD = "record"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a release touches: its stages, the rows of its largest table, how many services and clients, and how many
    findings in its SQL block or warn."""

    stages: frozenset[Stage] = frozenset()
    rows: int = 0
    services: int = 0
    clients: int = 0
    blocked: int = 0
    warned: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """How the team's last departures went: how many there were, were rolled back, and did not depart."""

    departures: int = 0
    rolled_back: int = 0
    not_departed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """An answer to a question, and its points."""

    code: str
    points: int
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question of the questionnaire."""

    code: str
    words: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """The weights. ``rows``: (at least so many, points), the largest that applies counts; ``per_*``: points for each
    beyond the first service, each client, each finding; ``record_*``: points at 100 % of departures;
    ``record_least``: fewer departures say nothing. A score from ``medium`` or ``high`` on has that level."""

    stages: Mapping[Stage, int] = field(default_factory=dict)
    rows: tuple[tuple[int, int], ...] = ()
    per_service: int = 0
    per_client: int = 0
    per_blocked: int = 0
    per_warned: int = 0
    record_rolled_back: int = 0
    record_not_departed: int = 0
    record_least: int = 1
    questions: tuple[Question, ...] = ()
    medium: int = 34
    high: int = 67


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why there are points: a code (``stage``, ``rows``, ``answer``, ...), what it is about, and how much of it."""

    source: Source
    code: str
    points: int
    about: str = ""
    amount: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Risk:
    """The score, its level, the source that won, and the reasons of all sources, the heaviest first."""

    score: int
    level: Level
    source: Source
    by_source: Mapping[Source, int]
    reasons: tuple[Reason, ...]


def assess(scale: Scale, *, facts: Facts, answers: Mapping[str, str], record: Record) -> Risk:
    """Return the risk. Within a source points add up to at most 100; of equal sources the first in order wins."""
    reasons = (*_of_facts(scale, facts), *_of_answers(scale, answers), *_of_record(scale, record))
    found = tuple(sorted((one for one in reasons if one.points), key=lambda one: -one.points))
    by_source = {of: min(MOST, sum(one.points for one in found if one.source is of)) for of in Source}
    source = max(Source, key=lambda of: by_source[of])
    score = by_source[source]
    return Risk(score=score, level=level_of(scale, score), source=source, by_source=by_source, reasons=found)


def level_of(scale: Scale, score: int) -> Level:
    """Return the level of a score."""
    if score >= scale.high:
        return Level.HIGH
    return Level.MEDIUM if score >= scale.medium else Level.LOW


def _of_facts(scale: Scale, facts: Facts) -> list[Reason]:
    of, rows = Source.FACTS, max((points for least, points in scale.rows if facts.rows >= least), default=0)
    stages = [
        Reason(source=of, code="stage", points=scale.stages.get(stage, 0), about=stage.value)
        for stage in sorted(facts.stages)
    ]
    counted = (
        ("services", max(0, facts.services - 1) * scale.per_service, facts.services),
        ("clients", facts.clients * scale.per_client, facts.clients),
        ("blocked", facts.blocked * scale.per_blocked, facts.blocked),
        ("warned", facts.warned * scale.per_warned, facts.warned),
    )
    table = Reason(source=of, code="rows", points=rows, amount=facts.rows)
    return [
        *stages,
        table,
        *(Reason(source=of, code=code, points=points, amount=n) for code, points, n in counted),
    ]


def _of_answers(scale: Scale, answers: Mapping[str, str]) -> list[Reason]:
    return [
        Reason(source=Source.ANSWERS, code="answer", points=choice.points, about=question.code)
        for question in scale.questions
        for choice in question.choices
        if answers.get(question.code) == choice.code
    ]


def _of_record(scale: Scale, record: Record) -> list[Reason]:
    if record.departures < scale.record_least:
        return []
    shares = (
        ("rolled-back", record.rolled_back, scale.record_rolled_back),
        ("not-departed", record.not_departed, scale.record_not_departed),
    )
    return [
        Reason(source=Source.RECORD, code=code, points=round(points * n / record.departures), amount=n)
        for code, n, points in shares
    ]
