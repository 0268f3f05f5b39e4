"""Write down where every gate of a release stands, out of what was said: after everything that can change it.

Called inside the verb's transaction, under the calendar's lock. The rows can be rebuilt at any time; what they are
made of (verdicts, revisions, askings, remarks, results) is only added to.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from releasetrain.audit import actions as audit
from releasetrain.audit.models import Entry
from releasetrain.domain.policies import COMPATIBILITY, SQL
from releasetrain.domain.turns import Event, Happened, Turn, TurnNow, turn_now
from releasetrain.domain.verdicts import Kind, Standing
from releasetrain.outbox import actions as outbox
from releasetrain.releases.models import Release
from releasetrain.reviews.models import Asking, Gate, Remark, Result, Review, Verdict
from releasetrain.reviews.queries.cases import Case, cases
from releasetrain.reviews.queries.risks import is_judged, risk_json, risk_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Whose deed made gates stand otherwise, at which instant, and why: a code, and what changed."""

    at: datetime
    by: int | None
    code: str
    facts: Mapping[str, Any]

    @property
    def because(self) -> dict[str, Any]:
        """How it is stored."""
        return {"code": self.code, **self.facts}


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What came of judging a release: its gates as rows, what is asked anew, and whether its last gate is clear now."""

    release: Release
    rows: list[Gate]
    asked: list[Asking]
    still_open: list[str] | None
    is_cleared: bool = False


def refresh(releases: Collection[int], *, at: datetime, by: int | None, code: str, **facts: Any) -> None:
    """Judge these releases again and write where their gates stand; tell what was asked anew, and who is cleared now.

    ``code`` and ``facts``: why, for those who are asked again ("edited", "moved", "verdict", ...). The number of
    queries does not depend on how many they are.
    """
    if not releases:
        return
    cause = Cause(at=at, by=by, code=code, facts=facts)
    before: dict[int, dict[str, Gate]] = {id: {} for id in releases}
    for row in Gate.objects.filter(release__in=list(releases)):
        before[row.release_id][row.code] = row
    found = cases(releases)
    _judge_risks(found)
    judged = [_judge(case, before[case.release.pk], cause) for case in found]
    Asking.objects.bulk_create(asking for one in judged for asking in one.asked)
    _put_rows(judged, before)
    _keep_open(judged)
    _tell(judged, cause)


def refresh_promises(releases: Collection[int], *, at: datetime, by: int | None, code: str) -> None:
    """Judge again, after their ride changed, those of the releases on which anybody gave a verdict (R6)."""
    said = Verdict.objects.filter(release__in=list(releases)).values_list("release", flat=True)
    refresh(set(said), at=at, by=by, code=code)


def _judge_risks(found: Iterable[Case]) -> None:
    """Facts follow edits: the risk is judged once for each revision, and where other things are found in its SQL."""
    new = []
    for case in found:
        if not is_judged(case):
            case.review.risk = risk_json(risk_of(case), revision=case.release.revision, found=case.sql)
            case.review.rule = case.rule.name
            new.append(case.review)
    Review.objects.bulk_create(one for one in new if one.pk is None)
    Review.objects.bulk_update([one for one in new if one.pk is not None], ["risk", "rule"])


def _judge(case: Case, before: Mapping[str, Gate], cause: Cause) -> Judged:
    release = case.release
    if not _is_under_review(release):
        return Judged(release=release, rows=[], asked=[], still_open=None)
    asked = [
        Asking(release=release, gate=one.gate.code, at=cause.at, because=_because(one, before, cause))
        for one in case.standings
        if _is_asked_now(one, before.get(one.gate.code))
    ]
    rows = [_row(case, place, one, [*case.askings, *asked], cause) for place, one in enumerate(case.standings)]
    still_open = [one.gate.code for one in case.standings if one.state.is_open]
    is_cleared = not still_open and bool(release.open_gates)
    return Judged(release=release, rows=rows, asked=asked, still_open=still_open, is_cleared=is_cleared)


def _put_rows(judged: Iterable[Judged], before: Mapping[int, Mapping[str, Gate]]) -> None:
    changed = [
        one
        for one in judged
        if [_said(row) for row in before[one.release.pk].values()] != [_said(row) for row in one.rows]
    ]
    Gate.objects.filter(release__in=[one.release for one in changed]).delete()
    Gate.objects.bulk_create(row for one in changed for row in one.rows)


def _keep_open(judged: Iterable[Judged]) -> None:
    changed = [one for one in judged if one.release.open_gates != one.still_open]
    for one in changed:
        one.release.open_gates = one.still_open
    Release.objects.bulk_update([one.release for one in changed], ["open_gates"], batch_size=500)


def _is_under_review(release: Release) -> bool:
    return release.submitted_at is not None and release.withdrawn_at is None and release.rolled_back_at is None


def _is_asked_now(standing: Standing, row: Gate | None) -> bool:
    """New and open, or open again."""
    was_open = row is not None and row.turn != Gate.Turn.NOBODY
    return standing.state.is_open and not was_open


def _because(standing: Standing, before: Mapping[str, Gate], cause: Cause) -> dict[str, Any]:
    return {**cause.because, "again": standing.gate.code in before, "state": standing.state.value}


def _row(case: Case, place: int, standing: Standing, askings: Iterable[Asking], cause: Cause) -> Gate:
    gate, turn = standing.gate, _turn(case, standing, askings, cause)
    return Gate(
        release=case.release,
        place=place,
        code=gate.code,
        name=gate.name,
        role=gate.role,
        quorum=gate.quorum,
        days=gate.days,
        rests_on=sorted(gate.rests_on),
        state=standing.state.value,
        missing=standing.missing,
        turn=turn.turn.value,
        since_at=turn.since_at,
        spans=[[start.isoformat(), end and end.isoformat()] for start, end in turn.spans],
        barred=sorted(case.barred(gate.rests_on)) if gate.role else [],
        counted=sorted(one.by for one in standing.counts),
    )


def _said(row: Gate) -> list[Any]:
    return [getattr(row, field.attname) for field in Gate._meta.fields if not field.primary_key]


_SAID = {True: Event.APPROVED, False: Event.OBJECTED}
_TRIED = {Result.Kind.FAIL: Event.OBJECTED, Result.Kind.PASS: Event.ANSWER, Result.Kind.NOT_NEEDED: Event.ANSWER}
_REMARKED = {Remark.Kind.QUESTION: Event.QUESTION, Remark.Kind.ANSWER: Event.ANSWER}


def _turn(case: Case, standing: Standing, askings: Iterable[Asking], cause: Cause) -> TurnNow:
    """Compatibility waits on whoever tries, and on the author once something fails; SQL that blocks on the author."""
    code = standing.gate.code
    asked = [Happened(event=Event.ASKED, at=one.at) for one in askings if one.gate == code]
    begun = asked or [Happened(event=Event.ASKED, at=cause.at)]
    said = [Happened(event=_SAID[Kind(one.kind).approves], at=one.at) for one in case.verdicts if one.gate == code]
    remarked = [
        Happened(event=_REMARKED[Remark.Kind(one.kind)], at=one.at)
        for one in case.remarks
        if one.gate == code and one.kind in _REMARKED
    ]
    tried = [Happened(event=_TRIED[one.kind], at=one.at) for one in case.results if code == COMPATIBILITY]
    changed = [Happened(event=Event.CHANGED, at=at, classes=classes) for at, classes in case.changes]
    if code == SQL and standing.state.is_open:
        return TurnNow(turn=Turn.AUTHOR, since_at=begun[-1].at)
    since = begun[0].at
    later = [one for one in (*said, *remarked, *tried, *changed) if one.at >= since]
    return turn_now([*begun, *later], rests_on=standing.gate.rests_on, is_open=standing.state.is_open)


def _tell(judged: Iterable[Judged], cause: Cause) -> None:
    deed = {"by": cause.by, "at": cause.at.isoformat(), "because": None, "by_itself": False}
    asked = [(one.release, _facts(one, cause)) for one in judged if one.asked]
    cleared: list[tuple[Release, dict[str, Any]]] = [(one.release, {}) for one in judged if one.is_cleared]
    for verb, about in (("review.asked", asked), ("release.cleared", cleared)):
        audit.record_all(
            Entry(verb=verb, subject=f"release:{release.pk}", by_id=cause.by, at=cause.at, facts=facts)
            for release, facts in about
        )
        outbox.post_all(verb, [{"release": of.pk, "revision": of.revision, **facts, **deed} for of, facts in about])


def _facts(one: Judged, cause: Cause) -> dict[str, Any]:
    again = [asking.gate for asking in one.asked if asking.because["again"]]
    return {"gates": [asking.gate for asking in one.asked], "again": again, "why": cause.because}
