"""The reviews of one release with everything that was said: what its page, "waiting on me" and the API show."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from releasetrain.domain.permissions import Person
from releasetrain.domain.policies import may_review
from releasetrain.domain.verdicts import Standing
from releasetrain.releases.models import Revision
from releasetrain.reviews.models import Condition, Gate, Remark, Verdict
from releasetrain.reviews.queries.cases import Case, cases
from releasetrain.reviews.queries.clocks import Waited, waited
from releasetrain.reviews.queries.differences import Difference, differences
from releasetrain.teams.models import User
from releasetrain.teams.queries import active_people


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """The last verdict of somebody on a gate. ``since``: what it rests on and is otherwise by now."""

    verdict: Verdict
    by: User
    counts: bool = False
    is_stale: bool = False
    conditions: tuple[Condition, ...] = ()
    since: tuple[Difference, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeGate:
    """A gate with what was said on it, who could speak on it, and how long it has waited."""

    row: Gate
    standing: Standing
    words: tuple[Word, ...] = ()
    remarks: tuple[tuple[Remark, User], ...] = ()
    reviewers: tuple[User, ...] = ()
    waited: Waited | None = None

    @property
    def is_open(self) -> bool:
        """Whether the release still lacks it."""
        return self.standing.state.is_open

    @property
    def lacks_people(self) -> bool:
        """Whether it waits on more people than there are who could speak on it."""
        return bool(self.row.role) and self.is_open and len(self.reviewers) < self.row.missing


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """The case of a release and its gates in the policy's order; a draft has no gates yet."""

    case: Case
    gates: tuple[WholeGate, ...]

    @property
    def clear(self) -> int:
        """How many gates are clear."""
        return sum(not gate.is_open for gate in self.gates)

    def gate(self, code: str) -> WholeGate | None:
        """Return the gate with this code."""
        return next((gate for gate in self.gates if gate.row.code == code), None)


def whole(release: int, *, now: datetime) -> Whole:
    """Return the reviews of a release; the number of queries does not grow with what was said."""
    (case,) = cases([release])
    rows = {row.code: row for row in Gate.objects.filter(release=release)}
    said = list(Verdict.objects.filter(release=release).select_related("by").prefetch_related("conditions"))
    people = active_people()
    able = {code: _able(row, rows.values(), people, case) for code, row in rows.items()}
    ids = {who for found in able.values() for who in found} | {one.by_id for one in case.remarks}
    users = User.objects.in_bulk(ids)
    then = _fields_at(release, case, said)
    gates = [
        WholeGate(
            row=rows[one.gate.code],
            standing=one,
            words=tuple(_words(one, said, case, then)),
            remarks=tuple((remark, users[remark.by_id]) for remark in case.remarks if remark.gate == one.gate.code),
            reviewers=tuple(sorted((users[who] for who in able[one.gate.code]), key=lambda user: user.name)),
            waited=waited(rows[one.gate.code], team=case.release.team, now=now),
        )
        for one in case.standings
        if one.gate.code in rows
    ]
    return Whole(case=case, gates=tuple(gates))


def _able(row: Gate, rows: Iterable[Gate], people: Iterable[Person], case: Case) -> list[int]:
    """Who could still speak on a gate: one person counts once, and nobody approves what they edited."""
    if not row.role:
        return []
    seated = {who for other in rows for who in other.counted}
    return [
        one.id
        for one in people
        if may_review(one, row.role, team=case.release.team_id) and one.id not in seated and one.id not in row.barred
    ]


def _fields_at(release: int, case: Case, said: Iterable[Verdict]) -> Mapping[int, Mapping[str, object]]:
    stale = {verdict.number for standing in case.standings for verdict in standing.stale}
    wanted = {one.revision for one in said if one.pk in stale}
    found = Revision.objects.filter(release=release, number__in=wanted) if wanted else Revision.objects.none()
    return dict(found.values_list("number", "fields"))


def _words(
    standing: Standing, said: Iterable[Verdict], case: Case, then: Mapping[int, Mapping[str, object]]
) -> Iterable[Word]:
    known = {one.pk: one for one in said}
    counts, stale = {one.number for one in standing.counts}, {one.number for one in standing.stale}
    for number in sorted({*counts, *stale, *(one.number for one in standing.against)}):
        verdict = known[number]
        since = differences(then[verdict.revision], case.said.as_json()) if verdict.revision in then else []
        yield Word(
            verdict=verdict,
            by=verdict.by,
            counts=number in counts,
            is_stale=number in stale,
            conditions=tuple(verdict.conditions.all()),
            since=tuple(one for one in since if one.rests in standing.gate.rests_on) if number in stale else (),
        )
