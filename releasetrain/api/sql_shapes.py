"""What the review of SQL found, as JSON: values, and in words."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse
from rest_framework import serializers

from releasetrain.api.shapes import Answer
from releasetrain.domain.sql.values import Finding, Severity
from releasetrain.finding_wording import told
from releasetrain.schema.findings import acceptances_of, findings_of
from releasetrain.schema.models import Acceptance, SchemaStage

Accepted = Mapping[tuple[int, str, str, str], Acceptance]


class AcceptedAnswer(Answer):
    """Why an architect accepted a warning."""

    id = serializers.IntegerField()
    because = serializers.CharField()
    by = serializers.CharField()
    at = serializers.DateTimeField()


class FindingAnswer(Answer):
    """What a rule says of a statement; ``message`` and ``remedy`` in the language of whoever asks."""

    rule = serializers.CharField()
    severity = serializers.ChoiceField(choices=[severity.value for severity in Severity])
    statement = serializers.IntegerField(help_text="From 0; -1: of the script as a whole.")
    line = serializers.IntegerField()
    column = serializers.IntegerField()
    mark = serializers.CharField(allow_blank=True, help_text="What an acceptance rests on.")
    facts = serializers.DictField(child=serializers.CharField())
    message = serializers.CharField()
    remedy = serializers.CharField(allow_blank=True)
    page = serializers.CharField(help_text="The address of the rule's page.")
    accepted = AcceptedAnswer(allow_null=True)


def told_finding(one: Finding, accepted: Acceptance | None = None) -> dict[str, Any]:
    """Return a finding as ``FindingAnswer`` says it."""
    words = told(one)
    return {
        **{name: getattr(one, name) for name in ("rule", "statement", "line", "column", "mark")},
        "severity": one.severity.value,
        "facts": dict(one.facts),
        "message": words.sentence,
        "remedy": words.remedy,
        "page": reverse("web:sql-rule", args=[one.rule]),
        "accepted": accepted and _accepted(accepted),
    }


def _accepted(one: Acceptance) -> dict[str, Any]:
    return {"id": one.pk, "because": one.reason, "by": one.by.name, "at": one.at}


def told_findings(stage: SchemaStage, accepted: Accepted) -> list[dict[str, Any]] | None:
    """Return what was found in a stage; None where nobody judged it yet."""
    if stage.findings is None and stage.sql.strip():
        return None
    key = stage.change_id, stage.stage
    return [told_finding(one, accepted.get((*key, one.rule, one.mark))) for one in findings_of(stage)]


def accepted_in(stages: Iterable[SchemaStage]) -> Accepted:
    """Return what is accepted in stages; one query, none where nothing was found."""
    return acceptances_of(one for one in stages if one.findings)
