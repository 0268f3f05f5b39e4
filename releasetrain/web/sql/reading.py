"""The SQL of stages as pages show it: each line with what was found there, in words, and who accepted it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from django.utils.safestring import SafeString

from releasetrain.domain.fingerprints import FieldClass
from releasetrain.domain.permissions import Person, Role
from releasetrain.domain.policies import may_review
from releasetrain.domain.sql.values import Finding, Severity
from releasetrain.finding_wording import Told, told
from releasetrain.reviews.queries.cases import Case
from releasetrain.schema.findings import acceptances_of, findings_of
from releasetrain.schema.models import Acceptance, SchemaStage
from releasetrain.web.sql.lines import sql_lines

MEANINGS: Mapping[Severity, tuple[str, str]] = {  # what it means, and its shape
    Severity.BLOCKS: ("blocked", "blocked"),
    Severity.WARNS: ("waiting", "cost"),
    Severity.CLEAR: ("clear", "clear"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A finding in words. ``value``: what its tick in the form to accept says."""

    finding: Finding
    meaning: str
    shape: str
    words: Told
    accepted: Acceptance | None = None
    value: str = ""

    @property
    def blocks(self) -> bool:
        """Whether it must be changed."""
        return self.finding.severity is Severity.BLOCKS

    @property
    def may_be_accepted(self) -> bool:
        """Whether it warns, and nobody accepted it yet."""
        return self.finding.severity is Severity.WARNS and self.accepted is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of a script and what was found on it."""

    number: int
    code: SafeString
    found: tuple[Said, ...] = ()

    @property
    def blocks(self) -> bool:
        """Whether anything on it must be changed."""
        return any(one.blocks for one in self.found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """SQL by its lines, and what was found of it as a whole; ``stage``: whose it is, None of an example."""

    stage: SchemaStage | None = None
    lines: tuple[Line, ...] = ()
    whole: tuple[Said, ...] = ()
    is_unjudged: bool = False

    @property
    def found(self) -> list[Said]:
        """Everything that was found, in the order of the lines."""
        return [*self.whole, *(said for line in self.lines for said in line.found)]

    @property
    def blocked(self) -> int:
        """How many findings block."""
        return _count(self.found, Severity.BLOCKS)

    @property
    def warned(self) -> int:
        """How many warn."""
        return _count(self.found, Severity.WARNS)

    @property
    def clear(self) -> int:
        """How many praise."""
        return _count(self.found, Severity.CLEAR)


def _count(found: Iterable[Said], severity: Severity) -> int:
    return sum(one.finding.severity is severity for one in found)


def in_words(finding: Finding, *, accepted: Acceptance | None = None, stage: int | None = None) -> Said:
    """Return a finding in words."""
    meaning, shape = MEANINGS[finding.severity]
    return Said(
        finding=finding,
        meaning=meaning,
        shape=shape,
        words=told(finding),
        accepted=accepted,
        value=f"{stage}:{finding.rule}:{finding.mark}" if stage is not None else "",
    )


def shown(stages: Iterable[SchemaStage]) -> list[Shown]:
    """Return the stages as they are shown; one query for what is accepted in them."""
    known = list(stages)
    accepted = acceptances_of(one for one in known if one.findings)
    return [_shown(one, accepted) for one in known]


def _shown(stage: SchemaStage, accepted: Mapping[tuple[int, str, str, str], Acceptance]) -> Shown:
    found = [
        in_words(
            one,
            accepted=accepted.get((stage.change_id, stage.stage, one.rule, one.mark)),
            stage=stage.pk,
        )
        for one in findings_of(stage)
    ]
    is_unjudged = bool(stage.sql.strip()) and stage.findings is None
    return replace(_laid_out(stage.sql, found), stage=stage, is_unjudged=is_unjudged)


def script(sql: str, found: Iterable[Finding]) -> Shown:
    """Return SQL that nobody carries with what was found in it."""
    return _laid_out(sql, [in_words(one) for one in found])


def _laid_out(sql: str, found: Collection[Said]) -> Shown:
    codes = sql_lines(sql) if sql.strip() else []
    return Shown(
        lines=tuple(_lines(codes, [one for one in found if one.finding.statement >= 0])),
        whole=tuple(one for one in found if one.finding.statement < 0),
    )


def _lines(codes: list[SafeString], found: Iterable[Said]) -> Iterable[Line]:
    at: dict[int, list[Said]] = defaultdict(list)
    for one in found:
        at[min(max(one.finding.line, 1), len(codes))].append(one)
    return [Line(number=n, code=code, found=tuple(at.get(n, ()))) for n, code in enumerate(codes, 1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepting:
    """Whether the reader may accept what the SQL of a release warns of, and what they typed if it was refused."""

    may: bool = False
    may_take_back: bool = False
    offered: tuple[Said, ...] = ()
    ticked: Collection[str] = field(default_factory=frozenset)
    reason: str = ""


def accepting(
    case: Case, scripts: Iterable[Shown], person: Person | None, typed: Mapping[str, object] | None = None
) -> Accepting:
    """Return what the reader may do about the warnings of a release under review."""
    is_architect = person is not None and may_review(person, Role.ARCHITECT.value, team=case.release.team_id)
    offered = tuple(said for one in scripts for said in one.found if said.may_be_accepted)
    may = is_architect and person is not None and person.id not in case.barred({FieldClass.DATA})
    said = typed or {}
    return Accepting(
        may=may and bool(offered) and _is_under_review(case),
        may_take_back=is_architect,
        offered=offered,
        ticked=frozenset(said.get("warned", ())),  # type: ignore[call-overload]
        reason=str(said.get("accepted_because", "")),
    )


def _is_under_review(case: Case) -> bool:
    return case.release.open_gates is not None
