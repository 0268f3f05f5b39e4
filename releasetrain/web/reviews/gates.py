"""The gates of a release as its page and "waiting on me" show them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from releasetrain import review_wording as words
from releasetrain.domain.permissions import Permission, Person, may
from releasetrain.domain.policies import may_review
from releasetrain.domain.turns import Turn
from releasetrain.domain.verdicts import Kind
from releasetrain.log_wording import FIELDS
from releasetrain.reviews.models import Remark
from releasetrain.reviews.queries.differences import Difference
from releasetrain.reviews.queries.whole import Whole, WholeGate, Word


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A verdict in words."""

    word: Word
    what: str
    rests_on: str
    changes: list["Change"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A field that is otherwise since: what it is called, and its lines."""

    what: str
    difference: Difference


@dataclass(frozen=True, slots=True, kw_only=True)
class GateLine:
    """A gate in words, and what the reader may do about it."""

    gate: WholeGate
    name: str
    state: str
    shape: str
    meaning: str
    said: list[Said]
    question: Remark | None
    turn: str
    may_speak: bool
    may_approve: bool
    may_answer: bool
    may_remind: bool
    form: Mapping[str, Any] = field(default_factory=dict)


def lines(whole: Whole, person: Person | None) -> list[GateLine]:
    """Return the gates of a release in the policy's order."""
    return [_line(gate, whole, person) for gate in whole.gates]


def _line(gate: WholeGate, whole: Whole, person: Person | None) -> GateLine:
    row, team = gate.row, whole.case.release.team_id
    shape, meaning = words.SHAPES[row.state]
    is_reviewer = bool(row.role) and person is not None and may_review(person, row.role, team=team)
    may_edit = may(person, Permission.EDIT, team=team)
    return GateLine(
        gate=gate,
        name=words.gate_name(row.code, row.name),
        state=str(words.STATES[row.state]),
        shape=shape,
        meaning=meaning,
        said=[said(one) for one in gate.words],
        question=_question(gate),
        turn=row.turn,
        may_speak=is_reviewer,
        may_approve=is_reviewer and person is not None and person.id not in row.barred,
        may_answer=may_edit and bool(row.role) and row.turn == Turn.AUTHOR.value,
        may_remind=may_edit and bool(row.role) and row.turn == Turn.REVIEWER.value and bool(gate.reviewers),
    )


def _question(gate: WholeGate) -> Remark | None:
    """The question that waits for an answer, if it is the author's turn because of one."""
    last = gate.remarks[-1][0] if gate.remarks else None
    is_open = last is not None and last.kind == Remark.Kind.QUESTION and gate.row.turn == Turn.AUTHOR.value
    return last if is_open else None


def said(word: Word) -> Said:
    """Return a verdict in words, with what changed since where it is stale."""
    return Said(
        word=word,
        what=str(words.KINDS[word.verdict.kind]),
        rests_on=words.rests_on(word.verdict.rests_on),
        changes=[change(one) for one in word.since],
    )


def change(one: Difference) -> Change:
    """Return a difference with its field's name: the stage whose SQL it is, or the field."""
    return Change(what=f"SQL: {one.about}" if one.about else str(FIELDS.get(one.field, one.field)), difference=one)


CHOICES: tuple[tuple[str, Promise], ...] = (
    (Kind.APPROVE.value, _("Approve")),
    (Kind.CONDITIONS.value, _("Approve with conditions")),
    (Kind.NEEDS_WORK.value, _("Needs work")),
    (Kind.REJECT.value, _("Reject")),
)


def form_of(line: GateLine, whole: Whole, *, typed: Mapping[str, Any] | None = None, next: str = "") -> dict[str, Any]:
    """Return what the form of a verdict shows; ``typed``: what was refused, kept."""
    said_before = typed or {}
    return {
        "line": line,
        "release": whole.case.release,
        "choices": CHOICES,
        "kind": said_before.get("kind", ""),
        "note": said_before.get("note", ""),
        "conditions": said_before.get("conditions", ""),
        "next": next,
    }


def with_form(line: GateLine, whole: Whole, *, typed: Mapping[str, Any] | None) -> GateLine:
    """Return the line with the form of its verdict; ``typed``: what was refused, where it was this gate."""
    mine = typed if typed and typed.get("gate") == line.gate.row.code else None
    return replace(line, form=form_of(line, whole, typed=mine))
