"""Where the gates of a release stand, who said what, and what changed since."""

from typing import Any

from django.urls import path
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request

from releasetrain.api.door import Door, described
from releasetrain.api.releases.whole import known
from releasetrain.api.shapes import Answer
from releasetrain.domain.policies import Level
from releasetrain.domain.risk import Source
from releasetrain.review_wording import gate_name, reason
from releasetrain.reviews.models import Gate, Remark, Verdict
from releasetrain.reviews.queries.differences import Difference
from releasetrain.reviews.queries.whole import Whole, WholeGate, Word, whole


class DifferenceAnswer(Answer):
    """A field that is otherwise since; ``lines`` begin with "+", "-" or " "."""

    field = serializers.CharField()
    about = serializers.CharField(allow_blank=True, help_text="Of SQL: the change and its stage.")
    lines = serializers.ListField(child=serializers.CharField(trim_whitespace=False))


class ConditionAnswer(Answer):
    """What must be seen to before departure."""

    id = serializers.IntegerField(source="pk")
    words = serializers.CharField()
    ticked_at = serializers.DateTimeField(allow_null=True)


class WordAnswer(Answer):
    """The last verdict of somebody on a gate."""

    by = serializers.CharField()
    kind = serializers.ChoiceField(choices=Verdict.Kind.choices)
    note = serializers.CharField(allow_blank=True)
    at = serializers.DateTimeField()
    revision = serializers.IntegerField()
    counts = serializers.BooleanField()
    stale = serializers.BooleanField()
    rests_on = serializers.ListField(child=serializers.CharField())
    conditions = ConditionAnswer(many=True)
    since = DifferenceAnswer(many=True, help_text="Of a stale one: what it rests on and is otherwise.")


class RemarkAnswer(Answer):
    """A question, an answer, or a reminder."""

    by = serializers.CharField()
    kind = serializers.ChoiceField(choices=Remark.Kind.choices)
    note = serializers.CharField(allow_blank=True)
    at = serializers.DateTimeField()


class ReviewGateAnswer(Answer):
    """A gate: its state, whose turn it is and since when, in working days of the team's calendar."""

    code = serializers.CharField()
    name = serializers.CharField()
    role = serializers.CharField(allow_blank=True, help_text="Who may speak on it; empty: results make it.")
    state = serializers.ChoiceField(choices=Gate.State.choices)
    missing = serializers.IntegerField(help_text="How many people, or results, it still lacks.")
    turn = serializers.ChoiceField(choices=Gate.Turn.choices)
    since_at = serializers.DateTimeField()
    days = serializers.IntegerField()
    target_days = serializers.IntegerField()
    late_by = serializers.IntegerField()
    reviewers = serializers.ListField(child=serializers.CharField())
    verdicts = WordAnswer(many=True)
    remarks = RemarkAnswer(many=True)


class RiskReasonAnswer(Answer):
    """Why there are points of risk."""

    source = serializers.ChoiceField(choices=[source.value for source in Source])
    words = serializers.CharField()
    points = serializers.IntegerField()


class RiskAnswer(Answer):
    """How risky it is; the highest of three sources wins."""

    score = serializers.IntegerField()
    level = serializers.ChoiceField(choices=[level.value for level in Level])
    source = serializers.ChoiceField(choices=[source.value for source in Source])
    reasons = RiskReasonAnswer(many=True)


class ReviewsAnswer(Answer):
    """The reviews of a release; a draft has no gates yet."""

    revision = serializers.IntegerField(help_text="Send it with a verdict.")
    policy = serializers.IntegerField(allow_null=True, help_text="The version it was handed in under.")
    rule = serializers.CharField(allow_blank=True)
    risk = RiskAnswer(allow_null=True)
    gates = ReviewGateAnswer(many=True)


def reviews_of(number: int) -> dict[str, Any]:
    """Return the reviews of a release as ``ReviewsAnswer`` says them."""
    found = whole(number, now=timezone.now())
    return {
        "revision": found.case.release.revision,
        "policy": found.case.review.policy_id,
        "rule": found.case.rule.name,
        "risk": _risk(found),
        "gates": [_gate(gate) for gate in found.gates],
    }


def _risk(found: Whole) -> dict[str, Any] | None:
    known_risk = found.case.review.risk
    if known_risk is None:
        return None
    questions = {one.code: one.words for one in found.case.scale.questions}
    reasons = [
        {"source": one["source"], "words": reason(one, questions), "points": one["points"]}
        for one in known_risk["reasons"]
    ]
    return {**{name: known_risk[name] for name in ("score", "level", "source")}, "reasons": reasons}


def _gate(gate: WholeGate) -> dict[str, Any]:
    row, waited = gate.row, gate.waited
    return {
        **{name: getattr(row, name) for name in ("code", "role", "state", "missing", "turn", "since_at")},
        "name": gate_name(row.code, row.name),
        "days": waited.days if waited else 0,
        "target_days": row.days,
        "late_by": waited.late_by if waited else 0,
        "reviewers": [one.name for one in gate.reviewers],
        "verdicts": [_word(word) for word in gate.words],
        "remarks": [{"by": by.name, "kind": one.kind, "note": one.note, "at": one.at} for one, by in gate.remarks],
    }


def _word(word: Word) -> dict[str, Any]:
    verdict = word.verdict
    return {
        **{name: getattr(verdict, name) for name in ("kind", "note", "at", "revision")},
        "by": word.by.name,
        "counts": word.counts,
        "stale": word.is_stale,
        "rests_on": sorted(verdict.rests_on),
        "conditions": list(word.conditions),
        "since": [_difference(one) for one in word.since],
    }


def _difference(one: Difference) -> dict[str, Any]:
    return {"field": one.field, "about": one.about, "lines": [f"{mark}{text}" for mark, text in one.lines]}


class Gates(Door):
    """The gates of one release."""

    family = "reviews"

    @described("Where the gates of a release stand, what was said on them, and its risk", answers=ReviewsAnswer)
    def get(self, request: Request, number: int) -> dict[str, Any]:
        """Return them, in a number of queries that does not grow with what was said."""
        return reviews_of(known(request, number))


urlpatterns = [path("releases/<release:number>/gates", Gates.as_view(), name="gates")]
